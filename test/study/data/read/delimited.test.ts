import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { delimited, readAll, source } from '../../../support/data-files.ts';

const fieldsOf = async (text: string, pieceBytes?: number) =>
  (await readAll(source('a.tsv', text, pieceBytes))).map(({ fields }) => [...fields.values()]);

describe('reads what a csv writer writes', () => {
  const field = fc.string({ unit: fc.constantFrom('a', '"', '\t', ',', '\n', ' ', '%', 'é', '☂'), maxLength: 8 });

  test.each(['\n', '\r\n'])('whatever stands in the fields, and however the file is cut into pieces (rows end in %j)', async (lineEnd) => {
    const rows = fc.array(fc.tuple(fc.stringMatching(/^[a-z]{1,4}$/), field, field), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 40 }), fc.constantFrom('\t', ','), async (body, pieceBytes, delimiter) => {
        const text = delimited([['index', 'question', 'answer'], ...body], delimiter, lineEnd);
        expect(await fieldsOf(text, pieceBytes)).toEqual(body);
      }),
      { numRuns: 300, seed: 7 },
    );
  });

  test('rows that end in CR alone, blank lines and a missing last line break', async () => {
    expect(await fieldsOf('id,answer\r1,2\r3,4\r')).toEqual([['1', '2'], ['3', '4']]); // prettier-ignore
    expect(await fieldsOf('id,answer\n\n1,2\n\n\n3,4')).toEqual([['1', '2'], ['3', '4']]); // prettier-ignore
    expect(await fieldsOf('id;answer\n1;"2,5"')).toEqual([['1', '2,5']]);
  });

  test('a byte-order mark is no part of the first column', async () => {
    const [record] = await readAll(source('a.tsv', '\uFEFFindex\tanswer\n1\t2\n', 1));
    expect([...(record?.fields.keys() ?? [])]).toEqual(['index', 'answer']);
    expect(record).toMatchObject({ number: 1, place: 'a.tsv, row 1' });
  });

  test('a row far longer than a piece, in time that grows with its length only', async () => {
    const picture = 'A'.repeat(8_000_000);
    const started = performance.now();
    const rows = await fieldsOf(`index\timage\tquestion\n1\t${picture}\t"two\n""lines"""\n`, 10_000);
    expect(rows).toEqual([['1', picture, 'two\n"lines"']]);
    expect(performance.now() - started).toBeLessThan(3000); // 800 pieces; parsing all of them anew each time takes minutes
  });
});

describe('names what is wrong', () => {
  test.each([
    ['a row that is too short', 'id\tq\ta\n1\tx\ty\n2\tx\n', 'a.tsv, row 2 (line 3), column a: expected 3 fields, got 2 fields'],
    [
      'a last row that is too short and has no end',
      'id\tq\ta\n1\tx\ty\n2\tx',
      'a.tsv, row 2 (line 3), column a: expected 3 fields, got 2 fields and the end of the file: the file is cut off',
    ],
    ['a row that is too long', 'id\ta\n1\t"x\ny"\n2\tx\ty\n', 'a.tsv, row 2 (line 4), after column a: expected 2 fields, got 3 fields'],
    [
      'a quote that never closes',
      'id\tq\ta\n1\tx\t2\n2\t"x\ty\n3\tx\ty\n',
      'a.tsv, row 2 (line 3), column q: expected a closing quote, got the end of the file',
    ],
    ['a quote inside a quoted field', 'id\tq\n1\t"he said "no" to it"\n', 'a.tsv, row 1 (line 2): expected quotes in pairs'],
    ['a column twice', 'id\ta\ta\n1\t2\t3\n', 'a.tsv, line 1: expected each column once, got “a” twice'],
    ['a million columns', `${'a\t'.repeat(1e6)}\n1\n`, 'a.tsv, line 1: expected column names in at most 1048576 characters'],
    [
      'two thousand columns',
      `${Array.from({ length: 2000 }, (_, i) => `c${i}`).join('\t')}\n1\n`,
      'a.tsv, line 1: expected at most 1000 columns, got 2000',
    ],
    ['column names and nothing else', 'id\ta\n', 'a.tsv: expected rows, got none that can be used'],
  ])('%s', async (_, text, message) => {
    for (const pieceBytes of [3, 1 << 20])
      await expect(readAll(source('a.tsv', text, text.length > 1e4 ? 1 << 20 : pieceBytes))).rejects.toThrow(message);
  });

  test('a field beyond the limit, before it fills the memory', async () => {
    const piece = new TextEncoder().encode('A'.repeat(1 << 20));
    let given = 0;
    async function* chunks(): AsyncGenerator<Uint8Array> {
      yield new TextEncoder().encode('id\timage\n1\t"');
      for (;;) {
        given += 1;
        yield piece;
      }
    }
    const endless = { name: 'a.tsv', bytes: 1e12, chunks };
    await expect(readAll(endless)).rejects.toThrow(
      'a.tsv, row 1 (line 2): expected at most 67108864 characters, got a longer row: a quote is not closed',
    );
    expect(given).toBeLessThan(70);
  });

  test('bad rows are left out when that is asked for, and the good ones keep their numbers', async () => {
    const bad: string[] = [];
    const records = await readAll(source('a.tsv', 'id\ta\n1\t2\n3\n4\t5\n6\t"7"8\n"\n9\t10\n'), bad);
    expect(records.map(({ number, fields }) => [number, fields.get('id')])).toEqual([[1, '1'], [3, '4'], [5, '9']]); // prettier-ignore
    expect(bad).toHaveLength(2);
  });
});
