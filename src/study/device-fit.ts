/**
 * Whether a run fits the device, before anything is allocated: on WebGPU a tensor above the limits gives zeros and an error that ends the run
 * (design/reliability 0, row 3). The largest buffers follow from the spec and the sizes of the model; rows are taken at their longest, so this is an
 * upper bound. Not here: the sum of all memory, which no browser tells.
 *
 * Letters: B rows at once, P image tokens, T text tokens, N = P + T, H heads, V vocabulary.
 */
import { fault, InputError } from '../lib/errors.ts';
import { makeRng } from '../lib/rng.ts';
import type { MicroBatch } from '../model/batch.ts';
import type { DeviceInfo } from '../model/device-info.ts';
import { PRESETS } from '../model/config.ts';
import { parameterShapes } from '../model/params.ts';
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
import { phaseOfRun } from './mixture.ts';
import { configOf, hasReadingHead } from './model-setup.ts';
import type { RunSpec } from './run-spec.ts';
import { packPictures, packPrompts, packRows, sequenceOf } from './sequences.ts';
import type { Row } from './sequences.ts';

export interface LargeBuffer {
  readonly what: string;
  readonly bytes: number;
}

const FLOAT = Float32Array.BYTES_PER_ELEMENT;

/** Throws an InputError that names the limit and what would fit, when a run has buffers that the device does not take. wasm and cpu have no limits. */
export function checkFits(spec: RunSpec, limits: DeviceInfo['limits']): void {
  const limit = smallestLimit(limits);
  if (limit === null) return;
  const largest = largestBuffer(spec);
  if (largest.bytes <= limit.bytes) return;
  throw new InputError(
    fault(
      'this GPU',
      `buffers of at most ${sizeText(limit.bytes)} (${limit.name})`,
      `${largest.what} of ${sizeText(largest.bytes)}`,
      cures(spec, limit.bytes),
    ),
  );
}

/** The largest single buffer of a run's training and evaluation. */
export function largestBuffer(spec: RunSpec): LargeBuffer {
  const [first, ...rest] = [...trainingBuffers(spec), ...evaluationBuffers(spec), parameterBuffer(spec)];
  if (first === undefined) throw new Error('internal: a run without buffers');
  return rest.reduce((largest, next) => (next.bytes > largest.bytes ? next : largest), first);
}

function smallestLimit(limits: DeviceInfo['limits']): { name: string; bytes: number } | null {
  const known = ['maxStorageBufferBindingSize', 'maxBufferSize'].flatMap((name) => {
    const bytes = limits[name];
    return bytes === undefined ? [] : [{ name, bytes }];
  });
  return known.sort((a, b) => a.bytes - b.bytes)[0] ?? null;
}

function cures(spec: RunSpec, limitBytes: number): string {
  const fits = (other: RunSpec) => largestBuffer(other).bytes <= limitBytes;
  const ways: string[] = [];
  let rows = spec.batchSize;
  while (rows > 1 && !fits({ ...spec, batchSize: rows })) rows = Math.floor(rows / 2);
  if (fits({ ...spec, batchSize: rows })) ways.push(`a batch size of ${rows}`);
  const smaller = PRESETS.slice(0, PRESETS.indexOf(spec.preset)).findLast((preset) => fits({ ...spec, preset }));
  if (smaller !== undefined) ways.push(`the preset ${smaller}`);
  return `choose ${[...ways, 'the wasm backend'].join(' or ')}`;
}

function trainingBuffers(spec: RunSpec): LargeBuffer[] {
  const { curriculum, batchSize } = spec;
  const rowsAtOnce = curriculum === null ? batchSize : Math.ceil(batchSize / curriculum.groupsPerStep);
  const language = longestRows(spec).flatMap((row) => {
    const size = sizeOf(packRows([row], 1), spec);
    return buffersOf(spec, Math.ceil(rowsAtOnce / microBatches(spec, rowsAtOnce, size)), size);
  });
  if (curriculum === null) return language;
  const { image } = packPictures([longestPath(tablesOf(spec), 1)]);
  return [...language, ...pictureBuffers(spec, rowsAtOnce, image === null ? 0 : image.gridRows * image.gridColumns)];
}

