import { describe, expect, test } from 'vitest';
import { compactAnswer, compactCot } from '../../../src/tasks/grid-navigation/compact.ts';
import { paperAnswer, paperCot } from '../../../src/tasks/grid-navigation/paper.ts';
import { referenceOf } from '../../../src/tasks/grid-navigation/reference.ts';
import { movesIn, scoreGrid } from '../../../src/tasks/grid-navigation/score.ts';
import type { GridReference } from '../../../src/tasks/grid-navigation/score.ts';
import { truthOf, WORKED_GRID } from '../../support/grid-examples.ts';

const GOLD = 'up left right down down down down down left up';
const REFERENCE = referenceOf(WORKED_GRID);

/** A corner with an open way round: leaving at the top comes back at the bottom under the authors' rule. */
const OPEN = referenceOf(truthOf(['S O star', 'O O O', 'O D O'], ['star'], ['plus']));

function isRight(answer: string, reference: GridReference = REFERENCE): boolean {
  return scoreGrid(reference, answer, 'paper').correct;
}

test('takes the gold response of every kind in both profiles', () => {
  const paper = scoreGrid(REFERENCE, `${paperCot(WORKED_GRID)}\n${paperAnswer(WORKED_GRID)}`, 'paper');
  expect(paper).toEqual({ correct: true, exactMatch: true, cotExactMatch: null, gold: GOLD, prediction: GOLD, cotPrediction: null });
  const compact = [...compactCot(WORKED_GRID), ...compactAnswer(WORKED_GRID)].map(({ text }) => text).join(' ');
  expect(scoreGrid(REFERENCE, compact, 'compact')).toEqual(paper);
});

test('takes another path that collects everything and touches no obstacle', () => {
  expect(isRight('Answer: up left right down down left right down down down left up')).toBe(true); // a step aside on the way
  expect(isRight(`Answer: ${GOLD} left left`)).toBe(true); // the walk has ended
  expect(scoreGrid(REFERENCE, `answer up left right down down left right down down down left up`, 'compact').correct).toBe(true);
});

describe('refuses', () => {
  test.each([
    ['one object missing', 'Answer: down down down left'],
    ['the destination walked over before all is collected', 'Answer: up left right down down down down left down up'],
    ['a walk through an obstacle', 'Answer: up left down down right down down down left up'],
    ['a walk out of the grid', 'Answer: up left right down down down down down down left up'],
    ['a walk that stops short', 'Answer: up left right down down down down down left'],
    ['words after the moves', `Answer: ${GOLD} and done`],
    ['a full stop', `Answer: ${GOLD}.`],
    ['a comma between moves', 'Answer: up, left'],
    ['two blanks between moves', 'Answer: up  left right down down down down down left up'],
    ['capital letters', `Answer: ${GOLD.toUpperCase()}`],
    ['no answer', paperCot(WORKED_GRID)],
    ['the moves without their marker', GOLD],
    ['an empty answer', 'Answer: '],
    ['no path exists', 'Answer: No path exists'],
    ['a later answer that is wrong', `Answer: ${GOLD}\nAnswer: up`],
  ])('%s', (_, response) => {
    expect(isRight(response)).toBe(false);
    expect(isRight(`Answer: ${GOLD}`)).toBe(true);
  });
});

test('reads the last answer only, and empties a list with any other word', () => {
  expect(movesIn('Answer: up\nAnswer: left right\n', 'paper')).toEqual(['left', 'right']);
  expect(movesIn('Answer: left up now', 'paper')).toEqual([]);
  expect(movesIn('r1 c1 answer up \n answer down left', 'compact')).toEqual(['down', 'left']);
  expect(movesIn('answer down r1', 'compact')).toEqual([]);
  expect(movesIn('r1 c1 up r1 c2 okay \n', 'compact')).toEqual([]);
});

test('fails a step outside the grid, where the authors’ rule wraps round', () => {
  const overTheTop = 'Answer: right right up left down down down';
  expect(scoreGrid(OPEN, overTheTop, 'paper').correct).toBe(false);
  expect(scoreGrid(OPEN, overTheTop, 'paper', 'authors').correct).toBe(true);
  expect(scoreGrid(OPEN, 'Answer: left right right right down down left', 'paper').correct).toBe(false);
  expect(scoreGrid(OPEN, 'Answer: left right right right down down left', 'paper', 'authors').correct).toBe(true);
  // Two steps outside end the walk under both rules, and so does a step past the last row.
  for (const response of ['Answer: up up down down right right left down down', 'Answer: right right down down down up left']) {
    expect(scoreGrid(OPEN, response, 'paper', 'authors').correct).toBe(false);
  }
});

test('under the authors’ rule a square outside is as closed as the one on the other side', () => {
  const walled = referenceOf(truthOf(['S O star', 'O O O', 'O D plus'], ['star'], ['plus']));
  const overTheTop = 'Answer: right right up left down down down';
  expect(scoreGrid(OPEN, overTheTop, 'paper', 'authors').correct).toBe(true);
  expect(scoreGrid(walled, overTheTop, 'paper', 'authors').correct).toBe(false);
});

test('the authors’ rule reads a bare list, and stops at the destination as the strict rule does', () => {
  expect(scoreGrid(REFERENCE, GOLD, 'paper', 'authors').correct).toBe(true);
  expect(scoreGrid(REFERENCE, 'Answer: down down down left', 'paper', 'authors').correct).toBe(false);
});

test('where no path exists it must be said', () => {
  const none = { ...REFERENCE, gold: [] };
  expect(isRight('We search.\nAnswer: No path exists', none)).toBe(true);
  expect(isRight('Answer: maybe', none)).toBe(false);
  expect(isRight('', none)).toBe(false);
  expect(scoreGrid(none, 'Answer: maybe', 'paper', 'authors').correct).toBe(true);
  expect(isRight(`Answer: ${GOLD}`, none)).toBe(false);
});
