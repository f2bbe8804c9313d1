import { expect, test } from 'vitest';
import { InputError } from '../../src/lib/errors.ts';
import { makeRng } from '../../src/lib/rng.ts';
import { makeReadout } from '../../src/tasks/consecutive-table-readout/truth.ts';
import { tableExample } from '../../src/tasks/examples.ts';
import { taskOf } from '../../src/tasks/registry.ts';
import { RECORD_KINDS, TASK_IDS } from '../../src/tasks/task.ts';
import { makeTokenizer, SPECIALS, tokenizer, vocabularySizeOf } from '../../src/tasks/tokenizer.ts';
import goldenTokens from '../golden/ctr-tokens.json' with { type: 'json' };

test('keeps every id of released versions; new tokens come after them', () => {
  expect(goldenTokens).toHaveLength(169);
  expect(goldenTokens.map((token) => tokenizer.idOf(token))).toEqual(goldenTokens.map((_, id) => id));
  expect(tokenizer.size).toBeGreaterThanOrEqual(goldenTokens.length);
});

test('a model needs the ids of its own task and of those before it: one for tables stays as large as it was', () => {
  expect(vocabularySizeOf('consecutive-table-readout')).toBe(goldenTokens.length);
  expect(vocabularySizeOf('table-readout')).toBe(goldenTokens.length);
  for (const id of TASK_IDS) for (const word of taskOf(id).vocabulary) expect(tokenizer.idOf(word)).toBeLessThan(vocabularySizeOf(id));
});

test('opens with the special tokens', () => {
  expect(SPECIALS.map((token) => tokenizer.idOf(token))).toEqual([0, 1, 2, 3, 4]);
});

test('has each declared token of each task, and no others', () => {
  const declared = new Set([...SPECIALS, ...TASK_IDS.flatMap((id) => taskOf(id).vocabulary)]);
  expect(declared.size).toBe(tokenizer.size);
  const ids = [...declared].map((token) => tokenizer.idOf(token));
  expect(new Set(ids).size).toBe(tokenizer.size);
  for (const token of declared) expect(tokenizer.textOf(tokenizer.idOf(token))).toBe(token);
});

test('loses nothing, both ways, on every record of a thousand tables', () => {
  const rng = makeRng('tokenizer');
  for (let i = 0; i < 1000; i++) {
    const [rows, columns] = [rng.between(1, 12), rng.between(1, 12)];
    const cells = rng.between(1, Math.min(30, rows * columns));
    const example = tableExample(makeReadout({ rows, columns, rowNames: 100, cells, isMarked: true }, rng.fork(i)));
    for (const kind of RECORD_KINDS) {
      for (const text of [example.prompt(kind, 'compact'), example.response(kind, 'compact')]) {
        const ids = tokenizer.encode(text);
        expect(tokenizer.decode(ids)).toBe(text);
        expect(tokenizer.encode(tokenizer.decode(ids))).toEqual(ids);
      }
    }
  }
});

test('reads ids from any list and writes nothing for nothing', () => {
  expect(tokenizer.decode(Int32Array.of(1, 3, 2))).toBe('<bos> <assistant> <eos>');
  expect(tokenizer.encode('')).toEqual([]);
  expect(tokenizer.decode([])).toBe('');
});

test.each([
  ['an unknown word', 'total 7 seven = 7', '"seven"'],
  ['two blanks', 'total  7', '""'],
  ['a blank at the end', 'total ', '""'],
  ['a newline that is not apart', 'total 7\n', '"7\\n"'],
  ['a number of two digits', '= 46', '"46"'],
  ['a name of Object', 'constructor', '"constructor"'],
])('names %s', (_, text, word) => {
  expect(() => tokenizer.encode(text)).toThrow(InputError);
  expect(() => tokenizer.encode(text)).toThrow(`tokenizer: expected a token of the compact profile, got ${word}`);
});

test.each([-1, 1_000_000, 0.5, Number.NaN])('refuses the id %d', (id) => {
  expect(() => tokenizer.decode([id])).toThrow(InputError);
  expect(() => tokenizer.textOf(id)).toThrow(/expected an id in 0\.\.\d+, got/);
});

test('gives a word of two vocabularies the id of the first, and takes no word that a text could not hold', () => {
  const small = makeTokenizer([
    ['a', 'b'],
    ['b', 'c'],
  ]);
  expect(small.encode('a b c')).toEqual([0, 1, 2]);
  expect(small.size).toBe(3);
  expect(() => makeTokenizer([['a b']])).toThrow('"a b" cannot be a token');
  expect(() => makeTokenizer([['']])).toThrow('"" cannot be a token');
});
