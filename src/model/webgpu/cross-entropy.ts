/**
 * Softmax cross-entropy on WebGPU: one dispatch for the losses of the rows, one for their weighted sum, one for the gradient. Kept for the backward
 * pass are two numbers per row (the logits are there anyway): a stored gradient would be one more tensor of their size. Its largest logit and the sum of
 * exponentials stay apart: their common logarithm would be rounded to the size of the logits, which a confident row's gradient is below.
 *
 * The largest logit and the sum of exponentials are found in one reading: whenever a larger one turns up, the sum so far is scaled down (online softmax,
 * arXiv 1805.02867). No infinity is used, since WGSL may assume that there is none.
 *
 * Letters: N rows, V classes, K lanes of a row (laneOf).
 */
import type * as tf from '../tf.ts';
import { kernelFamily } from './family.ts';
import { runKernel } from './kernel.ts';
import { acrossLanes, ELEMENT_WORKGROUP, GROUP_INDEX, gridOf, laneOf, powerOfTwo, ROW_WORKGROUP, totalCode, type Lane } from './rows.ts';

/** Invocations of a software workgroup: few, so that a few hundred rows give work to every core. */
const SOFTWARE_WORKGROUP = 16;
/** Most invocations that share a row on a GPU. */
const MAX_LANES = 64;
/** Below every logit; a finite stand-in for minus infinity. */
const LOWEST = '-1e30';

/** What the row kernels need. */
interface Rows {
  /** `[N, V]`. */
  readonly logits: tf.Tensor2D;
  /** int32 `[N]`. A target outside of 0..V-1 counts as none: the loss is the logarithm of the sum. */
  readonly targets: tf.Tensor1D;
  /** `[N]`. A row of weight 0 adds nothing, whatever its logits are. */
  readonly weights: tf.Tensor1D;
}

interface Sizes {
  readonly N: number;
  readonly K: number;
  readonly lane: Lane;
}

/**
 * Losses of the rows. Not differentiable.
 *
 * @param isMasked - true to give 0 for rows of weight 0.
 * @returns losses `[N]`; and of every row the largest logit and 1 / sum(exp(logit - largest)), `[N, 2]` (0 where masked). The caller owns them.
 */
export function rowLosses({ logits, targets, weights }: Rows, isMasked: boolean): [losses: tf.Tensor1D, stats: tf.Tensor] {
  const sizes = sizesOf(logits);
  const { N } = sizes;
  const isSoftware = kernelFamily() === 'software';
  const rows = isSoftware ? SOFTWARE_WORKGROUP : ROW_WORKGROUP / lanesOf(sizes);
  return runKernel({
    name: 'cross-entropy',
    inputs: {
      logits: { tensor: logits, as: sizes.lane.as },
      targets: { tensor: targets, as: 'i32' },
      ...(isMasked ? { weights: { tensor: weights, as: 'f32' } } : {}),
    },
    outputs: { losses: { shape: [N], as: 'f32' }, stats: { shape: [N, 2], as: 'vec2f' } },
    numbers: { N: ['u32', N] },
    code: isSoftware ? softwareRows(sizes, isMasked) : hardwareRows(sizes, isMasked),
    workgroups: gridOf(Math.ceil(N / rows)),
  }) as [tf.Tensor1D, tf.Tensor];
}

/**
 * `sum_i weights[i] * losses[i]`, in fixed order. Not differentiable.
 *
 * @param losses - `[N]`.
 * @param weights - `[N]`; where it is 0, nothing is added, whatever the loss.
 * @returns a scalar. The caller owns it.
 */
export function weightedSum(losses: tf.Tensor1D, weights: tf.Tensor1D): tf.Scalar {
  const invocations = kernelFamily() === 'software' ? 32 : ROW_WORKGROUP;
  const code = /* wgsl */ `
var<workgroup> sums: array<f32, ${invocations}>;
@compute @workgroup_size(${invocations})
fn main(@builtin(local_invocation_index) local: u32) {
  var own = 0.0;
  for (var i = local; i < numbers.N; i += ${invocations}u) { own += select(0.0, losses[i] * weights[i], weights[i] != 0.0); }
  sums[local] = own;
  for (var half = ${invocations / 2}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (local < half) { sums[local] += sums[local + half]; }
  }
  if (local == 0u) { sum[0] = sums[0]; }
}`;
  const inputs = { losses: { tensor: losses, as: 'f32' }, weights: { tensor: weights, as: 'f32' } } as const;
  const [sum] = runKernel({
    name: 'cross-entropy sum',
    inputs,
    outputs: { sum: { shape: [], as: 'f32' } },
    numbers: { N: ['u32', losses.size] },
    code,
    workgroups: [1],
  });
  return sum as tf.Scalar;
}

