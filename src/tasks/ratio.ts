/** Ratios of failure metrics. */
import type { Ratio } from './task.ts';

/** One example of a share: counted or not. */
export function oneIf(isCounted: boolean): Ratio {
  return { numerator: isCounted ? 1 : 0, denominator: 1 };
}
