import { expect, test } from 'vitest';
import { makeRng } from '../../../src/lib/rng.ts';
import { gridNavigationTask } from '../../../src/tasks/grid-navigation/task.ts';
import { PROFILES } from '../../../src/tasks/task.ts';
import { WORKED_GRID } from '../../support/grid-examples.ts';

const { info, paper, compact, describe: sentence, referenceOf, score, failures, failureMetrics, makeTruth } = gridNavigationTask;

test('describes an example in one sentence', () => {
  expect(sentence(WORKED_GRID)).toBe('8 × 9 squares: from (d, e) to (g, d), collecting club, then integral, around plus; 10 search steps, 10 moves.');
});

test('scores its own responses as right, of every level and profile', () => {
  for (let index = 0; index < 200; index++) {
    const level = index % 2 === 0 ? 'simple' : 'hard';
    const truth = makeTruth(info.defaults, { level, split: 'eval', index }, makeRng('test', 'grid task', index));
    const responses = {
      paper: `${paper.cot(truth)}${paper.afterCot}${paper.answer(truth)}`,
      compact: [...compact.cot(truth), ...compact.answer(truth)].map(({ text }) => text).join(' '),
    };
    for (const profile of PROFILES) {
      const reference = referenceOf(truth);
      expect(score(reference, responses[profile], profile)).toMatchObject({ correct: true, exactMatch: true, gold: truth.moves.join(' ') });
      const values = failures(reference, responses[profile], profile);
      for (const key of ['sourceDestination', 'arrival', 'objectsCollected', 'objectsLocated', 'parsed', 'goldPath']) {
        expect(values[key]).toEqual({ numerator: 1, denominator: 1 });
      }
      expect(Object.keys(values).every((key) => failureMetrics.some((metric) => metric.key === key))).toBe(true);
    }
  }
});

test('a truth is plain data', () => {
  const truth = makeTruth(info.defaults, { level: 'hard', split: 'train', index: 3 }, makeRng('test', 'plain'));
  expect(JSON.parse(JSON.stringify(truth))).toEqual(truth);
});
