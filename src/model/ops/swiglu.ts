/**
 * The gate of a SwiGLU feed-forward layer: `silu(g) * u = g sigmoid(g) u`. Source: arXiv 2002.05202, equation 6.
 *
 * Letters: N rows, F hidden channels.
 */
import { checkShape } from '../../lib/shape.ts';
import * as tf from '../tf.ts';

/**
 * @param g - gate branch, `[N, F]`.
 * @param u - value branch, `[N, F]`.
 * @returns `[N, F]`. The caller owns it.
 */
export function swiglu(g: tf.Tensor2D, u: tf.Tensor2D): tf.Tensor2D {
  const { N, F } = checkShape(g, 'N F', {}, 'swiglu gate') as { N: number; F: number };
  checkShape(u, 'N F', { N, F }, 'swiglu value');
  const op = tf.customGrad((...args) => {
    const save = args[2] as tf.GradSaveFunc;
    const s = tf.sigmoid(g);
    const silu = tf.mul(g, s);
    save([s, silu, u]);
    return {
      value: tf.mul(silu, u),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        tf.tidy(() => {
          const [gate, siluOfG, value] = saved as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
          // d silu / dg = s + silu (1 - s)
          const slope = tf.sub(tf.add(gate, siluOfG), tf.mul(siluOfG, gate));
          return [tf.mul(tf.mul(dy, value), slope), tf.mul(dy, siluOfG)];
        }),
    };
  });
  return op(g, u) as tf.Tensor2D;
}

/** The same in basic ops with tfjs's own gradients: the oracle of the tests. */
export function swigluPlain(g: tf.Tensor2D, u: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => tf.mul<tf.Tensor2D>(tf.mul(g, tf.sigmoid(g)), u));
}
