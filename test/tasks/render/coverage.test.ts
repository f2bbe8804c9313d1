import { expect, test } from 'vitest';
import { makeRng } from '../../../src/lib/rng.ts';
import { maskOf } from '../../../src/tasks/render/coverage.ts';
import type { Mask } from '../../../src/tasks/render/coverage.ts';

test('a triangle covers exactly the parts of its pixels', () => {
  // Right angle at the top left, legs of 4 px: the diagonal halves four pixels, the six above it are whole.
  const mask = maskOf([Float64Array.of(0, 0, 4, 0, 0, 4)]);
  expect(rowsOf(mask)).toEqual([
    [255, 255, 255, 128, 0],
    [255, 255, 128, 0, 0],
    [255, 128, 0, 0, 0],
    [128, 0, 0, 0, 0],
    [0, 0, 0, 0, 0],
  ]);
});

test('a shallow edge gives the trapezoid below it in every pixel', () => {
  // From (0, 1) down to (4, 0) over the base y = 1: areas 1/8, 3/8, 5/8, 7/8.
  const mask = maskOf([Float64Array.of(0, 1, 4, 0, 4, 1)]);
  expect(rowsOf(mask)[0]?.slice(0, 4)).toEqual([1 / 8, 3 / 8, 5 / 8, 7 / 8].map((area) => Math.round(255 * area)));
});

test('a rectangle of parts of pixels covers the product of its sides', () => {
  const mask = maskOf([Float64Array.of(1.25, 2.5, 3.5, 2.5, 3.5, 3.75, 1.25, 3.75)]);
  expect(mask).toMatchObject({ left: 1, top: 2 });
  const [columns, rows] = [
    [0.75, 1, 0.5],
    [0.5, 0.75],
  ];
  expect(rowsOf(mask)).toEqual(rows?.map((y) => columns?.map((x) => Math.round(255 * x * y))));
});

test('the way round does not matter, and a contour the other way cuts a hole', () => {
  const square = [0, 0, 6, 0, 6, 6, 0, 6];
  const hole = [2, 2, 2, 4, 4, 4, 4, 2];
  const mask = maskOf([Float64Array.from(square), Float64Array.from(hole)]);
  expect(rowsOf(mask)[3]).toEqual([255, 255, 0, 0, 255, 255, 0]);
  const back = maskOf([Float64Array.from([0, 0, 0, 6, 6, 6, 6, 0])]);
  expect(rowsOf(back)[3]).toEqual([255, 255, 255, 255, 255, 255, 0]);
});

test('overlapping contours do not cover more than the whole pixel', () => {
  const square = Float64Array.of(0, 0, 3, 0, 3, 3, 0, 3);
  expect(rowsOf(maskOf([square, square]))[1]).toEqual([255, 255, 255, 0]);
});

test('random triangles cover their area, to the rounding of a pixel', () => {
  const rng = makeRng('test', 'coverage');
  for (let i = 0; i < 500; i++) {
    const [x1, y1, x2, y2, x3, y3] = Array.from({ length: 6 }, () => rng.unit() * 40 - 10) as [number, number, number, number, number, number];
    const area = Math.abs((x2 - x1) * (y3 - y1) - (x3 - x1) * (y2 - y1)) / 2;
    const mask = maskOf([Float64Array.of(x1, y1, x2, y2, x3, y3)]);
    const partial = mask?.alpha.filter((value) => value > 0 && value < 255).length ?? 0;
    const covered = (mask?.alpha.reduce((sum, value) => sum + value, 0) ?? 0) / 255;
    // Each partly covered pixel is rounded by at most 1/510; pixels rounded to 0 or 255 add as much again.
    expect(Math.abs(covered - area)).toBeLessThanOrEqual((2 * partial + 20) / 510);
  }
});

test('a place scales and moves the polygon', () => {
  const moved = maskOf([Float64Array.of(0, 0, 100, 0, 100, 200, 0, 200)], { scaleX: 0.02, scaleY: -0.01, offsetX: 5, offsetY: 9 });
  expect(moved).toMatchObject({ left: 5, top: 7 });
  expect(rowsOf(moved).slice(0, 2)).toEqual([
    [255, 255, 0],
    [255, 255, 0],
  ]);
});

test('nothing to cover gives no mask', () => {
  expect(maskOf([])).toBeNull();
  expect(maskOf([Float64Array.of(1, 1, 5, 1)])).toBeNull();
});

test('a shape larger than any picture, or not a number, is refused', () => {
  expect(() => maskOf([Float64Array.of(0, 0, 1e6, 0, 0, 1e6)])).toThrow(
    /maskOf: expected a shape of at most 8192 px a side, got .*1000001 x 1000001/,
  );
  expect(() => maskOf([Float64Array.of(0, 0, 5, Number.NaN, 0, 5)])).toThrow(/maskOf/);
});

function rowsOf(mask: Mask | null): number[][] {
  if (mask === null) return [];
  return Array.from({ length: mask.height }, (_, row) => [...mask.alpha.subarray(row * mask.width, (row + 1) * mask.width)]);
}
