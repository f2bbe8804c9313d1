/**
 * Alignment loss: how far vectors are from fixed targets, relative to the targets' size: `sum((x - t)^2) / sum(t^2)`. Ours: the reading objective
 * that sets an image token to the embedding of the token its patch shows. No gradient flows to the targets.
 *
 * On webgpu by kernels of our own (webgpu/alignment.ts): two dispatches forward, one backward.
 *
 * Letters: R rows, D channels.
 */
import { checkShape } from '../../lib/shape.ts';
import * as tf from '../tf.ts';
import { alignmentBackward, alignmentForward } from '../webgpu/alignment.ts';
import { isWebGpu } from '../webgpu/kernel.ts';

/**
 * @param x - `[R, D]`.
 * @param targets - `[R, D]`, held fixed, not all 0.
 * @returns a scalar, 1 for x = 0. The caller owns it.
 */
export function alignmentLoss(x: tf.Tensor2D, targets: tf.Tensor2D): tf.Scalar {
  const { R, D } = checkShape(x, 'R D', {}, 'alignmentLoss');
  checkShape(targets, 'R D', { R: R ?? 0, D: D ?? 0 }, 'alignmentLoss: targets');
  const op = tf.customGrad((...args) => {
    const save = args[1] as tf.GradSaveFunc;
    if (isWebGpu()) {
      const [value, total] = alignmentForward(x, targets);
      save([x, targets, total]);
      return {
        value,
        gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
          const [savedX, fixed, savedTotal] = saved as [tf.Tensor2D, tf.Tensor2D, tf.Tensor];
          return alignmentBackward(dy, savedX, fixed, savedTotal);
        },
      };
    }
    const size = tf.sum(tf.square(targets));
    const difference = tf.sub(x, targets); // [R, D]
    save([difference, size]);
    return {
      value: tf.div(tf.sum(tf.square(difference)), size),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        tf.tidy(() => {
          const [gap, total] = saved as [tf.Tensor, tf.Tensor];
          return tf.mul(gap, tf.div(tf.mul(dy, 2), total)); // [R, D]
        }),
    };
  });
  return op(x) as tf.Scalar;
}

/** The same in basic ops with tfjs's own gradients: the oracle of the tests. */
export function alignmentLossPlain(x: tf.Tensor2D, targets: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => tf.div<tf.Scalar>(tf.sum(tf.squaredDifference(x, targets)), tf.sum(tf.square(targets))));
}
