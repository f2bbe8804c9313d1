/**
 * What every table task shares: a table, a path through it, and whether the path is marked. Every form of an example is written from this.
 *
 * Example: rows TauEngine, MuGadget; columns May, June; values 4 1 / 7 0; path (1, 1) (1, 0): two cells, read right to left, sum 7.
 *
 * Names and values: spec/s2h 1.1, 2.1 and 2.2 (authors' code). Paths are drawn by the tasks (consecutive-table-readout/truth.ts, table-readout/).
 */
import type { Rng } from '../../lib/rng.ts';
import { MONTH_NAMES, PRODUCT_NAMES } from './names.ts';
import type { ColumnLetters, TableSize } from './settings.ts';

/** 0-based; row 0 is the first row below the header. */
export interface Cell {
  readonly row: number;
  readonly column: number;
}

export interface TableTruth {
  readonly rows: number;
  readonly columns: number;
  /** Full product names, top to bottom. */
  readonly rowNames: readonly string[];
  /** Full month names, left to right; not in calendar order. */
  readonly columnNames: readonly string[];
  /** Digits 0..9, `[rows][columns]`. */
  readonly values: readonly (readonly number[])[];
  /** Cells in the order in which they are read. */
  readonly path: readonly Cell[];
  /** False only in the base curriculum: the table shows no path, the question alone names it. */
  readonly isMarked: boolean;
  /** Only in the base curriculum: the cells that show a mark, in place of those of the path. */
  readonly marked?: readonly Cell[];
  /** Set to 'plain' where x(t) does not tell by its column letters which columns hold marks (paper.ts). */
  readonly columnLetters?: 'plain';
}

/** A table without a path. Row names, column names and values come from streams of their own. */
export function drawTable({ rows, columns, rowNames }: TableSize, rng: Rng): Omit<TableTruth, 'path' | 'isMarked'> {
  const values = rng.fork('values');
  return {
    rows,
    columns,
    rowNames: rng.fork('row-names').sample(PRODUCT_NAMES.slice(0, rowNames), rows),
    columnNames: rng.fork('column-names').sample(MONTH_NAMES, columns),
    values: Array.from({ length: rows }, () => Array.from({ length: columns }, () => values.below(10))),
  };
}

/** What the setting adds to a truth. */
export function lettersOf(columnLetters: ColumnLetters | undefined): Pick<TableTruth, 'columnLetters'> {
  return columnLetters === 'plain' ? { columnLetters } : {};
}

/** Digits along the path, in its order: what the scorers compare. */
export function pathValues(truth: TableTruth): number[] {
  return truth.path.map(({ row, column }) => truth.values[row]?.[column] ?? Number.NaN);
}

/** Row and column names of the first and the last cell of the path: what the question tells. */
export function pathEnds(truth: TableTruth): { start: [row: string, column: string]; end: [row: string, column: string] } {
  return { start: namesOf(truth, truth.path[0]), end: namesOf(truth, truth.path.at(-1)) };
}

/** Names of a cell's row and column. */
export function namesOf(truth: TableTruth, cell: Cell | undefined): [row: string, column: string] {
  const row = cell === undefined ? undefined : truth.rowNames[cell.row];
  const column = cell === undefined ? undefined : truth.columnNames[cell.column];
  if (row === undefined || column === undefined) throw new Error(`internal: namesOf: no cell ${JSON.stringify(cell)} in the table`);
  return [row, column];
}

/** Whether each cell shows a mark, `[rows][columns]`. */
export function marks(truth: TableTruth): boolean[][] {
  const marked = truth.values.map((row) => row.map(() => false));
  if (!truth.isMarked) return marked;
  for (const { row, column } of truth.marked ?? truth.path) {
    const line = marked[row];
    if (line !== undefined) line[column] = true;
  }
  return marked;
}
