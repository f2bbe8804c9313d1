/**
 * The two activations. GELU is the exact one, `x Phi(x)` (arXiv 1606.08415), as in the paper's code; ops/gelu.ts is the tanh approximation, which differs by up
 * to 5e-4. tfjs's erf is right to 1.5e-7. The layers here are small, so plain ops are enough.
 */
import * as tf from '../tf.ts';
import type { Activation } from './config.ts';

/** `x` of any shape to the same shape. Belongs to the caller's tidy. */
export function activate<T extends tf.Tensor>(x: T, kind: Activation): T {
  return kind === 'relu' ? tf.relu<T>(x) : exactGelu(x);
}

/**
 * @param x - any shape.
 * @returns the same shape. The caller owns it.
 */
export function exactGelu<T extends tf.Tensor>(x: T): T {
  const op = tf.customGrad((...args) => {
    const save = args[1] as tf.GradSaveFunc;
    const phi = tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5);
    save([x, phi]);
    return {
      value: tf.mul(x, phi),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        tf.tidy(() => {
          const [savedX, savedPhi] = saved as [tf.Tensor, tf.Tensor];
          const density = tf.mul(tf.exp(tf.mul(tf.square(savedX), -0.5)), 1 / Math.sqrt(2 * Math.PI));
          return tf.mul(dy, tf.add(savedPhi, tf.mul(savedX, density)));
        }),
    };
  });
  return op(x) as T;
}

/** The same in basic ops with tfjs's own gradients: the oracle of the tests. */
export function exactGeluPlain<T extends tf.Tensor>(x: T): T {
  return tf.tidy(() => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.div(x, Math.SQRT2)), 1)) as T);
}
