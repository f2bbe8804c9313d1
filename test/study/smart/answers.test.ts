import { describe, expect, test } from 'vitest';
import { answerTypeOf } from '../../../src/study/smart/answer-classes.ts';
import type { Encoding } from '../../../src/study/smart/answer-text.ts';
import { textOfValue, valueOfText } from '../../../src/study/smart/answer-text.ts';
import { SKILL_OF } from '../../../src/study/smart/catalogue.ts';
import { answerClasses } from '../../../src/tasks/puzzles/answers.ts';
import type { AnswerType } from '../../../src/tasks/puzzles/puzzle.ts';

const read = (puzzle: number, text: string, encoding: Encoding = 'as-coded', icons: readonly string[] = []) =>
  valueOfText(puzzle, text, encoding, icons);

test('every puzzle has its skill, as many as the paper counts', () => {
  const counts: Record<string, number> = {};
  for (const skill of SKILL_OF.values()) counts[skill] = (counts[skill] ?? 0) + 1;
  expect(counts).toEqual({ counting: 26, math: 14, logic: 9, path: 12, algebra: 15, measure: 8, spatial: 9, pattern: 5, order: 3 });
  expect([...SKILL_OF.keys()].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 101 }, (_, i) => i + 1));
});

// Texts as in SMART_info_v2.csv and on the project's site; values by the table of spec 1.8.
test.each([
  [2, '7', 7],
  [21, '5 hours', 5],
  [21, '1 hour', 1],
  [22, '55 cm', 55],
  [93, '18 km', 18],
  [101, 'Impossible', 0],
  [6, '-3', -3], // an option may be below zero
  [24, 'E', 4],
  [32, 'R', 17],
  [98, 'D', 3],
  [25, '11:00 AM', 11],
  [25, '3:00 PM', 15],
  [25, '12:00 AM', 12],
  [25, '12:00 PM', 24],
  [58, '+2', 12],
  [58, '-5', 25],
  [58, 'x6', 36],
  [58, '/4', 44],
  [16, '1, 2 and 5', [1, 2, 5]],
  [16, '3 and 4', [3, 4]],
  [18, '5-2-3-1-4', [5, 2, 3, 1, 4]],
  [35, 'A, C, and E', [0, 2, 4]],
  [35, 'B', [1]],
  [39, 'KNAO', [10, 13, 0, 14]],
  [63, 'only 1 or 3', [1, 3]],
  [63, '2,3,or 4', [2, 3, 4]],
  [63, 'only 5', [5]],
  [100, 'MATH', [12, 0, 19, 7]],
])('puzzle %i: %s is %j', (puzzle, text, value) => {
  expect(read(puzzle, text)).toEqual(value);
});

test.each([
  [2, 'seven'],
  [2, '7.5'],
  [2, ''],
  [2, '12345678901'],
  [25, '13:00 AM'],
  [25, '3:30 PM'],
  [25, '3'],
  [58, '6'],
  [58, '%6'],
  [58, '+12'],
  [16, '1 to 5'],
  [16, '40'],
  [18, '5-6-3-1-4'],
  [35, 'A and F'],
  [39, 'kanga'],
  [39, 'ABCDEFGHIJK'], // eleven, and the decoder has ten steps
  [63, ''],
])('puzzle %i: “%s” is no answer', (puzzle, text) => {
  expect(read(puzzle, text)).toBeNull();
});

test('clean: noon is 12 and midnight 24, and no other hour changes', () => {
  expect(['12:00 AM', '12:00 PM', '1:00 AM', '11:00 PM'].map((text) => read(25, text, 'clean'))).toEqual([24, 12, 1, 23]);
});

test('an icon is its place among the names that occur, however it is spaced', () => {
  const icons = ['fast_train', 'flag', 'monkey'];
  expect([read(1, 'fast train', 'clean', icons), read(1, 'Monkey', 'clean', icons), read(1, 'kraken', 'clean', icons)]).toEqual([0, 2, null]);
});

describe('classes', () => {
  test.each<[number, readonly (number | number[])[], Encoding, AnswerType]>([
    [2, [3, 8, 1], 'as-coded', { kind: 'integer', classes: 9 }],
    [24, [0, 2], 'as-coded', { kind: 'label', classes: 5 }],
    [32, [17, 2], 'as-coded', { kind: 'letter', classes: 18 }],
    [25, [24, 3], 'as-coded', { kind: 'time', classes: 25 }],
    [58, [44, 12], 'as-coded', { kind: 'operation', classes: 45 }],
    [16, [[1, 2]], 'as-coded', { kind: 'sequence', classes: 27, pad: 26, symbols: 'numbers' }],
    [16, [[1, 2]], 'clean', { kind: 'sequence', classes: 27, pad: 26, symbols: 'numbers' }],
    [18, [[5, 1, 2, 3, 4]], 'as-coded', { kind: 'sequence', classes: 6, pad: 5, symbols: 'numbers' }],
    [18, [[5, 1, 2, 3, 4]], 'clean', { kind: 'sequence', classes: 7, pad: 6, symbols: 'numbers' }],
    [35, [[0]], 'as-coded', { kind: 'sequence', classes: 6, pad: 5, symbols: 'letters' }],
    [35, [[0]], 'clean', { kind: 'sequence', classes: 6, pad: 5, symbols: 'letters' }],
    [39, [[0]], 'clean', { kind: 'sequence', classes: 27, pad: 26, symbols: 'letters' }],
    [63, [[1, 3], [10]], 'as-coded', { kind: 'sequence', classes: 11, pad: 10, symbols: 'numbers' }],
    [63, [[1, 3], [10]], 'clean', { kind: 'sequence', classes: 12, pad: 11, symbols: 'numbers' }],
    [100, [[0]], 'as-coded', { kind: 'sequence', classes: 27, pad: 26, symbols: 'letters' }],
  ])('puzzle %i with answers %j, %s', (puzzle, answers, encoding, type) => {
    expect(answerTypeOf(puzzle, answers, encoding)).toEqual(type);
  });

  test('as coded, card 5 of puzzle 18 and its pad are one class; clean, they are two', () => {
    const targets = (encoding: Encoding) => answerClasses(answerTypeOf(18, [[5, 1]], encoding), [5, 1]);
    expect(targets('as-coded')).toEqual([5, 1, 5, 5, 5, 5, 5, 5, 5, 5]);
    expect(targets('clean')).toEqual([5, 1, 6, 6, 6, 6, 6, 6, 6, 6]);
  });
});

test.each<[number, AnswerType, number | readonly number[], string]>([
  [58, { kind: 'operation', classes: 50 }, 36, 'x6'],
  [25, { kind: 'time', classes: 25 }, 12, '12:00 PM'],
  [22, { kind: 'integer', classes: 100, unit: 'cm' }, 40, '40 cm'],
  [92, { kind: 'integer', classes: 60, unit: 'sticks' }, 12, '12'],
  [16, { kind: 'sequence', classes: 27, pad: 26, symbols: 'numbers' }, [1, 2, 5], '1, 2 and 5'],
  [18, { kind: 'sequence', classes: 7, pad: 6, symbols: 'numbers' }, [5, 1, 2], '5-1-2'],
  [100, { kind: 'sequence', classes: 27, pad: 26, symbols: 'letters' }, [12, 0], 'MA'],
])('puzzle %i writes its answers as the release does, and reads them back', (puzzle, type, value, text) => {
  expect(textOfValue(puzzle, type, value)).toBe(text);
  expect(read(puzzle, text, 'clean')).toEqual(value);
});
