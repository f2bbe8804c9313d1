import { expect, test } from 'vitest';
import { KeptRows, MAX_KEPT_ROWS } from '../../../../src/study/data/read/kept-rows.ts';
import { lookAtFile } from '../../../../src/study/data/read/look.ts';
import { scoreFiles } from '../../../../src/study/data/read/score-files.ts';
import { delimited, golden, source, TINY_PNG } from '../../../support/data-files.ts';

test('a look tells form and columns from the first record, and reads no further', async () => {
  let given = 0;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (;;) {
      given += 1;
      yield new TextEncoder().encode(given === 1 ? 'question_id,text,answer\n1,x,y\n' : '2,x,y\n'.repeat(1000));
    }
  }
  const look = await lookAtFile({ name: 'a.csv', bytes: 1e12, chunks });
  expect(look).toEqual({ format: 'CSV', columns: ['question_id', 'text', 'answer'], idColumn: 'question_id', answerColumn: 'text' });
  expect(given).toBeLessThanOrEqual(2);
});

test('a look at a file without such names says so, and a damaged one is refused', async () => {
  expect(await lookAtFile(source('a.jsonl', '{"a":1}'))).toMatchObject({ format: 'JSON lines', idColumn: null, answerColumn: null });
  await expect(lookAtFile(source('a.tsv', 'a\tb\n1\n'))).rejects.toThrow('a.tsv, row 1');
});

test('a look goes past bad rows, which can be left out, but not for ever', async () => {
  expect(await lookAtFile(source('a.tsv', 'id\tanswer\n1\n2\tx\n'))).toMatchObject({ columns: ['id', 'answer'] });
  const many = 'id\tanswer\n' + '1\n'.repeat(50) + '2\tx\n';
  await expect(lookAtFile(source('a.tsv', many))).rejects.toThrow('a.tsv, row 1 (line 2)');
});

test('a look does not take the gold answers of a data set for those of a model', async () => {
  expect(await lookAtFile(source('a.tsv', 'index\tquestion\tanswer\n1\tx\ty\n'))).toMatchObject({ answerColumn: null });
});

test('the first rows are kept with their pictures, and no more than those', async () => {
  const kept = new KeptRows();
  const options = { task: null, level: null, answerColumn: null, skipsBad: false };
  await scoreFiles(golden('OurEval_TableReadout_SIMPLE_image.tsv'), null, options, { onRow: (outcome, row) => kept.add(outcome, row) });
  expect(kept.rows.map(({ number, hasImage, isRight }) => [number, hasImage, isRight])).toEqual([1, 2, 3].map((number) => [number, true, null]));
  expect(kept.picture(2)).toMatchObject({ type: 'image/png' });
  expect(kept.picture(4)).toBeNull();
  const question = 'The image shows the sales data of different products in different months.';
  const rows = Array.from({ length: MAX_KEPT_ROWS + 5 }, (_, i) => [String(i), question, '1', TINY_PNG]);
  const many = new KeptRows();
  const file = source('TableReadout.tsv', delimited([['index', 'question', 'answer', 'image'], ...rows]));
  await scoreFiles(file, null, options, { onRow: (outcome, row) => many.add(outcome, row) });
  expect(many.rows).toHaveLength(MAX_KEPT_ROWS);
  expect(many.picture(MAX_KEPT_ROWS + 1)).toBeNull();
});
