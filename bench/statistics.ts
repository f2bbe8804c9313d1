/** Medians and ranges of the rounds. */

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}

/** To four digits: more would be noise. */
export function spreadOf(values: readonly number[]): Spread {
  return { median: digits(median(values)), min: digits(Math.min(...values)), max: digits(Math.max(...values)) };
}

export function digits(value: number): number {
  return Number(value.toPrecision(4));
}
