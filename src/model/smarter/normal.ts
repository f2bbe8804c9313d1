/** Normal random numbers by Box and Muller's transform ("A note on the generation of random normal deviates", 1958). */
import type { Rng } from '../../lib/rng.ts';

/** One number of mean 0 and variance 1; draws two uniform ones. */
export function standardNormal(rng: Pick<Rng, 'unit'>): number {
  const radius = Math.sqrt(-2 * Math.log(1 - rng.unit())); // 1 - unit() is never 0
  return radius * Math.cos(2 * Math.PI * rng.unit());
}
