/**
 * What a data set holds, before anything is made: its files, and the row at each position of them. A set is either records of one kind from one stream
 * of examples, or the phases of a training strategy, one file each, with the rows in the order in which they are trained on (all epochs written out).
 */
import { fault, InputError } from '../../../lib/errors.ts';
import type { TaskSpec } from '../../../tasks/task-spec.ts';
import { taskInfo } from '../../../tasks/task-spec.ts';
import type { ExampleKey, Level, Profile, RecordKind, Split, TaskId } from '../../../tasks/task.ts';
import type { StrategyId } from '../../strategies/ids.ts';
import type { StrategyOptions, StrategyTask } from '../../strategies/options.ts';
import type { PhasePlan, StrategyPlan } from '../../strategies/plan.ts';
import { planOf } from '../../strategies/plan.ts';
import { rowAt } from '../../strategies/rows.ts';

export const DATASET_FORMATS = ['jsonl', 'llava', 'vlmeval'] as const;
type DatasetFormat = (typeof DATASET_FORMATS)[number];

interface RequestCommon {
  readonly format: DatasetFormat;
  readonly profile: Profile;
  readonly seed: number;
  /** Examples; of a strategy N, the rows seen. */
  readonly count: number;
  readonly hasPictures: boolean;
  /** Settings of every task in it; one, or three for a joint strategy. */
  readonly tasks: readonly TaskSpec[];
}

export interface RecordsRequest extends RequestCommon {
  readonly source: 'records';
  readonly level: Level;
  readonly split: Split;
  readonly supervision: RecordKind;
  /** Index of the first example. */
  readonly start: number;
  /** 1, or 0 for answers without their CoT. */
  readonly cotShare: 0 | 1;
}

interface StrategyRequest extends RequestCommon {
  readonly source: 'strategy';
  readonly task: StrategyTask;
  readonly strategy: StrategyId;
  readonly options: Partial<StrategyOptions>;
}

/** Plain data: what a set is made from, and what a second call must equal to go on with it. */
export type DatasetRequest = RecordsRequest | StrategyRequest;

interface DatasetFile {
  readonly name: string;
  /** Of a strategy: its phase; `null` elsewhere. */
  readonly phase: PhasePlan | null;
  readonly rows: number;
}

export interface DatasetSet {
  readonly request: DatasetRequest;
  /** Null for records of one kind. */
  readonly plan: StrategyPlan | null;
  /** In training order. */
  readonly files: readonly DatasetFile[];
  readonly rows: number;
}

/** One row of a file. */
export interface DatasetRow {
  /** Unique in its file. */
  readonly id: string;
  readonly key: ExampleKey;
  readonly kind: RecordKind;
  readonly cotShare: number;
  /** 0-based, in its file. */
  readonly position: number;
  /** Name of the picture, null where the row has none. Rows of the same example share it. */
  readonly picture: string | null;
}

/** Files of a request. Throws InputError for one that cannot be met. */
export function planSet(request: DatasetRequest): DatasetSet {
  if (request.source === 'strategy') {
    const { task, strategy, options, count, seed } = request;
    const plan = planOf(strategy, { ...options, task, rows: count, seed });
    const files = plan.phases.map((phase, i) => ({ name: `phase-${i + 1}-${phase.name}.${extensionOf(request.format)}`, phase, rows: phase.rows }));
    return { request, plan, files, rows: plan.totalRows };
  }
  const info = taskInfo(taskOfRecords(request));
  if (!info.levels.includes(request.level)) throw new InputError(fault('--level', `${info.levels.join(', ')} for ${info.id}`, request.level));
  return { request, plan: null, files: [{ name: recordsName(request), phase: null, rows: request.count }], rows: request.count };
}

/** The row at `position` of file `file` (both 0-based). */
export function rowOf({ request, plan }: DatasetSet, file: number, position: number): DatasetRow {
  if (plan !== null) {
    const { kind, cotShare, ...key } = rowAt(plan, file, position);
    return { id: `${idOf(key)}-${kind}-row-${position}`, key, kind, cotShare, position, picture: pictureOf(request, key, kind) };
  }
  if (request.source !== 'records') throw new Error('internal: a strategy without a plan');
  const { level, split, seed, start, supervision, cotShare } = request;
  const key = { task: taskOfRecords(request), level, split, seed, index: start + position };
  return { id: idOf(key), key, kind: supervision, cotShare, position, picture: pictureOf(request, key, supervision) };
}

/** The settings of a row's task. */
export function specOf({ tasks }: DatasetRequest, task: TaskId): TaskSpec {
  const spec = tasks.find(({ id }) => id === task);
  if (spec === undefined) throw new Error(`internal: no settings of ${task} in the request`);
  return spec;
}

/** How many different pictures a set has: those of a level are the same in every file and for every kind of record. */
export function pictureCount({ request, plan }: DatasetSet): number {
  if (!request.hasPictures) return 0;
  if (plan === null) return request.source === 'records' && request.supervision !== 'text' ? request.count : 0;
  const most = new Map<string, number>();
  for (const { task, level, kind, unique } of plan.phases.flatMap(({ components }) => components)) {
    if (kind !== 'text') most.set(`${task} ${level}`, Math.max(unique, most.get(`${task} ${level}`) ?? 0));
  }
  return [...most.values()].reduce((sum, unique) => sum + unique, 0);
}

function taskOfRecords({ tasks }: RecordsRequest): TaskId {
  const [spec] = tasks;
  if (spec === undefined) throw new Error('internal: a request without a task');
  return spec.id;
}

function pictureOf({ hasPictures, format }: DatasetRequest, key: ExampleKey, kind: RecordKind): string | null {
  return hasPictures && kind !== 'text' && format !== 'vlmeval' ? `${idOf(key)}.png` : null;
}

function idOf({ task, level, split, seed, index }: ExampleKey): string {
  return `${task}-${level}-${split}-${seed}-${index}`;
}

function extensionOf(format: DatasetFormat): string {
  return { jsonl: 'jsonl', llava: 'json', vlmeval: 'tsv' }[format];
}

/** VLMEvalKit finds a data set, and how to score it, by its name: those of the authors' build_our_data.py (spec/s2h 11); `noCoT` is what their scorer looks for. */
function recordsName(request: RecordsRequest): string {
  const { level, split, profile, supervision, cotShare, format } = request;
  const task = taskOfRecords(request);
  if (format === 'vlmeval') {
    const words = task.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
    return `OurEval_${words.join('')}_${level.toUpperCase()}_${supervision === 'text' ? 'text' : 'image'}${cotShare === 0 ? '_noCoT' : ''}.tsv`;
  }
  return `${task}-${level}-${split}-${profile}-${supervision}${cotShare === 0 ? '-no-cot' : ''}.${extensionOf(format)}`;
}
