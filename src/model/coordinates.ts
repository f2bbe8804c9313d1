/**
 * A few coordinates of the gradient, the same for every example: for what is done number by number, such as the update of Adam (Eq. 8), whose square
 * root no projection keeps (spec/s2h 7: "a coordinate-subsampled space"). A sum over the coordinates, each times its weight, is on average the sum
 * over all numbers.
 *
 * Half of them go to the parameters (tensors) in equal parts, half by size; within a parameter there is one in each of equal stretches. Why not by
 * size alone: norms and biases are a handful of numbers with the largest gradients. Of a fresh `micro` nearly everything of Eq. 8 comes from the 16
 * numbers of one bias (a uniform patch meets a layer norm with variance 0), of which a draw by size has none or one.
 */
import { fault, InputError } from '../lib/errors.ts';
import { makeRng } from '../lib/rng.ts';
import type { ArenaLayout } from './webgpu/arena.ts';

/** As many as a projection has dimensions. */
const DEFAULT_COORDINATES = 4096;

export interface Coordinates {
  /** Places in the arena, ascending, `[k]`. */
  readonly places: Uint32Array<ArrayBuffer>;
  /** How many numbers of the model each stands for, `[k]`. */
  readonly weights: Float64Array;
}

/**
 * @param seed - a whole number.
 * @param count - about how many: a whole number from 1 on. At least one of each parameter, at most all numbers. Throws an InputError otherwise.
 */
export function drawCoordinates({ slots }: ArenaLayout, seed: number, count = DEFAULT_COORDINATES): Coordinates {
  if (!Number.isInteger(count) || count < 1) throw new InputError(fault('drawCoordinates', 'a whole number of coordinates from 1 on', count));
  const rng = makeRng('coordinates', seed);
  const numbers = slots.reduce((sum, { size }) => sum + size, 0);
  const places: number[] = [];
  const weights: number[] = [];
  for (const { start, size } of slots) {
    const taken = Math.min(size, Math.ceil((count / 2) * (size / numbers + 1 / slots.length)));
    const stretch = size / taken;
    for (let j = 0; j < taken; j++) {
      places.push(start + Math.min(Math.floor((j + rng.unit()) * stretch), size - 1));
      weights.push(stretch);
    }
  }
  return { places: Uint32Array.from(places), weights: Float64Array.from(weights) };
}
