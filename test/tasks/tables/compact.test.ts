import { expect, test } from 'vitest';
import { makeRng } from '../../../src/lib/rng.ts';
import {
  COMPACT_CONVERT,
  compactAnswer,
  compactCot,
  compactGrid,
  compactPatchTokens,
  compactQuestion,
  compactText,
  READOUT_VOCABULARY,
} from '../../../src/tasks/tables/compact.ts';
import { withoutPositions } from '../../../src/tasks/records.ts';
import type { TableTruth } from '../../../src/tasks/tables/table.ts';
import { makeReadout } from '../../../src/tasks/consecutive-table-readout/truth.ts';
import { tokensToString } from '../../../src/tasks/tokenizer.ts';
import { WORKED_EXAMPLE } from '../../support/readout-examples.ts';
import { parseCompactPrompt } from '../../support/readout-parsers.ts';

const SMALL: TableTruth = {
  rows: 2,
  columns: 3,
  rowNames: ['AlphaWidget', 'BetaGadget'],
  columnNames: ['January', 'March', 'February'],
  values: [
    [4, 7, 2],
    [1, 0, 9],
  ],
  path: [
    { row: 0, column: 1 },
    { row: 0, column: 2 },
    { row: 1, column: 0 },
  ],
  isMarked: true,
};

test('writes the forms that its header shows', () => {
  expect(tokensToString(compactText(SMALL))).toBe('table Jan Mar Feb \n AlW 4 7* 2* \n BeG 1* 0 9 \n');
  expect(tokensToString(compactQuestion(SMALL))).toBe('path AlW Mar to BeG Jan');
  expect(tokensToString(COMPACT_CONVERT)).toBe('convert');
  expect(tokensToString(compactCot(SMALL))).toBe('r1 c2 AlW Mar 7 \n r1 c3 AlW Feb 2 \n r2 c1 BeG Jan 1 \n');
  expect(tokensToString(compactAnswer(SMALL))).toBe('total 7 2 1 = 1 0 \n answer 1 0');
});

test('marks nothing in a table without marks', () => {
  expect(tokensToString(compactText({ ...SMALL, isMarked: false }))).toBe('table Jan Mar Feb \n AlW 4 7 2 \n BeG 1 0 9 \n');
});

test('says of every response token what it is', () => {
  const kinds = [...compactCot(SMALL).slice(0, 6), ...compactAnswer(SMALL)].map(({ text, kind }) => `${text === '\n' ? '/' : text}:${kind}`);
  expect(kinds.join(' ')).toBe(
    'r1:index c2:index AlW:row-name Mar:column-name 7:value /:format ' +
      'total:format 7:value 2:value 1:value =:format 1:sum 0:sum /:format answer:format 1:sum 0:sum',
  );
  expect(COMPACT_CONVERT.map(({ kind }) => kind)).toEqual(['format']);
  expect(new Set(compactText(SMALL).map(({ kind }) => kind))).toEqual(new Set(['table']));
});

test('gives each token of the prompt’s table its line and column, and no other token any', () => {
  const at = (line: number, column: number): string | undefined =>
    compactText(SMALL).find((token) => token.line === line && token.column === column)?.text;
  expect([at(1, 1), at(1, 2), at(1, 4), at(1, 5)]).toEqual(['table', 'Jan', 'Feb', '\n']);
  expect([at(3, 1), at(3, 2), at(3, 4), at(3, 5)]).toEqual(['BeG', '1*', '9', '\n']);
  expect(compactText(SMALL)).toHaveLength(15);
  const rest = [
    ...compactQuestion(SMALL),
    ...compactCot(SMALL),
    ...compactAnswer(SMALL),
    ...COMPACT_CONVERT,
    ...withoutPositions(compactText(SMALL)),
  ];
  expect(rest.every(({ line, column }) => line === 0 && column === 0)).toBe(true);
  expect(tokensToString(withoutPositions(compactText(SMALL)))).toBe(tokensToString(compactText(SMALL)));
});

test('names what each patch shows, in the grid’s order, in the words of the text', () => {
  expect(compactGrid(SMALL)).toEqual({ rows: 3, columns: 4 });
  expect(compactPatchTokens(SMALL)).toEqual(['<blank>', 'Jan', 'Mar', 'Feb', 'AlW', '4', '7*', '2*', 'BeG', '1*', '0', '9']);
  const { columns } = compactGrid(WORKED_EXAMPLE);
  for (const { text, line, column } of compactText(WORKED_EXAMPLE)) {
    if (text === 'table' || text === '\n') continue;
    expect(compactPatchTokens(WORKED_EXAMPLE)[(line - 1) * columns + column - 1]).toBe(text);
  }
});

test('reads back as the truth, at every size, with marks and without, and in declared words only', () => {
  const vocabulary = new Set(READOUT_VOCABULARY);
  expect(vocabulary.size).toBe(READOUT_VOCABULARY.length);
  const sizes = makeRng('compact text and truth');
  for (let i = 0; i < 2000; i++) {
    const [rows, columns] = [sizes.between(1, 12), sizes.between(1, 12)];
    const cells = sizes.between(1, rows * columns);
    const truth = makeReadout({ rows, columns, rowNames: sizes.between(rows, 100), cells, isMarked: sizes.chance(0.8) }, sizes.fork(i));
    expect(parseCompactPrompt(tokensToString([...compactText(truth), ...compactQuestion(truth)]))).toEqual(truth);
    const all = [...compactText(truth), ...compactQuestion(truth), ...compactCot(truth), ...compactAnswer(truth)];
    expect(all.every(({ text }) => vocabulary.has(text))).toBe(true);
    const sum = truth.path.reduce((total, { row, column }) => total + (truth.values[row]?.[column] ?? 0), 0);
    expect(tokensToString(compactAnswer(truth)).endsWith(`answer ${[...String(sum)].join(' ')}`)).toBe(true);
  }
});
