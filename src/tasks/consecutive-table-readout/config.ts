/**
 * Settings of Consecutive Table Readout (S2H section 2.2): sum the digits on a highlighted path that runs along the rows of a table. SIMPLE, medium
 * and HARD differ in the length of the path only.
 *
 * Table size: not in the paper; 5 x 10 in the authors' code (spec/s2h 1.1).
 */
import { fault, InputError } from '../../lib/errors.ts';
import type { Level, TaskInfo } from '../task.ts';
import { LEVELS } from '../task.ts';
import { checkTable, COLUMN_LETTERS_FIELD, MAX_COLUMNS, MAX_ROW_NAMES, MAX_ROWS } from '../tables/settings.ts';
import type { ColumnLetters } from '../tables/settings.ts';

export type ReadoutConfig = {
  readonly rows: number;
  readonly columns: number;
  /** Row names are drawn from this many product names, from the first on. */
  readonly rowNames: number;
  /** Absent = 'paper'. */
  readonly lengths?: Lengths;
  /** Absent = 'marked'. */
  readonly columnLetters?: ColumnLetters;
};

export const LENGTHS = ['paper', 'authors'] as const;
export type Lengths = (typeof LENGTHS)[number];

/** Ends of each level's range of lengths, in tenths of the table's cells. On the paper's 5 x 10 table: 5-10, 15-20, 25-30 cells (S2H section 2.2). */
const LENGTH_TENTHS: Record<Level, readonly [number, number]> = { simple: [1, 2], medium: [3, 4], hard: [5, 6] };

/** Fewest and most cells of a path. Tables other than 5 x 10 are ours: the same fractions of the cells, rounded, at least 1. */
export function pathCellRange(level: Level, rows: number, columns: number): [min: number, max: number] {
  const [low, high] = LENGTH_TENTHS[level];
  const cells = rows * columns;
  return [Math.max(1, Math.round((low * cells) / 10)), Math.max(1, Math.round((high * cells) / 10))];
}

export const readoutInfo: TaskInfo<ReadoutConfig> = {
  id: 'consecutive-table-readout',
  title: 'Consecutive Table Readout',
  summary: 'Add up the digits on a highlighted path that runs along the rows of a table, left to right or right to left.',
  describeLevels: ({ rows, columns, lengths }) =>
    Object.fromEntries(
      LEVELS.map((level) => [
        level,
        lengths === 'authors' ? 'paths of up to 10 cells, as on every level' : `paths of ${pathCellRange(level, rows, columns).join(' to ')} cells`,
      ]),
    ),
  citation: {
    name: 'Park, Panigrahi, Cheng, Yu, Goyal, Arora: Generalizing from SIMPLE to HARD Visual Reasoning (ICML 2025)',
    url: 'https://arxiv.org/abs/2501.02669',
    section: '2.2',
  },
  levels: LEVELS,
  fields: [
    { key: 'rows', type: 'integer', min: 1, max: MAX_ROWS, step: 1, label: 'table rows', help: 'Rows of the table. The authors use 5.' },
    {
      key: 'columns',
      type: 'integer',
      min: 1,
      max: MAX_COLUMNS,
      step: 1,
      label: 'table columns',
      help: 'Columns of the table, each with its own month. The authors use 10.',
    },
    {
      key: 'rowNames',
      type: 'integer',
      min: 1,
      max: MAX_ROW_NAMES,
      step: 1,
      label: 'row names',
      help: 'How many product names the rows are drawn from. The paper has 100; 12 is ours, so that a small model meets each name often.',
    },
    {
      key: 'lengths',
      type: 'choice',
      options: LENGTHS,
      label: 'path lengths',
      optionText: lengthsText,
      help: 'Cells of the path: simple, medium, hard. paper: the same shares of the table as in 5 x 10. authors: what the released generator draws, 6 to 10 cells from any cell on, cut at the end of the table.',
    },
    COLUMN_LETTERS_FIELD,
  ],
  defaults: { rows: 5, columns: 10, rowNames: 100, lengths: 'paper', columnLetters: 'marked' },
  largestGrid: ({ rows, columns }) => ({ rows: rows + 1, columns: columns + 1 }),
  checkConfig,
};

function lengthsText(option: string, { rows, columns }: Readonly<Record<string, unknown>>): string {
  if (option === 'authors') return 'authors: up to 10 on each';
  if (typeof rows !== 'number' || typeof columns !== 'number' || !(rows * columns > 0)) return '';
  const ranges = LEVELS.map((level) => [...new Set(pathCellRange(level, rows, columns))].join('-'));
  return `${option}: ${ranges.join(', ')}`; // no longer: a select shows some 26 characters
}

/** Throws InputError for a table that cannot exist, or that is too small to keep the levels' lengths apart (1-4 and 8 cells). */
function checkConfig(config: ReadoutConfig): void {
  checkTable(config);
  if (config.lengths === 'authors') return; // all levels have the same lengths
  const { rows, columns } = config;
  const ranges = LEVELS.map((level) => ({ level, range: pathCellRange(level, rows, columns) }));
  for (const [i, { level, range }] of ranges.entries()) {
    const next = ranges[i + 1];
    if (next === undefined || range[1] < next.range[0]) continue;
    const got = `${rows} x ${columns}, where ${level} has up to ${range[1]} and ${next.level} from ${next.range[0]}`;
    throw new InputError(fault('rows x columns', 'a table in which harder levels have longer paths', got, 'use at least 9 cells'));
  }
}