function evaluationBuffers(spec: RunSpec): LargeBuffer[] {
  const B = Math.min(DECODE_BATCH, spec.evaluation.examples);
  const example = spec.task.id === 'consecutive-table-readout' ? longestPath(spec.task, 1) : longestOf(spec, 'text', taskInfo(spec.task.id).levels);
  return (['text', 'image'] as const).flatMap((kind) => buffersOf(spec, B, sizeOf(packPrompts([{ example, kind }]), spec)));
}

interface SequenceSize {
  readonly textLength: number;
  readonly patches: number;
}

/** Length of a packed row; with a margin where the longest row is known from a sample only. */
function sizeOf({ textLength, image }: Pick<MicroBatch, 'textLength' | 'image'>, { task }: RunSpec): SequenceSize {
  const margin = task.id === 'consecutive-table-readout' ? 1 : SAMPLE_MARGIN;
  return { textLength: Math.ceil(textLength * margin), patches: image === null ? 0 : image.gridRows * image.gridColumns };
}

/** Buffers of B rows in the decoder, and in the encoders when there are pictures. */
function buffersOf(spec: RunSpec, B: number, { textLength: T, patches: P }: { textLength: number; patches: number }): LargeBuffer[] {
  const { decoder, vocabularySize: V } = configOf(spec);
  return [
    { what: 'attention scores', bytes: B * decoder.heads * (P + T) ** 2 * FLOAT },
    { what: 'logits', bytes: B * T * V * FLOAT },
    { what: 'hidden layers', bytes: B * (P + T) * decoder.hidden * FLOAT },
    ...(P === 0 ? [] : pictureBuffers(spec, B, P)),
  ];
}

function pictureBuffers(spec: RunSpec, B: number, P: number): LargeBuffer[] {
  const { vit, convnext, image } = configOf(spec);
  const places = P * (image.patchPx / convnext.stemPx) ** 2; // of the first stage, which has the most
  return [
    { what: 'attention scores of pictures', bytes: B * vit.heads * P ** 2 * FLOAT },
    { what: 'feature maps of pictures', bytes: B * places * (convnext.dims[0] ?? 0) * convnext.mlpRatio * FLOAT },
    { what: 'pictures', bytes: B * P * image.patchPx ** 2 * 3 * FLOAT },
  ];
}

function parameterBuffer(spec: RunSpec): LargeBuffer {
  const shapes = Object.values(parameterShapes(configOf(spec), { includeReading: hasReadingHead(spec) }));
  return { what: 'parameters', bytes: Math.max(...shapes.map((shape) => shape.reduce((product, size) => product * size, FLOAT))) };
}

/** One row of each kind that the run may be trained on, at its longest. */
function longestRows(spec: RunSpec): Row[] {
  if (spec.task.id !== 'consecutive-table-readout')
    return componentsOf(spec).map(({ kind, level }) => ({ kind, example: longestOf(spec, kind, [level]) }));
  const { rows, columns } = spec.task;
  const { task } = spec;
  const longestAt = (level: Level): Example => longestPath(task, pathCellRange(level, rows, columns)[1]);
  if (spec.curriculum === null) return componentsOf(spec).map(({ kind, level }) => ({ kind, example: longestAt(level) }));
  const example = longestAt('simple');
  const { drillLines } = spec.curriculum;
  const cell = longestPath(spec.task, 1);
  const path = Array.from({ length: drillLines }, () => ({ row: 0, column: 0 }));
  const drill = tableExample({ ...cell.truth, isMarked: false, path });
  const drills = (['text', 'image'] as const).flatMap((kind) => EXERCISES.map((exercise): Row => ({ kind, example: drill, exercise })));
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
function longestOf({ task, seed }: RunSpec, kind: RecordKind, levels: readonly Level[]): Example {
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

/** What rows of the run there are; a base run trains every kind on SIMPLE lengths. */
function componentsOf(spec: RunSpec): readonly { readonly kind: RecordKind; readonly level: Level }[] {
  return phaseOfRun(spec).components;
}

function tablesOf({ task }: RunSpec): TaskSpecOf<'consecutive-table-readout'> {
  if (task.id !== 'consecutive-table-readout') throw new Error(`internal: no curriculum for ${task.id}`);
  return task;
}

function sizeText(bytes: number): string {
  return bytes < 1e6 ? `${Math.round(bytes / 1e3)} kB` : `${Math.round(bytes / 1e6)} MB`;
}
