/**
 * The gate of a SwiGLU feed-forward layer: `silu(g) * u = g sigmoid(g) u`. Source: arXiv 2002.05202, equation 6.
 *
 * On webgpu by kernels of our own (webgpu/elementwise.ts), one dispatch each way.
 *
 * Letters: N rows, F hidden channels.
 */
import { fault, ShapeError } from '../../lib/errors.ts';
import { checkShape } from '../../lib/shape.ts';
import * as tf from '../tf.ts';
import { packedSwigluBackward, packedSwigluForward, swigluBackward, swigluForward } from '../webgpu/elementwise.ts';
import { isWebGpu } from '../webgpu/kernel.ts';

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
    if (isWebGpu()) {
      save([g, u]);
      return {
        value: swigluForward(g, u),
        gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => swigluBackward(dy, saved[0] as tf.Tensor, saved[1] as tf.Tensor),
      };
    }
    const s = tf.sigmoid(g);
    const silu = tf.mul(g, s);
    save([s, silu, u]);
    return {
      value: tf.mul(silu, u),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.tidy(() => gateGradients(dy, saved)),
    };
  });
  return op(g, u) as tf.Tensor2D;
}

/** Gradients of gate and value from sigmoid(g), silu(g) and u, in basic ops. Belong to the caller's tidy. */
function gateGradients(dy: tf.Tensor, [s, silu, u]: readonly tf.Tensor[]): tf.Tensor[] {
  if (s === undefined || silu === undefined || u === undefined) throw new Error('internal: swiglu: a saved tensor is missing');
  // d silu / dg = s + silu (1 - s)
  const slope = tf.sub(tf.add(s, silu), tf.mul(silu, s));
  return [tf.mul(tf.mul(dy, u), slope), tf.mul(dy, silu)];
}

/**
 * The same on rows that hold both branches, as one matrix product makes them.
 *
 * @param gu - gate branch in the first half of each row, value branch in the second, `[N, 2F]`.
 * @returns `[N, F]`. The caller owns it.
 */
export function packedSwiglu(gu: tf.Tensor2D): tf.Tensor2D {
  const F = checkPacked(gu);
  const op = tf.customGrad((...args) => {
    const save = args[1] as tf.GradSaveFunc;
    if (isWebGpu()) {
      save([gu]);
      return {
        value: packedSwigluForward(gu),
        gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => packedSwigluBackward(dy as tf.Tensor2D, saved[0] as tf.Tensor2D),
      };
    }
    const [g, u] = branches(gu, F);
    const s = tf.sigmoid(g);
    const silu = tf.mul(g, s);
    save([s, silu, u]);
    return {
      value: tf.mul(silu, u),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.tidy(() => tf.concat(gateGradients(dy, saved), 1)),
    };
  });
  return op(gu) as tf.Tensor2D;
}

/** F of rows `[N, 2F]`. */
function checkPacked(gu: tf.Tensor2D): number {
  const { W } = checkShape(gu, 'N W', {}, 'packedSwiglu') as { W: number };
  if (W % 2 !== 0) throw new ShapeError(fault('packedSwiglu', '[N, 2F]', gu.shape, 'the last axis holds gate and value, so it is even'));
  return W / 2;
}

/** Gate and value, `[N, F]` each. Belong to the caller's tidy. */
function branches(gu: tf.Tensor2D, F: number): [tf.Tensor2D, tf.Tensor2D] {
  return [tf.slice(gu, [0, 0], [-1, F]), tf.slice(gu, [0, F], [-1, F])];
}

/** The same in basic ops with tfjs's own gradients: the oracle of the tests. */
export function swigluPlain(g: tf.Tensor2D, u: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => tf.mul<tf.Tensor2D>(tf.mul(g, tf.sigmoid(g)), u));
}

/** `packedSwiglu` in basic ops with tfjs's own gradients: the oracle of the tests. */
export function packedSwigluPlain(gu: tf.Tensor2D): tf.Tensor2D {
  const F = checkPacked(gu);
  return tf.tidy(() => swigluPlain(...branches(gu, F)));
}
