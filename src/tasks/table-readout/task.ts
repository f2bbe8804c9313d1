/** Table Readout, put together from what all table tasks share. Settings are in config.ts, path families in mixture.ts and paths/. */
import type { TaskDefinition } from '../task.ts';
import { tableCompactForms } from '../tables/compact.ts';
import { TABLE_READOUT_FAILURES, tableFailures } from '../tables/failures.ts';
import { describeTable, tableLinks } from '../tables/links.ts';
import { tablePaperForms } from '../tables/paper.ts';
import { readTableReference, tableReferenceOf } from '../tables/reference.ts';
import type { TableReference } from '../tables/reference.ts';
import { scoreTable } from '../tables/score.ts';
import { tableReadoutInfo } from './config.ts';
import type { TableReadoutConfig } from './config.ts';
import type { Family } from './mixture.ts';
import { makeTableReadout } from './truth.ts';
import type { TableReadoutTruth } from './truth.ts';

const FAMILY_WORDS: Readonly<Record<Family, string>> = {
  random: 'random turns',
  sinusoidal: 'a sine wave',
  spiral: 'a spiral',
  composition: 'a composition of spiral and sine wave',
};

export const tableReadoutTask: TaskDefinition<TableReadoutTruth, TableReadoutConfig, TableReference> = {
  info: tableReadoutInfo,
  makeTruth: makeTableReadout,
  /** The question says nothing of the path's course (spec/s2h 2.5). */
  paper: tablePaperForms(''),
  compact: tableCompactForms,
  describe: (truth) =>
    `${describeTable(truth)} (${FAMILY_WORDS[truth.family]}, ${truth.segments === 1 ? '1 segment' : `${truth.segments} segments`})`,
  links: tableLinks,
  referenceOf: tableReferenceOf,
  readReference: readTableReference,
  score: scoreTable,
  failureMetrics: TABLE_READOUT_FAILURES,
  failures: tableFailures,
};
