import { expect, test } from 'vitest';
import { COT_MODES, cotShareAt, hasRowsToInternalise, MIN_INTERNALISED_ROWS } from '../../../src/study/strategies/cot.ts';
import type { CotMode } from '../../../src/study/strategies/cot.ts';

/** [share, rows that keep it] along a run, in order. */
function runsOf(mode: CotMode, rows: number): [share: number, rows: number][] {
  const runs: [number, number][] = [];
  for (let position = 0; position < rows; position++) {
    const share = cotShareAt(mode, position, rows);
    const last = runs.at(-1);
    if (last?.[0] === share) last[1] += 1;
    else runs.push([share, 1]);
  }
  return runs;
}

test('the paper’s schedule: 30% full, 101 equal slices of 100%, 99%, …, 0%, 30% none', () => {
  // 0.4 x 101,000 rows are 101 slices of 400 rows. The first slice keeps all, as the rows before it; the last none, as the rows after it.
  const runs = runsOf('internalised', 101_000);
  expect(runs).toHaveLength(101);
  expect(runs.map(([share]) => Math.round(share * 100))).toEqual(Array.from({ length: 101 }, (_, i) => 100 - i));
  expect(runs[0]).toEqual([1, 30_300 + 400]);
  expect(runs[100]).toEqual([0, 400 + 30_300]);
  expect(runs.slice(1, -1).every(([, rows]) => rows === 400)).toBe(true);
});

test('slices differ by one row at most where 101 does not divide', () => {
  const sizes = runsOf('internalised', 120_000)
    .slice(1, -1)
    .map(([, rows]) => rows);
  expect(new Set(sizes)).toEqual(new Set([475, 476]));
});

test('the authors’ slip: 91 slices keep all, then 90%, 80%, …, 0%', () => {
  // Slices are floor(48,000 / 101) = 475 rows, and the last takes the 25 that are left.
  expect(runsOf('internalised-authors', 120_000)).toEqual([
    [1, 36_000 + 91 * 475],
    ...[0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1].map((share) => [share, 475]),
    [0, 475 + 25 + 36_000],
  ]);
});

test('full keeps all and none keeps nothing', () => {
  expect(runsOf('full', 50)).toEqual([[1, 50]]);
  expect(runsOf('none', 50)).toEqual([[0, 50]]);
});

test('shares never rise, and every slice has a row from the smallest allowed number of rows on', () => {
  expect(hasRowsToInternalise(MIN_INTERNALISED_ROWS)).toBe(true);
  expect(hasRowsToInternalise(MIN_INTERNALISED_ROWS - 1)).toBe(false);
  for (const mode of COT_MODES) {
    for (const rows of [MIN_INTERNALISED_ROWS, 253, 999, 1000]) {
      const shares = runsOf(mode, rows).map(([share]) => share);
      expect(shares).toEqual(shares.toSorted((a, b) => b - a));
      if (mode === 'internalised') expect(shares).toHaveLength(101);
    }
  }
});
