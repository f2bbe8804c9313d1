/**
 * What the paper says of a figure, as comparisons that our numbers can confirm, contradict or leave open: one series above another at the largest x that both
 * have, or at the x that the claim names, or at each seed's own largest x, where norms are x, or over all places that both have. Judged by the 95 % interval of their difference, seed by seed: both runs of a seed have the same
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
  /** Over the training: the mean over the steps at which both sides of a seed were measured. */
  readonly isOverSteps?: boolean;
}

export const OUTCOMES = ['holds', 'opposite', 'not told apart', 'not measured'] as const;
export type Outcome = (typeof OUTCOMES)[number];

const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  holds: 'holds here too',
  opposite: 'the opposite here',
  'not told apart': 'not told apart: the difference may be 0',
  'not measured': 'not measured here',
};

/** What became of a claim, in words. Of one seed only the errors of examples are known: other seeds may say something else. */
export function outcomeText({ outcome, difference = null }: Pick<JudgedClaim, 'outcome' | 'difference'>): string {
  if (outcome === 'not told apart' && difference === null) return 'not told apart: no interval is known';
  const isOneSeed = difference?.seeds === 1 && outcome !== 'not told apart';
  return `${OUTCOME_WORDS[outcome]}${isOneSeed ? ', over the examples of one seed' : ''}`;
}

/** Above less below: mean over the seeds that both have, and its 95 % interval. */
export interface ClaimDifference {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly seeds: number;
}

export interface JudgedClaim extends Claim {
  readonly outcome: Outcome;
  /** Where they are compared, and the two points; null where not measured. Of own largest ones the mean over the seeds of `above`. */
  readonly x: number | null;
  /** The same of `below`, where it is another. */
  readonly belowX?: number | undefined;
  readonly aboveMean: number | null;
  readonly belowMean: number | null;
  /** Null where there is no interval; not there in figures recorded before it was. */
  readonly difference?: ClaimDifference | null | undefined;
}

export function judge(claim: Claim, points: readonly SeriesPoint[]): JudgedClaim {
  const [above, below] = [pointsOf(claim.above, points), pointsOf(claim.below, points)];
  const [a, b] = comparedBy(claim)(claim, above, below).map((values, _, sides) => ofSeedsIn(values, sides));
  if (a === undefined || b === undefined || a.length === 0) return { ...claim, outcome: 'not measured', x: null, aboveMean: null, belowMean: null };
  const difference = differenceBySeed(a, b);
  const mean = (values: readonly SeedValue[], of: (value: SeedValue) => number): number => meanOfSample(values.map(of)).mean;
  const x = claim.isOverSteps === true ? null : mean(a, (value) => value.x);
  const belowX = mean(b, (value) => value.x);
  return {
    ...claim,
    outcome: outcomeOf(difference),
    x,
    ...(x === null || x === belowX ? {} : { belowX }),
    aboveMean: mean(a, ({ value }) => value),
    belowMean: mean(b, ({ value }) => value),
    difference,
  };
}

type Points = readonly SeriesPoint[];
/** The values of both sides that are compared, one per seed. */
type Compare = (claim: Claim, above: Points, below: Points) => readonly [above: readonly SeedValue[], below: readonly SeedValue[]];

function comparedBy({ isAtOwnLargest, isOverSteps }: Claim): Compare {
  if (isAtOwnLargest === true) return (_, above, below) => [ownLargest(above), ownLargest(below)];
  return isOverSteps === true ? overSteps : atCommon;
}

/** Those of the seeds that every side has, so that the two means and their difference are of the same runs. */
function ofSeedsIn(values: readonly SeedValue[], sides: readonly (readonly SeedValue[])[]): readonly SeedValue[] {
  return values.filter(({ seed }) => sides.every((side) => side.some((other) => other.seed === seed)));
}

const atCommon: Compare = ({ at }, above, below) => {
  const a = above.findLast(({ x }) => (at === undefined || x === at) && below.some((point) => point.x === x));
  return [a?.values ?? [], below.find(({ x }) => x === a?.x)?.values ?? []];
};

/** Of each seed the value at its own largest x. */
function ownLargest(points: Points): readonly SeedValue[] {
  const largest = new Map<number, SeedValue>();
  for (const value of points.flatMap(({ values }) => values)) {
    const known = largest.get(value.seed);
    if (known === undefined || value.x > known.x) largest.set(value.seed, value);
  }
  return [...largest.values()];
}

/** Of each seed the mean over the places that both sides of it have. All are measured on the same examples, so their intervals are averaged and not made narrower. */
const overSteps: Compare = (_, above, below) => {
  const seeds = [...new Set(above.flatMap(({ values }) => values.map(({ seed }) => seed)))];
  const at = (points: Points, seed: number): Map<number, SeedValue> =>
    new Map(points.flatMap(({ at: step, x, values }) => values.filter((value) => value.seed === seed).map((value) => [step ?? x, value] as const)));
  const pairs = seeds.flatMap((seed) => {
    const [own, other] = [at(above, seed), at(below, seed)];
    const shared = [...own.keys()].filter((step) => other.has(step));
    const meanAt = (side: Map<number, SeedValue>): SeedValue => meanValue(shared.flatMap((step) => side.get(step) ?? []));
    return shared.length === 0 ? [] : [[meanAt(own), meanAt(other)] as const];
  });
  return [pairs.map(([one]) => one), pairs.map(([, other]) => other)];
};

/** Mean of values of one seed. */
function meanValue(values: readonly SeedValue[]): SeedValue {
  const mean = (of: (value: SeedValue) => number | null): number | null => {
    const known = values.flatMap((value) => of(value) ?? []);
    return known.length < values.length ? null : meanOfSample(known).mean;
  };
  const [first] = values;
  if (first === undefined) throw new Error('internal: a mean of no values');
  return {
    seed: first.seed,
    x: mean(({ x }) => x) ?? 0,
    value: mean(({ value }) => value) ?? 0,
    low: mean(({ low }) => low),
    high: mean(({ high }) => high),
  };
}

function outcomeOf(difference: ClaimDifference | null): Outcome {
  if (difference === null) return 'not told apart';
  if (difference.low > 0) return 'holds';
  return difference.high < 0 ? 'opposite' : 'not told apart';
}

function pointsOf({ panel, series }: ClaimSide, points: readonly SeriesPoint[]): SeriesPoint[] {
  return points.filter((point) => point.panel === panel && point.series === series);
}
