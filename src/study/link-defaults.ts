/**
 * What each version of the link format leaves out. FROZEN: a released link is read against these values for ever. When the page's own defaults
 * change, this file does not; when the form changes, a new version gets its own constant and a migration from the one before.
 *
 * Version 2: the example names its task with all settings (`example.task`), where version 1 had the table's size of the one task there was.
 * Version 3: all of the Look cell's choices, where version 2 had the first pinned token and whether scores are signed; the step of the timeline.
 */
import type { ExampleView, LookView, NotebookState } from './notebook-state.ts';

type LookView2 = Pick<LookView, 'record' | 'response' | 'overlay' | 'topPercent' | 'opacity'> & {
  readonly token: number | null;
  readonly isSigned: boolean;
};
export type NotebookState2 = Omit<NotebookState, 'look' | 'step'> & { readonly look: LookView2 };
type ExampleView1 = Omit<ExampleView, 'task'> & { readonly rows: number; readonly columns: number; readonly rowNames: number };
export type NotebookState1 = Omit<NotebookState2, 'example'> & { readonly example: ExampleView1 };

export const LINK_DEFAULTS_1: NotebookState1 = {
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

export const LINK_DEFAULTS_2: NotebookState2 = {
  ...LINK_DEFAULTS_1,
  draft: {
    ...LINK_DEFAULTS_1.draft,
    task: { id: 'consecutive-table-readout', rows: 5, columns: 10, rowNames: 12, lengths: 'paper', columnLetters: 'marked' },
  },
  example: {
    task: { id: 'consecutive-table-readout', rows: 5, columns: 10, rowNames: 100, lengths: 'paper', columnLetters: 'marked' },
    level: 'simple',
    split: 'eval',
    seed: 1,
    index: 0,
    profile: 'paper',
    record: 'image',
  },
};

export const LINK_DEFAULTS_3: NotebookState = {
  ...LINK_DEFAULTS_2,
  look: {
    ...{ record: 'image', response: 'gold', span: null, granularity: 'token', aggregate: 'mean', method: 'gradient-input', sign: 'signed' },
    ...{ overlay: 'mask', threshold: 'pixels', topPercent: 1, opacity: 0.65, besideStep: null },
  },
  step: null,
};
