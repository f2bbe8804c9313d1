/** Scores and intervals against direct formulas and a plain bootstrap over whole vectors. */
import { describe, expect, test } from 'vitest';
import { makeRng, type Rng } from '../../../src/lib/rng.ts';
import { makeProjection, project } from '../../../src/model/projection.ts';
import { gradientScores, noiseShare, productsOfVectors, type GroupDraws, type Score } from '../../../src/study/analysis/alignment-statistics.ts';
import { drawResamples, meanWithInterval, middle95 } from '../../../src/study/analysis/bootstrap.ts';

const normal = (rng: Rng): number => Math.sqrt(-2 * Math.log(1 - rng.unit())) * Math.cos(2 * Math.PI * rng.unit());
const product = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);

/** `n` vectors `mean + sd * normal`. */
const cloud = (rng: Rng, n: number, mean: readonly number[], sd: number): number[][] =>
  Array.from({ length: n }, () => mean.map((m) => m + sd * normal(rng)));

const drawsOf = (n: number, seed = 1, resamples = 400): GroupDraws => ({
  simple: drawResamples(n, 'simple', { resamples, seed }),
  hard: drawResamples(n, 'hard', { resamples, seed }),
});

/** The mean of vectors, each as often as `counts` says. */
function weightedMean(vectors: readonly (readonly number[])[], counts: ArrayLike<number>): number[] {
  const sum = (vectors[0] ?? []).map((_, c) => vectors.reduce((total, vector, i) => total + (vector[c] ?? 0) * (counts[i] ?? 0), 0));
  const n = Array.from(counts).reduce((total, count) => total + count, 0);
  return sum.map((x) => x / n);
}

function direct(simple: readonly number[], hard: readonly number[]) {
  const [ss, sh, hh] = [product(simple, simple), product(simple, hard), product(hard, hard)];
  return { normOfMeanSimple: Math.sqrt(ss), normOfMeanHard: Math.sqrt(hh), alignment: sh / hh, cosine: sh / Math.sqrt(ss * hh) };
}

type Direct = ReturnType<typeof direct>;

function plainBootstrap(simple: number[][], hard: number[][], draws: GroupDraws, score: keyof Direct): { low: number; high: number } {
  return middle95(draws.simple.map((counts, r) => direct(weightedMean(simple, counts), weightedMean(hard, draws.hard[r] ?? []))[score]));
}

const BY_MEANS = ['normOfMeanSimple', 'normOfMeanHard', 'alignment', 'cosine'] as const;

describe('bootstrap', () => {
  test('a resample holds as many examples as there are, another for each seed and label, the same again', () => {
    const draws = drawResamples(7, 'a', { resamples: 50, seed: 1 });
    expect(draws).toHaveLength(50);
    expect(draws.every((counts) => counts.reduce((sum, count) => sum + count, 0) === 7)).toBe(true);
    expect(drawResamples(7, 'a', { resamples: 50, seed: 1 })).toEqual(draws);
    expect(drawResamples(7, 'b', { resamples: 50, seed: 1 })).not.toEqual(draws);
    expect(drawResamples(7, 'a', { resamples: 50, seed: 2 })).not.toEqual(draws);
    expect(() => drawResamples(7, 'a', { resamples: 0, seed: 1 })).toThrow(/resamples from 1 on, got 0/);
  });

  test('the middle 95 % of 0..40 are 1..39', () => {
    expect(middle95(Array.from({ length: 41 }, (_, i) => 40 - i))).toEqual({ low: 1, high: 39 });
    expect(middle95([3, 1])).toEqual({ low: 1.05, high: 2.95 });
  });

  test('the interval of a mean is about 1.96 standard errors to both sides', () => {
    const rng = makeRng('test', 'mean');
    const values = Array.from({ length: 100 }, () => 5 + 2 * normal(rng));
    const { value, low, high } = meanWithInterval(values, drawResamples(100, 'mean', { resamples: 2000, seed: 3 }));
    expect(value).toBeCloseTo(product(values, Array(100).fill(0.01)), 12);
    const error = Math.sqrt(values.reduce((sum, x) => sum + (x - value) ** 2, 0)) / 100;
    expect((high - low) / (2 * 1.96 * error)).toBeGreaterThan(0.93);
    expect((high - low) / (2 * 1.96 * error)).toBeLessThan(1.07);
  });
});

