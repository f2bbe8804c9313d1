/**
 * What the paper says of a figure, as comparisons that our numbers can confirm, contradict or leave open: one series above another at the largest x that both
 * have (or the largest of each, where steps and norms are x), judged by their 95 % intervals. With intervals that overlap nothing is told apart, however far the means lie from each other.
 */
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
  'not told apart': 'not told apart: the intervals overlap',
  'not measured': 'not measured here',
};

export interface JudgedClaim extends Claim {
  readonly outcome: Outcome;
  /** Where they are compared, and the two points; null where not measured. */
  readonly x: number | null;
  readonly aboveMean: number | null;
  readonly belowMean: number | null;
}

export function judge(claim: Claim, points: readonly SeriesPoint[]): JudgedClaim {
  const [above, below] = [pointsOf(claim.above, points), pointsOf(claim.below, points)];
  const common = claim.isAtOwnLargest === true ? [] : above.filter(({ x }) => below.some((point) => point.x === x));
  const [a, b] = claim.isAtOwnLargest === true ? [above.at(-1), below.at(-1)] : [common.at(-1), below.find(({ x }) => x === common.at(-1)?.x)];
  if (a === undefined || b === undefined) return { ...claim, outcome: 'not measured', x: null, aboveMean: null, belowMean: null };
  return { ...claim, outcome: outcomeOf(a, b), x: a.x, aboveMean: a.mean, belowMean: b.mean };
}

function outcomeOf(a: SeriesPoint, b: SeriesPoint): Outcome {
  if (a.low === null || b.low === null || a.high === null || b.high === null) return 'not told apart';
  if (a.low > b.high) return 'holds';
  return b.low > a.high ? 'opposite' : 'not told apart';
}

function pointsOf({ panel, series }: ClaimSide, points: readonly SeriesPoint[]): SeriesPoint[] {
  return points.filter((point) => point.panel === panel && point.series === series);
}
