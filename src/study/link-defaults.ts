/**
 * What version 1 of the link format leaves out. FROZEN: a released link is read against these values for ever. When the page's own defaults
 * change, this file does not; when the form changes, a new version gets its own file and a migration.
 */
import type { NotebookState } from './notebook-state.ts';

export const LINK_DEFAULTS_1: NotebookState = {
  title: '',
  example: {
    level: 'simple',
    split: 'eval',
    seed: 1,
    index: 0,
    rows: 5,
    columns: 10,
    rowNames: 100,
    profile: 'paper',
    record: 'image',
  },
  draft: {
    schema: 1,
    task: { id: 'consecutive-table-readout', rows: 5, columns: 10, rowNames: 12 },
    preset: 'micro',
    base: null,
    supervision: 'mix',
    examples: 9600,
    batchSize: 32,
    learningRate: 0.001,
    warmupFraction: 0.03,
    weightDecay: 0,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    clipNorm: 1,
    seed: 1,
    evaluation: { examples: 200, everySteps: 0 },
    checkpointEverySteps: 100,
    curriculum: null,
  },
  curves: { isLogarithmic: false, series: 'total' },
  look: { record: 'image', response: 'gold', token: null, overlay: 'mask', topPercent: 1, opacity: 0.65, isSigned: true },
  runs: [],
};
