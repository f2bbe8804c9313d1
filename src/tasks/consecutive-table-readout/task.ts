/**
 * Consecutive Table Readout (S2H section 2.2): sum the digits on a highlighted path that runs along the rows of a table. SIMPLE, medium and HARD
 * differ in the length of the path only.
 *
 * Table size: not in the paper; 5 x 10 in the authors' code (spec/s2h 1.1). Lengths: see truth.ts.
 */
import { fault, InputError } from '../../lib/errors.ts';
import type { Rng } from '../../lib/rng.ts';
import type { Level, Task } from '../task.ts';
import { LEVELS } from '../task.ts';
import {
  COMPACT_CONVERT,
  compactAnswer,
  compactCot,
  compactGrid,
  compactPatchTokens,
  compactQuestion,
  compactText,
  PATCH_PX,
  READOUT_VOCABULARY,
} from './compact.ts';
import { MAX_COLUMNS, MAX_ROWS, PRODUCT_NAMES } from './names.ts';
import { PAPER_CONVERT, paperAnswer, paperCot, paperPrompt, paperQuestion, paperResponse, paperText } from './paper.ts';
import { compactScene, paperScene } from './scenes.ts';
import { scoreReadout } from './score.ts';
import type { ReadoutConfig, ReadoutTruth } from './truth.ts';
import { checkTable, makeReadout, pathCellRange } from './truth.ts';

export const readoutTask: Task<ReadoutTruth, ReadoutConfig> = {
  id: 'consecutive-table-readout',
  title: 'Consecutive Table Readout',
  summary: 'Add up the digits on a highlighted path that runs along the rows of a table, left to right or right to left.',
  citation: {
    name: 'Park, Panigrahi, Cheng, Yu, Goyal, Arora: Generalizing from SIMPLE to HARD Visual Reasoning (ICML 2025)',
    url: 'https://arxiv.org/abs/2501.02669',
    section: '2.2',
  },
  fields: [
    {
      key: 'rows',
      label: 'Rows',
      help: 'Rows of the table. 5 in the authors’ code.',
      min: 1,
      max: MAX_ROWS,
      step: 1,
      default: 5,
    },
    {
      key: 'columns',
      label: 'Columns',
      help: 'Columns of the table; each is a month. 10 in the authors’ code.',
      min: 1,
      max: MAX_COLUMNS,
      step: 1,
      default: 10,
    },
    {
      key: 'rowNames',
      label: 'Row names',
      help: 'Row names are drawn from this many product names. 100 in the authors’ code; 12, as many as months, for small models from scratch.',
      min: 1,
      max: PRODUCT_NAMES.length,
      step: 1,
      default: 12,
    },
  ],
  defaults: { rows: 5, columns: 10, rowNames: 12 },
  checkConfig,
  makeTruth,
  paper: {
    text: paperText,
    question: paperQuestion,
    convert: PAPER_CONVERT,
    cot: paperCot,
    answer: paperAnswer,
    prompt: paperPrompt,
    response: paperResponse,
    scene: paperScene,
  },
  compact: {
    text: compactText,
    question: compactQuestion,
    convert: COMPACT_CONVERT,
    cot: compactCot,
    answer: compactAnswer,
    scene: compactScene,
    grid: compactGrid,
    patchTokens: compactPatchTokens,
    vocabulary: READOUT_VOCABULARY,
    patchPx: PATCH_PX,
  },
  score: scoreReadout,
};

/** Throws InputError for a table that cannot exist, or that is too small to keep the levels' lengths apart (1-4 and 8 cells). */
function checkConfig(config: ReadoutConfig): void {
  checkTable(config);
  const { rows, columns } = config;
  const ranges = LEVELS.map((level) => ({ level, range: pathCellRange(level, rows, columns) }));
  for (const [i, { level, range }] of ranges.entries()) {
    const next = ranges[i + 1];
    if (next === undefined || range[1] < next.range[0]) continue;
    const got = `${rows} x ${columns}, where ${level} has up to ${range[1]} and ${next.level} from ${next.range[0]}`;
    throw new InputError(fault('rows x columns', 'a table in which harder levels have longer paths', got, 'use at least 9 cells'));
  }
}

/** One example of a level: the length from its own stream, then the table and the path. */
function makeTruth(config: ReadoutConfig, level: Level, rng: Rng): ReadoutTruth {
  const [min, max] = pathCellRange(level, config.rows, config.columns);
  return makeReadout({ ...config, cells: rng.fork('length').between(min, max), isMarked: true }, rng);
}
