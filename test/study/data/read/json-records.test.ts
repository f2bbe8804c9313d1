import { describe, expect, test } from 'vitest';
import { readAll, source } from '../../../support/data-files.ts';

const RECORDS = [
  { id: 'a', conversations: [{ from: 'human', value: 'é ☂ "\\\n' }], n: -1.5e3 },
  { id: 'b', nested: { list: [1, null, true], __proto__: 1 } },
  { id: 'c' },
];
const plain = async (text: string, pieceBytes?: number) =>
  (await readAll(source('a.json', text, pieceBytes))).map(({ fields }) => Object.fromEntries(fields));

describe('reads', () => {
  test.each([1, 2, 3, 7, 1000])('lists and lines, cut into pieces of %i bytes', async (pieceBytes) => {
    for (const indent of [0, 2]) expect(await plain(` \n${JSON.stringify(RECORDS, null, indent)}\n\n`, pieceBytes)).toEqual(RECORDS);
    const lines = RECORDS.map((record) => JSON.stringify(record)).join('\r\n');
    expect(await plain(lines, pieceBytes)).toEqual(RECORDS);
    expect(await plain(`\uFEFF${lines}\n\n`, pieceBytes)).toEqual(RECORDS);
  });

  test('names of fields are never names of the language', async () => {
    const [record] = await readAll(source('a.json', '[{"__proto__": {"polluted": 1}, "constructor": 2}]'));
    expect([...(record?.fields.keys() ?? [])].sort()).toEqual(['__proto__', 'constructor']);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  test('records are counted, lines are numbered', async () => {
    const [, second] = await readAll(source('a.json', '[{"id":1},\n{"id":2}]'));
    expect(second).toMatchObject({ number: 2, place: 'a.json, record 2' });
    const [, next] = await readAll(source('a.jsonl', '{"id":1}\n\n{"id":2}'));
    expect(next).toMatchObject({ number: 2, place: 'a.jsonl, line 3', at: 'line 3' });
  });
});

describe('names what is wrong', () => {
  const deep = (open: string, count: number): string => open.repeat(count);
  test.each([
    [
      'a list cut off in a record',
      '[{"id": 1},\n{"id": 2',
      /record 2 \(line 2, byte 20\): expected JSON, got the end of the file: the file is damaged or cut off/,
    ],
    ['a list cut off after a record', '[{"id": 1}', /record 2 .*: expected JSON, got the end of the file/],
    ['a missing comma', '[{"id": 1}\n\n{"id": 2}]', /record 2 \(line 3, byte 12\): expected JSON, got Unexpected LEFT_BRACE/],
    ['a word that is no JSON', '[{"id": 1},\n{"id": nope}]', /record 2 \(line 2, byte \d+\): expected JSON, got Unexpected "o"/],
    ['more after the list', '[{"id": 1}]\n[]', /a\.json/],
    ['a list of numbers', '[1, 2]', /a\.json, record 1: expected a record: an object with named values, got number/],
    ['a line that is cut off', '{"id": 1}\n{"id": 2', /a\.json, line 2: expected one JSON record, got/],
    ['one record over several lines', '{\n  "id": 1\n}', /a\.json, line 1: .*: write each record on one line, or all in one list/],
    ['a line with a list', '{"id": 1}\n[2]', /a\.json, line 2: expected a record: an object with named values, got a list/],
    ['a nesting bomb in a list', `[{"a":${deep('[', 1e6)}`, /a\.json, record 1: expected at most 32 lists and objects inside each other/],
    ['a nesting bomb in a line', `{"a":${deep('[', 1e6)}${deep(']', 1e6)}}`, /a\.json, line 1: expected at most 32 lists and objects/],
    ['a nesting bomb of objects', `[${deep('{"a":', 1e5)}`, /a\.json, record 1: expected at most 32 lists/],
    ['an empty list', '[]', /a\.json: expected rows, got none that can be used/],
  ])('%s', async (_, text, message) => {
    for (const pieceBytes of [7, 1 << 20])
      await expect(readAll(source('a.json', text, text.length > 1000 ? 1 << 20 : pieceBytes))).rejects.toThrow(message);
  });

  test('brackets inside strings are no nesting', async () => {
    const text = '['.repeat(100);
    const record = { text, quoted: `\\"${text}` };
    expect(await plain(JSON.stringify(record))).toEqual([record]);
  });

  test('bad lines are left out when that is asked for', async () => {
    const bad: string[] = [];
    const records = await readAll(source('a.jsonl', '{"id":1}\n{"id":\n \n{"id":3}\n7'), bad);
    expect(records.map(({ number, at }) => [number, at])).toEqual([[1, 'line 1'], [3, 'line 4']]); // prettier-ignore
    expect(bad).toHaveLength(2);
  });

  test.each([
    ['a string that never ends, in a list', '[{"image": "'],
    ['a line that never ends', '{"image": "'],
  ])('%s is refused before it fills the memory', async (_, opening) => {
    const piece = new TextEncoder().encode('A'.repeat(1 << 20));
    let given = 0;
    async function* chunks(): AsyncGenerator<Uint8Array> {
      yield new TextEncoder().encode(opening);
      for (;;) {
        given += 1;
        yield piece;
      }
    }
    await expect(readAll({ name: 'a.json', bytes: 1e12, chunks })).rejects.toThrow(/a\.json, (record|line) 1: expected at most 67108864/);
    expect(given).toBeLessThan(70);
  });
});
