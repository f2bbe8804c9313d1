/**
 * The largest passes of a run before anything is allocated: how many rows at once, how long. Rows are taken at their longest, so all of it is an upper bound.
 * What they cost is in memory-estimate.ts.
 */
import { makeRng } from '../lib/rng.ts';
import type { MicroBatch } from '../model/batch.ts';
import { microShape } from '../model/micro-inputs.ts';
import { pathCellRange } from '../tasks/consecutive-table-readout/config.ts';
import { makeReadout } from '../tasks/consecutive-table-readout/truth.ts';
import { exampleAt, tableExample } from '../tasks/examples.ts';
import type { Example } from '../tasks/example.ts';
import { taskInfo } from '../tasks/task-spec.ts';
import type { TaskSpec, TaskSpecOf } from '../tasks/task-spec.ts';
import type { Level, RecordKind } from '../tasks/task.ts';
import { microBatches } from './batcher.ts';
import { DECODE_BATCH } from './evaluate.ts';
import { EXERCISES } from './exercises.ts';
import type { Exercise } from './exercises.ts';
import { taskOfRun, tasksOfRun } from './joint.ts';
import { componentsOfRun } from './mixture.ts';
import type { RunSpec } from './run-spec.ts';
import { packPictures, packPrompts, packRows, sequenceOf } from './sequences.ts';
import type { Row } from './sequences.ts';

/** Sizes of a pass. */
export interface PassSize {
  /** At once. */
  readonly rows: number;
  /** Text tokens of a row; 0 = pictures alone. */
  readonly textLength: number;
  /** Text tokens before the first that counts: the last layer leaves them out. 0 where that is not certain. */
  readonly first: number;
  /** Image tokens of a row; 0 = no picture. */
  readonly patches: number;
}

export interface RunSizes {
  /** One for each kind of row that the run is trained on: its largest micro-batch. */
  readonly training: readonly PassSize[];
  /** The prompts of an evaluation, text and picture. */
  readonly evaluation: readonly PassSize[];
}

/** The largest passes of a run. Found once per spec: pictures are drawn for it. */
export function runSizes(spec: RunSpec): RunSizes {
  const known = found.get(spec);
  if (known !== undefined) return known;
  const sizes = { training: trainingSizes(spec), evaluation: evaluationSizes(spec) };
  found.set(spec, sizes);
  return sizes;
}

const found = new WeakMap<RunSpec, RunSizes>();

function trainingSizes(spec: RunSpec): PassSize[] {
  const { curriculum, batchSize } = spec;
  const rowsAtOnce = curriculum === null ? batchSize : Math.ceil(batchSize / curriculum.groupsPerStep);
  const language = longestRows(spec).map((row) => {
    const micro = packRows([row], 1);
    const size = sizeOf(micro, spec);
    const first = curriculum === null && isLengthKnown(spec) ? microShape(micro).first : 0;
    return { rows: Math.ceil(rowsAtOnce / microBatches(spec, rowsAtOnce, size)), ...size, first };
  });
  if (curriculum === null) return language;
  const { image } = packPictures([longestPath(tablesOf(spec), 1)]);
  return [...language, { rows: rowsAtOnce, textLength: 0, first: 0, patches: image === null ? 0 : image.gridRows * image.gridColumns }];
}

function evaluationSizes(spec: RunSpec): PassSize[] {
  const rows = Math.min(DECODE_BATCH, spec.evaluation.examples);
  return tasksOfRun(spec).flatMap((task) => {
    const example = task.id === 'consecutive-table-readout' ? longestPath(task, 1) : longestOf(task, spec.seed, 'text', taskInfo(task.id).levels);
    return (['text', 'image'] as const).map((kind) => ({ rows, ...sizeOf(packPrompts([{ example, kind }]), spec), first: 0 }));
  });
}

/** Length of a packed row; with a margin where the longest row is known from a sample only. */
function sizeOf({ textLength, image }: Pick<MicroBatch, 'textLength' | 'image'>, spec: RunSpec): Omit<PassSize, 'rows' | 'first'> {
  const margin = isLengthKnown(spec) ? 1 : SAMPLE_MARGIN;
  return { textLength: Math.ceil(textLength * margin), patches: image === null ? 0 : image.gridRows * image.gridColumns };
}

