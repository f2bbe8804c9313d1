/**
 * The small scale at which this notebook re-enacts the paper's figures: task settings, model, base and N of each task. All ours; numbers of the paper are
 * never mixed with those of a scale.
 *
 * - `nano`: 1.5 M weights on a base that reads tables; minutes per run on a laptop's GPU, some 5 to 15 on one CPU core.
 * - `micro`: 0.1 M weights from scratch and a few steps. It learns nothing: for tests, and to try a figure out.
 */
import type { PresetName } from '../../model/config.ts';
import type { TaskSpec } from '../../tasks/task-spec.ts';
import type { TaskId } from '../../tasks/task.ts';
import { phaseSettingsOf } from '../phases.ts';
import { DEFAULT_SPEC, parseRunSpec } from '../run-spec-schema.ts';
import type { AblationOptions, RunSpec, Supervision } from '../run-spec.ts';
import { smallTask } from '../small-tasks.ts';
import { titleOf } from '../strategies/ids.ts';
import { JOINT_TASKS } from '../strategies/options.ts';
import type { FigureRun, Measures } from './figure.ts';

export const SCALES = ['nano', 'micro'] as const;
export type Scale = (typeof SCALES)[number];

export interface ScaleSetting {
  readonly task: TaskSpec;
  readonly preset: PresetName;
  /** Digest of the base. */
  readonly base: string | null;
  /** N, ascending: the last is used where a figure has one N. */
  readonly rows: readonly number[];
  readonly alignRows: number;
  readonly warmUpRows: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** Per level and modality, at the end. */
  readonly evaluationExamples: number;
}

/** `nano-5x10-paths` of public/base: it reads tables of up to 5 x 10 and walks SIMPLE paths of Consecutive Table Readout. */
const TABLE_BASE = 'e54ed000a22f5f6a79b12dfdf79697b9dfdfdddd93a1b6428d874e3581d9fb52';

/** `nano-tr` of public/base: the same, gone on with SIMPLE rows of Table Readout. */
const READOUT_BASE = 'ca6629c80abef8496783ed3ee3258db980a50ae6de301f9049da5b8ca51240ac';

/** `nano-gn` of public/base: `nano-tr`, gone on with SIMPLE rows of Grid Navigation. It solves 37 % of SIMPLE. */
const GRID_BASE = '7c4a178998695eee87b50f41a44eb65753182e67855c3c097b223a9b348f2175';

/** `nano-va` of public/base: `nano-tr`, gone on with SIMPLE rows of Visual Analogy. It reads panels, names their patterns, and chooses the right option in a third to a half of SIMPLE. */
const ANALOGY_BASE = 'd643cd99140daf3f63cfae8303158fea6ba8bbfa6293ec9e3f8e715ff9f595b4';

/** `nano-4x6-walks` of public/base: `nano-4x6-paths`, gone on with SIMPLE paths and with lists of any length in text that no mark shows. */
const WALKING_BASE = '52da04cbc4db40aff6e8fef049991f97d0ae9189270d88b8576ab6525b05b273';

/** Of Figure 26: the base that all its runs start from. That of Visual Analogy for now; to be one that reads all three tasks (specs/base-nano-joint.json). */
const JOINT_BASE = ANALOGY_BASE;

const NANO: Omit<ScaleSetting, 'task' | 'rows'> = {
  preset: 'nano',
  base: TABLE_BASE,
  alignRows: 1000,
  warmUpRows: 1000,
  batchSize: 16,
  learningRate: 5e-4,
  evaluationExamples: 100,
};

const MICRO: Omit<ScaleSetting, 'task'> = {
  preset: 'micro',
  base: null,
  rows: [24, 48],
  alignRows: 16,
  warmUpRows: 16,
  batchSize: 8,
  learningRate: 1e-3,
  evaluationExamples: 1,
};

