/**
 * Depthwise convolution 'same' with bias, one dispatch; the gradient of its input is the same kernel turned, one dispatch; the gradients of weight and
 * bias are partial sums over chunks of the grid's lines and their sum in fixed order, two dispatches. Not differentiable: ops/depthwise-conv.ts is.
 *
 * An invocation makes a piece of a line for one vector of channels, so that each input it loads serves K outputs from registers; longer pieces pay off
 * in software, where there are few cores to fill and loads are what costs (ours: 11 cells take 0.7 of the time of 4).
 *
 * Letters: B batch, Y and X cells, C channels, K kernel, r = (K - 1) / 2.
 */
import type * as tf from '../tf.ts';
import { kernelFamily } from './family.ts';
import { runKernel, type KernelInput } from './kernel.ts';
import { vectorsOf } from './row-grid.ts';

/** Longest piece of a line that an invocation makes. */
const MOST_CELLS = { hardware: 4, software: 12 } as const;
/** Chunks of lines whose partial sums of the weight's gradient are made at once. */
const MOST_CHUNKS = { hardware: 64, software: 16 } as const;
/** Vectors of channels that a workgroup takes side by side (models have 12 to 48), and lines or chunks of lines that it takes at once. */
const LANES = 4;
const LINES = { hardware: 16, software: 4 } as const;
const CHUNKS = { hardware: 4, software: 1 } as const;

const numbers = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/**
 * @param x - `[B, Y, X, C]`.
 * @param w - `[K, K, C]`.
 * @param b - `[C]`.
 * @returns `[B, Y, X, C]`. The caller owns it.
 */
export function convolve(x: tf.Tensor4D, w: tf.Tensor3D, b: tf.Tensor1D): tf.Tensor4D {
  return convolution(x, w, b);
}

/** Gradient of the input from that of the output: the convolution with the kernel turned by 180 degrees, `[B, Y, X, C]`. The caller owns it. */
export function convolveTransposed(dy: tf.Tensor4D, w: tf.Tensor3D): tf.Tensor4D {
  return convolution(dy, w, null);
}

/** With a bias as it is, without one turned. */
function convolution(x: tf.Tensor4D, w: tf.Tensor3D, b: tf.Tensor1D | null): tf.Tensor4D {
  const [B, Y, X, C] = x.shape;
  const [K] = w.shape;
  const r = (K - 1) / 2;
  const family = kernelFamily();
  const { as, count } = vectorsOf(C);
  const pieces = Math.ceil(X / MOST_CELLS[family]);
  const cells = Math.ceil(X / pieces);
  const loads = numbers(cells + K - 1).map(
    (j) => `let x${j} = select(${as}(), x[line + (left + ${j}) * ${count}], left + ${j} >= 0 && left + ${j} < ${X});`,
  );
  const taps = numbers(K).map((j) => {
    const tap = b === null ? `w[tap + ${(K - 1 - j) * count}]` : `w[tap + ${j * count}]`;
    return `{ let k = ${tap}; ${numbers(cells)
      .map((t) => `s${t} += k * x${t + j};`)
      .join(' ')} }`;
  });
  const code = `@compute @workgroup_size(${LANES}, 1, ${LINES[family]}) fn main(@builtin(global_invocation_id) id: vec3u) {
  let c = i32(id.x);
  let first = i32(id.y) * ${cells};
  let row = i32(id.z); // line y of example b is row b * ${Y} + y
  if (c >= ${count} || row >= numbers.rows) { return; }
  let top = row % ${Y} - ${r};
  let left = first - ${r};
  ${numbers(cells)
    .map((t) => `var s${t} = ${b === null ? `${as}()` : 'bias[c]'};`)
    .join('\n  ')}
  for (var i = 0; i < ${K}; i++) {
    if (top + i < 0 || top + i >= ${Y}) { continue; }
    let line = (row - ${r} + i) * ${X * count} + c;
    let tap = ${b === null ? `(${K - 1} - i)` : 'i'} * ${K * count} + c;
    ${loads.join('\n    ')}
    ${taps.join('\n    ')}
  }
  let at = (row * ${X} + first) * ${count} + c;
  ${numbers(cells)
    .map((t) => `${pieces * cells === X ? '' : `if (first + ${t} < ${X}) `}{ y[at + ${t * count}] = s${t}; }`)
    .join('\n  ')}
}`;
  const inputs: Record<string, KernelInput> = { x: { tensor: x, as }, w: { tensor: w, as } };
  if (b !== null) inputs['bias'] = { tensor: b, as };
  const [y] = runKernel({
    name: b === null ? 'depthwise convolution, transposed' : 'depthwise convolution',
    code,
    inputs,
    outputs: { y: { shape: [B, Y, X, C], as } },
    numbers: { rows: ['i32', B * Y] },
    workgroups: [Math.ceil(count / LANES), pieces, Math.ceil((B * Y) / LINES[family])],
  });
  return y as tf.Tensor4D;
}

