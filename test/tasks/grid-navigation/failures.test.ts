import { expect, test } from 'vitest';
import { compactAnswer, compactCot } from '../../../src/tasks/grid-navigation/compact.ts';
import { GRID_FAILURES, gridFailures } from '../../../src/tasks/grid-navigation/failures.ts';
import { paperAnswer, paperCot } from '../../../src/tasks/grid-navigation/paper.ts';
import { referenceOf } from '../../../src/tasks/grid-navigation/reference.ts';
import { scoreGrid } from '../../../src/tasks/grid-navigation/score.ts';
import type { Cell } from '../../../src/tasks/grid-navigation/truth.ts';
import { WORKED_GRID } from '../../support/grid-examples.ts';

const REFERENCE = referenceOf(WORKED_GRID);
const COT = paperCot(WORKED_GRID);

/** Numerator over denominator of one metric; undefined where it says nothing. */
function value(response: string, key: string, profile: 'paper' | 'compact' = 'paper'): string | undefined {
  const ratio = gridFailures(REFERENCE, response, profile)[key];
  return ratio === undefined ? undefined : `${ratio.numerator}/${ratio.denominator}`;
}

function all(response: string, profile: 'paper' | 'compact' = 'paper'): Record<string, string | undefined> {
  return Object.fromEntries(GRID_FAILURES.map(({ key }) => [key, value(response, key, profile)]));
}

const PERFECT = {
  sourceDestination: '1/1',
  arrival: '1/1',
  objectsCollected: '1/1',
  obstaclesPassed: undefined,
  objectsLocated: '1/1',
  parsed: '1/1',
  goldPath: '1/1',
  authorsRule: '1/1',
  leftGrid: '0/1',
  legalMoves: undefined,
  answerMoves: '10/1',
};

test('finds no fault in the gold response of either profile', () => {
  expect(all(`${COT}\n${paperAnswer(WORKED_GRID)}`)).toEqual(PERFECT);
  const compact = [...compactCot(WORKED_GRID), ...compactAnswer(WORKED_GRID)].map(({ text }) => text).join(' ');
  expect(all(compact, 'compact')).toEqual(PERFECT);
});

test('reports the verdict of the authors’ checker, which lets a walk leave at the top', () => {
  const reference = {
    ...REFERENCE,
    rows: 2,
    columns: 2,
    start: at(0, 0),
    destination: at(0, 1),
    obstacles: [],
    objects: [],
    gold: ['right'] as const,
  };
  const verdicts = (answer: string) => {
    const response = `Answer: ${answer}`;
    return [scoreGrid(reference, response, 'paper').correct, gridFailures(reference, response, 'paper')['authorsRule']?.numerator];
  };
  expect(verdicts('right')).toEqual([true, 1]);
  expect(verdicts('up right down')).toEqual([false, 1]);
  expect(verdicts('left left right')).toEqual([false, 0]);
});

function at(row: number, column: number): Cell {
  return { row, column };
}

test('counts arrival past objects and obstacles, and each obstacle entered', () => {
  // Left is plus (d, d); four down stand e, d; f, d (plus); g, d (destination).
  const response = `${COT}\nAnswer: left down down down`;
  expect(all(response)).toMatchObject({
    arrival: '1/1',
    objectsCollected: '0/1',
    obstaclesPassed: '2/1',
    legalMoves: '0/1',
    goldPath: '0/1',
    answerMoves: '4/1',
  });
  expect(value(`Answer: up left down down`, 'objectsCollected')).toBe('0.5/1');
  expect(value(`Answer: up left down down`, 'legalMoves')).toBe('2/1');
  expect(value(`Answer: up left down down`, 'arrival')).toBe('0/1');
});

test('counts obstacles only where there are moves other than the gold ones', () => {
  expect(value(paperAnswer(WORKED_GRID), 'obstaclesPassed')).toBeUndefined();
  expect(value('Answer: nowhere', 'obstaclesPassed')).toBeUndefined();
  expect(value('Answer: down', 'obstaclesPassed')).toBe('0/1');
});

test('an answer that is no list collects nothing and arrives nowhere', () => {
  expect(all(`${COT}\nAnswer: up and away`)).toEqual({ ...PERFECT, arrival: '0/1', objectsCollected: '0/1', parsed: '0/1', goldPath: '0/1', authorsRule: '0/1', leftGrid: undefined, answerMoves: undefined }); // prettier-ignore
});

test('a walk ends where it leaves the grid', () => {
  const response = 'Answer: up up up up down left';
  expect(all(response)).toMatchObject({ leftGrid: '1/1', legalMoves: '1/1', obstaclesPassed: '2/1', arrival: '0/1', objectsCollected: '0/1' });
});

test('reads start and destination from the last CoT, in their order', () => {
  expect(value('Source:( d, e) Destination:( g, d)', 'sourceDestination')).toBe('1/1');
  expect(value('Source:( g, d) Destination:( d, e)', 'sourceDestination')).toBe('0/1');
  expect(value('Source:( d, e) Destination:( g, d)\nSource:( d, e) Destination:( g, c)', 'sourceDestination')).toBe('0/1');
  expect(value('Source:( d, e)', 'sourceDestination')).toBe('0/1');
  expect(value('no search', 'sourceDestination')).toBe('0/1');
  expect(value('source r4 c5 destination r7 c4 \n', 'sourceDestination', 'compact')).toBe('1/1');
  expect(value('source r4 c5 destination r7 c14 \n', 'sourceDestination', 'compact')).toBe('0/1');
  expect(value('source r7 c4 destination r4 c5 \n', 'sourceDestination', 'compact')).toBe('0/1');
});

test('reads where the objects are said to be, in any order', () => {
  const ends = 'Source:( d, e) Destination:( g, d)\n';
  expect(value(`${ends}Collect objects: integral( h, d) club( c, d)`, 'objectsLocated')).toBe('1/1');
  expect(value(`${ends}Collect objects: club( c, d)`, 'objectsLocated')).toBe('0/1');
  expect(value(`${ends}Collect objects: club( c, d) integral( h, e)`, 'objectsLocated')).toBe('0/1');
  expect(value(`source r4 c5 destination r7 c4 \n collect sun r8 c4 club r3 c4 \n`, 'objectsLocated', 'compact')).toBe('1/1');
  expect(value(`source r4 c5 destination r7 c4 \n avoid plus \n`, 'objectsLocated', 'compact')).toBe('0/1');
});

test('describes each metric that it gives, and gives no other', () => {
  const keys = GRID_FAILURES.map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
  for (const response of ['', `${COT}\nAnswer: left up`])
    for (const key of Object.keys(gridFailures(REFERENCE, response, 'paper'))) expect(keys).toContain(key);
  for (const { unit, isOverExamples, label, help } of GRID_FAILURES) {
    expect(unit === 'share' || !isOverExamples).toBe(true);
    expect(label.length * help.length).toBeGreaterThan(0);
  }
});
