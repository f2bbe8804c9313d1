/**
 * A residual with a learned scale per channel, `x + y * scale`: the end of a ConvNeXt block. Source: arXiv 2201.03545 (its code's "layer scale", after
 * arXiv 2103.17239, section 2).
 *
 * On webgpu by kernels of our own (webgpu/elementwise.ts): one dispatch forward, two backward.
 *
 * Letters: N rows, C channels.
 */
import { checkShape } from '../../lib/shape.ts';
import * as tf from '../tf.ts';
import { scaledResidualBackward, scaledResidualForward } from '../webgpu/elementwise.ts';
import { isWebGpu } from '../webgpu/kernel.ts';
import { columnSum } from './matmul.ts';

function check(x: tf.Tensor2D, y: tf.Tensor2D, scale: tf.Tensor1D): void {
  const { N, C } = checkShape(x, 'N C', {}, 'scaledResidual') as { N: number; C: number };
  checkShape(y, 'N C', { N, C }, 'scaledResidual branch');
  checkShape(scale, 'C', { C }, 'scaledResidual scale');
}

/**
 * @param x - `[N, C]`.
 * @param y - the branch that is added, `[N, C]`.
 * @param scale - `[C]`.
 * @returns `[N, C]`. The caller owns it.
 */
export function scaledResidual(x: tf.Tensor2D, y: tf.Tensor2D, scale: tf.Tensor1D): tf.Tensor2D {
  check(x, y, scale);
  const op = tf.customGrad((...args) => {
    const save = args[3] as tf.GradSaveFunc;
    save([y, scale]);
    return {
      value: isWebGpu() ? scaledResidualForward(x, y, scale) : tf.add(x, tf.mul(y, scale)),
      gradFunc: (dz: tf.Tensor, saved: tf.Tensor[]) => {
        const [savedY, factor] = saved as [tf.Tensor2D, tf.Tensor1D];
        const d = dz as tf.Tensor2D;
        // A clone shares the data; the gradient's own tensor may be freed by whoever adds gradients up.
        if (isWebGpu()) return [tf.clone(d), ...scaledResidualBackward(d, savedY, factor)];
        return [tf.clone(d), tf.mul(d, factor), tf.tidy(() => columnSum(tf.mul(d, savedY)))];
      },
    };
  });
  return op(x, y, scale) as tf.Tensor2D;
}

/** The same in basic ops with tfjs's own gradients: the oracle of the tests. */
export function scaledResidualPlain(x: tf.Tensor2D, y: tf.Tensor2D, scale: tf.Tensor1D): tf.Tensor2D {
  return tf.tidy(() => tf.add<tf.Tensor2D>(x, tf.mul(y, scale)));
}
