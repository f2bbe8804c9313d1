/**
 * Bootstrap over examples (Efron 1979): the examples are drawn again with replacement, many times, and the middle 95 % of what a statistic gives are
 * its interval. It says how much of a difference may be the luck of these examples; it knows nothing of another training seed.
 */
import { fault, InputError } from '../../lib/errors.ts';
import { makeRng } from '../../lib/rng.ts';

/** A statistic and its 95 % interval. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface BootstrapOptions {
  /** How often the examples are drawn, at least 1; 1000 give the ends to about a tenth of the width. */
  readonly resamples: number;
  /** A whole number. */
  readonly seed: number;
}

/** Of each resample: how often each example is in it, `[n]` with sum n. */
export type Draws = readonly Uint16Array[];

/** Draws of `n` examples. Those of another `label` are independent of them; the same arguments give the same draws. */
export function drawResamples(n: number, label: string, { resamples, seed }: BootstrapOptions): Draws {
  if (!Number.isInteger(resamples) || resamples < 1) throw new InputError(fault('bootstrap', 'a whole number of resamples from 1 on', resamples));
  const rng = makeRng('bootstrap', seed, label);
  return Array.from({ length: resamples }, () => {
    const counts = new Uint16Array(n);
    for (let i = 0; i < n; i++) {
      const drawn = rng.below(n);
      counts[drawn] = (counts[drawn] ?? 0) + 1;
    }
    return counts;
  });
}

/** Mean of `values` over a resample. */
export function resampledMean(values: ArrayLike<number>, counts: Uint16Array): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) sum += (counts[i] ?? 0) * (values[i] ?? 0);
  return sum / counts.length;
}

/** The 2.5 % and 97.5 % quantiles of `values`, linear between two of them. */
export function middle95(values: readonly number[]): { low: number; high: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const quantile = (q: number): number => {
    const place = q * (sorted.length - 1);
    const low = sorted[Math.floor(place)] ?? Number.NaN;
    return low + (place % 1) * ((sorted[Math.ceil(place)] ?? Number.NaN) - low);
  };
  return { low: quantile(0.025), high: quantile(0.975) };
}

/** The mean of `values`, of which each example has one. */
export function meanWithInterval(values: ArrayLike<number>, draws: Draws): Interval {
  const all = new Uint16Array(values.length).fill(1);
  return { value: resampledMean(values, all), ...middle95(draws.map((counts) => resampledMean(values, counts))) };
}