/**
 * Gradient of the weighted sum with respect to the logits.
 *
 * @param dy - gradient of the sum, a scalar; read on the device.
 * @param stats - as given by `rowLosses`.
 * @returns `[N, V]`. The caller owns it.
 */
export function logitGradient(dy: tf.Tensor, { logits, targets, weights }: Rows, stats: tf.Tensor): tf.Tensor2D {
  const sizes = sizesOf(logits);
  const { N, K, lane } = sizes;
  const isSoftware = kernelFamily() === 'software';
  const [dlogits] = runKernel({
    name: 'cross-entropy backward',
    inputs: {
      dy: { tensor: dy, as: 'f32' },
      logits: { tensor: logits, as: lane.as },
      targets: { tensor: targets, as: 'i32' },
      weights: { tensor: weights, as: 'f32' },
      stats: { tensor: stats, as: 'vec2f' },
    },
    outputs: { dlogits: { shape: logits.shape, as: lane.as } },
    numbers: { N: ['u32', N] },
    code: isSoftware ? softwareGradient(sizes) : hardwareGradient(sizes),
    workgroups: gridOf(isSoftware ? Math.ceil(N / SOFTWARE_WORKGROUP) : Math.ceil((N * K) / ELEMENT_WORKGROUP)),
  });
  return dlogits as tf.Tensor2D;
}

function sizesOf(logits: tf.Tensor2D): Sizes {
  const [N, V] = logits.shape;
  const lane = laneOf(V);
  return { N, K: V / lane.width, lane };
}

function lanesOf({ K }: Sizes): number {
  return Math.min(powerOfTwo(K), MAX_LANES);
}

/** WGSL: the logit of the target, or 0 where the target is none. */
function pickCode({ K, lane: { width } }: Sizes): string {
  const V = K * width;
  const value = width === 1 ? `logits[row * ${V}u + at]` : `logits[row * ${K}u + at / 4u][at % 4u]`;
  return `
fn pick(row: u32) -> f32 {
  let wanted = targets[row];
  let at = u32(clamp(wanted, 0, ${V - 1}));
  return select(0.0, ${value}, wanted >= 0 && wanted < ${V});
}
`;
}

function largestCode({ as }: Lane): string {
  return as === 'f32' ? 'fn largest(v: f32) -> f32 { return v; }\n' : 'fn largest(v: vec4f) -> f32 { return max(max(v.x, v.y), max(v.z, v.w)); }\n';
}

/** WGSL: takes the lane `v` into `top` (largest so far) and `sum` (of exp(logit - top)). */
const TAKE = `let higher = max(top, largest(v));
    sum = sum * exp(top - higher) + total(exp(v - higher));
    top = higher;`;

/** The same for four lanes, with one scaling. */
const TAKE_FOUR = `let higher = max(max(top, largest(max(v0, v1))), largest(max(v2, v3)));
    sum = sum * exp(top - higher) + total((exp(v0 - higher) + exp(v1 - higher)) + (exp(v2 - higher) + exp(v3 - higher)));
    top = higher;`;

function softwareRows(sizes: Sizes, isMasked: boolean): string {
  const { K, lane } = sizes;
  const whole = K - (K % 4);
  return /* wgsl */ `${GROUP_INDEX}${totalCode(lane)}${largestCode(lane)}${pickCode(sizes)}
@compute @workgroup_size(${SOFTWARE_WORKGROUP})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) local: u32) {
  let row = groupIndex(group, grid) * ${SOFTWARE_WORKGROUP}u + local;
  if (row >= numbers.N) { return; }
  ${isMasked ? 'if (weights[row] == 0.0) { losses[row] = 0.0; stats[row] = vec2f(0.0); return; }' : ''}
  let first = row * ${K}u;
  var top = ${LOWEST};
  var sum = 0.0;
  for (var k = 0u; k < ${whole}u; k += 4u) {
    let v0 = logits[first + k]; let v1 = logits[first + k + 1u]; let v2 = logits[first + k + 2u]; let v3 = logits[first + k + 3u];
    ${TAKE_FOUR}
  }
  for (var k = ${whole}u; k < ${K}u; k++) {
    let v = logits[first + k];
    ${TAKE}
  }
  stats[row] = vec2f(top, 1.0 / sum);
  losses[row] = (top - pick(row)) + log(sum);
}`;
}

