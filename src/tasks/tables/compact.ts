/**
 * The `compact` profile: the content of the paper's forms in one token per cell, name and index, for models that train in minutes from scratch.
 * Lossless against the truth (a parser in the tests proves it). All of it is ours; spec/s2h has no such form.
 *
 *   x(t)      table Jan Mar Feb ⏎ AlW 4 7* 2 ⏎ BeG 1 0* 3 ⏎
 *   question  path AlW Mar to BeG Mar
 *   CoT       r1 c2 AlW Mar 7 ⏎ r2 c2 BeG Mar 0 ⏎
 *   answer    total 7 0 = 7 ⏎ answer 7
 *
 * (⏎ is the token `\n`.) A cell and its mark are one token (`7*`), because a small model looks nothing up when they are three.
 */
import { token } from '../compact-token.ts';
import type { CompactForms, CompactToken } from '../task.ts';
import { codeOf, MONTH_CODES, PRODUCT_CODES } from './names.ts';
import { COMPACT_PATCH_PX, compactScene } from './scenes.ts';
import { MAX_COLUMNS, MAX_ROWS } from './settings.ts';
import { marks, namesOf, pathEnds, pathValues } from './table.ts';
import type { TableTruth } from './table.ts';

const DIGITS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

/** Every token of this task in a fixed order: ids follow from it, so only append. */
export const READOUT_VOCABULARY: readonly string[] = [
  ...['table', 'path', 'to', 'convert', 'total', 'answer', '=', '\n'],
  ...Array.from({ length: MAX_ROWS }, (_, i) => `r${i + 1}`),
  ...Array.from({ length: MAX_COLUMNS }, (_, i) => `c${i + 1}`),
  ...DIGITS,
  ...DIGITS.map((digit) => `${digit}*`),
  ...MONTH_CODES,
  ...PRODUCT_CODES,
];

export const COMPACT_CONVERT: readonly CompactToken[] = [token('convert', 'format')];

/**
 * x(t), each token with its cell of the grid as a prompt shows it: line 1 is the header, column 1 the row names (and `table`), the newline stands one
 * past the last column. In a response the positions are dropped (records.ts).
 */
export function compactText(truth: TableTruth): readonly CompactToken[] {
  const marked = marks(truth);
  const grid = [
    ['table', ...truth.columnNames.map(codeOf), '\n'],
    ...truth.values.map((row, r) => [codeOf(truth.rowNames[r] ?? ''), ...row.map((value, c) => cellText(value, marked[r]?.[c] === true)), '\n']),
  ];
  return grid.flatMap((texts, line) => texts.map((text, column) => token(text, 'table', line + 1, column + 1)));
}

/** The same for text and image. */
export function compactQuestion(truth: TableTruth): readonly CompactToken[] {
  const { start, end } = pathEnds(truth);
  const names = ([row, column]: readonly [string, string]): CompactToken[] => [token(codeOf(row), 'row-name'), token(codeOf(column), 'column-name')];
  return [token('path', 'format'), ...names(start), token('to', 'format'), ...names(end)];
}

/** One line per cell of the path: indices, names, value. */
export function compactCot(truth: TableTruth): readonly CompactToken[] {
  const values = pathValues(truth);
  return truth.path.flatMap((cell, i) => {
    const [row, column] = namesOf(truth, cell);
    return [
      token(`r${cell.row + 1}`, 'index'),
      token(`c${cell.column + 1}`, 'index'),
      token(codeOf(row), 'row-name'),
      token(codeOf(column), 'column-name'),
      token(String(values[i]), 'value'),
      token('\n', 'format'),
    ];
  });
}

/** The list of values, then their sum in decimal digits, twice (as in the paper's form: in the sentence and after `Answer:`). */
export function compactAnswer(truth: TableTruth): readonly CompactToken[] {
  const values = pathValues(truth);
  const sum = [...String(values.reduce((total, value) => total + value, 0))].map((digit) => token(digit, 'sum'));
  return [
    token('total', 'format'),
    ...values.map((value) => token(String(value), 'value')),
    token('=', 'format'),
    ...sum,
    token('\n', 'format'),
    token('answer', 'format'),
    ...sum,
  ];
}

/** Patches of the picture: the table with its header and its row names. */
export function compactGrid(truth: TableTruth): { readonly rows: number; readonly columns: number } {
  return { rows: truth.rows + 1, columns: truth.columns + 1 };
}

/** The token each patch shows, row-major; the corner shows nothing. */
export function compactPatchTokens(truth: TableTruth): readonly string[] {
  const { columns } = compactGrid(truth);
  return compactText(truth)
    .filter(({ column }) => column <= columns)
    .map(({ text }) => (text === 'table' ? '<blank>' : text));
}

/** Header patches are named by what they show, body patches by their row, column and value. */
function patchNames(truth: TableTruth): string[] {
  const header = ['the empty corner', ...truth.columnNames.map((name) => `the header ${name}`)];
  const body = truth.values.flatMap((row, r) => {
    const rowName = truth.rowNames[r] ?? '';
    return [`the row name ${rowName}`, ...row.map((value, c) => `${rowName}, ${truth.columnNames[c] ?? ''}: ${value}`)];
  });
  return [...header, ...body];
}

/** Text of a body cell. */
function cellText(value: number, isMarked: boolean): string {
  return isMarked ? `${value}*` : String(value);
}

/** The same for every table task. */
export const tableCompactForms: CompactForms<TableTruth> = {
  text: compactText,
  question: compactQuestion,
  convert: COMPACT_CONVERT,
  cot: compactCot,
  answer: compactAnswer,
  scene: compactScene,
  grid: compactGrid,
  patchTokens: compactPatchTokens,
  patchNames,
  vocabulary: READOUT_VOCABULARY,
  patchPx: COMPACT_PATCH_PX,
};
