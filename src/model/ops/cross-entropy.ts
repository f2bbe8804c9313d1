/**
 * Weighted softmax cross-entropy with integer targets, and the loss of every row.
 *
 * The log of the sum is `max(x) - log(max(softmax(x)))`: the largest probability is 1 / sum(exp(x - max)), so no exponential is computed twice
 * and none overflows.
 *
 * On webgpu by kernels of our own (webgpu/cross-entropy.ts): two dispatches forward, one backward.
 *
 * Letters: N rows, V classes.
 */
import { checkShape } from '../../lib/shape.ts';
import * as tf from '../tf.ts';
import { logitGradient, rowLosses as rowLossesOnGpu, weightedSum } from '../webgpu/cross-entropy.ts';
import { isWebGpu } from '../webgpu/kernel.ts';

function check(logits: tf.Tensor2D, targets: tf.Tensor1D, weights: tf.Tensor1D): number {
  const { N, V } = checkShape(logits, 'N V', {}, 'crossEntropy') as { N: number; V: number };
  checkShape(targets, 'N', { N }, 'crossEntropy targets');
  checkShape(weights, 'N', { N }, 'crossEntropy weights');
  return V;
}

/**
 * Loss of every row. Not differentiable.
 *
 * @param p - softmax of the logits, `[N, V]`.
 * @param hot - one-hot targets, `[N, V]`.
 * @returns `[N]`. The caller owns it.
 */
function rowLosses(logits: tf.Tensor2D, p: tf.Tensor2D, hot: tf.Tensor2D): tf.Tensor1D {
  return tf.tidy(() => {
    const logSum = tf.sub(tf.max(logits, 1), tf.log(tf.max(p, 1))); // [N]
    return tf.sub<tf.Tensor1D>(logSum, tf.sum(tf.mul(logits, hot), 1));
  });
}

/**
 * `sum_i weights[i] * -log softmax(logits[i])[targets[i]]`.
 *
 * @param logits - `[N, V]`.
 * @param targets - int32 `[N]`.
 * @param weights - `[N]`; no gradient flows to them. All may be 0: then loss and gradient are 0.
 * @param onRowLosses - is given the unweighted losses, `[N]`; they are the engine's unless kept (`tf.keep`).
 * @returns a scalar. The caller owns it.
 */
export function crossEntropy(
  logits: tf.Tensor2D,
  targets: tf.Tensor1D,
  weights: tf.Tensor1D,
  onRowLosses?: (losses: tf.Tensor1D) => void,
): tf.Scalar {
  return weighted(logits, targets, weights, false, onRowLosses);
}

/**
 * `crossEntropy`, with the losses of rows that do not count given as 0.
 *
 * @param weights - `[N]`, 0 for a row that does not count; no gradient flows to them. All may be 0: then loss and gradient are 0.
 * @param onRowLosses - is given the losses, `[N]`, unweighted but 0 where the weight is 0; they are the engine's unless kept (`tf.keep`).
 * @returns a scalar. The caller owns it.
 */
export function maskedCrossEntropy(
  logits: tf.Tensor2D,
  targets: tf.Tensor1D,
  weights: tf.Tensor1D,
  onRowLosses?: (losses: tf.Tensor1D) => void,
): tf.Scalar {
  return weighted(logits, targets, weights, true, onRowLosses);
}

function weighted(
  logits: tf.Tensor2D,
  targets: tf.Tensor1D,
  weights: tf.Tensor1D,
  isMasked: boolean,
  onRowLosses: ((losses: tf.Tensor1D) => void) | undefined,
): tf.Scalar {
  const V = check(logits, targets, weights);
  const op = tf.customGrad((...args) => {
    const save = args[1] as tf.GradSaveFunc;
    if (isWebGpu()) {
      const [losses, stats] = rowLossesOnGpu({ logits, targets, weights }, isMasked);
      onRowLosses?.(losses);
      save([logits, targets, weights, stats]);
      return {
        value: weightedSum(losses, weights),
        gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
          const [savedLogits, savedTargets, savedWeights, savedStats] = saved as [tf.Tensor2D, tf.Tensor1D, tf.Tensor1D, tf.Tensor];
          return logitGradient(dy, { logits: savedLogits, targets: savedTargets, weights: savedWeights }, savedStats);
        },
      };
    }
    const p = tf.softmax(logits); // [N, V]
    const hot = tf.cast(tf.oneHot(targets, V), 'float32') as tf.Tensor2D; // [N, V]
    const losses = rowLosses(logits, p, hot); // [N]
    onRowLosses?.(isMasked ? tf.mul(losses, tf.cast(tf.notEqual(weights, 0), 'float32')) : losses);
    save([p, hot, weights]);
    return {
      value: tf.sum(tf.mul(losses, weights)),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        tf.tidy(() => {
          const [savedP, savedHot, w] = saved as [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D];
          return tf.mul(tf.sub(savedP, savedHot), tf.reshape(tf.mul(w, dy), [-1, 1])); // [N, V]
        }),
    };
  });
  return op(logits) as tf.Scalar;
}

/** The same in basic ops with tfjs's own gradients: the oracle of the tests. */
export function crossEntropyPlain(logits: tf.Tensor2D, targets: tf.Tensor1D, weights: tf.Tensor1D): tf.Scalar {
  const V = check(logits, targets, weights);
  return tf.tidy(() => {
    const shifted = tf.sub(logits, tf.reshape(tf.max(logits, 1), [-1, 1])); // [N, V]; the gradient of the shift is zero in sum
    const logP = tf.sub(shifted, tf.reshape(tf.log(tf.sum(tf.exp(shifted), 1)), [-1, 1])); // [N, V]
    const losses = tf.neg(tf.sum(tf.mul(logP, tf.cast(tf.oneHot(targets, V), 'float32')), 1)); // [N]
    return tf.sum(tf.mul(losses, weights)) as tf.Scalar;
  });
}
