/** Predictions as chat services send them, in the forms that their documentation shows. */
import { describe, expect, test } from 'vitest';
import { markdownOf } from '../../../../src/study/data/read/markdown.ts';
import { scoreFiles } from '../../../../src/study/data/read/score-files.ts';
import type { ScoreOptions } from '../../../../src/study/data/read/score-files.ts';
import { golden, source } from '../../../support/data-files.ts';

const OPTIONS: ScoreOptions = { task: null, level: null, answerColumn: null, skipsBad: false };
const ID = '0';
const DATA = golden('OurEval_TableReadout_SIMPLE_image.tsv');
const GOLD = '9,7,3,4,1,4,0,6,2';
const TEXT = `The total is ${GOLD.replaceAll(',', ' + ')} = 36.\r\n\r\nAnswer: 36`;
const said = { role: 'assistant', content: TEXT };
const asked = { role: 'user', content: 'The total is 1 = 1.' };
const parts = [
  { type: 'thinking', thinking: 'The total is 1 = 1.' },
  { type: 'text', text: TEXT.slice(0, 20) },
  { type: 'text', text: TEXT.slice(20) },
];
const completion = { id: 'chatcmpl-1', object: 'chat.completion', choices: [{ index: 0, message: said, finish_reason: 'stop' }] };
const batch = { status_code: 200, request_id: 'r', body: completion };

const lines = (...records: object[]) => source('p.jsonl', records.map((record) => JSON.stringify(record)).join('\n'));
const score = (record: object, options: Partial<ScoreOptions> = {}) => scoreFiles(DATA, lines(record), { ...OPTIONS, ...options });

describe('reads the text in', () => {
  test.each([
    ['a line of a batch', { id: 'batch_req_1', custom_id: ID, response: batch, error: null }, 'custom_id', 'response', 'batch response'],
    ['a bare body', { custom_id: ID, response: { body: { choices: [{ message: { content: TEXT } }] } } }, 'custom_id', 'response', 'batch response'],
    ['a completion in a column', { id: ID, prediction: completion }, 'id', 'prediction', 'chat completion'],
    ['a completion that is the record', { ...completion, id: ID }, 'id', 'choices', 'chat completion'],
    ['a completion without chat', { id: ID, choices: [{ text: TEXT }, { text: 'x' }] }, 'id', 'choices', 'chat completion'],
    [
      'messages',
      { id: ID, messages: [asked, { role: 'assistant', content: 'Let me see.' }, asked, said], answer: GOLD },
      'id',
      'messages',
      'messages',
    ],
    ['messages in a column', { index: 0, output: { messages: [asked, said] } }, 'index', 'output', 'messages'],
    ['a message', { id: ID, response: said }, 'id', 'response', 'message'],
    ['a message of parts', { id: ID, response: { role: 'assistant', content: parts } }, 'id', 'response', 'message'],
    ['parts alone', { id: ID, response: parts }, 'id', 'response', 'message'],
    ['a result', { custom_id: ID, result: { type: 'succeeded', message: { ...said, content: parts } } }, 'custom_id', 'result', 'message'],
  ])('%s', async (_, record, idColumn, answerColumn, form) => {
    const report = await score(record);
    expect(report.join).toMatchObject({
      by: 'id',
      idColumn,
      answerColumn,
      answerForms: [form],
      missing: { count: 2 },
      unused: { count: 0 },
      empty: 0,
    });
    expect(report.groups).toMatchObject([{ score: { scored: 1, accuracy: { right: 1 }, meanPredictionCharacters: TEXT.length - 2 } }]);
    expect(markdownOf(report)).toContain(`- Predictions: column ${answerColumn} (${form}: the text in it), joined by the column ${idColumn}.`);
  });

  test('the data set itself, in the column of its predictions', async () => {
    const human = { from: 'human', value: 'The image shows the sales data of different products in different months.' };
    const record = { id: 'a', image: 'a.png', conversations: [human, { from: 'gpt', value: TEXT }], prediction: completion };
    const report = await scoreFiles(source('a.json', JSON.stringify([record])), null, OPTIONS);
    expect(report.join).toMatchObject({ by: 'same row', answerColumn: 'prediction', answerForms: ['chat completion'] });
    expect(report.groups).toMatchObject([{ score: { accuracy: { right: 1, of: 1 } } }]);
  });
});

