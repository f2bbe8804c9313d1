/**
 * Whether a run fits the device, before anything is allocated: on WebGPU a tensor above the limits gives zeros and an error that ends the run
 * (design/reliability 0, row 3). The largest buffers follow from the spec and the sizes of the model; rows are taken at their longest, so this is an
 * upper bound. Not here: the sum of all memory, which no browser tells.
 *
 * Letters: B rows at once, P image tokens, T text tokens, N = P + T, H heads, V vocabulary.
 */
import { fault, InputError } from '../lib/errors.ts';
import { makeRng } from '../lib/rng.ts';
import type { DeviceInfo } from '../model/device-info.ts';
import { PRESETS } from '../model/config.ts';
import { parameterShapes } from '../model/params.ts';
import { makeReadout, pathCellRange } from '../tasks/consecutive-table-readout/truth.ts';
import { exampleOf } from '../tasks/examples.ts';
import type { Example } from '../tasks/examples.ts';
import { microBatches } from './batcher.ts';
import { DECODE_BATCH } from './evaluate.ts';
import { EXERCISES } from './exercises.ts';
import { mixtureOf } from './mixture.ts';
import { configOf, hasReadingHead } from './model-setup.ts';
import type { RunSpec } from './run-spec.ts';
import { packPictures, packPrompts, packRows } from './sequences.ts';
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
    const { textLength, image } = packRows([row], 1);
    const patches = image === null ? 0 : image.gridRows * image.gridColumns;
    const B = Math.ceil(rowsAtOnce / microBatches(spec, rowsAtOnce, { textLength, patches }));
    return buffersOf(spec, B, { textLength, patches });
  });
  if (curriculum === null) return language;
  const { image } = packPictures([longestPath(spec, 1)]);
  return [...language, ...pictureBuffers(spec, rowsAtOnce, image === null ? 0 : image.gridRows * image.gridColumns)];
}

function evaluationBuffers(spec: RunSpec): LargeBuffer[] {
  const B = Math.min(DECODE_BATCH, spec.evaluation.examples);
  return (['text', 'image'] as const).flatMap((kind) => {
    const { textLength, image } = packPrompts([{ example: longestPath(spec, 1), kind }]);
    return buffersOf(spec, B, { textLength, patches: image === null ? 0 : image.gridRows * image.gridColumns });
  });
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
  const { rows, columns } = spec.task;
  const example = longestPath(spec, pathCellRange('simple', rows, columns)[1]);
  if (spec.curriculum === null) return mixtureOf(spec.supervision, spec.examples).kinds.map((kind) => ({ kind, example }));
  const { drillLines } = spec.curriculum;
  const cell = longestPath(spec, 1);
  const path = Array.from({ length: drillLines }, () => ({ row: 0, column: 0 }));
  const drill = exampleOf({ ...cell.truth, isMarked: false, path });
  const drills = (['text', 'image'] as const).flatMap((kind) => EXERCISES.map((exercise): Row => ({ kind, example: drill, exercise })));
  const paths = (['text', 'image', 'image-via-text'] as const).map((kind): Row => ({ kind, example }));
  return [...paths, ...drills, { kind: 'image-via-text', example: drill, exercise: 'drill' }];
}

/** An example of the run's own table with a path of `cells` cells: which names it has does not change its length. */
function longestPath({ task }: RunSpec, cells: number): Example {
  return exampleOf(makeReadout({ ...task, cells, isMarked: true }, makeRng('device-fit')));
}

function sizeText(bytes: number): string {
  return bytes < 1e6 ? `${Math.round(bytes / 1e3)} kB` : `${Math.round(bytes / 1e6)} MB`;
}
