import { describe, expect, test } from 'vitest';
import { packOutcomes } from '../../src/lib/outcomes.ts';
import { pairedDifference, wilson } from '../../src/lib/statistics.ts';
import type { Measured } from '../../src/lib/statistics.ts';

/** Roots of (p - x)^2 = z^2 x (1 - x) / n, found by bisection: what a Wilson interval is, not how it is computed. */
function bisect(p: number, n: number, from: number, to: number): number {
  const outside = (x: number): number => (p - x) ** 2 - (1.959963984540054 ** 2 * x * (1 - x)) / n;
  let [low, high] = [from, to];
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2;
    if (outside(middle) > 0 === outside(low) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

test('solves the equation of the score interval', () => {
  for (const [correct, total] of [
    [1, 2],
    [3, 10],
    [95, 100],
    [199, 200],
    [250, 500],
  ] as const) {
    const { low, high } = wilson(correct, total);
    const p = correct / total;
    expect(low).toBeCloseTo(bisect(p, total, 0, p), 10);
    expect(high).toBeCloseTo(bisect(p, total, p, 1), 10);
  }
});

test('gives the known interval of 81 of 263', () => {
  const { low, high } = wilson(81, 263); // Newcombe 1998, table I, method 3: 0.2553 to 0.3662
  expect(low).toBeCloseTo(0.2553, 4);
  expect(high).toBeCloseTo(0.3662, 4);
});

test('stays inside [0, 1] and has width at the ends', () => {
  expect(wilson(0, 200).low).toBe(0);
  expect(wilson(0, 200).high).toBeCloseTo(0.01884, 4);
  expect(wilson(200, 200).high).toBe(1);
  expect(wilson(200, 200).low).toBeCloseTo(0.98116, 4);
  expect(wilson(0, 0)).toEqual({ low: 0, high: 1 });
});

test.each([
  [-1, 2],
  [3, 2],
  [0.5, 2],
  [Number.NaN, 2],
])('refuses %d of %d', (correct, total) => {
  expect(() => wilson(correct, total)).toThrow('wilson: expected whole numbers');
});

describe('pairedDifference', () => {
  const exact = (value: number): Measured => ({ value, low: null, high: null });

  test('is Student’s interval over the pairs where nothing is known of examples', () => {
    // differences 9, 9, 6: mean 8, s = sqrt(3), standard error 1, t(2) = 4.303
    const found = pairedDifference([9, 9, 6].map((value) => [exact(value), exact(0)] as const));
    expect(found?.mean).toBe(8);
    expect(found?.low).toBeCloseTo(8 - 4.303, 9);
    expect(found?.high).toBeCloseTo(8 + 4.303, 9);
  });

  test('is never surer than the examples of one pair: square and add of the two intervals', () => {
    // Newcombe 1998, table II, method 10: 56/70 against 48/80 is 0.2 (0.0524 to 0.3339)
    const of = (correct: number, total: number): Measured => ({ value: correct / total, ...wilson(correct, total) });
    const pair = [of(56, 70), of(48, 80)] as const;
    for (const pairs of [[pair], [pair, pair, pair]]) {
      const found = pairedDifference(pairs);
      expect(found?.mean).toBeCloseTo(0.2, 9);
      expect(found?.low).toBeCloseTo(0.0524, 4);
      expect(found?.high).toBeCloseTo(0.3339, 4);
    }
  });

  test('pairs the examples where both sides have answered the same', () => {
    // Agresti, Categorical Data Analysis (2002), table 10.1: 794 right both times, 150 then no longer, 86 only then, 570 never. With half a pair more in each cell:
    // sqrt(237 - 64^2 / 1602) / 1602 = 0.0095578 is the standard error.
    const outcomes = (parts: readonly (readonly [boolean, number])[]): string =>
      packOutcomes(parts.flatMap(([isRight, count]) => Array.from({ length: count }, () => isRight)));
    const before: Measured = {
      value: 944 / 1600,
      ...{ low: null, high: null },
      outcomes: outcomes([
        [true, 944],
        [false, 656],
      ]),
    };
    const after: Measured = {
      value: 880 / 1600,
      ...{ low: null, high: null },
      outcomes: outcomes([
        [true, 794],
        [false, 150],
        [true, 86],
        [false, 570],
      ]),
    };
    for (const pairs of [
      [[before, after]],
      [
        [before, after],
        [before, after],
      ],
    ] as const) {
      const found = pairedDifference(pairs);
      expect(found?.mean).toBeCloseTo(0.04, 9);
      expect(found?.low).toBeCloseTo(0.04 - 0.018733, 5);
      expect(found?.high).toBeCloseTo(0.04 + 0.018733, 5);
    }
    const percent = (side: Measured): Measured => ({ ...side, value: 100 * side.value, whole: 100 });
    expect(pairedDifference([[percent(before), percent(after)]])?.low).toBeCloseTo(4 - 1.8733, 3);
    // one side without outcomes, or with others': as before, and here nothing is known
    expect(pairedDifference([[before, { value: 0.5, low: null, high: null }]])).toBeNull();
    expect(pairedDifference([[before, { ...after, outcomes: packOutcomes([true]) }]])).toBeNull();
  });

  test('equal answers are no certainty', () => {
    const same: Measured = { value: 1, low: null, high: null, outcomes: packOutcomes(Array.from({ length: 100 }, () => true)) };
    expect(pairedDifference([[same, same]])?.high).toBeCloseTo(0.0192, 4); // 1.96 / 102
  });

  test('of one pair without intervals, or of none, nothing is known', () => {
    expect(pairedDifference([[exact(1), exact(0)]])).toBeNull();
    expect(pairedDifference([])).toBeNull();
  });
});
