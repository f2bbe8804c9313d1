import { describe, expect, test } from 'vitest';
import { markdownOf } from '../../../../src/study/data/read/markdown.ts';
import type { RowOutcome, ScoreReport } from '../../../../src/study/data/read/report.ts';
import { scoreFiles } from '../../../../src/study/data/read/score-files.ts';
import type { ScoreOptions } from '../../../../src/study/data/read/score-files.ts';
import type { FileSource } from '../../../../src/study/data/read/source.ts';
import { wilson } from '../../../../src/lib/statistics.ts';
import { delimited, golden, source, TINY_PNG } from '../../../support/data-files.ts';

const OPTIONS: ScoreOptions = { task: null, level: null, answerColumn: null, skipsBad: false };
const score = (data: FileSource, predictions: FileSource | null = null, options: Partial<ScoreOptions> = {}) =>
  scoreFiles(data, predictions, { ...OPTIONS, ...options });
const only = (report: ScoreReport) => {
  const [group, ...more] = report.groups;
  if (group === undefined || more.length > 0) throw new Error(`expected one group, got ${report.groups.length}`);
  return group;
};

const QUESTION =
  'The image shows the sales data of different products in different months. There is a path of highlighted cells (colored in yellow) starting from ' +
  "(TauEngine, May) and ending at (TauEngine, July). Please return the total of all values in the highlighted cells. Provide the final answer as 'Answer: [total]'.";
const answer = (digits: number[]): string => {
  const sum = digits.reduce((total, digit) => total + digit, 0);
  const cells = digits.map((digit, i) => `1\t${i + 1}\tTauEngine\tMonth\t${digit}`).join('\n');
  return (
    'We enumerate the relevant row indices, column indices, row names, column names, and their corresponding values.\n\n' +
    `Row Index, Column Index, Row Name, Column Name, Value\n${cells}\n\n\nThe total is ${digits.join(' + ')} = ${sum}.\n\nAnswer: ${sum}`
  );
};
const table = (rows: readonly (readonly string[])[], name = 'TableReadout_HARD.tsv', columns = ['index', 'question', 'answer']) =>
  source(name, delimited([columns, ...rows]));
const GOLD = [[3, 1], [4, 1, 5], [9, 2, 6], [5, 3]]; // prettier-ignore
const DATA = table(GOLD.map((digits, i) => [`q${i}`, QUESTION, digits.join(',')]));

describe('the authors’ files', () => {
  test.each([
    ['OurEval_TableReadout_SIMPLE_text.tsv', { task: 'table-readout', level: 'simple', modality: 'text', rows: 1 }],
    ['OurEval_TableReadout_SIMPLE_image.tsv', { task: 'table-readout', level: 'simple', modality: 'image', rows: 3 }],
    ['OurEval_GridNavigation_SIMPLE_image.tsv', { task: 'grid-navigation', level: 'simple', modality: 'image', rows: 1 }],
    ['OurEval_VisualAnalogy_HARD_text.tsv', { task: 'visual-analogy', level: 'hard', modality: 'text', rows: 1 }],
  ])('%s: what it holds, and each gold answer is accepted', async (name, expected) => {
    const report = await score(golden(name));
    const group = only(report);
    expect(group).toMatchObject({ ...expected, profile: 'paper', goldAccepted: expected.rows, exactRows: 0, score: null });
    expect(group.images).toEqual({
      inFile: expected.modality === 'image' ? expected.rows : 0,
      named: 0,
      sizes: expected.modality === 'image' ? ['2 x 1'] : [],
    });
    expect(report).toMatchObject({
      join: null,
      predictions: null,
      goldRefused: { count: 0 },
      data: { format: 'TSV', forms: ['VLMEvalKit'], records: expected.rows },
    });
  });

  test('a result file of VLMEvalKit, which holds the data and what the model said', async () => {
    const report = await score(golden('model_OurEval_TableReadout_SIMPLE_image.tsv'));
    expect(report.join).toMatchObject({ by: 'same row', answerColumn: 'prediction' });
    const { score: result } = only(report);
    expect(result).toMatchObject({ scored: 3, exactMatch: { right: 1, of: 3 }, cotExactMatch: { right: 1, of: 3 }, unread: 1 });
    const failures = Object.fromEntries((result?.failures ?? []).map(({ key, numerator, denominator }) => [key, [numerator, denominator]]));
    // Wrong are the second (two values read before the mistake) and the third (none). No path has 12 numbers.
    expect(failures).toMatchObject({ 'first-error': [2, 2], 'early-error': [0, 0], 'early-error-of-all': [0, 0], sum: [1, 3], parsed: [2, 3] });
  });

  test('the same predictions from a file of their own, of any form, give the same numbers', async () => {
    const data = golden('OurEval_TableReadout_SIMPLE_image.tsv');
    const rows: RowOutcome[] = [];
    await scoreFiles(golden('model_OurEval_TableReadout_SIMPLE_image.tsv'), null, OPTIONS, { onRow: (row) => void rows.push(row) });
    const said = rows.map(({ id, response }) => ({ id: id ?? '', text: response ?? '' })).reverse();
    const whole = await score(golden('model_OurEval_TableReadout_SIMPLE_image.tsv'));
    const files = [
      source('p.tsv', delimited([['index', 'prediction'], ...said.map(({ id, text }) => [id, text])])),
      source('p.csv', delimited([['question_id', 'output'], ...said.map(({ id, text }) => [id, text])], ',', '\n')),
      source('p.jsonl', said.map(({ id, text }) => JSON.stringify({ question_id: Number(id), text })).join('\n')),
      source('p.json', JSON.stringify(said.map(({ id, text }) => ({ id, response: text })))),
      golden('model_OurEval_TableReadout_SIMPLE_image.tsv'),
    ];
    for (const file of files) {
      const report = await score(data, file);
      expect(report.join?.by).toBe('id');
      expect(only(report).score).toEqual(only(whole).score);
    }
  });
});

