/** Consecutive Table Readout, put together from what all table tasks share. Settings and levels are in config.ts, the path in truth.ts. */
import type { TaskDefinition } from '../task.ts';
import { tableCompactForms } from '../tables/compact.ts';
import { CONSECUTIVE_FAILURES, tableFailures } from '../tables/failures.ts';
import { describeTable, tableLinks } from '../tables/links.ts';
import { tablePaperForms } from '../tables/paper.ts';
import { readTableReference, tableReferenceOf } from '../tables/reference.ts';
import type { TableReference } from '../tables/reference.ts';
import { scoreTable } from '../tables/score.ts';
import { lettersOf } from '../tables/table.ts';
import type { TableTruth } from '../tables/table.ts';
import { pathCellRange, readoutInfo } from './config.ts';
import type { ReadoutConfig } from './config.ts';
import { makeReadout, makeReleasedReadout } from './truth.ts';

/** What the question says of the path's course (spec/s2h 1.3). */
const MOVEMENT = ', that moves along rows of the table either left to right or right to left,';

export const readoutTask: TaskDefinition<TableTruth, ReadoutConfig, TableReference> = {
  info: readoutInfo,
  /** The length from its own stream, then the table and the path. */
  makeTruth(config, { level }, rng) {
    const letters = lettersOf(config.columnLetters);
    if (config.lengths === 'authors') return { ...makeReleasedReadout(config, rng), ...letters };
    const [min, max] = pathCellRange(level, config.rows, config.columns);
    return { ...makeReadout({ ...config, cells: rng.fork('length').between(min, max), isMarked: true }, rng), ...letters };
  },
  paper: tablePaperForms(MOVEMENT),
  compact: tableCompactForms,
  describe: describeTable,
  links: tableLinks,
  referenceOf: tableReferenceOf,
  readReference: readTableReference,
  score: scoreTable,
  failureMetrics: CONSECUTIVE_FAILURES,
  failures: tableFailures,
};
