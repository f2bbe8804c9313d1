import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { makeRng } from '../../../src/lib/rng.ts';
import { zlibOfRows } from '../../../src/tasks/render/deflate.ts';
import { limitedLengths } from '../../../src/tasks/render/huffman.ts';
import { encodePng } from '../../../src/tasks/render/png.ts';
import { rasterise } from '../../../src/tasks/render/raster.ts';
import { decodePng } from '../../support/decode-png.ts';
import { GOLDEN_SCENES } from '../../support/golden-scenes.ts';

const noise = makeRng('test', 'png', 'noise');

test.each(GOLDEN_SCENES)('a picture comes back from its PNG: $name', ({ scene }) => {
  const rgb = rasterise(scene);
  const decoded = decodePng(encodePng(rgb, scene.widthPx, scene.heightPx));
  expect(decoded).toMatchObject({ widthPx: scene.widthPx, heightPx: scene.heightPx });
  expect(Buffer.compare(decoded.rgb, rgb)).toBe(0);
});

test('any bytes come back', () => {
  const rng = makeRng('test', 'png');
  for (const [width, height] of [
    [1, 1],
    [7, 3],
    [3, 50],
  ] as const) {
    const rgb = Uint8Array.from({ length: width * height * 3 }, () => rng.below(256));
    expect([...decodePng(encodePng(rgb, width, height)).rgb]).toEqual([...rgb]);
  }
});

test('the same pixels give the same file', () => {
  const rgb = new Uint8Array(30).fill(9);
  expect(encodePng(rgb, 5, 2)).toEqual(encodePng(rgb.slice(), 5, 2));
});

test('bytes that do not fit the size are refused', () => {
  expect(() => encodePng(new Uint8Array(11), 2, 2)).toThrow('encodePng: expected 2 x 2 x 3 bytes, got 11');
  expect(() => encodePng(new Uint8Array(0), 0, 2)).toThrow('encodePng: expected 0 x 2 x 3 bytes, got 0');
});

/** Rows of one byte kind, runs, repeats near and far: what each branch of the deflate is for. */
test.each([
  ['one byte', 1, 1, () => 7],
  ['one column', 1, 400, (x: number, y: number) => (x + y) & 1],
  ['all zeros', 3000, 40, () => 0],
  ['rows that repeat', 4501, 60, (x: number, y: number) => ((x * 7919) >> 3) + Math.floor(y / 10)],
  ['runs of every length', 600, 600, (x: number, y: number) => (x < y ? 0 : 255)],
  ['pixels that repeat', 999, 30, (x: number, y: number) => (x % 3) * 90 * (y % 2)],
  ['words again and again', 2000, 90, (x: number, y: number) => ((x % 57) * 31 + (y % 11) * 3) & 255],
  ['a repeat just inside the window', 16_383, 4, (x: number, y: number) => (y % 2 === 0 ? (x * x) >> 4 : 0)],
  ['a repeat just outside the window', 16_390, 4, (x: number, y: number) => (y % 2 === 0 ? (x * x) >> 4 : 0)],
  ['random bytes', 1237, 211, () => noise.below(256)],
  ['few random bytes', 5000, 60, () => (noise.chance(0.01) ? noise.below(3) : 0)],
] as const)('any reader inflates %s to rows filtered by "up"', (_, rowBytes, rows, byteAt) => {
  const pixels = Uint8Array.from({ length: rowBytes * rows }, (_byte, i) => byteAt(i % rowBytes, Math.floor(i / rowBytes)));
  const filtered = inflateSync(zlibOfRows(pixels, rowBytes, rows));
  const expected = new Uint8Array((rowBytes + 1) * rows);
  for (let y = 0; y < rows; y++) {
    expected[y * (rowBytes + 1)] = 2;
    for (let x = 0; x < rowBytes; x++) {
      expected[y * (rowBytes + 1) + 1 + x] = (pixels[y * rowBytes + x] ?? 0) - (y === 0 ? 0 : (pixels[(y - 1) * rowBytes + x] ?? 0));
    }
  }
  expect(Buffer.compare(filtered, expected)).toBe(0);
});

test('a picture does not depend on those before it, nor on where its bytes lie', () => {
  const rng = makeRng('test', 'png', 'order');
  const draw = (side: number) => Uint8Array.from({ length: side * side * 3 }, () => (rng.chance(0.2) ? rng.below(256) : 0));
  const [small, large] = [draw(37), draw(301)];
  const first = encodePng(small, 37, 37);
  encodePng(large, 301, 301);
  const shifted = new Uint8Array(1 + small.length).subarray(1);
  shifted.set(small);
  expect(encodePng(shifted, 37, 37)).toEqual(first);
});

test('tables stay small: near to what fflate makes of them', () => {
  const scene = GOLDEN_SCENES.find(({ name }) => name === 'paper 5x10')?.scene;
  if (scene === undefined) throw new Error('no scene');
  expect(encodePng(rasterise(scene), scene.widthPx, scene.heightPx).length).toBeLessThan(90_000);
});

test('the codes of rare symbols are cut to what deflate allows', () => {
  // Counts like Fibonacci's make the deepest trees there are.
  const counts = new Uint32Array(40);
  let [a, b] = [1, 1];
  for (let i = 0; i < 40; i++) [counts[i], a, b] = [a, b, a + b];
  for (const maxBits of [7, 15]) {
    const lengths = limitedLengths(counts, maxBits);
    expect(Math.max(...lengths)).toBe(maxBits);
    expect(lengths.reduce((sum, bits) => sum + 2 ** -bits, 0)).toBe(1);
    expect([...lengths]).toEqual([...lengths].toSorted((x, y) => y - x)); // rarer is never shorter
  }
});