describe('predictions with known errors', () => {
  const right = answer(GOLD[0] ?? []);
  const listOnly = `The total is 4 + 1 + 5 = 10.`;
  const cotOnly = answer([9, 2, 6]).replace('The total is 9 + 2 + 6', 'The total is 9 + 2');
  const predictions = (texts: readonly string[]) => source('p.tsv', delimited([['index', 'prediction'], ...texts.map((text, i) => [`q${i}`, text])]));

  test('accuracy is the better of the two rates, with Wilson intervals', async () => {
    const { score: result } = only(await score(DATA, predictions([right, listOnly, cotOnly, 'no idea'])));
    expect(result).toMatchObject({
      scored: 4,
      exactMatch: { right: 2, of: 4 },
      cotExactMatch: { right: 2, of: 4 },
      accuracyFrom: 'answer',
      unread: 1,
    });
    const better = only(await score(DATA, predictions([right, cotOnly, cotOnly, answer([5, 3])]))).score;
    expect(better).toMatchObject({ accuracyFrom: 'cot', accuracy: { right: 3, of: 4, ...wilson(3, 4) }, exactMatch: { right: 2, of: 4 } });
  });

  test('a failure metric is the sum of its numerators over the sum of its denominators', async () => {
    const months = ['January', 'February', 'March', 'April'];
    const turn = (digits: readonly number[], names: readonly string[]): string => {
      const plain = answer([...digits]);
      return names.reduce((text, name) => text.replace('Month', name), plain);
    };
    const human = { from: 'human', value: `<image>\n\n${QUESTION}` };
    const record = (id: number, digits: number[]) => ({ id, image: 'x.png', conversations: [human, { from: 'gpt', value: turn(digits, months) }] });
    const data = source('TableReadout_HARD.json', JSON.stringify([record(0, [3, 1]), record(1, [4, 1, 5, 9])]));
    // Of the first both cells; of the second two of three listed, the other lies beside the path.
    const said = [turn([3, 1], months), turn([4, 1, 7], ['January', 'February', 'May'])];
    const report = await score(data, source('p.json', JSON.stringify(said.map((prediction, id) => ({ id, prediction })))));
    const values = Object.fromEntries(
      (only(report).score?.failures ?? []).map(({ key, numerator, denominator, value }) => [key, [numerator, denominator, value]]),
    );
    expect(values).toMatchObject({ precision: [4, 5, 0.8], recall: [4, 6, 4 / 6] });
  });

  test('rows without a prediction are named and not counted, empty ones are wrong, and others’ predictions are named', async () => {
    const file = source('p.tsv', delimited([['id', 'answer'], ['q0', right], ['q2', ''], ['x', 'y']])); // prettier-ignore
    const report = await score(DATA, file);
    expect(only(report).score).toMatchObject({ scored: 2, exactMatch: { right: 1, of: 2 } });
    expect(report.join).toEqual({
      ...{ by: 'id', answerColumn: 'answer', answerForms: [], idColumn: 'id', failed: { count: 0, first: [] }, empty: 1 },
      ...{ missing: { count: 2, first: ['q1', 'q3'] }, unused: { count: 1, first: ['x'] } },
    });
    const markdown = markdownOf(report);
    for (const words of ['not counted: 2 (q1, q3)', 'of no row: 1 (x)', 'counted as wrong: 1', 'column answer, joined by the column id'])
      expect(markdown).toContain(words);
  });

  test('without ids the order of the file joins them, and a file of another length is refused', async () => {
    const texts = [right, listOnly, 'no', answer([5, 3])];
    const lines = (count: number) =>
      source(
        'p.jsonl',
        texts
          .slice(0, count)
          .map((prediction) => JSON.stringify({ prediction }))
          .join('\n'),
      );
    const report = await score(DATA, lines(4));
    expect(report.join?.by).toBe('line');
    expect(only(report).score?.exactMatch.right).toBe(3);
    expect(markdownOf(report)).toContain('joined in the order of the files, for lack of ids');
    await expect(score(DATA, lines(3))).rejects.toThrow('p.jsonl: expected 4 predictions, as many as rows, got 3');
  });

  test('the column of the answers can be chosen, and a chosen one must be there', async () => {
    const file = source('p.csv', delimited([['id', 'prediction', 'final'], ...GOLD.map((digits, i) => [`q${i}`, 'x', answer(digits)])], ','));
    expect(only(await score(DATA, file)).score?.exactMatch.right).toBe(0);
    expect(only(await score(DATA, file, { answerColumn: 'final' })).score?.exactMatch.right).toBe(4);
    await expect(score(DATA, file, { answerColumn: 'finale' })).rejects.toThrow('p.csv: expected the column finale, got id, prediction, final');
    const none = source('p.csv', 'id,final\nq0,x\n');
    await expect(score(DATA, none)).rejects.toThrow(
      'p.csv: expected an answer column: prediction, response, output, result, choices, messages, text, answer, got id, final',
    );
  });

  test('a file that kept the gold answer is scored by what the model wrote', async () => {
    const file = source('p.jsonl', GOLD.map((digits, i) => JSON.stringify({ id: `q${i}`, answer: answer(digits), response: 'no' })).join('\n'));
    const report = await score(DATA, file);
    expect(report.join?.answerColumn).toBe('response');
    expect(only(report).score?.exactMatch.right).toBe(0);
  });
});

