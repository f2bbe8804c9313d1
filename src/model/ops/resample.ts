/**
 * Bilinear resampling of a grid with half-pixel centres, clamped at the edges, without anti-aliasing: what torch calls `interpolate(mode='bilinear',
 * align_corners=False)`. A twice finer grid becomes the mean of each 2 x 2 block.
 *
 * On WebGPU a kernel each way. Elsewhere one constant matrix over the cells, so the gradient is its transpose (tfjs has no resize gradient on every
 * backend).
 *
 * Letters: B batch, Y and X cells in, y and x cells out, C channels.
 */
import { checkShape } from '../../lib/shape.ts';
import * as tf from '../tf.ts';
import { isWebGpu } from '../webgpu/kernel.ts';
import { resampleBackward, resampleForward } from '../webgpu/resample.ts';

/** Weights of each output index along one axis, `[out, in]` row-major: a pure function, tested alone. */
export function bilinearWeights(input: number, output: number): Float64Array {
  const weights = new Float64Array(output * input);
  for (let o = 0; o < output; o++) {
    const centre = Math.min(Math.max(((o + 0.5) * input) / output - 0.5, 0), input - 1);
    const low = Math.floor(centre);
    const high = Math.min(low + 1, input - 1);
    const at = o * input;
    weights[at + low] = (weights[at + low] ?? 0) + 1 - (centre - low);
    weights[at + high] = (weights[at + high] ?? 0) + centre - low;
  }
  return weights;
}

/** The whole map, `[y*x, Y*X]`. */
function resampleMatrix(Y: number, X: number, y: number, x: number): Float32Array {
  const rows = bilinearWeights(Y, y);
  const columns = bilinearWeights(X, x);
  const matrix = new Float32Array(y * x * Y * X);
  let at = 0;
  for (let o = 0; o < y; o++) {
    for (let p = 0; p < x; p++) {
      for (let i = 0; i < Y; i++) {
        for (let j = 0; j < X; j++) matrix[at++] = (rows[o * Y + i] ?? 0) * (columns[p * X + j] ?? 0);
      }
    }
  }
  return matrix;
}

/** `matrix` or its transpose over the cells of `grid` `[B, cells, C]`: `[B, cells', C]`. No tape. */
function overCells(grid: tf.Tensor3D, matrix: tf.Tensor2D): tf.Tensor3D {
  return tf.tidy(() => {
    const [B, cells, C] = grid.shape;
    const byCell = tf.reshape<tf.Rank.R2>(tf.transpose(grid, [1, 0, 2]), [cells, B * C]);
    const product = tf.matMul(matrix, byCell); // [cells', B*C]
    return tf.transpose(tf.reshape<tf.Rank.R3>(product, [matrix.shape[0], B, C]), [1, 0, 2]);
  });
}

/**
 * @param grid - `[B, Y, X, C]`.
 * @returns `[B, y, x, C]`; `grid` itself when the size is right already. The caller owns it.
 */
export function resample(grid: tf.Tensor4D, y: number, x: number): tf.Tensor4D {
  const { B, Y, X, C } = checkShape(grid, 'B Y X C', {}, 'resample') as { B: number; Y: number; X: number; C: number };
  if (Y === y && X === x) return grid;
  if (isWebGpu()) {
    const op = tf.customGrad(() => ({
      value: resampleForward(grid, y, x),
      gradFunc: (dy: tf.Tensor) => resampleBackward(dy as tf.Tensor4D, Y, X),
    }));
    return op(grid) as tf.Tensor4D;
  }
  const weights = resampleMatrix(Y, X, y, x);
  const op = tf.customGrad(() => ({
    value: tf.tidy(() => {
      const matrix = tf.tensor2d(weights, [y * x, Y * X]);
      return tf.reshape(overCells(tf.reshape(grid, [B, Y * X, C]), matrix), [B, y, x, C]);
    }),
    gradFunc: (dy: tf.Tensor) =>
      tf.tidy(() => {
        const transposed = tf.transpose(tf.tensor2d(weights, [y * x, Y * X])); // [Y*X, y*x]
        return tf.reshape(overCells(tf.reshape(dy, [B, y * x, C]), transposed), [B, Y, X, C]);
      }),
  }));
  return op(grid) as tf.Tensor4D;
}

/** The same by gathering the two neighbours along each axis: the oracle of the tests (cpu backend; tfjs's own resize has a wrong gradient). */
export function resamplePlain(grid: tf.Tensor4D, y: number, x: number): tf.Tensor4D {
  const along = (from: tf.Tensor4D, axis: 1 | 2, output: number): tf.Tensor4D => {
    const input = from.shape[axis];
    const centres = Array.from({ length: output }, (_, o) => Math.min(Math.max(((o + 0.5) * input) / output - 0.5, 0), input - 1));
    const take = (round: (c: number) => number): tf.Tensor4D => tf.gather(from, tf.tensor1d(centres.map(round), 'int32'), axis);
    const share = tf.tensor(
      centres.map((c) => c % 1),
      axis === 1 ? [output, 1, 1] : [output, 1],
    );
    return tf.add(tf.mul(take(Math.floor), tf.sub(1, share)), tf.mul(take(Math.ceil), share));
  };
  return tf.tidy(() => along(along(grid, 1, y), 2, x));
}
