import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { rasterise, rasteriseInto } from '../../../src/tasks/render/raster.ts';
import type { Rgb, Scene, Shape } from '../../../src/tasks/render/scene.ts';
import { GOLDEN_SCENES, hashOfBytes } from '../../support/golden-scenes.ts';

const WHITE: Rgb = [255, 255, 255];
const RED: Rgb = [255, 0, 0];

test('the pixels of the golden scenes have the golden hashes', () => {
  const golden: unknown = JSON.parse(readFileSync(new URL('../../golden/picture-hashes.json', import.meta.url), 'utf8'));
  const hashes = Object.fromEntries(GOLDEN_SCENES.map(({ name, scene }) => [name, hashOfBytes(rasterise(scene))]));
  expect(hashes).toEqual(golden);
});

test('a scene drawn twice, and over old pixels, gives the same bytes', () => {
  for (const { scene } of GOLDEN_SCENES) {
    const first = rasterise(scene);
    const again = new Uint8Array(first.length).fill(77);
    rasteriseInto(scene, again);
    expect(Buffer.compare(again, first)).toBe(0);
  }
});

test('a rectangle on whole pixels is crisp', () => {
  const pixels = rasterise(picture(8, 6, [{ kind: 'rectangle', x: 2, y: 1, width: 3, height: 4, fill: RED }]));
  for (let y = 0; y < 6; y++) {
    for (let x = 0; x < 8; x++) expect(pixelAt(pixels, 8, x, y)).toEqual(x >= 2 && x < 5 && y >= 1 && y < 5 ? RED : WHITE);
  }
});

test('a rectangle on parts of pixels mixes by area', () => {
  const pixels = rasterise(picture(4, 4, [{ kind: 'rectangle', x: 1.5, y: 1, width: 1.5, height: 1, fill: [55, 55, 55] }]));
  expect(pixelAt(pixels, 4, 1, 1)).toEqual([155, 155, 155]); // half of 255 and 55
  expect(pixelAt(pixels, 4, 2, 1)).toEqual([55, 55, 55]);
  expect(pixelAt(pixels, 4, 3, 1)).toEqual(WHITE);
});

test('a line of 1.4 px on a whole coordinate takes 70 % of the two rows it touches', () => {
  const pixels = rasterise(picture(6, 6, [{ kind: 'line', x1: 0, y1: 3, x2: 6, y2: 3, widthPx: 1.4, stroke: [0, 0, 0] }]));
  for (const [y, expected] of [255, 255, 76, 76, 255, 255].entries()) {
    for (let x = 0; x < 6; x++) expect(Math.abs(pixelAt(pixels, 6, x, y)[0] - expected)).toBeLessThanOrEqual(1);
  }
});

test('a slanted line has the area of its length times its width', () => {
  const pixels = rasterise(picture(60, 60, [{ kind: 'line', x1: 8, y1: 10, x2: 38, y2: 50, widthPx: 3, stroke: [0, 0, 0] }]));
  const ink = pixels.reduce((sum, value) => sum + 255 - value, 0) / (3 * 255);
  expect(ink).toBeCloseTo(50 * 3, 0); // a 30-40-50 triangle
});

test('shapes over the edge are clipped', () => {
  const shapes: Shape[] = [
    { kind: 'rectangle', x: -3, y: -3, width: 5, height: 5, fill: RED },
    { kind: 'rectangle', x: 5.5, y: 5.5, width: 9, height: 9, fill: RED },
    { kind: 'rectangle', x: 20, y: 20, width: 4, height: 4, fill: RED },
    { kind: 'text', text: 'W', x: -10, y: -10, sizePx: 40, font: 'sans', anchor: 'middle', centre: 'capitals', fill: [0, 0, 0] },
    { kind: 'line', x1: 4, y1: -9, x2: 4, y2: 0, widthPx: 2, stroke: [0, 0, 0] },
    { kind: 'line', x1: 4, y1: 4, x2: 4, y2: 4, widthPx: 2, stroke: [0, 0, 0] },
  ];
  const pixels = rasterise(picture(8, 8, shapes));
  expect(pixels).toHaveLength(8 * 8 * 3);
  expect(pixelAt(pixels, 8, 7, 7)).toEqual(RED);
  expect(pixelAt(pixels, 8, 2, 7)).toEqual(WHITE);
});

test('later shapes lie over earlier ones', () => {
  const square = { kind: 'rectangle', x: 0, y: 0, width: 2, height: 2 } as const;
  const shapes: Shape[] = [
    { ...square, fill: RED },
    { ...square, fill: [1, 2, 3] },
  ];
  expect(pixelAt(rasterise(picture(2, 2, shapes)), 2, 1, 1)).toEqual([1, 2, 3]);
});

test('a buffer of another size is refused', () => {
  expect(() => rasteriseInto(picture(4, 3, []), new Uint8Array(4 * 3))).toThrow('rasteriseInto: expected 36 bytes for 4 x 3 px, got 12');
});

test('a full cache of masks starts again and changes no picture', () => {
  const size = (sizePx: number): Scene =>
    picture(24, 24, [{ kind: 'text', text: 'Qg', x: 12, y: 12, sizePx, font: 'sans', anchor: 'middle', centre: 'capitals', fill: [0, 0, 0] }]);
  const before = hashOfBytes(rasterise(size(10)));
  for (let i = 0; i < 2100; i++) rasterise(size(4 + i / 256)); // two new masks each: past the limit of 4096
  expect(hashOfBytes(rasterise(size(10)))).toBe(before);
});

function picture(widthPx: number, heightPx: number, shapes: readonly Shape[]): Scene {
  return { widthPx, heightPx, background: WHITE, shapes, title: '', description: '' };
}

function pixelAt(pixels: Uint8Array, widthPx: number, x: number, y: number): [number, number, number] {
  const at = (y * widthPx + x) * 3;
  return [pixels[at] ?? -1, pixels[at + 1] ?? -1, pixels[at + 2] ?? -1];
}
