/**
 * Reads a table and its marks out of x(t) in LaTeX, and the ends of the path out of the question: what a foreign record (a file of the authors) says of
 * the path besides its values. Marks have no order (spec/s2h 2.5); `orderMarks` finds it where there is only one.
 */
import type { PathCell } from './reference.ts';
import type { Cell } from './table.ts';

export interface MarkedTable {
  readonly rowNames: readonly string[];
  readonly columnNames: readonly string[];
  /** Digits, `[rows][columns]`. */
  readonly values: readonly (readonly number[])[];
  /** In reading order. */
  readonly marked: readonly Cell[];
}

/** The last table of a text; null when there is none, or one out of shape. */
export function readMarkedTable(text: string): MarkedTable | null {
  const at = text.lastIndexOf('\\begin{tabular}');
  const end = text.indexOf('\\end{tabular}', at);
  if (at === -1 || end === -1) return null;
  const [, ...rows] = text.slice(at, end).split('\n'); // the first line is the column specification
  const [header = [], ...body] = rows
    .filter((row) => row.includes('&'))
    .map((row) =>
      row
        .replace('\\\\', '')
        .split('&')
        .map((field) => field.trim()),
    );
  const columnNames = header.slice(1);
  const marked: Cell[] = [];
  const values: number[][] = [];
  for (const [row, [, ...fields]] of body.entries()) {
    if (fields.length !== columnNames.length || !fields.every((field) => /^\d( ?\*)?$/.test(field))) return null;
    values.push(fields.map((field) => Number(field.charAt(0))));
    for (const [column, field] of fields.entries()) if (field.endsWith('*')) marked.push({ row, column });
  }
  return { rowNames: body.map(([name = '']) => name), columnNames, values, marked };
}

/** Names of the first and the last cell in a question; null when it has none. */
export function readEnds(question: string): { start: [row: string, column: string]; end: [row: string, column: string] } | null {
  const [, startRow, startColumn, endRow, endColumn] = /starting from \((\w+), (\w+)\) and ending at \((\w+), (\w+)\)/.exec(question) ?? [];
  if (startRow === undefined || startColumn === undefined || endRow === undefined || endColumn === undefined) return null;
  return { start: [startRow, startColumn], end: [endRow, endColumn] };
}

/** A marked cell with its names and value. */
export function namedCell({ rowNames, columnNames, values }: MarkedTable, { row, column }: Cell): PathCell {
  return { rowName: rowNames[row] ?? '', columnName: columnNames[column] ?? '', value: values[row]?.[column] ?? Number.NaN };
}

/** Steps before the search for an order gives up. Ours; paths of the authors' families need hardly more steps than they have cells. */
const MAX_STEPS = 20_000;

/**
 * The order in which the marked cells give `digits` from start to end: each next one among `nextOf`. Null when there is no such order, more than one,
 * or too much to search.
 */
export function orderMarks(
  table: MarkedTable,
  ends: { readonly start: readonly [string, string]; readonly end: readonly [string, string] },
  digits: readonly number[],
  nextOf: (cell: Cell) => readonly Cell[],
): Cell[] | null {
  const { rowNames, columnNames, values, marked } = table;
  if (marked.length !== digits.length) return null;
  const keyOf = ({ row, column }: Cell): number => row * columnNames.length + column;
  const free = new Map(marked.map((cell) => [keyOf(cell), cell]));
  const cellAt = ([row, column]: readonly [string, string]): Cell => ({ row: rowNames.indexOf(row), column: columnNames.indexOf(column) });
  const last = keyOf(cellAt(ends.end));
  const found: Cell[][] = [];
  const path: Cell[] = [];
  let steps = 0;

  function visit(cell: Cell): void {
    const key = keyOf(cell);
    if (found.length > 1 || steps > MAX_STEPS || !free.has(key) || values[cell.row]?.[cell.column] !== digits[path.length]) return;
    if ((key === last) !== (free.size === 1)) return; // the end comes last, and only then
    steps += 1;
    free.delete(key);
    path.push(cell);
    if (free.size === 0) found.push([...path]);
    for (const next of nextOf(cell)) visit(next);
    path.pop();
    free.set(key, cell);
  }

  visit(cellAt(ends.start));
  return found.length === 1 && steps <= MAX_STEPS ? (found[0] ?? null) : null;
}

/** The four cells around a cell: steps of Table Readout. Cells outside the table are no marks. */
export function neighbours({ rowNames, columnNames }: MarkedTable, { row, column }: Cell): Cell[] {
  return [
    { row, column: column + 1 },
    { row: row + 1, column },
    { row, column: column - 1 },
    { row: row - 1, column },
  ].filter((cell) => cell.row >= 0 && cell.row < rowNames.length && cell.column >= 0 && cell.column < columnNames.length);
}

/** The cells before and after a cell in row-major order: steps of Consecutive Table Readout. */
export function rowNeighbours({ rowNames, columnNames }: MarkedTable, { row, column }: Cell): Cell[] {
  const columns = columnNames.length;
  const at = row * columns + column;
  return [at + 1, at - 1].filter((i) => i >= 0 && i < rowNames.length * columns).map((i) => ({ row: Math.floor(i / columns), column: i % columns }));
}
