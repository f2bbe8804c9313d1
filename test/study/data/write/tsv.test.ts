import Papa from 'papaparse';
import { expect, test } from 'vitest';
import { makeRng } from '../../../../src/lib/rng.ts';
import { toBase64 } from '../../../../src/study/data/write/base64.ts';
import { tsvLine } from '../../../../src/study/data/write/tsv.ts';

/** As Python 3.11 writes them: `csv.writer(f, delimiter='\t').writerow(fields)`. */
test.each([
  [['a', 'b'], 'a\tb\r\n'],
  [['a, b', "it's"], "a, b\tit's\r\n"],
  [['two\nlines', 'x'], '"two\nlines"\tx\r\n'],
  [['say "no"', ''], '"say ""no"""\t\r\n'],
  [['tab\there', '\r'], '"tab\there"\t"\r"\r\n'],
  [[' kept ', '#'], ' kept \t#\r\n'],
])('quotes %j as Python does', (fields, line) => {
  expect(tsvLine(fields)).toBe(line);
});

test('any fields come back through another parser', () => {
  const rng = makeRng('test', 'tsv');
  const letters = ['a', ' ', '\t', '"', '\n', '\r\n', ',', ':', 'é', '❤️', '\\'];
  const rows = Array.from({ length: 200 }, () =>
    Array.from({ length: 4 }, () => Array.from({ length: rng.below(8) }, () => letters[rng.below(letters.length)]).join('')),
  );
  const text = rows.map(tsvLine).join('');
  const { data, errors } = Papa.parse<string[]>(text.slice(0, -2), { delimiter: '\t', newline: '\r\n' });
  expect(errors).toEqual([]);
  expect(data).toEqual(rows);
});

test('base64 is that of every other encoder', () => {
  const rng = makeRng('test', 'base64');
  for (let length = 0; length < 70; length++) {
    const bytes = Uint8Array.from({ length }, () => rng.below(256));
    expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
  }
});
