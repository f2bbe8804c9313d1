/** A mean over examples and how sure it is, as plain data for charts and files. */

/** 97.5 % point of the normal distribution: two-sided 95 %. Probes have 200 examples and more (spec/s2h 7); of few the interval is too narrow. */
const Z_95 = 1.959963984540054;

export interface MeanEstimate {
  readonly mean: number;
  /** Sample standard deviation over the square root of `examples`; null of one example. */
  readonly standardError: number | null;
  /** 95 % interval, mean ± 1.96 standard errors; null of one example. */
  readonly low: number | null;
  readonly high: number | null;
  readonly examples: number;
}

/** Throws a RangeError for no values. */
export function meanEstimate(values: readonly number[]): MeanEstimate {
  const examples = values.length;
  if (examples === 0) throw new RangeError('meanEstimate: expected one value or more, got none');
  const mean = values.reduce((sum, value) => sum + value, 0) / examples;
  if (examples === 1) return { mean, standardError: null, low: null, high: null, examples };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (examples - 1);
  const standardError = Math.sqrt(variance / examples);
  return { mean, standardError, low: mean - Z_95 * standardError, high: mean + Z_95 * standardError, examples };
}
