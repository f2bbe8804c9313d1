/**
 * Every field of a RunSpec as data: where it lives, what it means, which values it may have. The form of the Train cell and the validation in
 * run-spec-schema.ts are both drawn from this list, so that they cannot disagree. Ranges are ours unless the help says otherwise: wide enough for
 * every experiment of the paper, narrow enough that no link or file can ask for more than a machine can do.
 */
import { PRESETS } from '../model/config.ts';
import { taskInfo } from '../tasks/task-spec.ts';
import { TASK_IDS } from '../tasks/task.ts';
import type { OptionText, TaskId } from '../tasks/task.ts';
import { PHASE_STANDARDS, phaseSettingsOf } from './phases.ts';
import { SUPERVISIONS } from './run-spec.ts';
import { STRATEGY_GROUPS } from './strategies/ids.ts';

export const FIELD_GROUPS = ['task', 'model', 'data', 'optimiser', 'evaluation', 'base'] as const;
export type FieldGroup = (typeof FIELD_GROUPS)[number];

interface FieldCommon {
  /** Path inside the spec, such as `task.rows`. */
  readonly key: string;
  readonly label: string;
  readonly help: string;
  readonly group: FieldGroup;
  /** True where null is a value too; `nullLabel` says what it means. */
  readonly nullLabel?: string;
  /** Of a field that may be left out: what it is then. Some supervisions do not have it at all (`hasField`). */
  readonly standard?: number | string;
}

export interface RunSpecNumberField extends FieldCommon {
  readonly type: 'integer' | 'number';
  readonly min: number;
  readonly max: number;
  /** Step of a form control; not a constraint. */
  readonly step: number;
}

export interface RunSpecChoiceField extends FieldCommon {
  readonly type: 'choice';
  readonly options: readonly string[];
  /** The same options as a long list shows them; absent = as they stand. */
  readonly groups?: readonly OptionGroup[];
  readonly optionText?: OptionText;
}

export interface OptionGroup<T extends string = string> {
  readonly title: string;
  readonly ids: readonly T[];
}

/** A sha256 in hex. */
export interface RunSpecDigestField extends FieldCommon {
  readonly type: 'digest';
}

export type RunSpecField = RunSpecNumberField | RunSpecChoiceField | RunSpecDigestField;

/** Largest seed: 32 bits, so that a seed has the same value in every language. */
export const MAX_SEED = 0xffff_ffff;

