/**
 * The weighted mean of each sample's rows, as a batched product.
 *
 * Letters: B samples, L rows of each, D channels.
 */
import { checkShape } from '../../lib/shape.ts';
import { batchNN, batchTN } from '../ops/matmul.ts';
import * as tf from '../tf.ts';

/**
 * @param x - `[B*L, D]`.
 * @param weights - `[B, 1, L]`; no gradient flows to them.
 * @returns `[B, D]`. The caller owns it.
 */
export function pooled(x: tf.Tensor2D, weights: tf.Tensor3D): tf.Tensor2D {
  const { B, L } = checkShape(weights, 'B 1 L', {}, 'pooled weights') as { B: number; L: number };
  const { D } = checkShape(x, 'rows D', { rows: B * L }, 'pooled') as { D: number };
  const op = tf.customGrad((...args) => {
    (args[1] as tf.GradSaveFunc)([weights]);
    return {
      value: tf.tidy(() => tf.reshape<tf.Rank.R2>(batchNN(weights, tf.reshape(x, [B, L, D])), [B, D])),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        tf.tidy(() => tf.reshape(batchTN(saved[0] as tf.Tensor3D, tf.reshape(dy, [B, 1, D])), [B * L, D])),
    };
  });
  return op(x) as tf.Tensor2D;
}

/** The same in basic ops with tfjs's own gradients: the oracle of the tests. */
export function pooledPlain(x: tf.Tensor2D, weights: tf.Tensor3D): tf.Tensor2D {
  const [B, , L] = weights.shape;
  return tf.tidy(() => tf.sum<tf.Tensor2D>(tf.mul(tf.reshape(x, [B, L, -1]), tf.reshape(weights, [B, L, 1])), 1));
}
