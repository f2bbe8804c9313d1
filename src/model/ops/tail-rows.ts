/**
 * The last positions of every sequence: what comes before nobody reads. On WebGPU one dispatch each way; the gradient is zero before.
 *
 * Letters: B batch, N positions, D channels.
 */
import { fault, ShapeError } from '../../lib/errors.ts';
import { checkShape } from '../../lib/shape.ts';
import * as tf from '../tf.ts';
import { isWebGpu } from '../webgpu/kernel.ts';
import { lastRows, zerosBefore } from '../webgpu/sequence.ts';

function check(x: tf.Tensor2D, batch: number, from: number): [N: number, D: number] {
  const { rows, D } = checkShape(x, 'rows D', {}, 'tailRows') as { rows: number; D: number };
  const N = rows / batch;
  if (!Number.isInteger(N)) throw new ShapeError(fault('tailRows', `rows for each of ${batch} examples`, `${rows} rows`));
  if (!Number.isInteger(from) || from < 0 || from >= N) throw new ShapeError(fault('tailRows', `a position in 0..${N - 1}`, from));
  return [N, D];
}

/**
 * @param x - `[B*N, D]`.
 * @param batch - B.
 * @param from - first position that is kept, 0..N-1.
 * @returns `[B*(N-from), D]`; `x` itself when `from` is 0. The caller owns it.
 */
export function tailRows(x: tf.Tensor2D, batch: number, from: number): tf.Tensor2D {
  check(x, batch, from);
  if (from === 0) return x;
  if (!isWebGpu()) return tailRowsPlain(x, batch, from);
  const op = tf.customGrad(() => ({
    value: lastRows(x, batch, from),
    gradFunc: (dy: tf.Tensor) => zerosBefore(dy as tf.Tensor2D, batch, from),
  }));
  return op(x) as tf.Tensor2D;
}

/** The same by tfjs's slice with its own gradient: what wasm and cpu do, and the oracle of the tests. */
export function tailRowsPlain(x: tf.Tensor2D, batch: number, from: number): tf.Tensor2D {
  const [N, D] = check(x, batch, from);
  return tf.tidy(() => {
    const kept = tf.slice(tf.reshape<tf.Rank.R3>(x, [batch, N, D]), [0, from, 0], [batch, N - from, D]);
    return tf.reshape<tf.Rank.R2>(kept, [batch * (N - from), D]);
  });
}
