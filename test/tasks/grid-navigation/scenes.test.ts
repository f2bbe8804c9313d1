import { expect, test } from 'vitest';
import { makeRng } from '../../../src/lib/rng.ts';
import { compactPatchTokens } from '../../../src/tasks/grid-navigation/compact.ts';
import { gridInfo } from '../../../src/tasks/grid-navigation/config.ts';
import { compactScene, paperScene } from '../../../src/tasks/grid-navigation/scenes.ts';
import { makeGrid, OBJECT_NAMES, OBSTACLE_KINDS, squareTexts } from '../../../src/tasks/grid-navigation/truth.ts';
import type { GridTruth } from '../../../src/tasks/grid-navigation/truth.ts';
import { rasterise } from '../../../src/tasks/render/raster.ts';
import type { RectangleShape, TextShape } from '../../../src/tasks/render/scene.ts';
import { WORKED_GRID } from '../../support/grid-examples.ts';
import { readCompactPicture, readPaperPicture } from '../../support/grid-picture-reader.ts';

const PATCH = 16;
const NAMES = [...OBJECT_NAMES, ...OBSTACLE_KINDS];

/** Every symbol, start, destination and a blank square in one picture. */
const ALL: GridTruth = {
  ...WORKED_GRID,
  rows: 5,
  columns: 8,
  start: { row: 4, column: 4 },
  destination: { row: 4, column: 5 },
  obstacles: [],
  objects: NAMES.map((name, i) => ({ name, row: Math.floor(i / 8), column: i % 8 })),
};

function truthAt(index: number): GridTruth {
  const config = { ...gridInfo.defaults, minSide: 3, stepScale: 'by-size' };
  return makeGrid(config, { level: 'hard', split: 'eval', index }, makeRng('test', 'grid scenes', index));
}

function patch(pixels: Uint8Array, widthPx: number, row: number, column: number): number[] {
  const bytes: number[] = [];
  for (let y = row * PATCH; y < (row + 1) * PATCH; y++) {
    bytes.push(...pixels.subarray((y * widthPx + column * PATCH) * 3, (y * widthPx + (column + 1) * PATCH) * 3));
  }
  return bytes;
}

test('all 36 symbols are read back from the compact pixels, each far from every other', () => {
  const scene = compactScene(ALL);
  const { patches, margin } = readCompactPicture(rasterise(scene), scene.widthPx, scene.heightPx);
  expect(patches.slice(1).map((line) => line.slice(1))).toEqual(squareTexts(ALL));
  expect(margin).toBeGreaterThan(1.5);
  const inks = NAMES.map((_, i) => patch(rasterise(scene), scene.widthPx, 1 + Math.floor(i / 8), 1 + (i % 8)));
  for (const [i, ink] of inks.entries()) {
    for (const [j, other] of inks.slice(0, i).entries()) {
      const changed = ink.reduce((sum, value, at) => sum + Math.abs(value - (other[at] ?? 0)), 0) / (3 * 255);
      expect(changed, `${NAMES[i] ?? ''} and ${NAMES[j] ?? ''}`).toBeGreaterThan(10); // of 225 pixels, fully changed
    }
  }
});

test('each symbol keeps its ink inside its patch and off the separators', () => {
  for (const shape of compactScene(ALL).shapes.filter((candidate): candidate is TextShape => candidate.kind === 'text')) {
    const alone = rasterise({ ...compactScene(ALL), shapes: [shape] });
    const [left, top] = [Math.floor(shape.x / PATCH) * PATCH, Math.floor(shape.y / PATCH) * PATCH];
    const edge = /^[rc]\d/.test(shape.text) ? 0 : 1;
    const isFree = alone.every((value, at) => {
      const [x, y] = [Math.floor(at / 3) % (PATCH * 9), Math.floor(at / 3 / (PATCH * 9))];
      return value === 255 || (x >= left + edge && x < left + PATCH && y >= top + edge && y < top + PATCH);
    });
    expect({ text: shape.text, isFree }).toEqual({ text: shape.text, isFree: true });
  }
});

