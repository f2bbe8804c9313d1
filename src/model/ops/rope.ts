/**
 * Rotary position embedding. Source: arXiv 2104.09864; layout "rotate half" (first and second half of a head form the pairs), as in Hugging
 * Face's Llama. Angle of pair j at position p: `p * base^(-2j/d)`.
 *
 * `x cos + rotate(x) sin`, where rotate(x) = (-second half, first half) is a product with a constant `[d, d]` matrix of 0 and ±1: on wasm that
 * costs 0.7 ms where a slice or a reverse of the last axis costs 4 to 13.
 *
 * Letters: n batch times heads, N positions, d channels of one head.
 */
import { checkShape } from '../../lib/shape.ts';
import * as tf from '../tf.ts';
import { matMulNT } from './matmul.ts';

/** Constants for a range of positions; the caller owns them (`disposeRope`). */
export interface RopeTables {
  /** `[N, d]` (or anything that broadcasts to the heads it turns). */
  readonly cos: tf.Tensor;
  readonly sin: tf.Tensor;
  /** `[d, d]`: x @ rotate = (-second half, first half). */
  readonly rotate: tf.Tensor2D;
}

/**
 * Tables for the given positions. Angles in doubles, then rounded to float32.
 *
 * @param positions - N positions in the sequence.
 */
export function ropeTables(positions: readonly number[], d: number, base: number): RopeTables {
  const half = d / 2;
  const N = positions.length;
  const cos = new Float32Array(N * d);
  const sin = new Float32Array(N * d);
  positions.forEach((position, i) => {
    for (let j = 0; j < half; j++) {
      const angle = position * base ** (-(2 * j) / d);
      cos[i * d + j] = cos[i * d + half + j] = Math.cos(angle);
      sin[i * d + j] = sin[i * d + half + j] = Math.sin(angle);
    }
  });
  const rotate = new Float32Array(d * d);
  for (let j = 0; j < half; j++) {
    rotate[(half + j) * d + j] = -1;
    rotate[j * d + half + j] = 1;
  }
  return { cos: tf.tensor2d(cos, [N, d]), sin: tf.tensor2d(sin, [N, d]), rotate: tf.tensor2d(rotate, [d, d]) };
}

/** Frees the tables. */
export function disposeRope({ cos, sin, rotate }: RopeTables): void {
  tf.dispose([cos, sin, rotate]);
}

/** `x cos + (x @ matrix) sin`, and with `isInverse` the transposed map `x cos + (x sin) @ matrix^T`: the gradient. No tape. */
export function rotateHeads(x: tf.Tensor3D, tables: RopeTables, isInverse: boolean): tf.Tensor3D {
  return tf.tidy(() => {
    const [n, N, d] = x.shape;
    const turned = isInverse ? tf.mul(x, tables.sin) : x; // [n, N, d]
    const flat = tf.reshape<tf.Rank.R2>(turned, [n * N, d]);
    const product = isInverse ? matMulNT(flat, tables.rotate) : tf.matMul(flat, tables.rotate); // [n*N, d]
    const other = tf.reshape(product, [n, N, d]);
    return tf.add<tf.Tensor3D>(tf.mul(x, tables.cos), isInverse ? other : tf.mul(other, tables.sin));
  });
}

/**
 * @param x - `[n, N, d]`.
 * @returns `[n, N, d]`. The caller owns it.
 */
export function rope(x: tf.Tensor3D, tables: RopeTables): tf.Tensor3D {
  const { N, d } = checkShape(tables.cos, 'N d', {}, 'rope tables') as { N: number; d: number };
  checkShape(x, 'n N d', { N, d }, 'rope');
  const op = tf.customGrad((...args) => {
    const save = args[1] as tf.GradSaveFunc;
    save([tables.cos, tables.sin, tables.rotate]);
    return {
      value: rotateHeads(x, tables, false),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [cos, sin, rotate] = saved as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
        return rotateHeads(dy as tf.Tensor3D, { cos, sin, rotate }, true);
      },
    };
  });
  return op(x) as tf.Tensor3D;
}

/** The same in basic ops with tfjs's own gradients: the oracle of the tests. */
export function ropePlain(x: tf.Tensor3D, tables: Pick<RopeTables, 'cos' | 'sin'>): tf.Tensor3D {
  return tf.tidy(() => {
    const [n, N, d] = x.shape;
    const first = tf.slice(x, [0, 0, 0], [n, N, d / 2]); // [n, N, d/2]
    const second = tf.slice(x, [0, 0, d / 2], [n, N, d / 2]); // [n, N, d/2]
    return tf.add<tf.Tensor3D>(tf.mul(x, tables.cos), tf.mul(tf.concat([tf.neg(second), first], 2), tables.sin));
  });
}
