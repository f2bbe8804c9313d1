/**
 * Whether a run fits the device, before anything is allocated: on WebGPU a tensor above the limits gives zeros and an error that ends the run
 * (design/reliability 0, row 3). Three questions: the largest single buffer, the longest row of workgroups, and the sum of all memory. The first two are
 * limits that the device names; no browser tells the third, so only what is clearly too much is refused. All sizes are upper bounds.
 *
 * Letters: B rows at once, P image tokens, T text tokens, V vocabulary.
 */
import { fault, InputError } from '../lib/errors.ts';
import type { DeviceInfo } from '../model/device-info.ts';
import { PRESETS } from '../model/config.ts';
import { parameterCount } from '../model/params.ts';
import { estimateMemory, mostRows } from './memory-estimate.ts';
import type { MemoryEstimate } from './memory-estimate.ts';
import { configOf, hasReadingHead } from './model-setup.ts';
import { runSizes } from './run-sizes.ts';
import type { PassSize } from './run-sizes.ts';
import type { RunSpec } from './run-spec.ts';

export interface LargeBuffer {
  readonly what: string;
  readonly bytes: number;
}

/** What a run would need of a device. Plain data. */
export interface RunNeeds {
  /** Null where the device names no limits: wasm and cpu. */
  readonly memory: MemoryEstimate | null;
  /** What it may take; null as above. */
  readonly budgetBytes: number | null;
  /** Why it cannot be trained there, with what can; null when it can. */
  readonly problem: string | null;
}

const FLOAT = Float32Array.BYTES_PER_ELEMENT;

/**
 * Memory that a run may take, when the device does not say: four times the largest buffer it allows, 1.5 GB at least. Ours: phones name 256 MB to 1 GB and
 * have 4 GB and more, shared with everything else; GPUs with 8 GB and more of their own, or half of a computer's memory, name 2 GB and more.
 */
const BUFFERS_OF_BUDGET = 4;
const LEAST_BUDGET_BYTES = 1.5e9;

/** The estimate is less than twice what is taken: so much of it is certain. */
const SURE_SHARE = 0.5;

/** Rows of a result that a workgroup of a matrix product has, at least; kernels without products fold long grids (webgpu/rows.ts, gemm-choice.ts). */
const ROWS_PER_GROUP = 16;

/** A limit of the device that a run breaks. */
interface Breach {
  readonly expected: string;
  readonly got: string;
}

/** Throws an InputError that names the limit and what would fit, when a run is too large for the device. wasm and cpu have no limits. */
export function checkFits(spec: RunSpec, limits: DeviceInfo['limits']): void {
  const problem = problemOf(spec, limits);
  if (problem !== null) throw new InputError(problem);
}

/** What a run would need of a device with these limits. */
export function needsOf(spec: RunSpec, limits: DeviceInfo['limits']): RunNeeds {
  const budgetBytes = memoryBudget(limits);
  return { memory: budgetBytes === null ? null : estimateMemory(spec), budgetBytes, problem: problemOf(spec, limits) };
}

function problemOf(spec: RunSpec, limits: DeviceInfo['limits']): string | null {
  if (Object.keys(limits).length === 0) return null;
  const breach = breachOf(spec, limits);
  return breach === null ? null : fault('this GPU', breach.expected, breach.got, cures(spec, limits));
}

/** Bytes that a run may take on a device with these limits; null where there are none. */
export function memoryBudget({ maxBufferSize }: DeviceInfo['limits']): number | null {
  return maxBufferSize === undefined ? null : Math.max(LEAST_BUDGET_BYTES, BUFFERS_OF_BUDGET * maxBufferSize);
}

/** The largest single buffer of a run's training and evaluation. */
export function largestBuffer(spec: RunSpec): LargeBuffer {
  const { training, evaluation } = runSizes(spec);
  const buffers = [...training, ...evaluation].flatMap((size) => buffersOf(spec, size));
  return buffers.reduce((largest, next) => (next.bytes > largest.bytes ? next : largest), arenaBuffer(spec));
}

