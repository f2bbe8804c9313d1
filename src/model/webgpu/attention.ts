/**
 * Flash attention on WebGPU, forward and backward: scores and probabilities never reach memory, what is kept for the gradient is the output and one
 * number per query and head. Not differentiable: ops/attention.ts makes the operation of it.
 *
 * Three steps: `arrange` (rotates queries and keys, puts queries, keys and values into one tensor; not needed for a packed tensor without RoPE), then
 * the forward kernel, then the backward kernels, which turn the gradients back. Two families of kernels (family.ts).
 *
 * Letters: B batch, N positions, M of them with a query (the last), H query heads, G key/value heads, R = H/G, d channels of a head.
 */
import type * as tf from '../tf.ts';
import type { AttentionForm, AttentionShape } from './attention-code.ts';
import { batchNumbers, elementOf, rowLayout, turnElement } from './attention-code.ts';
import * as hardware from './attention-hardware.ts';
import * as software from './attention-software.ts';
import { kernelFamily } from './family.ts';
import { hasSubgroupsOfFour } from './gemm-choice.ts';
import { runKernel, webgpuBackend, type KernelInput } from './kernel.ts';
import { ELEMENT_WORKGROUP, GROUP_INDEX, gridOf } from './rows.ts';

export type { AttentionShape } from './attention-code.ts';

/** What the forward kernel gives. */
export interface AttentionResult {
  /** `[B*M, H*d]`. */
  readonly out: tf.Tensor2D;
  /** log2 of the sum of exp2 of the scores (in units of log2), `[B*M, H]`. */
  readonly logs: tf.Tensor2D;
}

/**
 * Queries, keys and values as rows of one tensor, queries and keys rotated.
 *
 * @param parts - `[q, k, v]`, or `[qkv]` when packed.
 * @param turns - cosines and sines `[2, N, d/2]`, or null to copy only.
 * @returns `[rows, d]` in the order of `rowLayout`. The caller owns it.
 */
export function arrange(shape: AttentionShape, parts: readonly tf.Tensor[], turns: tf.Tensor | null): tf.Tensor2D {
  const { d, isPacked } = shape;
  const { rows } = rowLayout(shape);
  const as = turnElement(d);
  const row = as === 'vec4f' ? d / 4 : d;
  // An invocation handles element `pair` of both halves of a row. Where d is odd (no RoPE then) the halves overlap in one channel.
  const pairs = Math.ceil(row / 2);
  const names = isPacked ? ['qkv'] : ['q', 'k', 'v'];
  const inputs: Record<string, KernelInput> = Object.fromEntries(parts.map((tensor, i) => [names[i] ?? '', { tensor, as }]));
  if (turns !== null) inputs['turns'] = { tensor: turns, as };
  const code = /* wgsl */ `
${GROUP_INDEX}
const ROW = ${row}u;
const PAIRS = ${pairs}u;
const HIGH = ${row - pairs}u;
@compute @workgroup_size(${ELEMENT_WORKGROUP})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) local: u32) {
  let index = groupIndex(group, grid) * ${ELEMENT_WORKGROUP}u + local;
  if (index >= numbers.rows * PAIRS) { return; }
  let row = index / PAIRS;
  let pair = index % PAIRS;
  let at = row * ROW + pair;
  var low: ${as};
  var high: ${as};
  var position = 0u;
  var isTurned = true;
  ${isPacked ? takePacked(shape) : takeParts(shape)}
  ${turns === null ? '' : TURN_PAIR}
  arranged[at] = low;
  arranged[at + HIGH] = high;
}`;
  const [arranged] = runKernel({
    name: 'attention arrange',
    code,
    inputs,
    outputs: { arranged: { shape: [rows, d], as } },
    numbers: batchNumbers(shape),
    workgroups: gridOf(Math.ceil((rows * pairs) / ELEMENT_WORKGROUP)),
  });
  return arranged as tf.Tensor2D;
}

const takePacked = ({ H, G }: AttentionForm): string => /* wgsl */ `
  position = row / ${H + 2 * G}u % numbers.N;
  isTurned = row % ${H + 2 * G}u < ${H + G}u;
  low = qkv[at];
  high = qkv[at + HIGH];`;

