import { describe, expect, test } from 'vitest';
import { chosenOption, scoresOf } from '../../../src/study/smarter/scores.ts';
import type { ItemFacts } from '../../../src/study/smarter/features.ts';
import type { PuzzleHead } from '../../../src/study/smart/puzzle-item.ts';

const HEADS: readonly PuzzleHead[] = [
  { puzzle: 14, skill: 'counting', answer: { kind: 'integer', classes: 10 } },
  { puzzle: 50, skill: 'counting', answer: { kind: 'integer', classes: 5 } },
  { puzzle: 100, skill: 'logic', answer: { kind: 'sequence', classes: 27, pad: 26, symbols: 'letters' } },
];

const item = (puzzle: number, classes: readonly number[], options: readonly (readonly number[] | null)[]): ItemFacts => ({
  ...{ source: 'own', puzzle, index: 0, skill: 'counting', question: 'q', options: ['', '', '', '', ''], classes, optionClasses: options },
  right: options.findIndex((each) => String(each) === String(classes)),
});
const number = (puzzle: number, answer: number, ...options: number[]): ItemFacts =>
  item(
    puzzle,
    [answer],
    options.map((each) => [each]),
  );
const said = (...classes: number[]) => ({ classes, isSolved: false, loss: 0.5, chance: 0.5 });

describe('the option that an answer means', () => {
  const near = number(14, 4, 1, 4, 7, 9, 2);
  test.each([
    ['the same value', [4], 1],
    ['the nearest value', [8], 2], // 7 and 9 are as near: the first
    ['the nearest below', [0], 0],
  ])('is %s', (_, classes, place) => {
    expect(chosenOption(near, classes)).toBe(place);
  });

  test('is none for a sequence that is not among them, and options without a value are passed over', () => {
    const sequences = item(
      100,
      [1, 2, 26],
      [
        [1, 2, 26],
        [2, 1, 26],
        [3, 3, 26],
        [4, 4, 26],
        [5, 5, 26],
      ],
    );
    expect(chosenOption(sequences, [2, 1, 26])).toBe(1);
    expect(chosenOption(sequences, [2, 1, 1])).toBe(-1);
    expect(chosenOption(item(14, [4], [null, [9], [4], null, null]), [5])).toBe(2);
  });
});

test('scores count answers, options, floors and skills', () => {
  const train = [number(14, 3, 3), number(14, 3, 3), number(14, 4, 4), number(50, 1, 1)];
  const items = [number(14, 3, 3, 4, 5, 6, 7), number(14, 4, 3, 4, 5, 6, 7), number(14, 5, 3, 4, 5, 6, 7), number(50, 2, 0, 1, 2, 3, 4)];
  const scores = scoresOf(HEADS, train, items, [said(3), said(3), said(9), said(2)]);
  const [first, second] = scores.puzzles;
  expect(first).toMatchObject({ puzzle: 14, items: 3, solved: 1 / 3, optionRight: 1 / 3, majority: 1 / 3, majorityOption: 1 / 3, uniform: 0.1 });
  expect(second).toMatchObject({ puzzle: 50, items: 1, solved: 1, majority: 0, uniform: 0.2 });
  expect(scores.puzzles).toHaveLength(2);
  // A skill is the plain mean of its puzzles, the whole the mean of its items.
  expect(scores.skills).toMatchObject([{ skill: 'counting', puzzles: 2, items: 4, solved: 2 / 3, majority: 1 / 6 }]);
  expect(scores.overall).toMatchObject({ items: 4, solved: 0.5, majority: 0.25 });
  expect(scores.overall.low).toBeCloseTo(0.15, 2);
  expect(scores.loss).toBe(0.5);
});

test('an option whose value is nearest counts as O_acc, not as S_acc', () => {
  const scores = scoresOf(HEADS, [], [number(14, 8, 2, 8, 1, 0, 3)], [said(9)]);
  expect(scores.overall).toMatchObject({ solved: 0, optionRight: 1 });
});

test('puzzles that are tested and were never trained on are named, and nothing is said when there are none', () => {
  const [seen, unseen] = [number(14, 4, 1, 4, 7, 9, 2), number(50, 2, 1, 2, 3, 4, 0)];
  expect(scoresOf(HEADS, [seen], [seen, unseen], [said(4), said(2)]).untrained).toEqual([50]);
  expect(scoresOf(HEADS, [seen, unseen], [seen, unseen], [said(4), said(2)])).not.toHaveProperty('untrained');
});