/**
 * Gradients of weight and bias.
 *
 * @param x - the input, `[B, Y, X, C]`.
 * @param dy - gradient of the output, `[B, Y, X, C]`.
 * @returns `[K, K, C]` and `[C]`. The caller owns them.
 */
export function convolutionWeightGradients(x: tf.Tensor4D, dy: tf.Tensor4D, K: number): [dw: tf.Tensor3D, db: tf.Tensor1D] {
  const partials = partialGradients(x, dy, K);
  const [chunks, , C] = partials.shape;
  const { as, count } = vectorsOf(C);
  const [weights, all] = [K * K * count, (K * K + 1) * count];
  const code = `@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i >= ${all}u) { return; }
  var sum = partials[i];
  for (var k = 1u; k < numbers.chunks; k++) { sum += partials[k * ${all}u + i]; }
  if (i < ${weights}u) { dw[i] = sum; } else { db[i - ${weights}u] = sum; }
}`;
  const gradients = runKernel({
    name: 'depthwise weight gradients',
    code,
    inputs: { partials: { tensor: partials, as } },
    numbers: { chunks: ['u32', chunks] },
    outputs: { dw: { shape: [K, K, C], as }, db: { shape: [C], as } },
    workgroups: [Math.ceil(all / 64)],
  });
  partials.dispose();
  return gradients as [tf.Tensor3D, tf.Tensor1D];
}

/**
 * An invocation has one vector of channels, one row of taps and one chunk of lines; it walks along each line with the last K inputs in registers. The
 * middle row of taps meets every cell, so it also sums dY for the bias.
 *
 * @returns `[chunks, K*K + 1, C]`: the taps, then the bias.
 */
function partialGradients(x: tf.Tensor4D, dy: tf.Tensor4D, K: number): tf.Tensor3D {
  const [B, Y, X, C] = x.shape;
  const r = (K - 1) / 2;
  const { as, count } = vectorsOf(C);
  const lines = B * Y;
  const family = kernelFamily();
  const linesPerChunk = Math.ceil(lines / MOST_CHUNKS[family]);
  const chunks = Math.ceil(lines / linesPerChunk);
  const each = (n: number, statement: (i: number) => string, between = '\n    '): string => numbers(n).map(statement).join(between);
  const code = `@compute @workgroup_size(${LANES}, ${K}, ${CHUNKS[family]}) fn main(@builtin(global_invocation_id) id: vec3u) {
  let c = i32(id.x);
  let i = i32(id.y);
  let chunk = i32(id.z);
  if (c >= ${count} || chunk >= numbers.chunks) { return; }
  ${each(K, (j) => `var s${j} = ${as}();`, ' ')}
  var bias = ${as}();
  for (var line = chunk * numbers.linesPerChunk; line < min((chunk + 1) * numbers.linesPerChunk, numbers.lines); line++) {
    let y = line % ${Y} + i - ${r};
    if (y < 0 || y >= ${Y}) { continue; }
    let source = (line + i - ${r}) * ${X * count} + c;
    let at = line * ${X * count} + c;
    ${each(r, (j) => `var x${j} = ${as}();`)}
    ${each(r, (j) => `var x${r + j} = select(${as}(), x[source + ${j * count}], ${j} < ${X});`)}
    for (var p = 0; p < ${X}; p++) {
      let x${K - 1} = select(${as}(), x[source + (p + ${r}) * ${count}], p + ${r} < ${X});
      let d = dy[at + p * ${count}];
      bias += d;
      ${each(K, (j) => `s${j} += d * x${j};`, ' ')}
      ${each(K - 1, (j) => `x${j} = x${j + 1};`, ' ')}
    }
  }
  let to = chunk * ${(K * K + 1) * count} + c;
  ${each(K, (j) => `partials[to + (i * ${K} + ${j}) * ${count}] = s${j};`, '\n  ')}
  if (i == ${r}) { partials[to + ${K * K * count}] = bias; }
}`;
  const [partials] = runKernel({
    name: 'depthwise weight gradients, partial',
    code,
    inputs: { x: { tensor: x, as }, dy: { tensor: dy, as } },
    outputs: { partials: { shape: [chunks, K * K + 1, C], as } },
    numbers: { chunks: ['i32', chunks], linesPerChunk: ['i32', linesPerChunk], lines: ['i32', lines] },
    workgroups: [Math.ceil(count / LANES), 1, Math.ceil(chunks / CHUNKS[family])],
  });
  return partials as tf.Tensor3D;
}