function takeParts({ H, G }: AttentionForm): string {
  const take = (name: string, first: string): string => `let source = at - ${first} * ROW; low = ${name}[source]; high = ${name}[source + HIGH];`;
  return /* wgsl */ `
  if (row < numbers.firstKey) {
    position = numbers.N - numbers.M + row / ${H}u % numbers.M;
    ${take('q', '0u')}
  } else if (row < numbers.firstValue) {
    position = (row - numbers.firstKey) / ${G}u % numbers.N;
    ${take('k', 'numbers.firstKey')}
  } else {
    isTurned = false;
    ${take('v', 'numbers.firstValue')}
  }`;
}

const TURN_PAIR = /* wgsl */ `
  if (isTurned) {
    let cosine = turns[position * PAIRS + pair];
    let sine = turns[(numbers.N + position) * PAIRS + pair];
    let turned = low * cosine - high * sine;
    high = high * cosine + low * sine;
    low = turned;
  }`;

/**
 * @param qkv - what `arrange` gave, or the packed tensor.
 * @returns tensors that the caller owns.
 */
export function attentionForward(shape: AttentionShape, qkv: tf.Tensor): AttentionResult {
  const { B, M, H, d } = shape;
  const [out, logs] = runKernel({
    name: 'attention forward',
    ...(kernelFamily() === 'software' ? software.forward(shape, hasQuads()) : hardware.forward(shape)),
    inputs: { qkv: { tensor: qkv, as: elementOf(d) } },
    outputs: { out: { shape: [B * M, H * d], as: elementOf(d) }, logs: { shape: [B * M, H], as: 'f32' } },
    numbers: batchNumbers(shape),
  });
  return { out: out as tf.Tensor2D, logs: logs as tf.Tensor2D };
}

/** Whether the four invocations of a software workgroup may exchange what they read. */
const hasQuads = (): boolean => hasSubgroupsOfFour(webgpuBackend().device);

/**
 * @param qkv - what the forward kernel was given.
 * @param dOut - gradient of `out`, `[B*M, H*d]`.
 * @param turns - as given to `arrange`.
 * @returns gradients `[dq, dk, dv]`, or `[dqkv]` when packed; the caller owns them.
 */
export function attentionBackward(
  shape: AttentionShape,
  qkv: tf.Tensor,
  { out, logs }: AttentionResult,
  dOut: tf.Tensor,
  turns: tf.Tensor | null,
): tf.Tensor[] {
  const { B, N, M, H, G, d, isPacked } = shape;
  const as = elementOf(d);
  const numbers = batchNumbers(shape);
  const rows = (tensor: tf.Tensor): KernelInput => ({ tensor, as });
  const table: Record<string, KernelInput> = turns === null ? {} : { turns: { tensor: turns, as: turnElement(d) } };
  const given = { qkv: rows(qkv), dOut: rows(dOut), logs: { tensor: logs, as: 'f32' } as const, ...table };
  const packed = { dqkv: { shape: [B * N, (H + 2 * G) * d], as } };
  const queries = { dq: { shape: [B * M, H * d], as } };
  const keys = { dk: { shape: [B * N, G * d], as }, dv: { shape: [B * N, G * d], as } };
  if (kernelFamily() === 'hardware') {
    return runKernel({
      name: 'attention backward',
      ...hardware.backward(shape, turns !== null),
      inputs: { ...given, out: rows(out) },
      outputs: isPacked ? packed : { ...queries, ...keys },
      numbers,
    });
  }
  const [first, deltas] = runKernel({
    name: 'attention backward, queries',
    ...software.backwardQueries(shape, turns !== null, hasQuads()),
    inputs: { ...given, out: rows(out) },
    outputs: { ...(isPacked ? packed : queries), deltas: { shape: [B * M, H], as: 'f32' } },
    numbers,
  }) as [tf.Tensor, tf.Tensor];
  const others = runKernel({
    name: 'attention backward, keys',
    ...software.backwardKeys(shape, turns !== null, hasQuads()),
    inputs: { ...given, deltas: { tensor: deltas, as: 'f32' } },
    outputs: isPacked ? {} : keys,
    ...(isPacked ? { updates: { dqkv: rows(first) } } : {}),
    numbers,
  });
  return [first, ...others];
}