/** True for the task whose tables all have one size, so that prompts have one length and the longest path is known. */
function isLengthKnown({ task }: RunSpec): boolean {
  return task.id === 'consecutive-table-readout';
}

/** One row of each kind that the run may be trained on, at its longest. */
function longestRows(spec: RunSpec): Row[] {
  if (spec.task.id !== 'consecutive-table-readout')
    return componentsOfRun(spec).map(({ task, kind, level }) => ({ kind, example: longestOf(taskOfRun(spec, task), spec.seed, kind, [level]) }));
  const { rows, columns } = spec.task;
  const { task } = spec;
  const longestAt = (level: Level): Example => longestPath(task, pathCellRange(level, rows, columns)[1]);
  if (spec.curriculum === null) return componentsOfRun(spec).map(({ kind, level }) => ({ kind, example: longestAt(level) }));
  const example = longestAt('simple');
  const { drillLines } = spec.curriculum;
  const cell = longestPath(spec.task, 1);
  const path = Array.from({ length: drillLines }, () => ({ row: 0, column: 0 }));
  const drill = tableExample({ ...cell.truth, isMarked: false, path });
  const walk = tableExample(makeReadout({ ...task, cells: rows * columns, isMarked: false }, makeRng('device-fit')));
  const isWalked = (['text-walk', 'image-walk'] as const).some((row) => spec.curriculum?.stages.some(({ weights }) => (weights[row] ?? 0) > 0));
  const asked = EXERCISES.filter((exercise) => exercise !== 'walk' || isWalked);
  const exampleOf = (exercise: Exercise): Example => (exercise === 'walk' ? walk : drill);
  const drills = (['text', 'image'] as const).flatMap((kind) => asked.map((exercise): Row => ({ kind, example: exampleOf(exercise), exercise })));
  const paths = (['text', 'image', 'image-via-text'] as const).map((kind): Row => ({ kind, example }));
  return [...paths, ...drills, { kind: 'image-via-text', example: drill, exercise: 'drill' }];
}

/** A table with a path of `cells` cells: which names it has does not change its length. */
function longestPath(task: TaskSpecOf<'consecutive-table-readout'>, cells: number): ReturnType<typeof tableExample> {
  return tableExample(makeReadout({ ...task, cells, isMarked: true }, makeRng('device-fit')));
}

/** Ours: lengths of tasks whose examples vary freely are sampled, and a longer one than these may come. */
const SAMPLE_EXAMPLES = 40;
const SAMPLE_MARGIN = 1.5;

/** The longest record of a kind among the first examples of some levels. */
function longestOf(task: TaskSpec, seed: number, kind: RecordKind, levels: readonly Level[]): Example {
  const known = longest.get(task) ?? new Map<string, Example>();
  longest.set(task, known);
  const name = `${seed} ${kind} ${levels.join()}`;
  const found = known.get(name) ?? findLongest(task, seed, kind, levels);
  known.set(name, found);
  return found;
}

function findLongest(task: TaskSpec, seed: number, kind: RecordKind, levels: readonly Level[]): Example {
  const examples = levels.flatMap((level) =>
    Array.from({ length: SAMPLE_EXAMPLES }, (_, index) => exampleAt({ task: task.id, level, split: 'train', seed, index }, task)),
  );
  const [first, ...others] = examples.map((example) => ({ example, length: sequenceOf({ example, kind }).ids.length }));
  if (first === undefined) throw new Error('internal: a task without levels');
  return others.reduce((most, other) => (other.length > most.length ? other : most), first).example;
}

/** Results of a pure function: `cures` asks for the same again and again. */
const longest = new WeakMap<TaskSpec, Map<string, Example>>();

function tablesOf({ task }: RunSpec): TaskSpecOf<'consecutive-table-readout'> {
  if (task.id !== 'consecutive-table-readout') throw new Error(`internal: no curriculum for ${task.id}`);
  return task;
}
