import { describe, expect, test } from 'vitest';
import { exampleAt } from '../../src/tasks/examples.ts';
import type { Example } from '../../src/tasks/example.ts';
import { defaultTaskSpec } from '../../src/tasks/task-spec.ts';
import { TASK_IDS } from '../../src/tasks/task.ts';
import type { TaskId } from '../../src/tasks/task.ts';
import { verdictOf } from '../../src/tasks/verdict.ts';

const exampleOf = (task: TaskId, index = 0): Example => exampleAt({ task, level: 'simple', split: 'eval', seed: 5, index }, defaultTaskSpec(task));
const TABLE = exampleOf('consecutive-table-readout');
const GOLD = TABLE.response('image', 'compact');

test.each(TASK_IDS)('of %s, gold of every kind of record is right to the word, and nothing is wrong', (task) => {
  for (const index of [0, 1, 2, 3]) {
    const example = exampleOf(task, index);
    for (const kind of ['text', 'image', 'image-via-text'] as const)
      expect(verdictOf(example, example.response(kind, 'compact'))).toBe('This answer is right, to the word.');
    expect(verdictOf(example, '')).toMatch(/^Scored wrong: /);
  }
});

describe('a table whose list is right', () => {
  const swapped = (from: RegExp, to: string): string => {
    expect(GOLD).toMatch(from);
    return verdictOf(TABLE, GOLD.replace(from, to));
  };

  test('is not called right as a whole when a cell, the sum or the answer line is another', () => {
    expect(swapped(/^r\d+ c\d+ \w+/, 'r9 c9 EpI')).toBe('Scored right: its list of values is gold’s. But not like gold: the cells of its steps.');
    expect(swapped(/= [\d ]+/, '= 0 ')).toBe('Scored right: its list of values is gold’s. But not like gold: the sum.');
    expect(swapped(/answer [\d ]+$/, 'answer 0')).toBe('Scored right: its list of values is gold’s. But not like gold: the answer line.');
    const all = GOLD.replace(/^r\d+/, 'r9').replace(/= [\d \n]+answer .*/, '= 0 \n answer 0');
    expect(verdictOf(TABLE, all)).toBe(
      'Scored right: its list of values is gold’s. But not like gold: the cells of its steps, the sum and the answer line.',
    );
  });

  test('says which of the two lists is right', () => {
    expect(swapped(/total \d/, 'total c1')).toBe(
      'Scored right: the list of values in its steps is gold’s. But not like gold: the list after “total”.',
    );
    const noSteps = GOLD.slice(GOLD.indexOf('total'));
    expect(verdictOf(TABLE, noSteps)).toBe(
      'Scored right: its list of values is gold’s. But not like gold: the cells of its steps and the values of its steps.',
    );
  });

  test('says when the conversion is wrong', () => {
    const response = TABLE.response('image-via-text', 'compact').replace(/^convert table /, 'convert table table ');
    expect(verdictOf(TABLE, response)).toBe('Scored right: its list of values is gold’s. But not like gold: the conversion.');
  });
});

test('a grid’s other way to its end is named as one, and an analogy’s thought is no part of its score', () => {
  const analogy = exampleOf('visual-analogy');
  const { answer } = analogy.parts('image', 'compact');
  expect(verdictOf(analogy, answer)).toBe('Scored right: its answer block is gold’s. But not like gold: the chain of thought.');
  const grid = exampleOf('grid-navigation');
  const moves = grid.parts('image', 'compact').answer.split(' ').slice(1);
  const back: Record<string, string> = { up: 'down', down: 'up', left: 'right', right: 'left' };
  const longer = ['answer', moves[0], back[moves[0] ?? ''], ...moves].join(' ');
  const { cot } = grid.parts('image', 'compact');
  expect(verdictOf(grid, `${cot} ${longer}`)).toBe('Scored right: its moves are another way that collects all.');
});
