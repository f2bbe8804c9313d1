/** Predictions and rows belong together, or are refused: by id, by the order of the files, blank lines and bad records or not. */
import { describe, expect, test } from 'vitest';
import { markdownOf } from '../../../../src/study/data/read/markdown.ts';
import type { RowOutcome } from '../../../../src/study/data/read/report.ts';
import { scoreFiles } from '../../../../src/study/data/read/score-files.ts';
import type { ScoreOptions } from '../../../../src/study/data/read/score-files.ts';
import type { FileSource } from '../../../../src/study/data/read/source.ts';
import { delimited, source } from '../../../support/data-files.ts';

const OPTIONS: ScoreOptions = { task: null, level: null, answerColumn: null, skipsBad: false };
const QUESTION = 'The image shows the sales data of different products in different months.';
const GOLD = ['3,1', '4,1,5', '9,2'];
const said = (gold: string): string => {
  const digits = gold.split(',').map(Number);
  return `The total is ${digits.join(' + ')} = ${digits.reduce((sum, digit) => sum + digit, 0)}.`;
};

const conversation = (gold: string, more: object = {}): string =>
  JSON.stringify({
    ...more,
    conversations: [
      { from: 'human', value: QUESTION },
      { from: 'gpt', value: said(gold) },
    ],
    task: 'table-readout',
  });
const prediction = (gold: string): string => JSON.stringify({ prediction: said(gold) });
const jsonLines = (name: string, lines: readonly string[]): FileSource => source(name, lines.join('\n'));

/** The report, and whether each row is right, by its record. */
async function score(data: FileSource, predictions: FileSource | null, options: Partial<ScoreOptions> = {}) {
  const rows: RowOutcome[] = [];
  const report = await scoreFiles(data, predictions, { ...OPTIONS, ...options }, { onRow: (row) => void rows.push(row) });
  return { report, outcomes: rows.map(({ number, isRight }) => [number, isRight]) };
}

describe('without ids the order of the records joins', () => {
  const [first = '', second = '', third = ''] = GOLD;
  const data = jsonLines('a.jsonl', GOLD.map((gold) => conversation(gold))); // prettier-ignore
  const right = [[1, true], [2, true], [3, true]]; // prettier-ignore

  test.each([
    ['predictions', data, ['', prediction(first), '', prediction(second), ' ', prediction(third), '']],
    ['the data set', jsonLines('a.jsonl', ['', conversation(first), '', '\t', conversation(second), conversation(third)]), GOLD.map(prediction)],
  ])('blank lines in %s are no records', async (_, rows, lines) => {
    const { report, outcomes } = await score(rows, jsonLines('p.jsonl', lines));
    expect(outcomes).toEqual(right);
    expect(report.join).toMatchObject({ by: 'line', missing: { count: 0 }, unused: { count: 0 } });
  });

  test.each([
    [
      'that the reader cannot read, in the predictions',
      data,
      [prediction(first), '{"prediction": ', prediction(third)],
      [
        [1, true],
        [2, null],
        [3, true],
      ],
    ],
    [
      'that is no prediction',
      data,
      [prediction(first), '{"prediction": {"a": 1}}', prediction(third)],
      [
        [1, true],
        [2, null],
        [3, true],
      ],
    ],
    [
      'that the reader cannot read, in the data set',
      jsonLines('a.jsonl', [conversation(first), '{', conversation(third)]),
      GOLD.map(prediction),
      [
        [1, true],
        [3, true],
      ],
    ],
    [
      'that is no row',
      jsonLines('a.jsonl', [conversation(first), conversation('no'), conversation(third)]),
      GOLD.map(prediction),
      [
        [1, true],
        [3, true],
      ],
    ],
  ])('a bad record %s keeps its place when it is left out', async (_, rows, lines, expected) => {
    const { report, outcomes } = await score(rows, jsonLines('p.jsonl', lines), { skipsBad: true });
    expect(outcomes).toEqual(expected);
    expect(report.bad.count).toBe(1);
    expect(report.data.records).toBe(3);
    expect(report.join?.unused.count).toBe(3 - expected.length);
  });

  test('a table, too, of which the reader drops a row', async () => {
    const table = source('TableReadout.tsv', `question\tanswer\n${QUESTION}\t3,1\n${QUESTION}\n\n${QUESTION}\t9,2\n`);
    const { outcomes } = await score(table, jsonLines('p.jsonl', GOLD.map(prediction)), { skipsBad: true });
    expect(outcomes).toEqual([[1, true], [3, true]]); // prettier-ignore
  });

  test('ids on one side alone are no order: those of the predictions could mean other rows', async () => {
    const lines = GOLD.map((gold, index) => JSON.stringify({ index, prediction: said(gold) }));
    await expect(score(data, jsonLines('p.jsonl', lines))).rejects.toThrow(
      'a.jsonl, line 1: expected an id, as the predictions have in their column index, got none: ' +
        'add ids to the data set, or take that column out: then the order of the files joins them',
    );
  });
});