describe('scores', () => {
  const rng = makeRng('test', 'scores');
  const simple = cloud(rng, 6, [1, 2, 0, -1, 0.5], 1);
  const hard = cloud(rng, 6, [0.5, 1, 1, 0, 0.5], 1);
  const all = Array(6).fill(1);

  test('are those of the vectors', () => {
    const scores = gradientScores(productsOfVectors(simple, hard), drawsOf(6));
    const expected = direct(weightedMean(simple, all), weightedMean(hard, all));
    for (const score of BY_MEANS) expect(scores[score].value, score).toBeCloseTo(expected[score], 12);
    expect(scores.meanNormSimple.value).toBeCloseTo(simple.reduce((sum, g) => sum + Math.hypot(...g), 0) / 6, 12);
    expect(scores.meanNormHard.value).toBeCloseTo(hard.reduce((sum, g) => sum + Math.hypot(...g), 0) / 6, 12);
  });

  test('have the plain bootstrap as interval when the gradients lie in a plane', () => {
    const flat = (vectors: readonly number[][]) => vectors.map(([x = 0, y = 0]) => [x, y, x + y]);
    const draws = drawsOf(6);
    const scores = gradientScores(productsOfVectors(flat(simple), flat(hard)), draws);
    for (const score of BY_MEANS) {
      const { low, high } = plainBootstrap(flat(simple), flat(hard), draws, score);
      expect([score, scores[score].low, scores[score].high]).toEqual([score, expect.closeTo(low, 10), expect.closeTo(high, 10)]);
    }
  });

  test('have nearly the plain bootstrap as interval when the noise of the mean is small', () => {
    const mean = Array.from({ length: 30 }, (_, c) => Math.cos(c));
    const other = Array.from({ length: 30 }, (_, c) => Math.cos(c + 0.7));
    const [many, manyHard] = [cloud(rng, 100, mean, 0.7), cloud(rng, 100, other, 0.7)];
    const draws = drawsOf(100);
    const scores = gradientScores(productsOfVectors(many, manyHard), draws);
    for (const score of BY_MEANS) {
      const plain = plainBootstrap(many, manyHard, draws, score);
      const width = plain.high - plain.low;
      const { low, high } = scores[score];
      // The plain one counts the noise of the means twice: it lies a little aside.
      expect(Math.abs(low - plain.low) / width, `${score}, low`).toBeLessThan(0.25);
      expect(Math.abs(high - plain.high) / width, `${score}, high`).toBeLessThan(0.25);
      expect(Math.abs((high - low) / width - 1), `${score}, width`).toBeLessThan(0.1);
    }
  });

  test('the same seed gives the same intervals, another seed others, and each holds its value', () => {
    const products = productsOfVectors(simple, hard);
    const scores = gradientScores(products, drawsOf(6, 1));
    expect(gradientScores(products, drawsOf(6, 1))).toEqual(scores);
    expect(gradientScores(products, drawsOf(6, 2))).not.toEqual(scores);
    for (const [score, { value, low, high }] of Object.entries(scores)) {
      expect(low, score).toBeLessThan(value);
      expect(high, score).toBeGreaterThan(value);
    }
  });

  test('the hard gradients against themselves are 1', () => {
    const { alignment, cosine } = gradientScores(productsOfVectors(hard, hard), drawsOf(6));
    expect([alignment.value, cosine.value]).toEqual([expect.closeTo(1, 12), expect.closeTo(1, 12)]);
    expect([alignment.low, alignment.high].every(Number.isFinite)).toBe(true);
    expect(cosine).toMatchObject({ low: expect.closeTo(1, 12), high: expect.closeTo(1, 12) }); // on a line
  });

  test('mean gradients of one direction give numbers, also when their products are rounded', () => {
    for (let factor = 1.1; factor < 3; factor += 0.1) {
      const longer = hard.map((g) => g.map((x) => x * factor));
      const { simple: s, hard: h } = productsOfVectors(longer, hard);
      const rounded = (group: typeof s) => ({
        normSquared: Float32Array.from(group.normSquared),
        withSimple: Float32Array.from(group.withSimple),
        withHard: Float32Array.from(group.withHard),
      });
      const { alignment, cosine, normOfMeanSimple } = gradientScores({ simple: rounded(s), hard: rounded(h) }, drawsOf(6, 1, 20));
      expect(alignment.value).toBeCloseTo(factor, 5);
      expect(cosine.value).toBeCloseTo(1, 5);
      for (const { low, high } of [alignment, cosine, normOfMeanSimple]) expect([low, high].every(Number.isFinite)).toBe(true);
    }
  });

  test('95 % intervals hold the mean of the score in most cases, also when the mean gradients are mostly noise', () => {
    const [n, dimensions, trials] = [32, 200, 120];
    const axis = (x: number, y: number) => Array.from({ length: dimensions }, (_, c) => (c === 0 ? x : c === 1 ? y : 0));
    const norm = 0.3 * Math.sqrt(dimensions);
    const noise = dimensions / n; // trace of the covariance of a mean
    const target = (0.9 * norm ** 2) / (norm ** 2 + noise);
    const held = { ours: 0, plain: 0 };
    for (let trial = 0; trial < trials; trial++) {
      const [s, h] = [cloud(rng, n, axis(0.9 * norm, 1.2 * norm), 1), cloud(rng, n, axis(norm, 0), 1)];
      const draws = drawsOf(n, trial, 60);
      const { low, high } = gradientScores(productsOfVectors(s, h), draws).alignment;
      if (low <= target && target <= high) held.ours += 1;
      if (trial >= 30) continue; // it is slow
      const plain = plainBootstrap(s, h, draws, 'alignment');
      if (plain.low <= target && target <= plain.high) held.plain += 1;
    }
    expect(held.ours / trials).toBeGreaterThan(0.9);
    expect(held.plain / 30).toBeLessThan(0.6);
  }, 60_000);
});