/** Every field but the settings of the task, which differ from task to task: `fieldsOfTask` has them all. */
export const RUN_SPEC_FIELDS = [
  { key: 'task.id', type: 'choice', options: TASK_IDS, label: 'task', help: 'What is asked.', group: 'task' },
  {
    key: 'preset',
    type: 'choice',
    options: PRESETS,
    label: 'model',
    help: 'micro is for a quick look (about 0.1 M weights), nano has 1-2 M, small 8-15 M.',
    group: 'model',
  },
  {
    key: 'base',
    type: 'digest',
    label: 'base',
    help: 'Weights to start from, named by their digest. The paper starts from a model that can already read.',
    group: 'model',
    nullLabel: 'from scratch',
  },
  {
    key: 'seed',
    type: 'integer',
    min: 0,
    max: MAX_SEED,
    step: 1,
    label: 'seed',
    help: 'Decides the examples, their order and the first weights.',
    group: 'model',
  },
  {
    key: 'weightStorage',
    type: 'choice',
    options: ['f32', 'f16'],
    label: 'weights in products',
    help: 'f16: products read weights rounded to half precision and add up in f32; the optimiser keeps f32. WebGPU only. Changes results slightly.',
    group: 'model',
    standard: 'f32',
  },
  {
    key: 'supervision',
    type: 'choice',
    options: SUPERVISIONS,
    groups: STRATEGY_GROUPS,
    label: 'supervision',
    help: 'Which records of each example the model is trained on.',
    group: 'data',
  },
  {
    key: 'examples',
    type: 'integer',
    min: 1,
    max: 4_000_000,
    step: 100,
    label: 'training rows',
    help: 'N: rows seen in the whole run, repetitions included. The paper uses 10,000 to 160,000.',
    group: 'data',
  },
  {
    key: 'warmUpRows',
    type: 'integer',
    min: 2,
    max: 4_000_000,
    step: 100,
    label: 'rows of (TW)',
    help: 'Text warm-up of the language model alone, before all else. N does not count it. Paper: 10,000.',
    group: 'data',
    standard: PHASE_STANDARDS.warmUpRows,
  },
  {
    key: 'alignRows',
    type: 'integer',
    min: 2,
    max: 4_000_000,
    step: 100,
    label: 'rows of Align-',
    help: 'Alignment, before the main phase. N does not count it. Paper: 10,000.',
    group: 'data',
    standard: PHASE_STANDARDS.alignRows,
  },
  {
    key: 'switchAt',
    type: 'number',
    min: 0.01,
    max: 0.99,
    step: 0.01,
    label: 'switch after',
    help: 'Share of N, in hundredths, after which Mix becomes Mix+.',
    group: 'data',
    standard: PHASE_STANDARDS.switchAt,
  },
  {
    key: 'batchSize',
    type: 'integer',
    min: 1,
    max: 256,
    step: 1,
    label: 'batch size',
    help: 'Rows per optimiser step. The paper uses 128; 32 is ours for small models.',
    group: 'data',
  },
  {
    key: 'learningRate',
    type: 'number',
    min: 1e-7,
    max: 0.1,
    step: 1e-4,
    label: 'learning rate',
    help: 'Peak of the schedule. The paper fine-tunes 8 B weights at 2e-5; a small model takes about 1e-3 (ours).',
    group: 'optimiser',
  },
  {
    key: 'warmupFraction',
    type: 'number',
    min: 0,
    max: 0.5,
    step: 0.01,
    label: 'warm-up',
    help: 'Share of the steps in which the learning rate rises; then it falls to 0 along a cosine. Paper: 0.03.',
    group: 'optimiser',
  },
  { key: 'weightDecay', type: 'number', min: 0, max: 1, step: 0.01, label: 'weight decay', help: 'Decoupled. Paper: 0.', group: 'optimiser' },
  {
    key: 'beta1',
    type: 'number',
    min: 0,
    max: 0.9999,
    step: 0.01,
    label: 'beta 1',
    help: 'Memory of the mean gradient. Paper: 0.9.',
    group: 'optimiser',
  },
  {
    key: 'beta2',
    type: 'number',
    min: 0,
    max: 0.999999,
    step: 0.001,
    label: 'beta 2',
    help: 'Memory of the squared gradient. Paper: 0.999.',
    group: 'optimiser',
  },
  { key: 'epsilon', type: 'number', min: 1e-12, max: 1e-2, step: 1e-8, label: 'epsilon', help: 'Paper: 1e-8.', group: 'optimiser' },
  {
    key: 'clipNorm',
    type: 'number',
    min: 1e-3,
    max: 1e3,
    step: 0.1,
    label: 'gradient clip',
    help: 'Largest norm of all gradients together. The paper names none; 1 is ours.',
    group: 'optimiser',
    nullLabel: 'none',
  },
  {
    key: 'evaluation.examples',
    type: 'integer',
    min: 1,
    max: 2000,
    step: 50,
    label: 'evaluation examples',
    help: 'Per level and modality. With 200 the 95 % interval is at most 7 points to each side.',
    group: 'evaluation',
  },
  {
    key: 'evaluation.everySteps',
    type: 'integer',
    min: 0,
    max: 1_000_000,
    step: 50,
    label: 'evaluate every',
    help: 'Steps between evaluations; 0 = at the end only.',
    group: 'evaluation',
  },
  {
    key: 'checkpointEverySteps',
    type: 'integer',
    min: 1,
    max: 1_000_000,
    step: 10,
    label: 'checkpoint every',
    help: 'Steps between checkpoints. The page also saves every 30 s, and at most every 2 s.',
    group: 'evaluation',
  },
  {
    key: 'curriculum.groupsPerStep',
    type: 'integer',
    min: 1,
    max: 16,
    step: 1,
    label: 'groups per step',
    help: 'A step is cut into this many groups; rows of a group share kind, table size and path length, so that nothing is padded.',
    group: 'base',
  },
  {
    key: 'curriculum.drillLines',
    type: 'integer',
    min: 1,
    max: 30,
    step: 1,
    label: 'drill lines',
    help: 'Cells that one drill row looks up.',
    group: 'base',
  },
  {
    key: 'curriculum.singleCellShare',
    type: 'number',
    min: 0,
    max: 1,
    step: 0.05,
    label: 'single cells',
    help: 'Share of one-cell paths among the rows with a marked path.',
    group: 'base',
  },
  {
    key: 'curriculum.readingWeight',
    type: 'number',
    min: 0,
    max: 10,
    step: 0.1,
    label: 'reading weight',
    help: 'Weight of the reading objective beside the language loss.',
    group: 'base',
  },
] as const satisfies readonly RunSpecField[];