describe('gold answers are no predictions', () => {
  const table = (column: string) => source('p.tsv', delimited([['index', column, 'answer'], ...GOLD.map((gold, i) => [`${i}`, 'x', gold])]));
  const data = source('TableReadout.tsv', delimited([['index', 'question', 'answer'], ...GOLD.map((gold, i) => [`${i}`, QUESTION, gold])]));

  test.each(['question', 'conversations', 'image'])('beside a column %s, until the person says so', async (column) => {
    await expect(score(data, table(column))).rejects.toThrow(
      `p.tsv: expected what a model answered, got column answer beside ${column}, as in a data set: ` +
        'give the predictions, or choose that column if a model wrote it (--answer-column answer)',
    );
    const { report } = await score(data, table(column), { answerColumn: 'answer' });
    expect(report.join?.answerColumn).toBe('answer');
  });

  test('a record of our own export is known by its truth', async () => {
    const own = JSON.stringify({ id: '0', prompt: QUESTION, response: said('3,1'), truth: {} });
    await expect(score(data, source('p.jsonl', own))).rejects.toThrow('got column response beside truth, as in a data set');
  });

  test('a record of our own export beside which a model wrote is scored by what the model wrote', async () => {
    const own = JSON.stringify({ id: '0', prompt: QUESTION, response: said('3,1'), truth: {}, output: 'no' });
    expect((await score(data, source('p.jsonl', own))).report.join?.answerColumn).toBe('output');
  });

  test('a column with the name of a prediction is taken without asking', async () => {
    const columns = ['index', 'question', 'answer', 'prediction'];
    const file = source('p.tsv', delimited([columns, ...GOLD.map((gold, i) => [`${i}`, QUESTION, gold, 'no'])]));
    const { report } = await score(data, file);
    expect(report.join?.answerColumn).toBe('prediction');
  });
});

test('a file in which no record has a prediction is refused', async () => {
  const data = jsonLines('a.jsonl', GOLD.map((gold, id) => conversation(gold, { id }))); // prettier-ignore
  const lines = GOLD.map((_, id) => JSON.stringify({ id, prediction: null }));
  await expect(score(data, jsonLines('p.jsonl', lines))).rejects.toThrow(
    'p.jsonl, column prediction: expected what a model answered, got nothing: no record has a prediction',
  );
});

test('an id that comes twice is named with the lines of both', async () => {
  const lines = ['', '{"id": "x", "prediction": "1"}', '', '{"id": "x", "prediction": "2"}'];
  const data = jsonLines('a.jsonl', [conversation('1', { id: 'x' })]);
  await expect(score(data, jsonLines('p.jsonl', lines))).rejects.toThrow('p.jsonl, line 4, column id: expected each id once, got x, as in line 2');
  const twice = jsonLines('a.jsonl', ['', conversation('1', { id: 'x' }), conversation('1', { id: 'x' })]);
  await expect(score(twice, null)).rejects.toThrow('a.jsonl, line 3, id: expected each id once, got x, as in line 2');
});

test('a task or level that was chosen and that rows overrule is told, with how many', async () => {
  const rows = [conversation('1', { id: 1, level: 'simple' }), conversation('1', { id: 2, level: 'hard' }), conversation('1', { id: 3 })];
  const chosen = { task: 'consecutive-table-readout', level: 'hard' } as const;
  const { report } = await score(jsonLines('a.jsonl', rows), null, chosen);
  expect(report.overruled).toEqual([
    { option: 'task', chosen: 'consecutive-table-readout', rows: 3 },
    { option: 'level', chosen: 'hard', rows: 1 },
  ]);
  const markdown = markdownOf(report);
  expect(markdown).toContain('- Task chosen: Consecutive Table Readout. 3 rows name another themselves, which counts for them.');
  expect(markdown).toContain('- Level chosen: hard. 1 row names another itself, which counts for it.');
  expect((await score(jsonLines('a.jsonl', rows), null)).report.overruled).toEqual([]);
});
