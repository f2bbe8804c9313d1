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

/** Cosines and sines of the pairs at some positions, `[N, d/2]` each. */
interface Turns {
  readonly cos: Float32Array;
  readonly sin: Float32Array;
}

/** Angles in doubles, then rounded to float32. */
function turnsAt(positions: readonly number[], d: number, base: number): Turns {
  const half = d / 2;
  const cos = new Float32Array(positions.length * half);
  const sin = new Float32Array(positions.length * half);
  positions.forEach((position, i) => {
    for (let j = 0; j < half; j++) {
      const angle = position * base ** (-(2 * j) / d);
      cos[i * half + j] = Math.cos(angle);
      sin[i * half + j] = Math.sin(angle);
    }
  });
  return { cos, sin };
}

/** The sequence asked for last: all layers of a model ask for the same one. Plain numbers, so that no backend owns them. */
let lastSequence: { readonly of: string; readonly turns: Turns } | null = null;

/** Turns of positions 0..N-1. */
function sequenceTurns(N: number, d: number, base: number): Turns {
  const of = [N, d, base].join();
  if (lastSequence?.of !== of) {
    const positions = Array.from({ length: N }, (_, i) => i);
    lastSequence = { of, turns: turnsAt(positions, d, base) };
  }
  return lastSequence.turns;
}

/** Cosines, then sines, of the pairs at positions 0..N-1, `[2, N, d/2]`: the form our WebGPU kernels read. The caller owns it. */
export function angleTable(N: number, d: number, base: number): tf.Tensor3D {
  const { cos, sin } = sequenceTurns(N, d, base);
  const both = new Float32Array(N * d);
  both.set(cos);
  both.set(sin, cos.length);
  return tf.tensor3d(both, [2, N, d / 2]);
}

/** Tables for positions 0..N-1. */
export const sequenceTables = (N: number, d: number, base: number): RopeTables => tablesOf(sequenceTurns(N, d, base), N, d);

/**
 * Tables for the given positions.
 *
 * @param positions - N positions in the sequence.
 */
export const ropeTables = (positions: readonly number[], d: number, base: number): RopeTables =>
  tablesOf(turnsAt(positions, d, base), positions.length, d);

function tablesOf({ cos, sin }: Turns, N: number, d: number): RopeTables {
  const half = d / 2;
  const twice = (x: Float32Array): Float32Array => {
    const both = new Float32Array(N * d);
    for (let i = 0; i < N; i++) {
      const pairs = x.subarray(i * half, (i + 1) * half);
      both.set(pairs, i * d);
      both.set(pairs, i * d + half);
    }
    return both;
  };
  const rotate = new Float32Array(d * d);
  for (let j = 0; j < half; j++) {
    rotate[(half + j) * d + j] = -1;
    rotate[j * d + half + j] = 1;
  }
  return { cos: tf.tensor2d(twice(cos), [N, d]), sin: tf.tensor2d(twice(sin), [N, d]), rotate: tf.tensor2d(rotate, [d, d]) };
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
