/** Arithmetic of the curves. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeCurve, joinCurves, logTick, sampleRows, thin, toCsv } from '../../../src/ui/elements/curves.ts';

test('thinning keeps the first, the last, the lowest and the highest point, in order', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 3000 }),
      fc.integer({ min: 8, max: 200 }),
      (values, max) => {
        const steps = values.map((_, i) => i * 2);
        const thinned = thin(steps, values, max);
        expect(thinned.steps.length).toBeLessThanOrEqual(Math.max(max, 2));
        expect(thinned.steps[0]).toBe(0);
        expect(thinned.steps.at(-1)).toBe((values.length - 1) * 2);
        expect(Math.max(...thinned.values)).toBe(Math.max(...values));
        expect(Math.min(...thinned.values)).toBe(Math.min(...values));
        expect(thinned.steps).toEqual(thinned.steps.toSorted((a, b) => a - b));
      },
    ),
    { numRuns: 200 },
  );
});

test('curves of different steps share one axis', () => {
  const joined = joinCurves([
    { steps: [1, 3], values: [10, 30] },
    { steps: [2, 3], values: [5, NaN] },
  ]);
  expect(joined).toEqual({
    steps: [1, 2, 3],
    columns: [
      [10, null, 30],
      [null, 5, null],
    ],
  });
});

test('CSV holds every point and quotes names', () => {
  expect(toCsv([{ label: 'a "b"', style: 0, steps: [1, 2], values: [0.5, 0.25] }])).toBe('step,"a ""b"""\n1,0.5\n2,0.25\n');
});

test('tables show evenly spaced rows and always the last', () => {
  expect(sampleRows([1, 2, 3], 10)).toEqual([0, 1, 2]);
  expect(
    sampleRows(
      Array.from({ length: 101 }, (_, i) => i),
      5,
    ),
  ).toEqual([0, 25, 50, 75, 100]);
});

test('ticks of a logarithmic axis are told apart, however small', () => {
  expect([700_000, 10, 1, 0.1, 0.0001, 1e-7, null].map(logTick)).toEqual(['700000', '10', '1', '0.1', '0.0001', '1e-7', '']);
});

test('a sentence says what a curve did', () => {
  expect(describeCurve({ label: 'run', style: 0, steps: [1, 9], values: [2, 0.5] })).toBe('run: fell from 2.000 to 0.500 by step 9.');
  expect(describeCurve({ label: 'run', style: 0, steps: [], values: [] })).toBe('run: no points yet.');
});
