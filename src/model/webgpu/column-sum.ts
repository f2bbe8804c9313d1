/**
 * Sums over the rows of a matrix, in fixed order, without float atomics: the same numbers give the same bits. A tall matrix is summed in chunks of rows
 * first, then the sums of the chunks: two dispatches; up to `ONE_PASS_ROWS` rows one is enough.
 *
 * On software adapters one invocation adds up one column of a chunk; on GPUs the rows of a chunk are shared among invocations that meet in workgroup
 * memory. Chunk sizes are ours.
 *
 * Letters: R rows, C columns, S chunks, P parts of a row that are wanted as tensors of their own.
 */
import type * as tf from '../tf.ts';
import { kernelFamily } from './family.ts';
import { runKernel, type KernelOutput } from './kernel.ts';
import { laneOf, powerOfTwo, ROW_WORKGROUP, type Lane } from './rows.ts';

/** Rows that one dispatch sums. Ours, not measured on a GPU: there an invocation then makes at most 32 loads, which should cost less than a second dispatch. */
const ONE_PASS_ROWS = 1024;
/** Rows of a chunk, at least; more when there would be more than `MAX_CHUNKS`. */
const CHUNK_ROWS = 256;
const MAX_CHUNKS = 256;
/** Invocations of a software workgroup: few, so that narrow matrices give work to every core. */
const SOFTWARE_WORKGROUP = 8;
/** Bytes of a row that neighbouring invocations of a GPU read together. */
const TILE_BYTES = 128;

/**
 * Sum of `x` `[R, C]` over its rows. Not differentiable.
 *
 * @returns `[C]`. The caller owns it.
 */
export function columnSumKernel(x: tf.Tensor2D): tf.Tensor1D {
  const [R, C] = x.shape;
  if (R <= ONE_PASS_ROWS) return firstOf(addRows(x, 1, R, [{ shape: [C], as: laneOf(C).as }])) as tf.Tensor1D;
  const chunk = Math.max(CHUNK_ROWS, Math.ceil(R / MAX_CHUNKS));
  const partials = firstOf(addRows(x, 1, chunk, [{ shape: [Math.ceil(R / chunk), C], as: laneOf(C).as }])) as tf.Tensor2D;
  const sum = columnSumKernel(partials);
  partials.dispose();
  return sum;
}

/**
 * Sum of partial sums `[S, P * C]` over S: the second half of a reduction whose first half another kernel made. One dispatch. Not differentiable.
 *
 * @param parts - P.
 * @returns P tensors `[C]`. The caller owns them.
 */
export function sumPartials(partials: tf.Tensor2D, parts: number): tf.Tensor1D[] {
  const [S, width] = partials.shape;
  const C = width / parts;
  const outputs = Array.from({ length: parts }, () => ({ shape: [C], as: laneOf(C).as }));
  return addRows(partials, parts, S, outputs) as tf.Tensor1D[];
}

/** One dispatch: the sums of `chunk` rows at a time, cut into `outputs` along the row. */
function addRows(x: tf.Tensor2D, parts: number, chunk: number, outputs: readonly KernelOutput[]): tf.Tensor[] {
  const [R, width] = x.shape;
  const lane = laneOf(width / parts);
  const K = width / lane.width;
  const chunks = Math.ceil(R / chunk);
  const common = {
    name: 'column sum',
    numbers: { R: ['u32', R], chunk: ['u32', chunk] } as const,
    inputs: { x: { tensor: x, as: lane.as } },
    outputs: Object.fromEntries(outputs.map((output, i) => [`y${i}`, output])),
  };
  const sizes: Sizes = { K, lane, parts };
  if (kernelFamily() === 'software') {
    return runKernel({ ...common, code: softwareCode(sizes), workgroups: [Math.ceil(K / SOFTWARE_WORKGROUP), chunks] });
  }
  const columns = tileColumns(sizes);
  return runKernel({ ...common, code: hardwareCode(sizes, columns), workgroups: [Math.ceil(K / columns), chunks] });
}

interface Sizes {
  /** Lanes of a row. */
  readonly K: number;
  readonly lane: Lane;
  readonly parts: number;
}

function firstOf(tensors: readonly tf.Tensor[]): tf.Tensor {
  const [first] = tensors;
  if (first === undefined) throw new Error('internal: columnSum: the kernel gave nothing');
  return first;
}

function tileColumns({ K, lane }: Sizes): number {
  return Math.min(powerOfTwo(K), TILE_BYTES / 4 / lane.width);
}

/** WGSL that puts `sum` where column lane `k` of chunk `s` belongs. */
function store({ K, parts }: Sizes): string {
  if (parts === 1) return `y0[s * ${K}u + k] = sum;`;
  const F = K / parts;
  return Array.from({ length: parts }, (_, p) => `if (k >= ${p * F}u && k < ${(p + 1) * F}u) { y${p}[k - ${p * F}u] = sum; }`).join(' ');
}

function softwareCode(sizes: Sizes): string {
  const { K, lane } = sizes;
  return /* wgsl */ `
@compute @workgroup_size(${SOFTWARE_WORKGROUP})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let k = id.x;
  let s = id.y;
  if (k >= ${K}u) { return; }
  var sum = ${lane.as}(0.0);
  var r = s * numbers.chunk;
  let end = min(r + numbers.chunk, numbers.R);
  for (; r + 4u <= end; r += 4u) {
    sum += x[r * ${K}u + k];
    sum += x[(r + 1u) * ${K}u + k];
    sum += x[(r + 2u) * ${K}u + k];
    sum += x[(r + 3u) * ${K}u + k];
  }
  for (; r < end; r++) { sum += x[r * ${K}u + k]; }
  ${store(sizes)}
}`;
}

function hardwareCode(sizes: Sizes, columns: number): string {
  const { K, lane } = sizes;
  const rows = ROW_WORKGROUP / columns;
  return /* wgsl */ `
var<workgroup> sums: array<${lane.as}, ${ROW_WORKGROUP}>;
@compute @workgroup_size(${ROW_WORKGROUP})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let k = group.x * ${columns}u + local % ${columns}u;
  let s = group.y;
  var own = ${lane.as}(0.0);
  if (k < ${K}u) {
    for (var r = s * numbers.chunk + local / ${columns}u; r < min((s + 1u) * numbers.chunk, numbers.R); r += ${rows}u) { own += x[r * ${K}u + k]; }
  }
  sums[local] = own;
  for (var half = ${rows / 2}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (local < half * ${columns}u) { sums[local] += sums[local + half * ${columns}u]; }
  }
  if (local < ${columns}u && k < ${K}u) {
    let sum = sums[local];
    ${store(sizes)}
  }
}`;
}
