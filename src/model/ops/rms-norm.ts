/**
 * Root-mean-square norm, weight only: `y = x / sqrt(mean(x^2) + eps) * w` per row. Source: arXiv 1910.07467; eps 1e-5 as in Llama 3.
 *
 * On webgpu by kernels of our own (webgpu/norm.ts): one dispatch forward, two backward.
 *
 * Letters: N rows, C channels.
 */
import { checkShape } from '../../lib/shape.ts';
import * as tf from '../tf.ts';
import { isWebGpu } from '../webgpu/kernel.ts';
import { rmsNormBackward, rmsNormForward } from '../webgpu/norm.ts';
import { columnSum } from './matmul.ts';

/** Llama 3's epsilon. */
export const RMS_NORM_EPSILON = 1e-5;

function check(x: tf.Tensor2D, w: tf.Tensor1D): void {
  const { C } = checkShape(w, 'C', {}, 'rmsNorm weight') as { C: number };
  checkShape(x, 'N C', { C }, 'rmsNorm');
}

/**
 * @param x - `[N, C]`.
 * @param w - `[C]`.
 * @returns `[N, C]`. The caller owns it.
 */
export function rmsNorm(x: tf.Tensor2D, w: tf.Tensor1D): tf.Tensor2D {
  check(x, w);
  const op = tf.customGrad((...args) => {
    const save = args[2] as tf.GradSaveFunc;
    if (isWebGpu()) {
      const [value, rowScale] = rmsNormForward(x, w, RMS_NORM_EPSILON);
      save([x, w, rowScale]);
      return {
        value,
        gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
          const [savedX, savedW, savedScale] = saved as [tf.Tensor2D, tf.Tensor1D, tf.Tensor];
          return rmsNormBackward(dy as tf.Tensor2D, savedX, savedW, savedScale);
        },
      };
    }
    const scale = tf.rsqrt(tf.add(tf.mean(tf.square(x), 1, true), RMS_NORM_EPSILON)); // [N, 1]
    const unit = tf.mul(x, scale); // [N, C]
    save([unit, scale, w]);
    return {
      value: tf.mul(unit, w),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        tf.tidy(() => {
          const [u, s, weight] = saved as [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D];
          const du = tf.mul(dy, weight); // [N, C]
          const along = tf.mean(tf.mul(du, u), 1, true); // [N, 1]
          const dx = tf.mul(tf.sub(du, tf.mul(u, along)), s); // [N, C]
          return [dx, columnSum(tf.mul(dy, u))];
        }),
    };
  });
  return op(x, w) as tf.Tensor2D;
}

/** The same in basic ops with tfjs's own gradients: the oracle of the tests. */
export function rmsNormPlain(x: tf.Tensor2D, w: tf.Tensor1D): tf.Tensor2D {
  return tf.tidy(() => {
    const meanSquare = tf.mean(tf.mul(x, x), 1, true); // [N, 1]
    return tf.mul<tf.Tensor2D>(tf.div(x, tf.sqrt(tf.add(meanSquare, RMS_NORM_EPSILON))), w);
  });
}