const SETTINGS: Readonly<Record<Scale, Readonly<Record<TaskId, ScaleSetting>>>> = {
  nano: {
    'consecutive-table-readout': { task: smallTask('consecutive-table-readout'), rows: [1500, 6000], ...NANO },
    'table-readout': { ...NANO, task: smallTask('table-readout'), rows: [3000], base: READOUT_BASE },
    'grid-navigation': { ...NANO, task: smallTask('grid-navigation'), rows: [6000], base: GRID_BASE },
    'visual-analogy': { ...NANO, task: smallTask('visual-analogy'), rows: [6000], base: ANALOGY_BASE },
    // SIMPLE is the same as in Visual Analogy, and a base has seen nothing else (spec/s2h 4.5).
    'pattern-heldout-visual-analogy': { ...NANO, task: smallTask('pattern-heldout-visual-analogy'), rows: [6000], base: ANALOGY_BASE },
  },
  micro: {
    'consecutive-table-readout': { ...MICRO, task: { ...DEFAULT_SPEC.task, rows: 4, columns: 6 } },
    'table-readout': { ...MICRO, task: smallTask('table-readout') },
    'grid-navigation': { ...MICRO, task: smallTask('grid-navigation') },
    'visual-analogy': { ...MICRO, task: smallTask('visual-analogy') },
    'pattern-heldout-visual-analogy': { ...MICRO, task: smallTask('pattern-heldout-visual-analogy') },
  },
};

/** The setting of a task at a scale. */
export function settingOf(scale: Scale, task: TaskId): ScaleSetting {
  return SETTINGS[scale][task];
}

/** The largest N of a setting. */
export function largest({ rows }: ScaleSetting): number {
  return Math.max(...rows);
}

/** Consecutive Table Readout on 4 x 6 tables, from a base that can go on with a list past the longest SIMPLE path, as a pretrained language model can. */
export function walkingSetting(scale: Scale): ScaleSetting {
  const task: TaskSpec = { ...DEFAULT_SPEC.task, rows: 4, columns: 6 };
  return scale === 'nano' ? { ...NANO, task, rows: [3000], base: WALKING_BASE } : { ...MICRO, task };
}

/**
 * The three tasks that can be trained jointly, all from one base. N is the rows of the whole run, whether of one task or of three: the paper does not say which N its
 * Figure 26 has.
 */
export function jointSetting(scale: Scale): ScaleSetting {
  const task = smallTask(JOINT_TASKS[0]);
  return scale === 'nano' ? { ...NANO, task, rows: [6000], base: JOINT_BASE } : { ...MICRO, task };
}

/** What an ablation changes of a run, and how the legend then calls it. */
export interface Variant {
  readonly series?: string;
  readonly task?: TaskSpec;
  readonly joint?: readonly TaskSpec[];
  readonly alignRows?: number;
  readonly warmUpRows?: number;
  readonly options?: AblationOptions;
}

/** The run of a supervision with N = `examples`. */
export function runAt(setting: ScaleSetting, supervision: Supervision, examples: number, seed: number, variant: Variant = {}): FigureRun {
  const { task = setting.task, alignRows = setting.alignRows, warmUpRows = setting.warmUpRows, joint, options } = variant;
  const values = { alignRows, warmUpRows, switchAt: 0.5 };
  const phases = Object.fromEntries(phaseSettingsOf(supervision).map((key) => [key, values[key]]));
  const spec: RunSpec = {
    ...DEFAULT_SPEC,
    ...{ task, preset: setting.preset, base: setting.base, supervision, examples, seed, ...phases },
    ...(joint === undefined ? {} : { joint }),
    ...(options === undefined ? {} : { options }),
    ...{ batchSize: setting.batchSize, learningRate: setting.learningRate, checkpointEverySteps: 100 },
    evaluation: { examples: setting.evaluationExamples, everySteps: 0 },
  };
  return { series: variant.series ?? titleOf(supervision), spec: parseRunSpec(spec) };
}

/** Every supervision with every N of the setting. */
export function grid(setting: ScaleSetting, supervisions: readonly Supervision[], seed: number): readonly FigureRun[] {
  return supervisions.flatMap((supervision) => setting.rows.map((rows) => runAt(setting, supervision, rows, seed)));
}

/** Every supervision with the largest N. */
export function atLargest(setting: ScaleSetting, supervisions: readonly Supervision[], seed: number): readonly FigureRun[] {
  return supervisions.map((supervision) => runAt(setting, supervision, largest(setting), seed));
}

/**
 * What the figures measure that follow a run: all of it, so that a run trained for one of them serves them all. The paper does not say how many examples its
 * gradients are of; spec/s2h advises 200, which a CPU core has no time for.
 */
export function measuresAt(scale: Scale): Measures {
  const size = scale === 'micro' ? { points: 2, examples: 2 } : { points: 5, examples: 16 };
  return { ...size, hasLosses: true, hasGradients: true, isConvertAsked: true };
}
