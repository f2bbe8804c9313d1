/**
 * Dropout by explicit masks, made on the CPU from a seeded stream, so that a step gives the same bits whenever and wherever it is run again.
 * Source: Srivastava et al., JMLR 2014, in the form that scales while training: what is kept is divided by the probability of keeping it.
 */
import type { Rng } from '../../lib/rng.ts';
import * as tf from '../tf.ts';

const HALF_WORD = 0x1_0000;

/**
 * A mask of 0 and 1/keep. Sixteen random bits decide each element, so keep is the multiple of 2^-16 nearest to 1 - p.
 *
 * @param p - probability of 0, in [0, 1).
 * @returns of `shape`. The caller owns it.
 */
export function keepMask(shape: readonly number[], p: number, rng: Pick<Rng, 'u32'>): tf.Tensor {
  const size = shape.reduce((product, axis) => product * axis, 1);
  const bound = Math.round((1 - p) * HALF_WORD);
  const scale = HALF_WORD / bound;
  const mask = new Float32Array(size);
  for (let i = 0; i < size; i += 2) {
    const word = rng.u32();
    if (word >>> 16 < bound) mask[i] = scale;
    if (i + 1 < size && (word & 0xffff) < bound) mask[i + 1] = scale;
  }
  return tf.tensor(mask, [...shape], 'float32');
}

/** The masks of one step; null in evaluation and where p is 0. */
export interface Dropout {
  readonly p: number;
  readonly rng: Pick<Rng, 'fork'>;
}

/** `x` with dropout by the stream `label`; `x` itself where there is none. Belongs to the caller's tidy. */
export function dropped<T extends tf.Tensor>(x: T, dropout: Dropout | null, label: string): T {
  return dropout === null ? x : tf.mul<T>(x, keepMask(x.shape, dropout.p, dropout.rng.fork(label)));
}
