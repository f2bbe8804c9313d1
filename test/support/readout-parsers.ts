/**
 * Reads the text forms of a table back into its truth, from the strings alone. Written apart from the generator, so that a round trip proves that a
 * form loses nothing.
 */
import { MONTH_CODES, MONTH_NAMES, PRODUCT_CODES, PRODUCT_NAMES } from '../../src/tasks/tables/names.ts';
import type { Cell, TableTruth } from '../../src/tasks/tables/table.ts';

interface Grid {
  columnNames: string[];
  rowNames: string[];
  values: number[][];
  marked: Cell[];
}

/** Compact x(t) and question, as one prompt. */
export function parseCompactPrompt(prompt: string): TableTruth {
  const lines = prompt.split(' \n ').map((line) => line.split(' '));
  const question = lines.pop() ?? [];
  const [header = [], ...body] = lines;
  if (header[0] !== 'table') throw new Error(`no table: ${prompt}`);
  const [word, startRow = '', startColumn = '', to, endRow = '', endColumn = '', ...rest] = question;
  if (word !== 'path' || to !== 'to' || rest.length > 0) throw new Error(`no question: ${question.join(' ')}`);
  const grid = readGrid(
    header.slice(1).map(monthOf),
    body.map((line) => [productOf(line[0] ?? ''), ...line.slice(1)]),
    /^([0-9])(\*?)$/,
  );
  return truthOf(grid, [productOf(startRow), monthOf(startColumn)], [productOf(endRow), monthOf(endColumn)]);
}

/** Paper x(t) and question, as one prompt. */
export function parsePaperPrompt(prompt: string): TableTruth {
  const [, specification = '', header = '', body = ''] =
    /^\\begin\{table\}\[ht\]\n\\centering\n\\begin\{tabular\}\{([lr]+)\}\n & (.*) \\\\\n((?: .* \\\\\n)+) \\end\{tabular\}\n/.exec(prompt) ?? [];
  const [, startRow = '', startColumn = '', endRow = '', endColumn = ''] =
    /from \((\w+), (\w+)\) and ending at \((\w+), (\w+)\)\./.exec(prompt) ?? [];
  const lines = body.trimEnd().split('\n');
  const grid = readGrid(
    header.split(' & '),
    lines.map((line) => line.slice(1, -3).split(' & ')),
    /^([0-9])( \*)?$/,
  );
  const expected = grid.columnNames.map((_, column) => (grid.marked.some((cell) => cell.column === column) ? 'l' : 'r')).join('');
  if (specification !== `l${expected}`) throw new Error(`column specification ${specification} does not tell the marked columns`);
  return truthOf(grid, [startRow, startColumn], [endRow, endColumn]);
}

function readGrid(columnNames: string[], body: string[][], cellForm: RegExp): Grid {
  const marked: Cell[] = [];
  const values = body.map(([, ...texts], row) => {
    if (texts.length !== columnNames.length) throw new Error(`row ${row} has ${texts.length} cells`);
    return texts.map((text, column) => {
      const found = cellForm.exec(text);
      if (found === null) throw new Error(`no cell: ${text}`);
      if ((found[2] ?? '') !== '') marked.push({ row, column });
      return Number(found[1]);
    });
  });
  return { columnNames, rowNames: body.map(([name = '']) => name), values, marked };
}

/** The path of Consecutive Table Readout: all cells from the start to the end in row-major order, either way. */
function truthOf(grid: Grid, start: [string, string], end: [string, string]): TableTruth {
  const columns = grid.columnNames.length;
  const place = ([row, column]: [string, string]): number => grid.rowNames.indexOf(row) * columns + grid.columnNames.indexOf(column);
  const [from, to] = [place(start), place(end)];
  const step = from <= to ? 1 : -1;
  const path = Array.from({ length: Math.abs(to - from) + 1 }, (_, i) => {
    const at = from + step * i;
    return { row: Math.floor(at / columns), column: at % columns };
  });
  const isMarked = grid.marked.length > 0;
  const ordered = step === 1 ? path : [...path].reverse();
  if (isMarked && JSON.stringify(ordered) !== JSON.stringify(grid.marked)) throw new Error('the marks are not the cells from start to end');
  const { rowNames, columnNames, values } = grid;
  return { rows: rowNames.length, columns, rowNames, columnNames, values, path, isMarked };
}

function productOf(code: string): string {
  return nameOf(code, PRODUCT_CODES, PRODUCT_NAMES);
}

function monthOf(code: string): string {
  return nameOf(code, MONTH_CODES, MONTH_NAMES);
}

function nameOf(code: string, codes: readonly string[], names: readonly string[]): string {
  const name = names[codes.indexOf(code)];
  if (name === undefined) throw new Error(`no name for ${code}`);
  return name;
}
