/**
 * From products of gradients to the scores of the gradient analysis (spec/s2h 7), with bootstrap intervals. g_s and g_h are the mean gradients of the
 * groups `simple` and `hard`.
 *
 * How a resample is scored without keeping the gradients: of each example only |g|^2, <g, g_s> and <g, g_h> are needed. They say where the example
 * lies in the plane of g_s and g_h, and the mean gradients of a resample are taken in that plane, where products are sums of two terms. This is exact
 * in the full space, to first order in the deviation of the resample; the products of deviations across the plane are left out. Left out on purpose:
 * they are the noise of the examples, which the products of the values hold already (<g_h, g_h> is on average |E g|^2 + trace of the covariance / n),
 * and which a plain bootstrap counts twice. Simulated with 32 normal examples a group in 200 dimensions, |E g|^2 = 0.09 trace: 95 % intervals of A
 * held the mean of A in 31 % of the cases with the plain bootstrap, which draws mostly values below A, and in 97 % with this one
 * (test/study/analysis/alignment-statistics.test.ts).
 */
import { meanWithInterval, middle95, resampledMean, type Draws, type Interval } from './bootstrap.ts';

/** One number per example of a group. */
export interface GroupProducts {
  /** <g, g>. */
  readonly normSquared: ArrayLike<number>;
  /** <g, g_s>. */
  readonly withSimple: ArrayLike<number>;
  /** <g, g_h>. */
  readonly withHard: ArrayLike<number>;
}

export interface Products {
  readonly simple: GroupProducts;
  readonly hard: GroupProducts;
}

/** What each resample draws of the groups. */
export interface GroupDraws {
  readonly simple: Draws;
  readonly hard: Draws;
}

export const SCORES = ['meanNormSimple', 'meanNormHard', 'normOfMeanSimple', 'normOfMeanHard', 'alignment', 'cosine'] as const;
/**
 * - `meanNormSimple`: E_s |g|, what the paper plots alignment against; `meanNormHard`: E_h |g|;
 * - `normOfMeanSimple`: |g_s|; `normOfMeanHard`: |g_h|;
 * - `alignment`: Eq. 3 and 6, <g_s, g_h> / <g_h, g_h>;
 * - `cosine`: Eq. 7, <g_s, g_h> / (|g_s| |g_h|).
 */
export type Score = (typeof SCORES)[number];

/** The scores of the groups. Every group needs an example, and g_h must not be zero. */
export function gradientScores(products: Products, draws: GroupDraws): Readonly<Record<Score, Interval>> {
  const plane = planeOf(products);
  const simple = inPlane(products.simple, plane);
  const hard = inPlane(products.hard, plane);
  const scored = draws.simple.map((counts, r) => vectorScores(meanOf(simple, counts), meanOf(hard, draws.hard[r] ?? new Uint16Array())));
  const value = vectorScores(plane.simple, plane.hard);
  const interval = (name: keyof VectorScores): Interval => ({ value: value[name], ...middle95(scored.map((scores) => scores[name])) });
  return {
    meanNormSimple: meanWithInterval(Array.from(products.simple.normSquared, Math.sqrt), draws.simple),
    meanNormHard: meanWithInterval(Array.from(products.hard.normSquared, Math.sqrt), draws.hard),
    normOfMeanSimple: interval('normOfMeanSimple'),
    normOfMeanHard: interval('normOfMeanHard'),
    alignment: interval('alignment'),
    cosine: interval('cosine'),
  };
}

/**
 * How much of <mean, mean> the luck of n examples would give on average if the true mean were zero: (sum of |g - mean|^2) / (n (n - 1)) over
 * <mean, mean>. Near 1 the mean gradient is mostly noise, and A, which divides by <g_h, g_h>, is too small: about A / (1 - share) with many examples.
 */
export function noiseShare(normSquared: ArrayLike<number>, meanNormSquared: number): number {
  const n = normSquared.length;
  const mean = Array.from(normSquared).reduce((sum, x) => sum + x, 0) / n;
  return (mean - meanNormSquared) / ((n - 1) * meanNormSquared);
}

/** Products of vectors that are there, such as projections: `[n][k]` each. */
export function productsOfVectors(simple: readonly ArrayLike<number>[], hard: readonly ArrayLike<number>[]): Products {
  const [meanSimple, meanHard] = [meanVector(simple), meanVector(hard)];
  const ofGroup = (vectors: readonly ArrayLike<number>[]): GroupProducts => ({
    normSquared: vectors.map((g) => dot(g, g)),
    withSimple: vectors.map((g) => dot(g, meanSimple)),
    withHard: vectors.map((g) => dot(g, meanHard)),
  });
  return { simple: ofGroup(simple), hard: ofGroup(hard) };
}

type Point = readonly [number, number];

interface Plane {
  readonly simple: Point;
  readonly hard: Point;
  /** A of the groups. */
  readonly alignment: number;
}

/** Below this share of |g_s|^2 what g_s has beside the direction of g_h is rounding: products come as sums in float32. */
const FLAT = 1e-6;

/** The first axis along g_h, the second along what is left of g_s. */
function planeOf({ simple, hard }: Products): Plane {
  const simpleSimple = meanOfAll(simple.withSimple);
  const simpleHard = meanOfAll(simple.withHard);
  const hardHard = meanOfAll(hard.withHard);
  const alignment = simpleHard / hardHard;
  const rest = simpleSimple - alignment * simpleHard;
  const across = rest > FLAT * simpleSimple ? Math.sqrt(rest) : 0;
  const along = Math.sqrt(hardHard);
  return { simple: [alignment * along, across], hard: [along, 0], alignment };
}

/** Where the examples of a group lie. */
function inPlane({ withSimple, withHard }: GroupProducts, { simple, hard, alignment }: Plane): readonly [Float64Array, Float64Array] {
  const x = Float64Array.from(withHard, (product) => product / hard[0]);
  const across = (product: number, i: number): number => (product - alignment * (withHard[i] ?? 0)) / simple[1];
  return [x, simple[1] === 0 ? new Float64Array(x.length) : Float64Array.from(withSimple, across)];
}

function meanOf([x, y]: readonly [Float64Array, Float64Array], counts: Uint16Array): Point {
  return [resampledMean(x, counts), resampledMean(y, counts)];
}

type VectorScores = Readonly<Record<Exclude<Score, 'meanNormSimple' | 'meanNormHard'>, number>>;

function vectorScores(simple: Point, hard: Point): VectorScores {
  const [normOfMeanSimple, normOfMeanHard] = [Math.hypot(...simple), Math.hypot(...hard)];
  const product = simple[0] * hard[0] + simple[1] * hard[1];
  return { normOfMeanSimple, normOfMeanHard, alignment: product / normOfMeanHard ** 2, cosine: product / (normOfMeanSimple * normOfMeanHard) };
}

function meanOfAll(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, x) => sum + x, 0) / values.length;
}

/** Mean of vectors of one length, in doubles. */
export function meanVector(vectors: readonly ArrayLike<number>[]): Float64Array {
  const mean = new Float64Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) for (let c = 0; c < mean.length; c++) mean[c] = (mean[c] ?? 0) + (vector[c] ?? 0) / vectors.length;
  return mean;
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
