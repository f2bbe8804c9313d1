/**
 * Settings of Table Readout (S2H section 2.2 and C.3): sum the digits on a highlighted path that turns. SIMPLE paths have 1 to 4 straight segments, HARD
 * ones more, in longer spirals and sine waves and, in the authors' evaluation only, compositions of both.
 *
 * Table size: the authors' code draws 7 to 12 rows and 7 to 10 columns; the paper says 8 to 12 of both (spec/s2h 2.1). Smaller tables are ours.
 */
import { fault, InputError } from '../../lib/errors.ts';
import type { TaskInfo } from '../task.ts';
import { checkTable, COLUMN_LETTERS_FIELD, MAX_COLUMNS, MAX_ROW_NAMES, MAX_ROWS } from '../tables/settings.ts';
import type { ColumnLetters } from '../tables/settings.ts';
import { HARD_EVALUATIONS, MIXTURES } from './mixture.ts';
import type { HardEvaluation, Mixture } from './mixture.ts';

export type TableReadoutConfig = {
  readonly minRows: number;
  readonly maxRows: number;
  readonly minColumns: number;
  readonly maxColumns: number;
  /** Row names are drawn from this many product names, from the first on. */
  readonly rowNames: number;
  readonly mixture: Mixture;
  readonly hardEvaluation: HardEvaluation;
  /** Absent = 'marked'. */
  readonly columnLetters?: ColumnLetters;
};

/**
 * Smallest table, rows and columns. From 6 x 6 on, every HARD walk has more than four segments before its ends are trimmed (a test walks all of them);
 * on 5 x 5 a composition may have four, which is SIMPLE, and on 4 x 4 random turns do not exist at all. Ours.
 */
export const MIN_TABLE = 6;

/** The gap needs a table this large on both axes (the authors' smallest); on smaller ones it is 0, because a spiral inside a margin would have no arms left. */
export const MIN_TABLE_WITH_GAP = 7;

export const tableReadoutInfo: TaskInfo<TableReadoutConfig> = {
  id: 'table-readout',
  title: 'Table Readout',
  summary: 'Add up the digits on a highlighted path that turns through a table, from the named start to the named end.',
  describeLevels: ({ hardEvaluation }) => ({
    simple: 'paths of 1 to 4 straight segments, rarely 5: random turns, short spirals and sine waves',
    hard: `longer paths: spirals, sine waves and compositions of both; evaluated on ${HARD_EVALUATION_WORDS[hardEvaluation]}`,
  }),
  citation: {
    name: 'Park, Panigrahi, Cheng, Yu, Goyal, Arora: Generalizing from SIMPLE to HARD Visual Reasoning (ICML 2025)',
    url: 'https://arxiv.org/abs/2501.02669',
    section: '2.2',
  },
  levels: ['simple', 'hard'],
  fields: [
    sizeField(
      'minRows',
      'fewest rows',
      MAX_ROWS,
      'Each table draws its rows between fewest and most. The authors’ code has 7 to 12, the paper 8 to 12.',
    ),
    sizeField(
      'maxRows',
      'most rows',
      MAX_ROWS,
      'Each table draws its rows between fewest and most. The authors’ code has 7 to 12, the paper 8 to 12.',
    ),
    sizeField('minColumns', 'fewest columns', MAX_COLUMNS, 'Columns, each with its own month. The authors’ code has 7 to 10, the paper 8 to 12.'),
    sizeField('maxColumns', 'most columns', MAX_COLUMNS, 'Columns, each with its own month. The authors’ code has 7 to 10, the paper 8 to 12.'),
    {
      key: 'rowNames',
      type: 'integer',
      min: MIN_TABLE,
      max: MAX_ROW_NAMES,
      step: 1,
      label: 'row names',
      help: 'How many product names the rows are drawn from. The paper has 100; fewer is ours, so that a small model meets each name often.',
    },
    {
      key: 'mixture',
      type: 'choice',
      options: MIXTURES,
      label: 'path families',
      help: 'authors: the counts of the authors’ scripts, with paths of 17 cells (SIMPLE) and 39 (HARD) on average. paper-means: ours, near the 12 and 35 cells that the paper states.',
    },
    {
      key: 'hardEvaluation',
      type: 'choice',
      options: HARD_EVALUATIONS,
      label: 'HARD evaluation',
      help: 'Paths of the HARD evaluation set. The authors evaluate on compositions only; the others show which family a model fails on. mixture: as in HARD training.',
    },
    COLUMN_LETTERS_FIELD,
  ],
  defaults: {
    minRows: 7,
    maxRows: 12,
    minColumns: 7,
    maxColumns: 10,
    rowNames: 100,
    mixture: 'authors',
    hardEvaluation: 'composition',
    columnLetters: 'marked',
  },
  largestGrid: ({ maxRows, maxColumns }) => ({ rows: maxRows + 1, columns: maxColumns + 1 }),
  checkConfig,
};

const HARD_EVALUATION_WORDS: Readonly<Record<HardEvaluation, string>> = {
  composition: 'compositions',
  sinusoidal: 'sine waves',
  spiral: 'spirals',
  mixture: 'all three',
};

/** Throws InputError for tables that cannot exist or on which not every path family does. */
function checkConfig({ minRows, maxRows, minColumns, maxColumns, rowNames }: TableReadoutConfig): void {
  checkTable({ rows: maxRows, columns: maxColumns, rowNames });
  checkRange('rows', minRows, maxRows);
  checkRange('columns', minColumns, maxColumns);
}

function checkRange(axis: string, min: number, max: number): void {
  if (!Number.isInteger(min) || min < MIN_TABLE) {
    const why = 'on smaller tables HARD paths may have no more than four segments before their ends are trimmed, as SIMPLE ones';
    throw new InputError(fault(`fewest ${axis}`, `at least ${MIN_TABLE}`, String(min), why));
  }
  if (min > max) throw new InputError(fault(axis, 'no more at the fewest than at the most', `${min} to ${max}`));
}

function sizeField(key: string, label: string, max: number, help: string): TaskInfo['fields'][number] {
  return { key, type: 'integer', min: MIN_TABLE, max, step: 1, label, help };
}