test('no content is an empty answer, and no response none', async () => {
  const refusal = { role: 'assistant', content: null, refusal: 'No.' };
  expect((await score({ id: ID, response: { choices: [{ message: refusal }] } })).join).toMatchObject({ empty: 1, missing: { count: 2 } });
  const failed = { custom_id: '1', response: null, error: { code: 'batch_expired' } };
  const report = await scoreFiles(DATA, lines({ custom_id: ID, response: batch }, failed), OPTIONS);
  expect(report.join).toMatchObject({ empty: 0, missing: { count: 2 } });
});

describe('a request that failed is a record without a prediction, named and counted', () => {
  test.each([
    ['a body that tells of an error', { response: { status_code: 400, request_id: 'r', body: { error: { message: 'bad' } } }, error: null }],
    ['an error beside no response', { response: null, error: { code: 'batch_expired', message: 'late' } }],
    ['a message that errored', { response: { type: 'errored', error: { type: 'error', error: { type: 'invalid_request' } } } }],
    ['a message that expired', { response: { type: 'expired' } }],
    ['a message that was cancelled', { response: { type: 'canceled' } }],
  ])('%s', async (_, failed) => {
    const report = await scoreFiles(DATA, lines({ custom_id: ID, response: batch }, { custom_id: '1', ...failed }), OPTIONS);
    expect(report.join).toMatchObject({ failed: { count: 1, first: ['1'] }, missing: { count: 2, first: ['1', '2'] }, unused: { count: 0 } });
    expect(report.groups).toMatchObject([{ score: { scored: 1, accuracy: { right: 1 } } }]);
    expect(markdownOf(report)).toContain('- Requests that failed, so without a prediction: 1 (1).');
  });

  test('a second try that worked counts, and the first is forgotten', async () => {
    const failed = { custom_id: ID, response: { status_code: 500, body: { error: { message: 'bad' } } } };
    const report = await scoreFiles(DATA, lines(failed, { custom_id: ID, response: batch }), OPTIONS);
    expect(report.join).toMatchObject({ failed: { count: 0 }, missing: { count: 2 } });
    expect(report.groups).toMatchObject([{ score: { scored: 1 } }]);
  });

  test('in the data set itself, too', async () => {
    const human = { from: 'human', value: 'The image shows the sales data of different products in different months.' };
    const record = (id: string, prediction: object) => ({ id, conversations: [human, { from: 'gpt', value: TEXT }], prediction });
    const records = [record('a', completion), record('b', { error: { message: 'bad' } })];
    const report = await scoreFiles(source('a.json', JSON.stringify(records)), null, OPTIONS);
    expect(report.join).toMatchObject({ failed: { count: 1, first: ['b'] }, missing: { count: 1, first: ['b'] } });
  });
});

describe('refuses what holds no text that we know of', () => {
  test.each([
    ['an object of another form', { final: TEXT }],
    ['an empty list', []],
    ['texts in a list', [TEXT]],
    ['messages without an answer', [asked]],
    ['a message of the user', asked],
    ['a number as content', { role: 'assistant', content: 3 }],
  ])('%s', async (_, response) => {
    const message =
      /^p\.jsonl, line 1, column response: expected text, or what a chat service sends: .*, got [[{].*: write the text alone into the column$/;
    await expect(score({ id: ID, response })).rejects.toThrow(message);
    const rest = lines({ id: ID, response }, { id: '1', response: completion });
    const report = await scoreFiles(DATA, rest, { ...OPTIONS, skipsBad: true });
    expect(report).toMatchObject({ bad: { count: 1 }, join: { missing: { count: 2 } } });
  });
});
