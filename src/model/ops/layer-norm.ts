/**
 * Layer norm per row with weight and bias, biased variance. Source: arXiv 1607.06450; eps 1e-6 as in ViT and ConvNeXt, unless the caller says another.
 *
 * On webgpu by kernels of our own (webgpu/norm.ts): one dispatch forward, two backward.
 *
 * Letters: N rows, C channels.
 */
import { checkShape } from '../../lib/shape.ts';
import * as tf from '../tf.ts';
import { isWebGpu } from '../webgpu/kernel.ts';
import { layerNormBackward, layerNormForward } from '../webgpu/norm.ts';
import { columnSum } from './matmul.ts';

/** The epsilon of ViT and ConvNeXt. */
export const LAYER_NORM_EPSILON = 1e-6;

function check(x: tf.Tensor2D, w: tf.Tensor1D, b: tf.Tensor1D): void {
  const { C } = checkShape(w, 'C', {}, 'layerNorm weight') as { C: number };
  checkShape(b, 'C', { C }, 'layerNorm bias');
  checkShape(x, 'N C', { C }, 'layerNorm');
}

/**
 * @param x - `[N, C]`.
 * @param w - `[C]`.
 * @param b - `[C]`.
 * @param epsilon - added to the variance.
 * @returns `[N, C]`. The caller owns it.
 */
export function layerNorm(x: tf.Tensor2D, w: tf.Tensor1D, b: tf.Tensor1D, epsilon = LAYER_NORM_EPSILON): tf.Tensor2D {
  check(x, w, b);
  const op = tf.customGrad((...args) => {
    const save = args[3] as tf.GradSaveFunc;
    if (isWebGpu()) {
      const [value, stats] = layerNormForward(x, w, b, epsilon);
      save([x, w, stats]);
      return {
        value,
        gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
          const [savedX, savedW, savedStats] = saved as [tf.Tensor2D, tf.Tensor1D, tf.Tensor];
          return layerNormBackward(dy as tf.Tensor2D, savedX, savedW, savedStats);
        },
      };
    }
    const centred = tf.sub(x, tf.mean(x, 1, true)); // [N, C]
    const scale = tf.rsqrt(tf.add(tf.mean(tf.square(centred), 1, true), epsilon)); // [N, 1]
    const unit = tf.mul(centred, scale); // [N, C]
    save([unit, scale, w]);
    return {
      value: tf.add(tf.mul(unit, w), b),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        tf.tidy(() => {
          const [u, s, weight] = saved as [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D];
          const du = tf.mul(dy, weight); // [N, C]
          const along = tf.mean(tf.mul(du, u), 1, true); // [N, 1]
          const shift = tf.mean(du, 1, true); // [N, 1]
          const dx = tf.mul(tf.sub(tf.sub(du, shift), tf.mul(u, along)), s); // [N, C]
          return [dx, columnSum(tf.mul(dy, u)), columnSum(dy as tf.Tensor2D)];
        }),
    };
  });
  return op(x, w, b) as tf.Tensor2D;
}

/** The same in basic ops with tfjs's own gradients: the oracle of the tests. */
export function layerNormPlain(x: tf.Tensor2D, w: tf.Tensor1D, b: tf.Tensor1D, epsilon = LAYER_NORM_EPSILON): tf.Tensor2D {
  return tf.tidy(() => {
    const mean = tf.mean(x, 1, true); // [N, 1]
    const centred = tf.sub(x, mean); // [N, C]
    const variance = tf.mean(tf.mul(centred, centred), 1, true); // [N, 1]
    return tf.add<tf.Tensor2D>(tf.mul(tf.div(centred, tf.sqrt(tf.add(variance, epsilon))), w), b);
  });
}