/** Fields of each stage of `curriculum.stages`; keys are inside the stage. The weights of row kinds obey STAGE_WEIGHT_FIELD. */
export const STAGE_FIELDS = [
  { key: 'examples', type: 'integer', min: 1, max: 4_000_000, step: 100, label: 'rows', help: 'Training rows of the stage.', group: 'base' },
  { key: 'rows', type: 'integer', min: 1, max: 12, step: 1, label: 'largest table, rows', help: 'At most the rows of the task.', group: 'base' },
  {
    key: 'columns',
    type: 'integer',
    min: 1,
    max: 12,
    step: 1,
    label: 'largest table, columns',
    help: 'At most the columns of the task.',
    group: 'base',
  },
  {
    key: 'capShare',
    type: 'number',
    min: 0,
    max: 1,
    step: 0.05,
    label: 'largest tables',
    help: 'Share of tables that have the largest size; the others have any size up to it.',
    group: 'base',
  },
] as const satisfies readonly RunSpecField[];

export const STAGE_WEIGHT_FIELD = {
  key: 'weight',
  type: 'number',
  min: 0,
  max: 1000,
  step: 0.1,
  label: 'weight',
  help: 'Relative share of a kind of rows in the stage.',
  group: 'base',
} as const satisfies RunSpecField;

export const MAX_STAGES = 24;

export type RunSpecKey = (typeof RUN_SPEC_FIELDS)[number]['key'];

/** All fields of a run on a task: the task's own settings stand after the task. */
export function fieldsOfTask(task: TaskId): readonly RunSpecField[] {
  return FIELDS_OF_TASK[task];
}

function withTask(task: TaskId): readonly RunSpecField[] {
  const settings = taskInfo(task).fields.map((field): RunSpecField => ({ ...field, key: `task.${field.key}`, group: 'task' }));
  return [...RUN_SPEC_FIELDS.slice(0, 1), ...settings, ...RUN_SPEC_FIELDS.slice(1)];
}

const FIELDS_OF_TASK = Object.fromEntries(TASK_IDS.map((id) => [id, withTask(id)])) as Readonly<Record<TaskId, readonly RunSpecField[]>>; // one for each id

/** The field of a run on a task at `key`, or undefined for a path that is no field (`task`, `schema`). */
export function findField(key: string, task: TaskId): RunSpecField | undefined {
  return fieldsOfTask(task).find((field) => field.key === key);
}

/** Whether a run with this supervision has the field. */
export function hasField({ key, standard }: RunSpecField, supervision: unknown): boolean {
  return standard === undefined || !(key in PHASE_STANDARDS) || phaseSettingsOf(supervision).some((setting) => setting === key);
}

/** What a field may hold, in words: `a whole number from 1 to 256`. */
export function describeRange(field: RunSpecField): string {
  const orNull = field.nullLabel === undefined ? '' : ` or null (${field.nullLabel})`;
  switch (field.type) {
    case 'integer':
      return `a whole number from ${field.min} to ${field.max}${orNull}`;
    case 'number':
      return `a number from ${field.min} to ${field.max}${orNull}`;
    case 'choice':
      return `one of ${field.options.join(', ')}${orNull}`;
    case 'digest':
      return `64 hex digits${orNull}`;
    default:
      return field satisfies never;
  }
}

/** True when `value` is allowed in `field` by itself, undefined where it may be left out; limits between fields are checked by parseRunSpec. */
export function isInRange(field: RunSpecField, value: unknown): boolean {
  if (value === null) return field.nullLabel !== undefined;
  if (value === undefined) return field.standard !== undefined;
  switch (field.type) {
    case 'integer':
      return typeof value === 'number' && Number.isInteger(value) && value >= field.min && value <= field.max;
    case 'number':
      return typeof value === 'number' && value >= field.min && value <= field.max;
    case 'choice':
      return typeof value === 'string' && field.options.includes(value);
    case 'digest':
      return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
    default:
      return field satisfies never;
  }
}
