import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { buildAtlas } from '../../../scripts/build-atlas.ts';
import { codePointsOf, glyphOf } from '../../../src/tasks/render/atlas.ts';
import { placeGlyphs, textWidthPx } from '../../../src/tasks/render/layout.ts';
import { rasterise } from '../../../src/tasks/render/raster.ts';
import type { TextShape } from '../../../src/tasks/render/scene.ts';
import { SYMBOLS } from '../../../src/tasks/render/symbols.ts';

const WORD: TextShape = {
  kind: 'text',
  text: 'word',
  x: 10,
  y: 10,
  sizePx: 16,
  font: 'sans',
  anchor: 'start',
  centre: 'capitals',
  fill: [0, 0, 0],
};

test('the committed outlines are what the script makes of the bundled fonts', async () => {
  const committed = await readFile(new URL('../../../src/tasks/render/glyph-data.ts', import.meta.url), 'utf8');
  expect(await buildAtlas()).toBe(committed);
});

test('the outlines stay small', async () => {
  const committed = await readFile(new URL('../../../src/tasks/render/glyph-data.ts', import.meta.url));
  expect(committed.byteLength).toBeLessThan(60_000);
});

test('both fonts hold the printable ASCII characters, and all but the space have ink', () => {
  for (const font of ['sans', 'sans-bold'] as const) {
    const known = codePointsOf(font);
    for (let codePoint = 0x20; codePoint < 0x7f; codePoint++) {
      expect(known).toContain(codePoint);
      const { advance, contours, ink } = glyphOf(font, codePoint);
      expect(advance).toBeGreaterThan(0);
      expect(contours.length > 0).toBe(codePoint !== 0x20);
      expect(ink.right > ink.left).toBe(codePoint !== 0x20);
    }
  }
});

test('a glyph that the atlas lacks is named', () => {
  expect(() => placeGlyphs({ ...WORD, text: 'a\u{1f600}' })).toThrow(/glyphOf: expected a glyph of the atlas in font sans, got "?U\+1F600"?: add it/);
});

test('there are 31 objects and 5 obstacles with different names and code points', () => {
  expect(SYMBOLS.filter(({ role }) => role === 'object')).toHaveLength(31);
  expect(SYMBOLS.filter(({ role }) => role === 'obstacle')).toHaveLength(5);
  expect(new Set(SYMBOLS.map(({ name }) => name)).size).toBe(36);
  expect(new Set(SYMBOLS.map(({ codePoint }) => codePoint)).size).toBe(36);
});

test.each([
  ['18 px in a cell of 24', 18, 24],
  ['56 px in a cell of 64', (40 * 100) / 72, 64],
])('all 36 symbols have ink inside their cell and differ from one another: %s', (_, sizePx, cellPx) => {
  const pictures = SYMBOLS.map(({ codePoint }) => {
    const text = String.fromCodePoint(codePoint);
    const shapes = [{ ...WORD, text, x: cellPx / 2, y: cellPx / 2, sizePx, anchor: 'middle', centre: 'box' } as const];
    const rgb = rasterise({ widthPx: cellPx, heightPx: cellPx, background: [255, 255, 255], shapes, title: '', description: '' });
    return rgb.filter((__, i) => i % 3 === 0).map((value) => 255 - value);
  });
  let nearest = Infinity;
  for (const [i, ink] of pictures.entries()) {
    if (sum(ink) < 255 * 0.03 * cellPx * cellPx) expect.fail(`${SYMBOLS[i]?.name ?? ''} has hardly any ink`);
    const edge = ink.filter((__, at) => at < cellPx || at >= cellPx * (cellPx - 1) || at % cellPx === 0 || at % cellPx === cellPx - 1);
    if (sum(edge) > 0) expect.fail(`${SYMBOLS[i]?.name ?? ''} reaches the edge of its cell`);
    for (const other of pictures.slice(0, i)) nearest = Math.min(nearest, sum(ink.map((value, at) => Math.abs(value - (other[at] ?? 0)))));
  }
  expect(nearest).toBeGreaterThan(255 * 0.03 * cellPx * cellPx); // 3 % of the cell's pixels, fully changed
});

test('variation selectors are not drawn and take no room', () => {
  const plain = { ...WORD, text: '\u2692x' };
  expect(placeGlyphs({ ...WORD, text: '\u2692\ufe0ex\ufe0f' })).toEqual(placeGlyphs(plain));
});

test('the anchor is the start, the middle or the end of the advances', () => {
  const width = textWidthPx('Hop', 'sans', 16);
  const firstX = (anchor: TextShape['anchor']): number => placeGlyphs({ ...WORD, text: 'Hop', x: 100, anchor })[0]?.x ?? Number.NaN;
  expect(firstX('start')).toBe(100);
  expect(Math.abs(firstX('middle') - (100 - width / 2))).toBeLessThanOrEqual(1 / 8);
  expect(Math.abs(firstX('end') - (100 - width))).toBeLessThanOrEqual(1 / 8);
});

test('a stretch multiplies widths and leaves the baseline', () => {
  const [wide, narrow] = [1, 0.5].map((stretch) => placeGlyphs({ ...WORD, text: 'HH', stretch }));
  const step = (placed: typeof wide): number => (placed?.[1]?.x ?? 0) - (placed?.[0]?.x ?? 0);
  expect(step(narrow)).toBeCloseTo(step(wide) / 2, 0);
  expect(narrow?.[0]?.y).toBe(wide?.[0]?.y);
});

function sum(values: Uint8Array): number {
  return values.reduce((total, value) => total + value, 0);
}
