import { expect, test } from 'vitest';
import { InputError } from '../../../src/lib/errors.ts';
import { makeRng } from '../../../src/lib/rng.ts';
import { gridInfo } from '../../../src/tasks/grid-navigation/config.ts';
import { PAPER_CONVERT, paperAnswer, paperCot, paperQuestion, paperText } from '../../../src/tasks/grid-navigation/paper.ts';
import { readReference, referenceOf } from '../../../src/tasks/grid-navigation/reference.ts';
import type { GridReference } from '../../../src/tasks/grid-navigation/score.ts';
import { makeGrid } from '../../../src/tasks/grid-navigation/truth.ts';
import type { GridTruth } from '../../../src/tasks/grid-navigation/truth.ts';
import { WORKED_GRID } from '../../support/grid-examples.ts';

/** Objects in a fixed order: x(t) does not tell in which they are collected. */
function sorted(reference: GridReference): GridReference {
  const objects = [...reference.objects].sort((a, b) => a.row - b.row || a.column - b.column);
  return { ...reference, objects };
}

function textPrompt(truth: GridTruth): string {
  return `${paperText(truth)}\n\n${paperQuestion(truth, 'text')}`;
}

/** The worked example as the authors' files hold it: S 1, D 2, objects from 3 on, obstacles from -1 down. */
const COLUMNS = {
  text: paperText(WORKED_GRID)
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) =>
      line
        .split('&')
        .slice(1)
        .map((word) => `:${{ S: 1, D: 2, O: 0, club: 3, integral: 4, plus: -1 }[word.trim()] ?? 'x'}`)
        .join(''),
    ) // prettier-ignore
    .join('\n'),
  start_row: '4',
  start_col: '5',
  end_row: '7',
  end_col: '4',
  collect_objects_coordinates: '3-4:8-4',
  answer: '[(-1, 0), (0, -1), (0, 1), (1, 0), (1, 0), (1, 0), (1, 0), (1, 0), (0, -1), (-1, 0)]',
};

test('reads the text prompts and the image-via-text responses that the task writes', () => {
  for (let index = 0; index < 200; index++) {
    const truth = makeGrid(gridInfo.defaults, { level: 'hard', split: 'eval', index }, makeRng('test', 'grid reference', index));
    const response = `${paperCot(truth)}\n${paperAnswer(truth)}`;
    expect(sorted(readReference({ prompt: textPrompt(truth), response, columns: {} }))).toEqual(sorted(referenceOf(truth)));
    const converted = `${PAPER_CONVERT}\n${paperText(truth)}\n${response}`;
    const prompt = `<image>\n\n${paperQuestion(truth, 'image')}`;
    expect(sorted(readReference({ prompt, response: converted, columns: {} }))).toEqual(sorted(referenceOf(truth)));
  }
});

test('reads a prompt that has lost the blank it begins with', () => {
  const record = { prompt: textPrompt(WORKED_GRID).trim(), response: paperAnswer(WORKED_GRID), columns: {} };
  expect(sorted(readReference(record))).toEqual(sorted(referenceOf(WORKED_GRID)));
});

test('reads the columns of the authors’ evaluation files', () => {
  expect(COLUMNS.text.split('\n')[3]).toBe(':-1:0:0:-1:1:0:0:0:-1');
  expect(readReference({ prompt: 'any', response: '', columns: COLUMNS })).toEqual(referenceOf(WORKED_GRID));
  const response = `${paperCot(WORKED_GRID)}\n${paperAnswer(WORKED_GRID)}`;
  expect(readReference({ prompt: 'any', response, columns: { ...COLUMNS, answer: ' ' } })).toEqual(referenceOf(WORKED_GRID));
  const answers = [paperAnswer(WORKED_GRID), "['up', 'left', 'right', 'down', 'down', 'down', 'down', 'down', 'left', 'up']"];
  for (const answer of answers) expect(readReference({ prompt: '', response: '', columns: { ...COLUMNS, answer } }).gold).toEqual(WORKED_GRID.moves);
  const { answer: _, ...rest } = COLUMNS;
  expect(readReference({ prompt: '', response: paperAnswer(WORKED_GRID), columns: rest }).gold).toEqual(WORKED_GRID.moves);
});

test('does not take any column named text for a grid', () => {
  const record = { prompt: textPrompt(WORKED_GRID), response: paperAnswer(WORKED_GRID), columns: { text: 'the whole conversation' } };
  expect(sorted(readReference(record))).toEqual(sorted(referenceOf(WORKED_GRID)));
});

test('reads that there is no path', () => {
  for (const answer of ['Answer: No path exists', 'No path exists', '[]'])
    expect(readReference({ prompt: '', response: '', columns: { ...COLUMNS, answer } }).gold).toEqual([]);
});

test.each<[string, Partial<Parameters<typeof readReference>[0]>, string]>([
  ['no grid', { prompt: 'The image shows' }, 'use text or image-via-text records; an image alone cannot be scored'],
  [
    'an unknown name',
    { prompt: textPrompt(WORKED_GRID).replace('club', 'clubs') },
    'expected S, D, O or the name of a symbol in a square, got clubs',
  ],
  ['no start', { prompt: textPrompt(WORKED_GRID).replace('S', 'O') }, 'expected one square S and one square D, got 0 S and 1 D'],
  ['two destinations', { prompt: textPrompt(WORKED_GRID).replace('club', 'D') }, 'got 1 S and 2 D'],
  ['a short row', { prompt: textPrompt(WORKED_GRID).replace('c & plus & O', 'c & plus') }, 'expected 9 squares in row c, got 8'],
  ['no answer', { response: 'no moves' }, 'expected gold moves'],
  ['an answer with other words', { response: 'Answer: up and left' }, 'expected gold moves'],
  ['letters in the grid', { columns: { ...COLUMNS, text: ':1:x' } }, 'column text: expected a grid of whole numbers'],
  ['uneven rows', { columns: { ...COLUMNS, text: ':1:0\n:2' } }, 'column text: expected a grid of whole numbers'],
  ['no start column', { columns: { ...COLUMNS, start_col: '' } }, 'column start_col: expected a whole number'],
  ['a start outside', { columns: { ...COLUMNS, start_row: '9' } }, 'column start_row: expected a square of the 8 x 9 grid, counted from 1, got 9, 5'],
  ['no objects', { columns: { ...COLUMNS, collect_objects_coordinates: '' } }, 'expected places such as 3-4:8-4, got no such column'],
  ['objects in another form', { columns: { ...COLUMNS, collect_objects_coordinates: '3,4' } }, 'expected places such as 3-4:8-4, got 3,4'],
  ['diagonal moves', { columns: { ...COLUMNS, answer: '[(1, 1)]' } }, 'expected gold moves'],
])('says what is wrong with a record with %s', (_, change, message) => {
  const record = { prompt: textPrompt(WORKED_GRID), response: paperAnswer(WORKED_GRID), columns: {}, ...change };
  const act = (): unknown => readReference(record);
  expect(act).toThrow(InputError);
  expect(act).toThrow(message);
});
