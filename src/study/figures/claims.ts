/**
 * What the paper says of a figure, as comparisons that our numbers can confirm, contradict or leave open: one series above another at the largest x that both
 * have, or at the x that the claim names, or at each seed's own largest x, where norms are x. Judged by the 95 % interval of their difference, seed by seed: both runs of a seed have the same
 * held-out examples. That two intervals of means overlap says less: they can, where every seed has the same sign.
 */
import { differenceBySeed, meanOfSample } from '../../lib/statistics.ts';
import type { SeedValue, SeriesPoint } from './figure-result.ts';

export interface ClaimSide {
  readonly panel: string;
  readonly series: string;
}

export interface Claim {
  /** The paper's statement, in our words. */
  readonly text: string;
  readonly above: ClaimSide;
  readonly below: ClaimSide;
  /** Where the two are compared; default the largest x that both have. */
  readonly at?: number;
  /** Each seed of each side at its own largest x, where x is measured: the largest norm. */
  readonly isAtOwnLargest?: boolean;
}

export const OUTCOMES = ['holds', 'opposite', 'not told apart', 'not measured'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What each outcome means, in words. */
export const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  holds: 'holds here too',
  opposite: 'the opposite here',
  'not told apart': 'not told apart: the difference may be 0',
  'not measured': 'not measured here',
};

/** Above less below: mean over the seeds that both have, and its 95 % interval. */
export interface ClaimDifference {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly seeds: number;
}

export interface JudgedClaim extends Claim {
  readonly outcome: Outcome;
  /** Where they are compared, and the two points; null where not measured. */
  readonly x: number | null;
  readonly aboveMean: number | null;
  readonly belowMean: number | null;
  /** Null where there is no interval; not there in figures recorded before it was. */
  readonly difference?: ClaimDifference | null | undefined;
}

export function judge(claim: Claim, points: readonly SeriesPoint[]): JudgedClaim {
  const [above, below] = [pointsOf(claim.above, points), pointsOf(claim.below, points)];
  const [a, b] = claim.isAtOwnLargest === true ? [ownLargest(above), ownLargest(below)] : atCommon(claim, above, below);
  if (a === undefined || b === undefined) return { ...claim, outcome: 'not measured', x: null, aboveMean: null, belowMean: null };
  const difference = differenceBySeed(a.values, b.values);
  return { ...claim, outcome: outcomeOf(difference), x: a.x, aboveMean: a.mean, belowMean: b.mean, difference };
}

type Compared = Pick<SeriesPoint, 'x' | 'mean' | 'values'>;

function atCommon({ at }: Claim, above: readonly SeriesPoint[], below: readonly SeriesPoint[]): readonly (Compared | undefined)[] {
  const a = above.findLast(({ x }) => (at === undefined || x === at) && below.some((point) => point.x === x));
  return [a, below.find(({ x }) => x === a?.x)];
}

/** Of each seed the value at its own largest x, and the means. */
function ownLargest(points: readonly SeriesPoint[]): Compared | undefined {
  const largest = new Map<number, SeedValue>();
  for (const value of points.flatMap(({ values }) => values)) {
    const known = largest.get(value.seed);
    if (known === undefined || value.x > known.x) largest.set(value.seed, value);
  }
  const values = [...largest.values()];
  if (values.length === 0) return undefined;
  return { x: meanOfSample(values.map(({ x }) => x)).mean, mean: meanOfSample(values.map(({ value }) => value)).mean, values };
}

function outcomeOf(difference: ClaimDifference | null): Outcome {
  if (difference === null) return 'not told apart';
  if (difference.low > 0) return 'holds';
  return difference.high < 0 ? 'opposite' : 'not told apart';
}

function pointsOf({ panel, series }: ClaimSide, points: readonly SeriesPoint[]): SeriesPoint[] {
  return points.filter((point) => point.panel === panel && point.series === series);
}