function hardwareRows(sizes: Sizes, isMasked: boolean): string {
  const { K, lane } = sizes;
  const lanes = lanesOf(sizes);
  const highest = acrossLanes('highest', 'f32', lanes, (a, b) => `max(${a}, ${b})`);
  const added = acrossLanes('added', 'f32', lanes, (a, b) => `${a} + ${b}`);
  return /* wgsl */ `${GROUP_INDEX}${totalCode(lane)}${largestCode(lane)}${pickCode(sizes)}${highest}${added}
@compute @workgroup_size(${ROW_WORKGROUP})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) local: u32) {
  let lane = local % ${lanes}u;
  let row = groupIndex(group, grid) * ${ROW_WORKGROUP / lanes}u + local / ${lanes}u;
  let isCounted = row < numbers.N${isMasked ? ' && weights[min(row, numbers.N - 1u)] != 0.0' : ''};
  var top = ${LOWEST};
  var sum = 0.0;
  for (var k = lane; isCounted && k < ${K}u; k += ${lanes}u) {
    let v = logits[row * ${K}u + k];
    ${TAKE}
  }
  let rowTop = highest(local, top);
  let rowSum = added(local, sum * exp(top - rowTop));
  if (lane == 0u && row < numbers.N) {
    stats[row] = select(vec2f(0.0), vec2f(rowTop, 1.0 / rowSum), isCounted);
    losses[row] = select(0.0, (rowTop - pick(row)) + log(rowSum), isCounted);
  }
}`;
}

/** WGSL: gradient of the lane `k` of a row, from the row's `stat`, `factor` (weight times dy) and `hot` (the target's place in the lane, if it is there). */
function gradientOf({ width, as }: Lane): string {
  const hot =
    width === 1 ? 'select(0.0, 1.0, wanted == k)' : 'select(vec4f(0.0), vec4f(1.0), vec4i(wanted) == vec4i(4 * k, 4 * k + 1, 4 * k + 2, 4 * k + 3))';
  return `fn gradientOf(v: ${as}, stat: vec2f, factor: f32, wanted: i32, k: i32) -> ${as} { return (exp(v - stat.x) * stat.y - ${hot}) * factor; }\n`;
}

function softwareGradient({ K, lane }: Sizes): string {
  return /* wgsl */ `${GROUP_INDEX}${gradientOf(lane)}
@compute @workgroup_size(${SOFTWARE_WORKGROUP})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) local: u32) {
  let row = groupIndex(group, grid) * ${SOFTWARE_WORKGROUP}u + local;
  if (row >= numbers.N) { return; }
  let first = row * ${K}u;
  let weight = weights[row];
  if (weight == 0.0) {
    for (var k = 0u; k < ${K}u; k++) { dlogits[first + k] = ${lane.as}(0.0); }
    return;
  }
  let factor = weight * dy[0];
  let stat = stats[row];
  let wanted = targets[row];
  for (var k = 0u; k < ${K}u; k++) { dlogits[first + k] = gradientOf(logits[first + k], stat, factor, wanted, i32(k)); }
}`;
}

function hardwareGradient({ K, lane }: Sizes): string {
  return /* wgsl */ `${GROUP_INDEX}${gradientOf(lane)}
@compute @workgroup_size(${ELEMENT_WORKGROUP})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = groupIndex(group, grid) * ${ELEMENT_WORKGROUP}u + local;
  if (i >= numbers.N * ${K}u) { return; }
  let row = i / ${K}u;
  let weight = weights[row];
  if (weight == 0.0) {
    dlogits[i] = ${lane.as}(0.0);
    return;
  }
  dlogits[i] = gradientOf(logits[i], stats[row], weight * dy[0], targets[row], i32(i % ${K}u));
}`;
}
