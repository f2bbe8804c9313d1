/**
 * GELU, tanh approximation: `0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))`. Source: arXiv 1606.08415, section 2.
 *
 * Written with a sigmoid, which is the same function (`0.5 (1 + tanh(u)) = sigmoid(2u)`), because tanh on tfjs wasm is about fifteen times
 * slower than sigmoid (measured on the build machine: 0.06 against 1 G elements/s). On webgpu by kernels of our own (webgpu/elementwise.ts), one dispatch each way.
 */
import * as tf from '../tf.ts';
import { geluBackward, geluForward } from '../webgpu/elementwise.ts';
import { isWebGpu } from '../webgpu/kernel.ts';

const TWO_ROOT = 2 * Math.sqrt(2 / Math.PI);
const CUBE = 0.044715;

/**
 * @param x - any shape.
 * @returns the same shape. The caller owns it.
 */
export function gelu<T extends tf.Tensor>(x: T): T {
  const op = tf.customGrad((...args) => {
    const save = args[1] as tf.GradSaveFunc;
    if (isWebGpu()) {
      save([x]);
      return { value: geluForward(x), gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => geluBackward(dy, saved[0] as tf.Tensor) };
    }
    // 2u = x (a + b x^2) with a = 2 sqrt(2/pi), b = 0.044715 a.
    const inner = tf.mul(x, tf.add(tf.mul(tf.square(x), TWO_ROOT * CUBE), TWO_ROOT));
    const gate = tf.sigmoid(inner);
    save([x, gate]);
    return {
      value: tf.mul(x, gate),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        tf.tidy(() => {
          const [savedX, s] = saved as [tf.Tensor, tf.Tensor];
          // dy/dx = s + x s (1 - s) (a + 3 b x^2)
          const slope = tf.mul(savedX, tf.add(tf.mul(tf.square(savedX), 3 * TWO_ROOT * CUBE), TWO_ROOT));
          return tf.mul(dy, tf.add(s, tf.mul(slope, tf.sub(s, tf.square(s)))));
        }),
    };
  });
  return op(x) as T;
}

/** The same in basic ops with tfjs's own gradients: the oracle of the tests. */
export function geluPlain<T extends tf.Tensor>(x: T): T {
  return tf.tidy(() => {
    const u = tf.mul(tf.add(x, tf.mul(tf.mul(tf.mul(x, x), x), CUBE)), Math.sqrt(2 / Math.PI));
    return tf.mul(tf.mul(x, tf.add(tf.tanh(u), 1)), 0.5) as T;
  });
}
