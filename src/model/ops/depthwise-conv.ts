/**
 * Depthwise convolution of an odd K x K kernel with bias, stride 1, zero padding, output as large as the input (cross-correlation, as everywhere in
 * deep learning). Source: ConvNeXt, arXiv 2201.03545, section 2.4.
 *
 * Gradient by hand, because tfjs has no filter gradient on wasm: dX is the same convolution with the kernel turned by 180 degrees, dW of one tap is the
 * sum over all cells of dY times the input shifted by that tap. On WebGPU one dispatch forward and three backward.
 *
 * Letters: B batch, Y and X cells, C channels, K kernel.
 */
import { fault, ShapeError } from '../../lib/errors.ts';
import { checkShape } from '../../lib/shape.ts';
import * as tf from '../tf.ts';
import { convolutionWeightGradients, convolve, convolveTransposed } from '../webgpu/depthwise-conv.ts';
import { isWebGpu } from '../webgpu/kernel.ts';
import { columnSum } from './matmul.ts';

interface Sizes {
  readonly B: number;
  readonly Y: number;
  readonly X: number;
  readonly C: number;
  readonly K: number;
}

function check(x: tf.Tensor4D, w: tf.Tensor3D, b: tf.Tensor1D): Sizes {
  const { K, C } = checkShape(w, 'K K C', {}, 'depthwiseConv weight') as { K: number; C: number };
  if (K % 2 === 0) throw new ShapeError(fault('depthwiseConv', 'an odd kernel', K));
  checkShape(b, 'C', { C }, 'depthwiseConv bias');
  const { B, Y, X } = checkShape(x, 'B Y X C', { C }, 'depthwiseConv') as { B: number; Y: number; X: number };
  return { B, Y, X, C, K };
}

function convolveByTfjs(x: tf.Tensor4D, w: tf.Tensor3D): tf.Tensor4D {
  const [K, , C] = w.shape;
  return tf.depthwiseConv2d(x, tf.reshape<tf.Rank.R4>(w, [K, K, C, 1]), 1, 'same');
}

/** Gradient of the weights, `[K, K, C]`: one shifted product and sum per tap. */
function weightGradient(x: tf.Tensor4D, dy: tf.Tensor4D, { B, Y, X, C, K }: Sizes): tf.Tensor3D {
  const r = (K - 1) / 2;
  return tf.tidy(() => {
    const edge: [number, number] = [r, r];
    const padded = tf.pad(x, [[0, 0], edge, edge, [0, 0]]); // [B, Y+2r, X+2r, C]
    const taps: tf.Tensor1D[] = [];
    for (let i = 0; i < K * K; i++) {
      const shifted = tf.slice(padded, [0, Math.floor(i / K), i % K, 0], [B, Y, X, C]);
      taps.push(columnSum(tf.reshape<tf.Rank.R2>(tf.mul(shifted, dy), [B * Y * X, C])));
    }
    return tf.reshape<tf.Rank.R3>(tf.stack(taps), [K, K, C]);
  });
}

/**
 * @param x - `[B, Y, X, C]`.
 * @param w - `[K, K, C]`, index (row, column, channel).
 * @param b - `[C]`.
 * @returns `[B, Y, X, C]`. The caller owns it.
 */
export function depthwiseConv(x: tf.Tensor4D, w: tf.Tensor3D, b: tf.Tensor1D): tf.Tensor4D {
  const sizes = check(x, w, b);
  if (isWebGpu()) return convolutionOnWebGpu(x, w, b);
  const op = tf.customGrad((...args) => {
    const save = args[3] as tf.GradSaveFunc;
    save([x, w]);
    return {
      value: tf.tidy(() => tf.add(convolveByTfjs(x, w), b)),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        tf.tidy(() => {
          const [savedX, savedW] = saved as [tf.Tensor4D, tf.Tensor3D];
          const d = dy as tf.Tensor4D;
          const rows = tf.reshape<tf.Rank.R2>(d, [sizes.B * sizes.Y * sizes.X, sizes.C]);
          return [convolveByTfjs(d, tf.reverse(savedW, [0, 1])), weightGradient(savedX, d, sizes), columnSum(rows)];
        }),
    };
  });
  return op(x, w, b) as tf.Tensor4D;
}

function convolutionOnWebGpu(x: tf.Tensor4D, w: tf.Tensor3D, b: tf.Tensor1D): tf.Tensor4D {
  const op = tf.customGrad((...args) => {
    const save = args[3] as tf.GradSaveFunc;
    save([x, w]);
    return {
      value: convolve(x, w, b),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [savedX, savedW] = saved as [tf.Tensor4D, tf.Tensor3D];
        const d = dy as tf.Tensor4D;
        return [convolveTransposed(d, savedW), ...convolutionWeightGradients(savedX, d, savedW.shape[0])];
      },
    };
  });
  return op(x, w, b) as tf.Tensor4D;
}

/** The same as K*K shifted products in basic ops with tfjs's own gradients: the oracle of the tests. */
export function depthwiseConvPlain(x: tf.Tensor4D, w: tf.Tensor3D, b: tf.Tensor1D): tf.Tensor4D {
  const { B, Y, X, C, K } = check(x, w, b);
  const r = (K - 1) / 2;
  return tf.tidy(() => {
    const edge: [number, number] = [r, r];
    const padded = tf.pad(x, [[0, 0], edge, edge, [0, 0]]);
    let y = tf.add<tf.Tensor4D>(tf.zeros([B, Y, X, C]), b);
    for (let i = 0; i < K; i++) {
      for (let j = 0; j < K; j++) {
        const tap = tf.reshape(tf.slice(w, [i, j, 0], [1, 1, C]), [C]);
        y = tf.add(y, tf.mul(tf.slice(padded, [0, i, j, 0], [B, Y, X, C]), tap));
      }
    }
    return y;
  });
}
