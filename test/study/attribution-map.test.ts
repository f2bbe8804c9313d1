/** Thresholds, signs and shares of a map. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inkShare, keptPixels, massOf, patchScores, scaleTop, shareOf, topMask, topPatches, valueOf } from '../../src/study/attribution-map.ts';
import { SIGNS } from '../../src/study/notebook-state.ts';

const scores = fc.array(fc.float({ min: -5, max: 5, noNaN: true }), { minLength: 1, maxLength: 400 }).map((values) => Float32Array.from(values));
const sign = fc.constantFrom(...SIGNS);

test('a score is read in four ways', () => {
  expect(SIGNS.map((one) => [2, -3].map((score) => valueOf(score, one)))).toEqual([
    [2, -3],
    [2, 3],
    [2, 0],
    [0, 3],
  ]);
  expect(SIGNS.map((one) => [2, -3].map((score) => massOf(score, one)))).toEqual([
    [2, 0],
    [2, 3],
    [2, 0],
    [0, 3],
  ]);
});

test('the mask keeps exactly the highest pixels, by a full sort', () => {
  fc.assert(
    fc.property(scores, fc.integer({ min: 1, max: 100 }), sign, (values, percent, one) => {
      const keep = keptPixels(values, 'pixels', percent, one);
      const mask = topMask(values, keep, one);
      const value = (i: number): number => valueOf(values[i] ?? 0, one);
      const order = Array.from(values, (_, i) => i).sort((a, b) => value(b) - value(a) || a - b);
      const kept = order.filter((i) => mask[i] === 1);
      expect(kept).toEqual(order.slice(0, keep));
      if (one === 'positive' || one === 'negative') for (const i of kept) expect(value(i)).toBeGreaterThan(0);
      else expect(keep).toBe(Math.max(1, Math.round((values.length * percent) / 100)));
    }),
    { numRuns: 300 },
  );
});

test('a threshold of mass keeps the fewest pixels that hold it', () => {
  fc.assert(
    fc.property(scores, fc.integer({ min: 1, max: 100 }), sign, (values, percent, one) => {
      const keep = keptPixels(values, 'mass', percent, one);
      const masses = Array.from(values, (score) => massOf(score, one)).sort((a, b) => b - a);
      const total = masses.reduce((sum, mass) => sum + mass, 0);
      const held = (count: number): number => masses.slice(0, count).reduce((sum, mass) => sum + mass, 0);
      if (total === 0) {
        expect(keep).toBe(0);
        return;
      }
      expect(held(keep)).toBeGreaterThanOrEqual((total * percent) / 100 - 1e-4 * total);
      expect(held(keep - 1)).toBeLessThan((total * percent) / 100 + 1e-4 * total);
      expect(masses[keep - 1]).toBeGreaterThan(0);
    }),
    { numRuns: 300 },
  );
});

test('of four pixels that hold 50, 30, 15 and 5 percent, 80 percent of the mass are two', () => {
  const values = Float32Array.from([15, 50, -100, 5, 30]);
  expect([10, 50, 51, 80, 95, 100].map((percent) => keptPixels(values, 'mass', percent, 'signed'))).toEqual([1, 1, 2, 2, 3, 4]);
  expect(keptPixels(values, 'mass', 50, 'absolute')).toBe(1);
  expect([...topMask(values, keptPixels(values, 'mass', 80, 'signed'), 'signed')]).toEqual([0, 1, 0, 0, 1]);
});

test('all-equal scores keep the asked number, the earliest first', () => {
  expect([...topMask(new Float32Array(6), 2, 'signed')]).toEqual([1, 1, 0, 0, 0, 0]);
});

test('one percent of the compact 6 x 11 picture is 169 pixels, at least one, and none of a sign that no pixel has', () => {
  expect(keptPixels(new Float32Array(176 * 96), 'pixels', 1, 'signed')).toBe(169);
  expect(keptPixels(new Float32Array(10), 'pixels', 0.1, 'absolute')).toBe(1);
  expect(keptPixels(new Float32Array(10).fill(-1), 'pixels', 50, 'positive')).toBe(0);
  expect([...topMask(new Float32Array(3), 0, 'positive')]).toEqual([0, 0, 0]);
});

/** 3 x 1 patches of 2 px, 6 px wide. */
const MAP = Float32Array.from([1, 0, 0, 2, -4, 0, 0, 1, 0, 0, 0, 0]);

test('patch sums add up to the whole and know their place', () => {
  const patches = patchScores(MAP, topMask(MAP, 1, 'signed'), 6, 2, 'signed');
  expect(patches).toEqual([
    { row: 0, column: 0, sum: 2, mass: 2, kept: 0 },
    { row: 0, column: 1, sum: 2, mass: 2, kept: 1 },
    { row: 0, column: 2, sum: -4, mass: 4, kept: 0 },
  ]);
  expect(topPatches(patches, 2).map(({ column }) => column)).toEqual([2, 0]); // by size, as shares are; ties go to the earlier one
  const masses = SIGNS.map((one) => patchScores(MAP, new Uint8Array(12), 6, 2, one).map(({ mass }) => mass));
  expect(masses).toEqual([
    [2, 2, 4],
    [2, 2, 4],
    [2, 2, 0],
    [0, 0, 4],
  ]);
});

test('the part of what is drawn is counted over pixels that are not white', () => {
  const pixels = new Uint8Array(4 * 2 * 3).fill(255); // two patches of 2 x 2 px, side by side
  for (const i of [0, 2, 6, 7]) pixels[3 * i + 1] = 0; // one pixel left, three right
  expect(inkShare(pixels, 4, 2, [0])).toBe(0.25);
  expect(inkShare(pixels, 4, 2, [0, 1, 1])).toBe(1);
  expect(inkShare(pixels, 4, 2, [])).toBe(0);
  expect(inkShare(new Uint8Array(24).fill(255), 4, 2, [0])).toBeNull();
});

test('shares by hand: of the mass, of the kept pixels, of the area', () => {
  const patches = patchScores(MAP, topMask(MAP, 2, 'absolute'), 6, 2, 'absolute'); // keeps -4 and 2
  expect(shareOf(patches, [0])).toEqual({ mass: 0.25, kept: 0, area: 1 / 3 });
  expect(shareOf(patches, [2, 2, 1])).toEqual({ mass: 0.75, kept: 1, area: 2 / 3 });
  expect(shareOf(patches, [])).toEqual({ mass: 0, kept: 0, area: 0 });
  const none = patchScores(new Float32Array(12), new Uint8Array(12), 6, 2, 'signed');
  expect(shareOf(none, [0])).toEqual({ mass: null, kept: null, area: 1 / 3 });
});

test('the scale of colours reaches what one pixel in 200 exceeds, of either sign when both are shown', () => {
  const values = Float32Array.from({ length: 400 }, (_, i) => (i - 100) / 100); // -1 .. 2.99
  expect(SIGNS.map((one) => Number(scaleTop(values, one).toFixed(2)))).toEqual([2.97, 2.97, 2.97, 0.98]);
  expect(SIGNS.map((one) => scaleTop(MAP, one))).toEqual([4, 4, 2, 4]);
  const lonely = new Float32Array(1000);
  lonely[3] = 5;
  expect(scaleTop(lonely, 'signed')).toBe(5); // nearly all are 0
  expect(scaleTop(new Float32Array(4), 'absolute')).toBe(0);
});
