import { describe, expect, test } from 'vitest';
import type { SplitSpec } from '../../../src/study/smart/splits.ts';
import { byRatio, heldOutAnswer, SMART_INSTANCE_SPLIT, SMARTER_SMALL_SPLIT, SMARTER_SPLIT, splitRows } from '../../../src/study/smart/splits.ts';

const ANSWERS = Array.from({ length: 2000 }, (_, i) => i % 4);
const sizes = (puzzle: number, spec: SplitSpec, answers: readonly (number | readonly number[])[] = ANSWERS) => {
  const { train, val, test: held } = splitRows(puzzle, answers, 4, spec);
  return [train.length, val.length, held.length];
};
const kind = (name: 'puzzle' | 'answer'): SplitSpec => ({ ...SMART_INSTANCE_SPLIT, kind: name });

test('instance splits of both papers, by order', () => {
  expect(sizes(2, SMART_INSTANCE_SPLIT)).toEqual([1600, 100, 300]);
  expect(sizes(2, SMARTER_SPLIT)).toEqual([600, 200, 200]);
  expect(sizes(2, SMARTER_SMALL_SPLIT)).toEqual([8, 4, 8]);
  const { train, val, test: held } = splitRows(2, ANSWERS, 4, SMARTER_SPLIT);
  expect([train[0], train.at(-1), val[0], val.at(-1), held[0], held.at(-1)]).toEqual([0, 599, 600, 799, 800, 999]);
});

test('a row between two parts is in neither, as in the reference code', () => {
  const cut = byRatio(
    Array.from({ length: 11 }, (_, i) => i),
    [80, 5, 15],
  ); // 8.8 and 9.35
  expect(cut).toEqual({ train: [0, 1, 2, 3, 4, 5, 6, 7], val: [], test: [10] });
});

test('puzzle split: 77 puzzles train, 3 validate, 21 test', () => {
  const parts = Array.from({ length: 101 }, (_, i) => sizes(i + 1, kind('puzzle')));
  expect(parts.filter(([train]) => train === 1600)).toHaveLength(77);
  expect(parts.flatMap(([, val], i) => (val === 100 ? [i + 1] : []))).toEqual([7, 43, 64]);
  expect(parts.filter(([, , held]) => held === 300)).toHaveLength(21);
  expect(parts.every((part) => part.filter((count) => count > 0).length === 1)).toBe(true);
  expect(parts[100]).toEqual([0, 0, 300]);
  expect(parts[99]).toEqual([1600, 0, 0]);
});

test('few-shot split: the first m rows of the held out puzzles train, and are not measured', () => {
  const spec: SplitSpec = { ...SMART_INSTANCE_SPLIT, kind: 'few-shot', shots: 10 };
  expect(sizes(2, spec)).toEqual([1600, 0, 0]);
  const { train, val, test: held } = splitRows(61, ANSWERS, 4, spec);
  expect([train.length, val.length, held.length]).toEqual([10, 0, 298]); // of 1,990 from 1,691.5 on
  expect([train.at(-1), held[0], held.at(-1)]).toEqual([9, 1702, 1999]);
  expect(sizes(7, spec)).toEqual([10, 99, 0]); // 1592 to 1691.5
});

describe('answer split', () => {
  test('holds out the largest answer whose share is not above the median share', () => {
    const counted = (counts: readonly number[]): number[] => counts.flatMap((count, answer) => Array.from({ length: count }, () => answer));
    expect(heldOutAnswer(counted([0, 50, 30, 10, 9, 1]), 7)).toBe(4); // shares .5 .3 .1 .09; .01 is too few; the median is .2
    expect(heldOutAnswer(counted([0, 10, 40, 30]), 5)).toBe(3); // the median itself counts
    expect(heldOutAnswer(counted([0, 60, 30, 5, 5]), 5)).toBe(3); // the last two are counted as one, 3
    expect(heldOutAnswer([], 5)).toBeNull();
  });

  test('tests on that answer alone, and trains on 95 % of the rest', () => {
    const answers = Array.from({ length: 2000 }, (_, i) => [1, 1, 1, 2, 2, 5, 7, 7, 7, 7][i % 10] ?? 0);
    const { train, val, test: held } = splitRows(2, answers, 8, kind('answer'));
    // shares: 1 .3, 2 .2, 5 .1, 7 .4 (counted with class 6): median .25, so 5
    expect(held.map((row) => answers[row])).toEqual(Array.from({ length: 200 }, () => 5));
    expect([train.length, val.length]).toEqual([1710, 90]);
    expect([...train, ...val].some((row) => answers[row] === 5)).toBe(false);
  });

  test('sequences and puzzle 58 are split by order', () => {
    expect(sizes(58, kind('answer'))).toEqual([1600, 100, 300]);
    expect(
      sizes(
        16,
        kind('answer'),
        ANSWERS.map((answer) => [answer, 1]),
      ),
    ).toEqual([1600, 100, 300]);
  });
});