test('a token has the same patch wherever it stands', () => {
  const seen = new Map<string, string>();
  for (let index = 0; index < 120; index++) {
    const truth = truthAt(index);
    const scene = compactScene(truth);
    const pixels = rasterise(scene);
    for (const [at, token] of compactPatchTokens(truth).entries()) {
      const shown = patch(pixels, scene.widthPx, Math.floor(at / (truth.columns + 1)), at % (truth.columns + 1)).join();
      if (seen.has(token) && seen.get(token) !== shown) expect.fail(`two different patches show ${token}`);
      seen.set(token, shown);
    }
  }
  expect(seen.size).toBe(1 + 24 + 3 + 36); // corner, indices, S D O, symbols
  expect(new Set(seen.values()).size).toBe(seen.size);
});

test('symbols are read back from the paper pixels at every size', () => {
  for (const truth of [ALL, WORKED_GRID, ...Array.from({ length: 12 }, (_, i) => truthAt(i * 33))]) {
    const scene = paperScene(truth);
    const { patches, margin } = readPaperPicture(rasterise(scene), scene.widthPx, scene.heightPx);
    expect(patches).toEqual(squareTexts(truth));
    expect(margin).toBeGreaterThan(1.3);
  }
});

test('the paper picture has the measured sizes and colours', () => {
  const box = (rows: number, columns: number): number[] => {
    const lines = paperScene({ ...ALL, rows, columns, objects: [] }).shapes.filter((shape) => shape.kind === 'line' && shape.widthPx > 2);
    const [xs, ys] = [lines.flatMap((line) => ('x1' in line && line.x1 === line.x2 ? [line.x1] : [])), lines.flatMap((line) => ('y1' in line && line.y1 === line.y2 ? [line.y1] : []))]; // prettier-ignore
    return [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys), xs.length, ys.length];
  };
  expect(box(8, 8)).toEqual([128, 898, 120, 890, 9, 9]); // 96.25 px a square
  expect(box(8, 12)).toEqual([125, 900, 247, 763, 13, 9]); // 64.6 px a square, as wide as the axes
  expect(box(12, 8).slice(2, 4)).toEqual([120, 890]); // as high as the axes
  const scene = paperScene(WORKED_GRID);
  expect([scene.widthPx, scene.heightPx]).toEqual([1000, 1000]);
  const fills = scene.shapes.filter((shape): shape is RectangleShape => shape.kind === 'rectangle');
  expect(fills.map(({ fill }) => fill)).toEqual([
    [135, 206, 235],
    [0, 100, 0],
  ]);
  const texts = scene.shapes.filter((shape): shape is TextShape => shape.kind === 'text');
  expect(texts.filter(({ sizePx }) => Math.abs(sizePx - 55.56) < 0.01)).toHaveLength(WORKED_GRID.obstacles.length + 2);
  expect(texts.filter(({ sizePx }) => Math.abs(sizePx - 27.78) < 0.01).map(({ text }) => text).join('')).toBe('abcdefghiabcdefgh'); // prettier-ignore
});

test('the compact picture is one patch larger than the grid, its corner blank', () => {
  const scene = compactScene(WORKED_GRID);
  expect([scene.widthPx, scene.heightPx]).toEqual([160, 144]);
  expect(new Set(patch(rasterise(scene), 160, 0, 0))).toEqual(new Set([255]));
});

test('the description names every square', () => {
  const { title, description } = compactScene(WORKED_GRID);
  expect(title).toBe('Grid of 8 rows and 9 columns with 2 objects and 29 obstacles');
  expect(description).toContain('Row d: plus, blank, blank, plus, start, blank, blank, blank, plus.');
  expect(description).toContain('Row h: blank, plus, plus, integral, blank, plus, blank, plus, plus.');
  expect(paperScene(WORKED_GRID).description).toBe(description);
});
