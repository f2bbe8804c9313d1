/**
 * What a table-readout example is: a table, a path through it, and whether the path is marked. Every form of the example is written from this.
 *
 * Example: rows TauEngine, MuGadget; columns May, June; values 4 1 / 7 0; path (1, 1) (1, 0): two cells, read right to left, sum 7.
 *
 * The generator is that of Consecutive Table Readout as the paper states it (S2H section 2.2 and spec/s2h 1.2 [R]): length uniform in the level's
 * range, start uniform among the positions that fit, reversed with probability 1/2. The committed generator of the authors ignores its length options
 * (spec/s2h 1.2 [C]); we do not follow it.
 */
import { fault, InputError } from '../../lib/errors.ts';
import type { Rng } from '../../lib/rng.ts';
import type { Level } from '../task.ts';
import { MAX_COLUMNS, MAX_ROWS, MONTH_NAMES, PRODUCT_NAMES } from './names.ts';

/** 0-based; row 0 is the first row below the header. */
export interface Cell {
  readonly row: number;
  readonly column: number;
}

export interface ReadoutTruth {
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
}

/** Size of the tables; `rowNames` is the number of product names (from the first on) that row names are drawn from. */
export interface ReadoutConfig {
  readonly rows: number;
  readonly columns: number;
  readonly rowNames: number;
}

/** Ends of each level's range of lengths, in tenths of the table's cells. On the paper's 5 x 10 table: 5-10, 15-20, 25-30 cells (S2H section 2.2). */
const LENGTH_TENTHS: Record<Level, readonly [number, number]> = { simple: [1, 2], medium: [3, 4], hard: [5, 6] };

/** Fewest and most cells of a path. Tables other than 5 x 10 are ours: the same fractions of the cells, rounded, at least 1. */
export function pathCellRange(level: Level, rows: number, columns: number): [min: number, max: number] {
  const [low, high] = LENGTH_TENTHS[level];
  const cells = rows * columns;
  return [Math.max(1, Math.round((low * cells) / 10)), Math.max(1, Math.round((high * cells) / 10))];
}

/** Draws a table and a path of `cells` cells. Names, values and path come from streams of their own. */
export function makeReadout(options: ReadoutConfig & { readonly cells: number; readonly isMarked: boolean }, rng: Rng): ReadoutTruth {
  const { rows, columns, rowNames, cells, isMarked } = options;
  checkTable(options);
  if (!Number.isInteger(cells) || cells < 1 || cells > rows * columns) {
    throw new InputError(fault('makeReadout', `a path of 1..${rows * columns} cells in a ${rows} x ${columns} table`, String(cells)));
  }
  const values = rng.fork('values');
  return {
    rows,
    columns,
    rowNames: rng.fork('row-names').sample(PRODUCT_NAMES.slice(0, rowNames), rows),
    columnNames: rng.fork('column-names').sample(MONTH_NAMES, columns),
    values: Array.from({ length: rows }, () => Array.from({ length: columns }, () => values.below(10))),
    path: makePath(rows, columns, cells, rng.fork('path')),
    isMarked,
  };
}

/** Throws InputError when no table of this size exists. */
export function checkTable({ rows, columns, rowNames }: ReadoutConfig): void {
  checkWhole('rows', rows, 1, MAX_ROWS);
  checkWhole('columns', columns, 1, MAX_COLUMNS);
  checkWhole('rowNames', rowNames, 1, PRODUCT_NAMES.length);
  if (rowNames < rows) {
    throw new InputError(fault('rowNames', `at least ${rows}, one name for each row`, String(rowNames), 'take more names or fewer rows'));
  }
}

function checkWhole(field: string, value: unknown, min: number, max: number): void {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return;
  throw new InputError(fault(field, `a whole number in ${min}..${max}`, typeof value === 'number' ? String(value) : value));
}

/** `cells` consecutive cells in row-major order, reversed with probability 1/2. */
function makePath(rows: number, columns: number, cells: number, rng: Rng): Cell[] {
  const start = rng.below(rows * columns - cells + 1);
  const path = Array.from({ length: cells }, (_, i) => ({ row: Math.floor((start + i) / columns), column: (start + i) % columns }));
  return rng.chance(0.5) ? path.reverse() : path;
}

/** Digits along the path, in its order: what the scorers compare. */
export function pathValues(truth: ReadoutTruth): number[] {
  return truth.path.map(({ row, column }) => truth.values[row]?.[column] ?? Number.NaN);
}

/** Row and column names of the first and the last cell of the path: what the question tells. */
export function pathEnds(truth: ReadoutTruth): { start: [row: string, column: string]; end: [row: string, column: string] } {
  return { start: namesOf(truth, truth.path[0]), end: namesOf(truth, truth.path.at(-1)) };
}

/** Names of a cell's row and column. */
export function namesOf(truth: ReadoutTruth, cell: Cell | undefined): [row: string, column: string] {
  const row = cell === undefined ? undefined : truth.rowNames[cell.row];
  const column = cell === undefined ? undefined : truth.columnNames[cell.column];
  if (row === undefined || column === undefined) throw new Error(`internal: namesOf: no cell ${JSON.stringify(cell)} in the table`);
  return [row, column];
}

/** Whether each cell shows a mark, `[rows][columns]`. */
export function marks(truth: ReadoutTruth): boolean[][] {
  const marked = truth.values.map((row) => row.map(() => false));
  if (!truth.isMarked) return marked;
  for (const { row, column } of truth.path) {
    const line = marked[row];
    if (line !== undefined) line[column] = true;
  }
  return marked;
}
