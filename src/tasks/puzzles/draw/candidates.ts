/** Five candidates A to E that a picture shows, one of them right. */
import type { Rng } from '../../../lib/rng.ts';

const WRONG_COUNT = 4;

export interface Candidates<T> {
  /** In the order A to E. */
  readonly shown: readonly T[];
  /** Place of the right one, 0 = A. Uniform. */
  readonly right: number;
}

/** The right one among the first four of the wrong ones that differ (as JSON) from it and one another; null where there are fewer. */
export function amongWrong<T>(right: T, wrong: readonly T[], rng: Rng): Candidates<T> | null {
  const all = [right, ...wrong];
  const texts = all.map((candidate) => JSON.stringify(candidate));
  const [, ...others] = all.filter((_, i) => texts.indexOf(texts[i] ?? '') === i);
  if (others.length < WRONG_COUNT) return null;
  const place = rng.below(WRONG_COUNT + 1);
  const shuffled = rng.shuffle(others.slice(0, WRONG_COUNT));
  return { shown: [...shuffled.slice(0, place), right, ...shuffled.slice(place)], right: place };
}