describe('names what is wrong', () => {
  const image = ['index', 'question', 'answer', 'image'];
  const prediction = (text: string) => source('p.tsv', text);
  test.each([
    [
      'unknown columns',
      source('a.tsv', 'a\tb\n1\t2\n'),
      null,
      'a.tsv: expected columns question and answer (VLMEvalKit), conversations (LLaVA), or prompt and response, got a, b',
    ],
    ['an id twice', table([['7', QUESTION, '1'], ['7', QUESTION, '1']]), null, 'TableReadout_HARD.tsv, row 2, id: expected each id once, got 7, as in row 1 before it'], // prettier-ignore
    ['an empty gold answer', table([['7', QUESTION, ' ']]), null, 'row 1, column answer: expected text, got nothing'],
    ['a gold answer in no form', table([['7', QUESTION, 'twelve']]), null, /row 1: gold record of a table: expected a gold turn/],
    [
      'another question',
      table([['7', 'What is this?', '1']], 'a.tsv'),
      null,
      'a.tsv, row 1: expected a question of one of the tasks, got What is this?: say which task it is (--task)',
    ],
    [
      'a picture that is none',
      table([['7', QUESTION, '1', 'aGVsbG8gaGVsbG8gaGVsbG8=']], 'a.tsv', image),
      null,
      'a.tsv, row 1, column image: expected base64 of a PNG',
    ],
    [
      'a picture that is missing',
      table([['7', QUESTION, '1', '']], 'a.tsv', image),
      null,
      'a.tsv, row 1, column image: expected a picture, got nothing',
    ],
    [
      'two pictures',
      table([['7', QUESTION, '1', `['${TINY_PNG}', '${TINY_PNG}']`]], 'a.tsv', image),
      null,
      'a.tsv, row 1, column image: expected one picture, got a list of several',
    ],
    [
      'predictions of another file',
      DATA,
      prediction('id\tprediction\na\tx\nb\ty\n'),
      'p.tsv: expected ids of TableReadout_HARD.tsv, such as q0, q1, q2, got a, b: these are the predictions of another file',
    ],
    [
      'a prediction twice',
      DATA,
      prediction('id\tprediction\nq0\tx\nq0\ty\n'),
      'p.tsv, row 2, column id: expected each id once, got q0, as in row 1 before it',
    ],
    ['a prediction without its id', DATA, prediction('id\tprediction\n\tx\n'), 'p.tsv, row 1, column id: expected an id, got nothing'],
    [
      'an unknown task',
      table([['7', QUESTION, '1', 'chess']], 'a.tsv', ['index', 'question', 'answer', 'task']),
      null,
      'a.tsv, row 1, column task: expected a task we know, got chess',
    ],
    [
      'a task that the question denies',
      table([['7', QUESTION, '1', 'grid-navigation']], 'a.tsv', ['index', 'question', 'answer', 'task']),
      null,
      'a.tsv, row 1, column task: expected table-readout, as the question says, got grid-navigation',
    ],
    [
      'an unknown level',
      table([['7', QUESTION, '1', 'easy']], 'a.tsv', ['index', 'question', 'answer', 'level']),
      null,
      'a.tsv, row 1, column level: expected simple, medium or hard, got easy',
    ],
  ])('%s', async (_, data, predictions, message) => {
    await expect(score(data, predictions)).rejects.toThrow(message);
  });

  const turns = (...froms: string[]) => froms.map((from) => ({ from, value: from === 'human' ? QUESTION : answer([1]) }));
  test.each([
    ['no gpt turn', { id: 'a', conversations: turns('human') }, "record 1, conversations: expected one turn {from: 'gpt', value: text}, got none"],
    ['two questions', { id: 'a', conversations: turns('human', 'gpt', 'human') }, "one turn {from: 'human', value: text}, got 2"],
    ['no list', { id: 'a', conversations: 'x' }, 'record 1, conversations: expected a list of turns, got string'],
    [
      'two pictures',
      { id: 'a', image: ['1.png', '2.png'], conversations: turns('human', 'gpt') },
      'record 1, column image: expected one picture, got 2',
    ],
    [
      'two places for pictures',
      { id: 'a', conversations: [{ from: 'human', value: `<image>\n<image>\n${QUESTION}` }, ...turns('gpt')] },
      'expected one picture, got a question with two',
    ],
  ])('a conversation with %s', async (_, record, message) => {
    await expect(score(source('a.json', JSON.stringify([record])))).rejects.toThrow(message);
  });

  test('and leaves bad rows out when that is asked for: the good ones count, the others are named', async () => {
    const data = table([['1', QUESTION, '3,1'], ['1', QUESTION, '3,1'], ['2', QUESTION, 'x'], ['3', QUESTION, '4']]); // prettier-ignore
    const report = await score(data, null, { skipsBad: true });
    expect(only(report).rows).toBe(2);
    expect(report.bad.count).toBe(2);
    expect(report.bad.first[0]).toContain('row 2, id: expected each id once');
    expect(report.data).toMatchObject({ records: 4, bytes: data.bytes, bytesRead: data.bytes });
    expect(markdownOf(report)).toContain('Left out: 2 records that cannot be used');
    await expect(score(table([['1', QUESTION, 'x']]), null, { skipsBad: true })).rejects.toThrow(
      'expected a row that can be used, got only bad ones',
    );
  });
});

