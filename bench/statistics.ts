/** Medians and ranges of the rounds. */
import { median } from '../src/lib/statistics.ts';

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** To four digits: more would be noise. */
export function spreadOf(values: readonly number[]): Spread {
  return { median: digits(median(values)), min: digits(Math.min(...values)), max: digits(Math.max(...values)) };
}

export function digits(value: number): number {
  return Number(value.toPrecision(4));
}
