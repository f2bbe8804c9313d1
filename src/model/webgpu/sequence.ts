/**
 * Rows of sequences joined and cut, one dispatch each way. Not differentiable: ops/join-sequence.ts and ops/tail-rows.ts are.
 *
 * Letters: B batch, P and T rows of the first and second part of each sequence, N = P + T, D channels.
 */
import type * as tf from '../tf.ts';
import { runKernel } from './kernel.ts';
import { overRows, vectorsOf } from './row-grid.ts';

/** `[B*P, D]` and `[B*T, D]` to `[B*N, D]`. The caller owns the result. */
export function joinRows(first: tf.Tensor2D, second: tf.Tensor2D, B: number): tf.Tensor2D {
  const D = first.shape[1];
  const [P, T] = [first.shape[0] / B, second.shape[0] / B];
  const { as, count } = vectorsOf(D);
  const [y] = runKernel({
    name: 'join rows',
    inputs: { first: { tensor: first, as }, second: { tensor: second, as } },
    outputs: { y: { shape: [B * (P + T), D], as } },
    ...overRows({
      rows: B * (P + T),
      count,
      perRow: PLACE,
      numbers: { P, T, N: P + T },
      perVector: `if (n < numbers.P) { y[row * ${count}u + c] = first[(b * numbers.P + n) * ${count}u + c]; }
    else { y[row * ${count}u + c] = second[(b * numbers.T + n - numbers.P) * ${count}u + c]; }`,
    }),
  });
  return y as tf.Tensor2D;
}

/** `[B*N, D]` to `[B*P, D]` and `[B*(N-P), D]`. The caller owns the results. */
export function splitRows(x: tf.Tensor2D, B: number, P: number): [tf.Tensor2D, tf.Tensor2D] {
  const D = x.shape[1];
  const T = x.shape[0] / B - P;
  const { as, count } = vectorsOf(D);
  return runKernel({
    name: 'split rows',
    inputs: { x: { tensor: x, as } },
    outputs: { first: { shape: [B * P, D], as }, second: { shape: [B * T, D], as } },
    ...overRows({
      rows: B * (P + T),
      count,
      perRow: PLACE,
      numbers: { P, T, N: P + T },
      perVector: `if (n < numbers.P) { first[(b * numbers.P + n) * ${count}u + c] = x[row * ${count}u + c]; }
    else { second[(b * numbers.T + n - numbers.P) * ${count}u + c] = x[row * ${count}u + c]; }`,
    }),
  }) as [tf.Tensor2D, tf.Tensor2D];
}

/** Rows `from`.. of every sequence: `[B*N, D]` to `[B*(N-from), D]`. The caller owns the result. */
export function lastRows(x: tf.Tensor2D, B: number, from: number): tf.Tensor2D {
  const D = x.shape[1];
  const T = x.shape[0] / B - from;
  const { as, count } = vectorsOf(D);
  const [y] = runKernel({
    name: 'last rows',
    inputs: { x: { tensor: x, as } },
    outputs: { y: { shape: [B * T, D], as } },
    ...overRows({
      rows: B * T,
      count,
      numbers: { start: from, T },
      perRow: `let at = (row + (row / numbers.T + 1u) * numbers.start) * ${count}u;`,
      perVector: `y[row * ${count}u + c] = x[at + c];`,
    }),
  });
  return y as tf.Tensor2D;
}

/** The transpose of `lastRows`: zeros before `from`. `[B*T, D]` to `[B*(from+T), D]`. The caller owns the result. */
export function zerosBefore(x: tf.Tensor2D, B: number, from: number): tf.Tensor2D {
  const D = x.shape[1];
  const T = x.shape[0] / B;
  const { as, count } = vectorsOf(D);
  const [y] = runKernel({
    name: 'zeros before',
    inputs: { x: { tensor: x, as } },
    outputs: { y: { shape: [B * (from + T), D], as } },
    ...overRows({
      rows: B * (from + T),
      count,
      perRow: PLACE,
      numbers: { start: from, T, N: from + T },
      perVector: `if (n < numbers.start) { y[row * ${count}u + c] = ${as}(); }
    else { y[row * ${count}u + c] = x[(b * numbers.T + n - numbers.start) * ${count}u + c]; }`,
    }),
  });
  return y as tf.Tensor2D;
}

/** WGSL: example `b` and position `n` in it of a row. */
const PLACE = `let b = row / numbers.N;
  let n = row % numbers.N;`;
