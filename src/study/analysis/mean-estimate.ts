/** A mean over examples and how sure it is, as plain data for charts and files. */
import { meanOfSample } from '../../lib/statistics.ts';

export interface MeanEstimate {
  readonly mean: number;
  /** Sample standard deviation over the square root of `examples`; null of one example. */
  readonly standardError: number | null;
  /** 95 % interval, Student's t; null of one example. */
  readonly low: number | null;
  readonly high: number | null;
  readonly examples: number;
}

/** Throws a RangeError for no values. */
export function meanEstimate(values: readonly number[]): MeanEstimate {
  const { mean, standardError, half } = meanOfSample(values);
  const ends = half === null ? { low: null, high: null } : { low: mean - half, high: mean + half };
  return { mean, standardError, ...ends, examples: values.length };
}
