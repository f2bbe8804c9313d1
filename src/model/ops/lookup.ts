/**
 * Rows of a table by index: embeddings of tokens and of positions.
 *
 * On WebGPU kernels of our own, one dispatch each way (tfjs's gather adds its gradient with float atomics: two runs differ). Elsewhere a product with
 * one-hot rows: exact (one factor is 1, the rest 0), its gradient is a product too and so the same on every run, and it is what wasm can do (tfjs's own
 * gather cannot train there: `UnsortedSegmentSum` is missing).
 *
 * Letters: N indices, V rows of the table, D channels.
 */
import { checkShape } from '../../lib/shape.ts';
import * as tf from '../tf.ts';
import { isWebGpu } from '../webgpu/kernel.ts';
import { embedRows, tableGradients } from '../webgpu/lookup.ts';
import { matMulTN } from './matmul.ts';

export interface LookupOptions {
  /** True when index 0 means "none" and gives a row of zeros (row 0 of the table then has no effect and gradient zero). Default false. */
  readonly isZeroNone?: boolean;
}

function oneHot(indices: tf.Tensor1D, V: number, isZeroNone: boolean): tf.Tensor2D {
  return tf.tidy(() => {
    const hot = tf.cast(tf.oneHot(indices, V), 'float32') as tf.Tensor2D; // [N, V]
    if (!isZeroNone) return hot;
    const counted = new Float32Array(V).fill(1);
    counted[0] = 0;
    return tf.mul<tf.Tensor2D>(hot, tf.tensor1d(counted));
  });
}

/**
 * @param table - `[V, D]`.
 * @param indices - int32 `[N]`, each in 0..V-1.
 * @returns `[N, D]`. The caller owns it.
 */
export function lookup(table: tf.Tensor2D, indices: tf.Tensor1D, options: LookupOptions = {}): tf.Tensor2D {
  const { V, D } = checkShape(table, 'V D', {}, 'lookup table') as { V: number; D: number };
  const { N } = checkShape(indices, 'N', {}, 'lookup') as { N: number };
  if (isWebGpu()) return lookupOnWebGpu(table, indices, [N, D], options.isZeroNone === true);
  const op = tf.customGrad((...args) => {
    const save = args[1] as tf.GradSaveFunc;
    const hot = oneHot(indices, V, options.isZeroNone === true); // [N, V]
    save([hot]);
    return {
      value: tf.matMul(hot, table),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => matMulTN(saved[0] as tf.Tensor2D, dy as tf.Tensor2D),
    };
  });
  return op(table) as tf.Tensor2D;
}

function lookupOnWebGpu(table: tf.Tensor2D, indices: tf.Tensor1D, shape: readonly [number, number], isZeroNone: boolean): tf.Tensor2D {
  const op = tf.customGrad((...args) => {
    const save = args[1] as tf.GradSaveFunc;
    save([indices]);
    return {
      value: embedRows([{ table, indices, isZeroNone }], null, shape),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        tableGradients(dy as tf.Tensor2D, [{ rows: table.shape[0], indices: saved[0] as tf.Tensor1D, isZeroNone }]),
    };
  });
  return op(table) as tf.Tensor2D;
}

/** The same with tfjs's gather: the oracle of the tests (cpu backend only, where gather has a gradient). */
export function lookupPlain(table: tf.Tensor2D, indices: tf.Tensor1D, options: LookupOptions = {}): tf.Tensor2D {
  return tf.tidy(() => {
    const rows = tf.gather(table, indices); // [N, D]
    if (options.isZeroNone !== true) return rows;
    return tf.mul<tf.Tensor2D>(rows, tf.cast(tf.reshape(tf.minimum(indices, 1), [-1, 1]), 'float32'));
  });
}