describe('task and level', () => {
  test('a question in other words is of the task that the file or the option names', async () => {
    const asked = table([['1', 'Add up the yellow cells.', '3,1']], 'a.tsv');
    expect(only(await score(asked, null, { task: 'table-readout', level: 'hard' }))).toMatchObject({ task: 'table-readout', level: 'hard' });
    const named = table([['1', 'Add up the yellow cells.', '3,1']], 'my_ConsecutiveTableReadout_MEDIUM.tsv');
    expect(only(await score(named))).toMatchObject({ task: 'consecutive-table-readout', level: 'medium' });
  });

  test('the question decides between the two readout tasks', async () => {
    const rows = [
      QUESTION,
      QUESTION.replace(' starting from', ', that moves along rows of the table either left to right or right to left, starting from'),
    ];
    const report = await score(
      table(
        rows.map((question, i) => [`${i}`, question, '3,1']),
        'TableReadout_SIMPLE.tsv',
      ),
    );
    expect(report.groups.map(({ task }) => task)).toEqual(['consecutive-table-readout', 'table-readout']);
  });

  test('a level that nobody says is not invented', async () => {
    const report = await score(table([['1', QUESTION, '3']], 'a.tsv'));
    expect(only(report).level).toBeNull();
    expect(markdownOf(report)).toContain('Level not said by row or file name: 1 rows.');
  });
});

test('progress counts the bytes of both files, and cancelling gives no report', async () => {
  const told: number[] = [];
  const predictions = source('p.tsv', 'index\tprediction\nq0\tx\n', 10);
  await scoreFiles(DATA, predictions, OPTIONS, { onProgress: ({ bytesRead }) => void told.push(bytesRead) });
  expect(told.at(-1)).toBe(DATA.bytes + predictions.bytes);
  expect(told).toEqual([...told].sort((a, b) => a - b));
  const cancel = new AbortController();
  const onProgress = (): void => cancel.abort(new Error('cancelled'));
  await expect(scoreFiles(DATA, predictions, OPTIONS, { onProgress, signal: cancel.signal })).rejects.toThrow('cancelled');
});

test('names of files and ids cannot become markup', async () => {
  const report = await score(
    table([['<b>|[x](javascript:1)', QUESTION, '3']], '](x)|`<script>`_HARD.tsv'),
    source('p.tsv', 'index\tprediction\n<b>|[x](javascript:1)\ty\n'),
  );
  const markdown = markdownOf(report);
  expect(markdown).not.toMatch(/(?<!\\)<|[^\\]\]\(/);
});
