/** One of several things. */
import type { Rng } from '../../../lib/rng.ts';

/** Each with the same probability. Throws where there is none. */
export function pick<T>(items: readonly T[], rng: Rng): T {
  const [picked] = rng.sample(items, 1);
  if (picked === undefined) throw new Error('internal: nothing to pick from');
  return picked;
}

/** Two different ones, in random order. Throws where there are fewer. */
export function pickTwo<T>(items: readonly T[], rng: Rng): readonly [T, T] {
  const [first, second] = rng.sample(items, 2);
  if (first === undefined || second === undefined) throw new Error('internal: no two to pick');
  return [first, second];
}
