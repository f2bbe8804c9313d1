/**
 * What the paper says of a figure, as comparisons that our numbers can confirm, contradict or leave open: one series above another at the largest x that both
 * have (or the largest of each, where steps and norms are x). Judged by the 95 % interval of their difference, seed by seed: both runs of a seed have the same
 * held-out examples. That two intervals of means overlap says less: they can, where every seed has the same sign.
 */
import { pairedDifference } from '../../lib/statistics.ts';
import type { SeriesPoint } from './figure-result.ts';

export interface ClaimSide {
  readonly panel: string;
  readonly series: string;
}

export interface Claim {
  /** The paper's statement, in our words. */
  readonly text: string;
  readonly above: ClaimSide;
  readonly below: ClaimSide;
  /** Each side at its own largest x: the last step, the largest norm. */
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
  const common = claim.isAtOwnLargest === true ? [] : above.filter(({ x }) => below.some((point) => point.x === x));
  const [a, b] = claim.isAtOwnLargest === true ? [above.at(-1), below.at(-1)] : [common.at(-1), below.find(({ x }) => x === common.at(-1)?.x)];
  if (a === undefined || b === undefined) return { ...claim, outcome: 'not measured', x: null, aboveMean: null, belowMean: null };
  const difference = differenceOf(a, b);
  return { ...claim, outcome: outcomeOf(difference), x: a.x, aboveMean: a.mean, belowMean: b.mean, difference };
}

function differenceOf(a: SeriesPoint, b: SeriesPoint): ClaimDifference | null {
  const pairs = a.values.flatMap((one) => b.values.filter(({ seed }) => seed === one.seed).map((other) => [one, other] as const));
  const found = pairedDifference(pairs);
  return found === null ? null : { ...found, seeds: pairs.length };
}

function outcomeOf(difference: ClaimDifference | null): Outcome {
  if (difference === null) return 'not told apart';
  if (difference.low > 0) return 'holds';
  return difference.high < 0 ? 'opposite' : 'not told apart';
}

function pointsOf({ panel, series }: ClaimSide, points: readonly SeriesPoint[]): SeriesPoint[] {
  return points.filter((point) => point.panel === panel && point.series === series);
}
