import { expect, test } from 'vitest';
import { mixtureOf, permutation, rowAt } from '../../src/study/mixture.ts';
import { SUPERVISIONS } from '../../src/study/run-spec.ts';
import type { Supervision } from '../../src/study/run-spec.ts';
import { study } from './specs.ts';

const rowsOf = (supervision: Supervision, examples: number, seed = 1) => {
  const spec = study({ supervision, examples, batchSize: 1, seed });
  return Array.from({ length: examples }, (_, position) => rowAt(spec, position));
};

test.each([
  // supervision, u, rows of one epoch, epochs: spec/s2h section 5 for N = 600
  ['text', 300, 300, 2],
  ['image', 200, 200, 3],
  ['text+image', 200, 400, 1.5],
  ['image-via-text', 200, 200, 3],
  ['mix', 200, 600, 1],
] as const)('%s has the counts of the paper', (supervision, unique, rowsPerEpoch, epochs) => {
  const mixture = mixtureOf(supervision, 600);
  expect(mixture).toMatchObject({ unique, rowsPerEpoch, totalRows: 600 });
  expect(600 / mixture.rowsPerEpoch).toBe(epochs);
  const rows = rowsOf(supervision, 600);
  const counts = new Map<string, number>();
  for (const { kind, key } of rows) counts.set(`${kind} ${key.index}`, (counts.get(`${kind} ${key.index}`) ?? 0) + 1);
  // Every row of a kind is seen floor(epochs) or ceil(epochs) times, on the same u examples for every kind.
  expect(counts.size).toBe(rowsPerEpoch);
  expect([...counts.values()].every((count) => count === Math.floor(epochs) || count === Math.ceil(epochs))).toBe(true);
  for (const kind of mixture.kinds) {
    const used = new Set(rows.filter((row) => row.kind === kind).map(({ key }) => key.index));
    expect([...used].toSorted((a, b) => a - b)).toEqual(Array.from({ length: unique }, (_, i) => i));
  }
});

test('sees exactly N rows when N does not divide: the rest begins one more epoch', () => {
  for (const supervision of SUPERVISIONS) {
    for (const examples of [1, 2, 3, 4, 5, 100, 101]) {
      const { unique, rowsPerEpoch, kinds } = mixtureOf(supervision, examples);
      expect(unique).toBeGreaterThanOrEqual(1);
      expect(rowsPerEpoch).toBe(unique * kinds.length);
      expect(rowsOf(supervision, examples)).toHaveLength(examples);
    }
  }
});

test('shuffles each epoch anew, over all kinds at once', () => {
  const rows = rowsOf('text', 200).map(({ key }) => key.index);
  const [first, second] = [rows.slice(0, 100), rows.slice(100)];
  expect(first).not.toEqual(second);
  expect(first.toSorted((a, b) => a - b)).toEqual(second.toSorted((a, b) => a - b));
  const kinds = rowsOf('mix', 300).map(({ kind }) => kind);
  expect(new Set(kinds.slice(0, 30)).size).toBe(3);
});

test('trains on the simple level and the train split only, with the seed of the run', () => {
  for (const { key } of rowsOf('mix', 30, 7)) expect(key).toMatchObject({ level: 'simple', split: 'train', seed: 7 });
});

test('orders are permutations that depend on seed and epoch, and are the same when asked for again', () => {
  const order = permutation(3, 0, 50);
  expect([...order].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
  for (let epoch = 1; epoch < 8; epoch++) expect([...permutation(3, epoch, 50)]).not.toEqual([...order]); // more than the cache holds
  expect([...permutation(3, 0, 50)]).toEqual([...order]);
  expect([...permutation(4, 0, 50)]).not.toEqual([...order]);
});
