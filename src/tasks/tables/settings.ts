/** What both table tasks can be set to, and its limits. Without names and forms, because the page imports it. */
import { fault, InputError } from '../../lib/errors.ts';
import type { TaskField } from '../task.ts';

/** A row index token exists for 1..12 and a column index token for 1..12: 12 months cap the columns, and we cap the rows alike. */
export const MAX_ROWS = 12;
export const MAX_COLUMNS = 12;
/** Product names that there are (names.ts). */
export const MAX_ROW_NAMES = 100;

/** Size of a table; `rowNames` is the number of product names (from the first on) that row names are drawn from. */
export interface TableSize {
  readonly rows: number;
  readonly columns: number;
  readonly rowNames: number;
}

export const COLUMN_LETTERS = ['marked', 'plain'] as const;
export type ColumnLetters = (typeof COLUMN_LETTERS)[number];

/** The setting of both table tasks (spec/s2h 2.5, 9.8). */
export const COLUMN_LETTERS_FIELD: TaskField = {
  key: 'columnLetters',
  type: 'choice',
  options: COLUMN_LETTERS,
  label: 'column letters',
  help: 'marked: in the LaTeX the letter of a column is l if it holds a mark and r if not, as in the authors’ data: it gives the columns of the path away. plain: r for all.',
};

/** Throws InputError when no table of this size exists. */
export function checkTable({ rows, columns, rowNames }: TableSize): void {
  checkWhole('rows', rows, 1, MAX_ROWS);
  checkWhole('columns', columns, 1, MAX_COLUMNS);
  checkWhole('rowNames', rowNames, 1, MAX_ROW_NAMES);
  if (rowNames < rows) {
    throw new InputError(fault('rowNames', `at least ${rows}, one name for each row`, String(rowNames), 'take more names or fewer rows'));
  }
}

function checkWhole(field: string, value: unknown, min: number, max: number): void {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return;
  throw new InputError(fault(field, `a whole number in ${min}..${max}`, typeof value === 'number' ? String(value) : value));
}
