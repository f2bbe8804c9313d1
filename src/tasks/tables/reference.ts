/**
 * What a table response is scored against: the list of values, the cells of the path where they are known, and their order.
 *
 * A truth of ours tells all of it. A foreign record tells what it holds (spec/s2h 2.8, 2.10):
 *
 *   gold assistant turn with its whole CoT  values, cells, order
 *   comma-joined digits (`answer` column)   values
 *   either, and x(t) in LaTeX               values and the marked cells; their order too where only one fits the ends, the steps and the values
 */
import { fault, InputError } from '../../lib/errors.ts';
import type { ReferenceSource } from '../task.ts';
import { listedCells } from './listing.ts';
import type { ListedCell } from './listing.ts';
import { namedCell, neighbours, orderMarks, readEnds, readMarkedTable, rowNeighbours } from './marked-table.ts';
import { LIST_OPENING } from './paper.ts';
import { namesOf, pathValues } from './table.ts';
import type { TableTruth } from './table.ts';

/** A cell of the path as the CoT names it; full names in the `paper` profile. */
export interface PathCell {
  readonly rowName: string;
  readonly columnName: string;
  readonly value: number;
}

export interface TableReference {
  /** Digits in the order of the path. */
  readonly values: readonly number[];
  /** In the order of the path. Null when their order is not known. */
  readonly cells: readonly PathCell[] | null;
  /** The cells of the path in any order. Null when only the list is known. */
  readonly highlighted: readonly PathCell[] | null;
}

/** Words of the question of Consecutive Table Readout that Table Readout's does not have (spec/s2h 1.3). */
const ROW_MOVEMENT = 'moves along rows of the table';

export function tableReferenceOf(truth: TableTruth): TableReference {
  const values = pathValues(truth);
  const cells = truth.path.map((cell, i) => {
    const [rowName, columnName] = namesOf(truth, cell);
    return { rowName, columnName, value: values[i] ?? Number.NaN };
  });
  return { values, cells, highlighted: cells };
}

/** Throws InputError for a record that holds no list, or two different ones. */
export function readTableReference({ prompt, response, columns }: ReferenceSource): TableReference {
  const answer = columns['answer'];
  const list = readList(response) ?? (answer === undefined ? null : readList(answer));
  const lines = listedCells(response, 'paper')?.map(pathCellOf) ?? [];
  const cells = lines.filter((cell) => cell !== null);
  const values = list ?? (lines.length > 0 && cells.length === lines.length ? cells.map(({ value }) => value) : null);
  if (values === null) {
    const expected = 'a gold turn ("… total is 3 + 9 = 12.") or its digits divided by commas (3,9)';
    throw new InputError(
      fault('gold record of a table', expected, JSON.stringify(shorten(response)), 'take the assistant turn, or the `answer` column'),
    );
  }
  // A cut CoT (internalisation ablation, spec/s2h 5) ends early, perhaps inside a line; its whole lines must agree with the list all the same.
  const whole = lines.slice(0, lines.at(-1) === null ? -1 : undefined);
  const disagrees = whole.findIndex((cell, i) => cell?.value !== values[i]);
  if (disagrees !== -1) {
    const expected = `line ${disagrees + 1} to give row, column, names and the digit ${values[disagrees] ?? '(none: the list is shorter)'}`;
    throw new InputError(fault('gold record of a table', expected, whole[disagrees], 'its lines and its list must agree'));
  }
  if (cells.length === values.length) return { values, cells, highlighted: cells };
  return { values, ...readMarks(`${prompt}\n${response}`, prompt, values) };
}

/** The digits of "total is 3 + 9 = 12", or of "3,9". */
function readList(text: string): number[] | null {
  const at = text.lastIndexOf(LIST_OPENING);
  const [list = '', sum] = at === -1 ? [text.trim(), ''] : text.slice(at + LIST_OPENING.length).split('=');
  const form = at === -1 ? /^\d(\s*,\s*\d)*$/ : /^\d(\s*\+\s*\d)*$/;
  return sum !== undefined && form.test(list.trim()) ? Array.from(list.matchAll(/\d/g), ([digit]) => Number(digit)) : null;
}

function pathCellOf(cell: ListedCell | null): PathCell | null {
  return cell !== null && /^\d$/.test(cell.value) ? { rowName: cell.rowName, columnName: cell.columnName, value: Number(cell.value) } : null;
}

/** What a table in LaTeX tells of the path. Marks that are not as many as the values, or have other digits, belong to another table: nothing is told. */
function readMarks(text: string, prompt: string, values: readonly number[]): Pick<TableReference, 'cells' | 'highlighted'> {
  const table = readMarkedTable(text);
  const ends = readEnds(prompt);
  if (table === null || ends === null) return { cells: null, highlighted: null };
  const highlighted = table.marked.map((cell) => namedCell(table, cell));
  const digits = (list: readonly number[]): string => [...list].sort((a, b) => a - b).join();
  if (digits(highlighted.map(({ value }) => value)) !== digits(values)) return { cells: null, highlighted: null };
  const stepsOf = prompt.includes(ROW_MOVEMENT) ? rowNeighbours : neighbours;
  const order = orderMarks(table, ends, values, (cell) => stepsOf(table, cell));
  return { cells: order?.map((cell) => namedCell(table, cell)) ?? null, highlighted };
}

function shorten(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`;
}
