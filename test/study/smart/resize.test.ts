import { expect, test } from 'vitest';
import { resize, SIDE_PX, tapsOf, toSquare } from '../../../src/study/smart/resize.ts';

const greys = (rgb: Uint8Array): number[] => [...rgb].filter((_, i) => i % 3 === 0);
const picture = (widthPx: number, heightPx: number, at: (x: number, y: number, c: number) => number) => ({
  ...{ widthPx, heightPx },
  rgb: Uint8Array.from({ length: widthPx * heightPx * 3 }, (_, i) => at(Math.floor(i / 3) % widthPx, Math.floor(i / 3 / widthPx), i % 3)),
});

test('weights of a triangle as wide as the step, worked by hand', () => {
  // 4 -> 2: centres 1 and 3, reach 2. Pixels 0, 1, 2 lie 0.5, 0.5 and 1.5 from the first centre: 0.75, 0.75, 0.25 of 1.75.
  const [first, last] = tapsOf(4, 2);
  expect(first?.first).toBe(0);
  expect(Array.from(first?.weights ?? [], (weight) => weight * 7)).toEqual([3, 3, 1]);
  expect([last?.first, Array.from(last?.weights ?? [], (weight) => weight * 7)]).toEqual([1, [1, 3, 3]]);
  // 2 -> 4: centres 0.25, 0.75, 1.25, 1.75, reach 1: plain linear interpolation, the ends repeated.
  expect(tapsOf(2, 4).map(({ weights }) => [...weights])).toEqual([[1], [0.75, 0.25], [0.25, 0.75], [1]]);
});

test('shrinks in both directions, rounding after each', () => {
  const columns = picture(4, 1, (x) => [0, 70, 140, 210][x] ?? 0);
  expect(greys(resize(columns, 2, 1).rgb)).toEqual([50, 160]); // (3 * 0 + 3 * 70 + 140) / 7 and (70 + 3 * 140 + 3 * 210) / 7
  const rows = picture(1, 4, (_, y) => [0, 70, 140, 210][y] ?? 0);
  expect(greys(resize(rows, 1, 2).rgb)).toEqual([50, 160]);
  const both = resize(
    picture(4, 4, (x, y) => 20 * x + 40 * y),
    2,
    2,
  );
  expect(greys(both.rgb)).toEqual([43, 75, 105, 137]); // across 14.3 -> 14 and 45.7 -> 46, then 28.6 and 91.4 more
});

test('colours do not mix, and one colour stays as it is', () => {
  const flat = toSquare(picture(700, 700, (_, __, c) => [255, 128, 3][c] ?? 0));
  expect(Buffer.alloc(SIDE_PX * SIDE_PX * 3, Buffer.from([255, 128, 3])).equals(flat)).toBe(true);
});

test('a picture of 224 px is given as it is, in bytes of its own', () => {
  const own = { widthPx: 224, heightPx: 224, rgb: Buffer.alloc(224 * 224 * 3, 'puzzle') };
  const square = toSquare(own);
  expect(Buffer.from(own.rgb).equals(square)).toBe(true);
  expect(square === own.rgb).toBe(false);
});

test('of a wide picture the middle stays', () => {
  const wide = toSquare(picture(448, 224, (x) => (x < 112 || x >= 336 ? 0 : 200)));
  expect(new Set(wide)).toEqual(new Set([200]));
  const tall = toSquare(picture(224, 226, (_, y) => (y === 0 || y === 225 ? 0 : 200)));
  expect(new Set(tall)).toEqual(new Set([200]));
});
