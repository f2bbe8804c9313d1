import { describe, expect, test } from 'vitest';
import { RecordStream } from '../../../../src/study/data/read/records.ts';
import { blobSource } from '../../../../src/study/data/read/source.ts';
import { readAll, source } from '../../../support/data-files.ts';

const bytes = (...codes: number[]): Uint8Array => Uint8Array.from([...codes, ...Array.from({ length: 40 }, () => 7)]);
const utf16 = (text: string, isBig: boolean): Uint8Array =>
  Uint8Array.from(Array.from(text).flatMap((character) => (isBig ? [0, character.charCodeAt(0)] : [character.charCodeAt(0), 0])));
const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const joined = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));

describe('files that are no text of a data set are named, with the cure', () => {
  test.each([
    ['empty.tsv', new Uint8Array(0), 'empty.tsv: expected a text file, got an empty file: give a TSV'],
    ['a.xlsx', joined(ascii('PK\u0003\u0004'), bytes(1)), 'a.xlsx: expected a text file, got an Excel workbook: save it as text: pandas.read_excel'],
    ['renamed.tsv', joined(ascii('PK\u0003\u0004......[Content_Types].xml'), bytes()), 'got an Excel workbook'],
    ['a.zip', joined(ascii('PK\u0003\u0004'), bytes()), 'got a zip archive: unpack it'],
    ['a.tsv.gz', bytes(0x1f, 0x8b), 'got a gzip archive'],
    ['old.xls', bytes(0xd0, 0xcf, 0x11, 0xe0), 'got an old Excel workbook'],
    ['a.png', bytes(0x89, 0x50, 0x4e, 0x47), 'got a PNG picture'],
    ['a.parquet', joined(ascii('PAR1'), bytes()), 'got a Parquet file'],
    [
      'a.tsv',
      ascii('version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 5\n'),
      'got a pointer of Git LFS, not the file: fetch the file: git lfs pull',
    ],
    ['a.tsv', ascii('\n<!DOCTYPE html><html>'), 'got a web page'],
    ['a.tsv', joined(Uint8Array.of(0xff, 0xfe), utf16('id\ta\n1\t2\n', false)), 'got UTF-16: save it as UTF-8'],
    ['a.tsv', joined(Uint8Array.of(0xfe, 0xff), utf16('id\ta\n1\t2\n', true)), 'got UTF-16'],
    ['a.tsv', utf16('id\ta\n1\t2\n', false), 'got UTF-16'],
    ['a.bin', ascii('some text and then\0something else that goes on for a while'), 'got a binary file'],
  ])('%s', async (name, content, message) => {
    await expect(readAll(source(name, content))).rejects.toThrow(message);
  });
});

describe('encodings', () => {
  test.each([1, 3, 5, 1000])('a byte of Latin-1 is found, with its place (pieces of %i)', async (pieceBytes) => {
    const text = joined(ascii('id\ta\n1\té☂\n2\tb\n3\t'), latin1('caf\u00e9\n4\td\n'));
    const offset = ascii('id\ta\n1\té☂\n2\tb\n3\tcaf').length;
    const message = `a.tsv, after record 2 (byte ${offset}): expected UTF-8, got the byte 0xE9, which looks like Latin-1 or Windows-1252: save the file as UTF-8`;
    await expect(readAll(source('a.tsv', text, pieceBytes))).rejects.toThrow(message);
  });

  test('a file that ends inside a character is cut off', async () => {
    await expect(readAll(source('a.tsv', ascii('id\ta\n1\t☂').slice(0, -1)))).rejects.toThrow('got the middle of a character: the file is cut off');
  });
});

test('the form is found from what stands in the file, not from its name', async () => {
  const formats: unknown[] = [];
  for (const text of ['id\ta\n1\t2\n', 'id,a\n1,2\n', '[{"id":1}]', '{"id":1}\n']) {
    const stream = new RecordStream(source('data.txt', text, 2), { onBad: () => undefined });
    for await (const _ of stream) formats.push(stream.format);
  }
  expect(formats).toEqual(['TSV', 'CSV', 'JSON list', 'JSON lines']);
});

test('a file that changes while it is read is refused', async () => {
  await expect(readAll({ ...source('a.tsv', 'id\ta\n1\t2\n'), bytes: 99 })).rejects.toThrow('a.tsv: expected 99 bytes, got 9: the file changed');
});

test('reading stops at once when it is cancelled, and tells how far it is', async () => {
  const cancel = new AbortController();
  const told: number[] = [];
  const onBytes = (count: number): void => {
    told.push(count);
    if (told.length === 2) cancel.abort(new Error('enough'));
  };
  const stream = new RecordStream(source('a.tsv', 'id\ta\n1\t2\n1\t2\n', 5), { onBad: () => undefined, onBytes, signal: cancel.signal });
  await expect(async () => {
    for await (const _ of stream);
  }).rejects.toThrow('enough');
  expect(told).toEqual([5, 10]);
});

test('a file of the page that changed or is gone since it was chosen is named, with the cure', async () => {
  const gone = new Blob(['id\ta\n1\t2\n']);
  gone.slice = () => Object.assign(new Blob(), { arrayBuffer: () => Promise.reject(new DOMException('…', 'NotReadableError')) });
  await expect(readAll(blobSource('a.tsv', gone))).rejects.toMatchObject({
    name: 'InputError',
    message: 'a.tsv: expected the file that was chosen, got none that can be read: it changed or is gone, choose it again',
  });
});

test('records that the reader leaves out are counted with the others', async () => {
  const stream = new RecordStream(source('a.jsonl', '{"id":1}\n\n{"id":\n{"id":3}\n'), { onBad: () => undefined });
  for await (const _ of stream);
  expect([stream.records, stream.seen]).toEqual([2, 3]);
});

test('a Blob is read slice by slice', async () => {
  const records = await readAll(blobSource('a.csv', new Blob(['id,a\n', '1,2\n'])));
  expect(records.map(({ fields }) => Object.fromEntries(fields))).toEqual([{ id: '1', a: '2' }]);
});
