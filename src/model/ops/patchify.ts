/**
 * Cuts a grid into square patches and lays each out as a row: (row in patch, column in patch, channel). With a linear layer behind it this is a
 * convolution whose stride is its kernel (ViT's patch embedding, ConvNeXt's stem and down-sampling) in ops that every backend can train. On WebGPU one
 * dispatch each way.
 *
 * Letters: B batch, Y and X cells of the grid, C channels, s side of a patch.
 */
import { fault, ShapeError } from '../../lib/errors.ts';
import { checkShape } from '../../lib/shape.ts';
import * as tf from '../tf.ts';
import { isWebGpu } from '../webgpu/kernel.ts';
import { swapMiddleAxes } from '../webgpu/patchify.ts';

interface Sizes {
  readonly B: number;
  readonly Y: number;
  readonly X: number;
  readonly C: number;
}

function check(x: tf.Tensor4D, s: number): Sizes {
  const { B, Y, X, C } = checkShape(x, 'B Y X C', {}, 'patchify') as { B: number; Y: number; X: number; C: number };
  if (Y % s !== 0 || X % s !== 0) throw new ShapeError(fault('patchify', `Y and X to be multiples of ${s}`, x.shape));
  return { B, Y, X, C };
}

/**
 * @param x - `[B, Y, X, C]`, Y and X multiples of s.
 * @returns `[B * Y/s * X/s, s*s*C]`, patches row-major. The caller owns it.
 */
export function patchify(x: tf.Tensor4D, s: number): tf.Tensor2D {
  const { B, Y, X, C } = check(x, s);
  if (!isWebGpu()) return patchifyPlain(x, s);
  // [bands, s, columns, run] to [bands, columns, s, run].
  const [bands, columns, run] = [(B * Y) / s, X / s, s * C];
  const op = tf.customGrad(() => ({
    value: swapMiddleAxes<tf.Tensor2D>(x, [bands, s, columns, run], [bands * columns, s * run]),
    gradFunc: (dy: tf.Tensor) => swapMiddleAxes<tf.Tensor4D>(dy, [bands, columns, s, run], [B, Y, X, C]),
  }));
  return op(x) as tf.Tensor2D;
}

/** The same as reshape and transpose, with tfjs's own gradients: what wasm and cpu do, and the oracle of the tests. */
export function patchifyPlain(x: tf.Tensor4D, s: number): tf.Tensor2D {
  const { B, Y, X, C } = check(x, s);
  return tf.tidy(() => {
    const cut = tf.reshape(x, [B, Y / s, s, X / s, s * C]);
    const patches = tf.transpose(cut, [0, 1, 3, 2, 4]); // [B, Y/s, X/s, s, s*C]
    return tf.reshape<tf.Rank.R2>(patches, [(B * Y * X) / (s * s), s * s * C]);
  });
}