function breachOf(spec: RunSpec, limits: DeviceInfo['limits']): Breach | null {
  const limit = smallestLimit(limits);
  const largest = largestBuffer(spec);
  if (limit !== null && largest.bytes > limit.bytes) {
    return { expected: `buffers of at most ${sizeText(limit.bytes)} (${limit.name})`, got: `${largest.what} of ${sizeText(largest.bytes)}` };
  }
  const { maxComputeWorkgroupsPerDimension: mostGroups } = limits;
  const groups = Math.ceil(Math.max(...runSizes(spec).training.map((size) => mostRows(configOf(spec), size))) / ROWS_PER_GROUP);
  if (mostGroups !== undefined && groups > mostGroups) {
    return { expected: `at most ${mostGroups} workgroups in a row (maxComputeWorkgroupsPerDimension)`, got: groups.toString() };
  }
  const budget = memoryBudget(limits);
  const surely = estimateMemory(spec).leastBytes * SURE_SHARE;
  if (budget === null || surely <= budget) return null;
  const known = sizeText(limits['maxBufferSize'] ?? 0);
  return { expected: `a run of at most ${sizeText(budget)} (judged by maxBufferSize ${known})`, got: `one of at least ${sizeText(surely)}` };
}

function smallestLimit(limits: DeviceInfo['limits']): { name: string; bytes: number } | null {
  const known = ['maxStorageBufferBindingSize', 'maxBufferSize'].flatMap((name) => {
    const bytes = limits[name];
    return bytes === undefined ? [] : [{ name, bytes }];
  });
  return known.sort((a, b) => a.bytes - b.bytes)[0] ?? null;
}

function cures(spec: RunSpec, limits: DeviceInfo['limits']): string {
  const fits = (other: RunSpec) => breachOf(other, limits) === null;
  const ways: string[] = [];
  let rows = spec.batchSize;
  while (rows > 1 && !fits({ ...spec, batchSize: rows })) rows = Math.floor(rows / 2);
  if (fits({ ...spec, batchSize: rows })) ways.push(`a batch size of ${rows}`);
  const smaller = PRESETS.slice(0, PRESETS.indexOf(spec.preset)).findLast((preset) => fits({ ...spec, preset }));
  if (smaller !== undefined) ways.push(`the preset ${smaller}`);
  return `choose ${[...ways, 'the wasm backend'].join(' or ')}`;
}

/** The large buffers of a pass. Attention scores are none: the kernels on WebGPU never write them down. */
function buffersOf(spec: RunSpec, { rows: B, textLength: T, patches: P }: PassSize): LargeBuffer[] {
  const { decoder, vit, convnext, image, vocabularySize: V } = configOf(spec);
  const places = P * (image.patchPx / convnext.stemPx) ** 2; // of the first stage, which has the most
  const qkv = (decoder.dim / decoder.heads) * (decoder.heads + 2 * decoder.kvHeads);
  return [
    { what: 'logits', bytes: B * T * V * FLOAT },
    { what: 'hidden layers', bytes: B * (T === 0 ? 0 : P + T) * Math.max(2 * decoder.hidden, qkv) * FLOAT },
    { what: 'hidden layers of pictures', bytes: B * P * vit.dim * Math.max(vit.mlpRatio, 3) * FLOAT },
    { what: 'feature maps of pictures', bytes: B * places * (convnext.dims[0] ?? 0) * convnext.mlpRatio * FLOAT },
    { what: 'pictures', bytes: B * P * image.patchPx ** 2 * 3 * FLOAT },
  ];
}

/** All weights together, as the optimiser keeps them. */
function arenaBuffer(spec: RunSpec): LargeBuffer {
  return { what: 'parameters', bytes: parameterCount(configOf(spec), { includeReading: hasReadingHead(spec) }) * FLOAT };
}

function sizeText(bytes: number): string {
  if (bytes < 1e6) return `${Math.round(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