describe('noise share', () => {
  const shareOf = (vectors: number[][]): number => {
    const mean = weightedMean(vectors, Array(vectors.length).fill(1));
    return noiseShare(
      vectors.map((g) => product(g, g)),
      product(mean, mean),
    );
  };

  test('is 1 without a true mean, 0 without noise, and between as the norms say', () => {
    const rng = makeRng('test', 'noise');
    expect(shareOf(cloud(rng, 20, Array(2000).fill(0), 1))).toBeCloseTo(1, 1);
    expect(shareOf(cloud(rng, 20, [1, 2, 3], 0))).toBeCloseTo(0, 12);
    expect(shareOf(cloud(rng, 20, Array(2000).fill(1 / Math.sqrt(20)), 1))).toBeCloseTo(0.5, 1); // |mean|^2 = its noise
  });
});

test('the error of the scores by projection shrinks as one over the root of the dimensions', () => {
  const rng = makeRng('test', 'projection');
  const size = 9000;
  const mean = Array.from({ length: size }, () => normal(rng));
  const other = mean.map((x) => 0.5 * x + normal(rng));
  const [simple, hard] = [cloud(rng, 3, mean, 1), cloud(rng, 3, other, 1)];
  const draws = drawsOf(3, 1, 1);
  const exact = gradientScores(productsOfVectors(simple, hard), draws);
  const errors = (dimensions: number, score: Score): number => {
    const squares = Array.from({ length: 12 }, (_, seed) => {
      const projected = (vectors: readonly number[][]) => vectors.map((g) => project(g, makeProjection(seed, dimensions)));
      const { value } = gradientScores(productsOfVectors(projected(simple), projected(hard)), draws)[score];
      return (value / exact[score].value - 1) ** 2;
    });
    return Math.sqrt(squares.reduce((sum, x) => sum + x, 0) / squares.length);
  };
  for (const score of ['alignment', 'normOfMeanHard'] as const) {
    const [few, many] = [errors(256, score), errors(4096, score)];
    expect(few, score).toBeLessThan(0.3);
    expect(many, score).toBeLessThan(few / 2.2); // 4 on average; 12 seeds
    expect(many, score).toBeGreaterThan(0);
  }
});
