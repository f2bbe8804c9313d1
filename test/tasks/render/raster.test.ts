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

test('what lies over the edge is cut off, and the rest is the same as in a larger picture', () => {
  const shapes: Shape[] = [
    { kind: 'polygon', points: [[20, 10], [70, 30], [30, 60]], fill: RED }, // prettier-ignore
    { kind: 'rectangle', x: 10, y: 25, width: 20, height: 50, fill: [0, 90, 0] },
    { kind: 'rectangle', x: 46.5, y: 17.5, width: 9, height: 9, fill: [0, 0, 90] },
    { kind: 'rectangle', x: 2, y: 2, width: 4, height: 4, fill: RED },
    { kind: 'text', text: 'WgW', x: 40, y: 40, sizePx: 30, font: 'sans', anchor: 'middle', centre: 'capitals', fill: [0, 0, 0] },
    { kind: 'line', x1: 12, y1: 70, x2: 66, y2: 9, widthPx: 2.5, stroke: [90, 90, 0] },
    { kind: 'line', x1: 44, y1: 44, x2: 44, y2: 44, widthPx: 9, stroke: RED },
  ];
  const whole = rasterise(picture(80, 80, shapes));
  const part = rasterise(picture(24, 16, shapes.map((shape) => moved(shape, -28, -30)))); // prettier-ignore
  for (let y = 0; y < 16; y++) {
    for (let x = 0; x < 24; x++) expect(pixelAt(part, 24, x, y)).toEqual(pixelAt(whole, 80, x + 28, y + 30));
  }
});

test('later shapes lie over earlier ones', () => {
  const square = { kind: 'rectangle', x: 0, y: 0, width: 2, height: 2 } as const;
  const shapes: Shape[] = [
    { ...square, fill: RED },
    { ...square, fill: [1, 2, 3] },
  ];
  expect(pixelAt(rasterise(picture(2, 2, shapes)), 2, 1, 1)).toEqual([1, 2, 3]);
});

test('a polygon is drawn at its whole px, once worked out or often', () => {
  const points = [[1.25, 0.5], [9.75, 3], [4, 8.125]] as const; // prettier-ignore
  const at = (x: number, y: number): Shape => ({ kind: 'polygon', x, y, points, fill: RED });
  for (const [x, y] of [
    [0, 0],
    [7, 3],
    [-4, 5],
  ] as const) {
    // prettier-ignore
    const shifted = points.map(([px, py]) => [px + x, py + y] as const);
    expect(rasterise(picture(24, 24, [at(x, y)]))).toEqual(rasterise(picture(24, 24, [{ kind: 'polygon', points: shifted, fill: RED }])));
  }
  expect(() => rasterise(picture(24, 24, [at(0.5, 0)]))).toThrow('polygon: expected whole px for x and y, got 0.5, 0');
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

function moved(shape: Shape, dx: number, dy: number): Shape {
  switch (shape.kind) {
    case 'polygon':
      return { ...shape, points: shape.points.map(([x, y]) => [x + dx, y + dy] as const) };
    case 'line':
      return { ...shape, x1: shape.x1 + dx, y1: shape.y1 + dy, x2: shape.x2 + dx, y2: shape.y2 + dy };
    default:
      return { ...shape, x: shape.x + dx, y: shape.y + dy };
  }
}

function picture(widthPx: number, heightPx: number, shapes: readonly Shape[]): Scene {
  return { widthPx, heightPx, background: WHITE, shapes, title: '', description: '' };
}

function pixelAt(pixels: Uint8Array, widthPx: number, x: number, y: number): [number, number, number] {
  const at = (y * widthPx + x) * 3;
  return [pixels[at] ?? -1, pixels[at + 1] ?? -1, pixels[at + 2] ?? -1];
}
