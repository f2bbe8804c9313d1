/** Eq. 8 and how examples move it, against the formula written out and against differences of weights. */
import { expect, test } from 'vitest';
import { makeRng, type Rng } from '../../../src/lib/rng.ts';
import { adamAlignment, estimateAdam } from '../../../src/study/analysis/adam-statistics.ts';
import type { GroupDraws } from '../../../src/study/analysis/alignment-statistics.ts';
import { drawResamples, middle95 } from '../../../src/study/analysis/bootstrap.ts';
import { defined } from '../../support/measurements.ts';

type Vectors = readonly (readonly number[])[];

const normal = (rng: Rng): number => Math.sqrt(-2 * Math.log(1 - rng.unit())) * Math.cos(2 * Math.PI * rng.unit());
const cloud = (rng: Rng, n: number, mean: readonly number[], sd: number): number[][] =>
  Array.from({ length: n }, () => mean.map((m) => m + sd * normal(rng)));

/** Numerator and denominator of Eq. 8 when the examples have weights. */
function eq8(simple: Vectors, hard: Vectors, weights: { simple: readonly number[]; hard: readonly number[] }): [number, number] {
  const mean = (vectors: Vectors, by: readonly number[], f: (x: number) => number): number[] => {
    const total = by.reduce((sum, w) => sum + w, 0);
    return (vectors[0] ?? []).map((_, c) => vectors.reduce((sum, g, i) => sum + ((by[i] ?? 0) / total) * f(g[c] ?? 0), 0));
  };
  const m = mean(simple, weights.simple, (x) => x);
  const v = mean(simple, weights.simple, (x) => x * x);
  const gh = mean(hard, weights.hard, (x) => x);
  const h = (g: readonly number[]): number =>
    g.reduce((sum, x, c) => {
      const update = (0.1 * x + 0.9 * (m[c] ?? 0)) / (Math.sqrt(0.001 * x * x + 0.999 * (v[c] ?? 0)) + 1e-8);
      return sum + update * (gh[c] ?? 0);
    }, 0);
  const averaged = (vectors: Vectors, by: readonly number[]): number =>
    vectors.reduce((sum, g, i) => sum + (by[i] ?? 0) * h(g), 0) / by.reduce((sum, w) => sum + w, 0);
  return [averaged(simple, weights.simple), averaged(hard, weights.hard)];
}

const rng = makeRng('test', 'adam');
const mean = Array.from({ length: 40 }, (_, c) => Math.cos(c) * 10 ** -(c % 3));
const simple = cloud(rng, 5, mean, 0.3);
const hard = cloud(rng, 5, mean.map((x, c) => x + (c % 2) * 0.2), 0.3); // prettier-ignore
const ones = Array(5).fill(1) as number[];
const SCALE = 3;
const even = (weight: number) => Array(40).fill(weight) as number[];

test('numerator and denominator are those of Eq. 8, scaled', () => {
  const { numerator, denominator } = estimateAdam({ simple, hard, weights: even(SCALE) });
  const [expectedNumerator, expectedDenominator] = eq8(simple, hard, { simple: ones, hard: ones });
  expect(numerator).toBeCloseTo(SCALE * expectedNumerator, 10);
  expect(denominator).toBeCloseTo(SCALE * expectedDenominator, 10);
});

test.each(['simple', 'hard'] as const)('the response is the derivative with respect to the weights of %s examples', (group) => {
  const { response } = estimateAdam({ simple, hard, weights: even(SCALE) });
  const step = 1e-4;
  for (let i = 0; i < 5; i++) {
    const at = (sign: number) => eq8(simple, hard, { simple: ones, hard: ones, [group]: ones.map((w, j) => (i === j ? w + sign * step * 5 : w)) });
    const [up, down] = [at(1), at(-1)];
    const slope = up.map((x, part) => (SCALE * (x - (down[part] ?? 0))) / (2 * step));
    expect(response.numerator[group][i]).toBeCloseTo(slope[0] ?? Number.NaN, 4);
    expect(response.denominator[group][i]).toBeCloseTo(slope[1] ?? Number.NaN, 4);
  }
});

test('parameters that no simple example reaches, or none at all, give numbers', () => {
  const without = (vectors: Vectors, places: readonly number[]) => vectors.map((g) => g.map((x, c) => (places.includes(c) ? 0 : x)));
  const [s, h] = [without(simple, [0, 1]), without(hard, [1])];
  const estimate = estimateAdam({ simple: s, hard: h, weights: even(1) });
  const expected = eq8(s, h, { simple: ones, hard: ones });
  expect([estimate.numerator, estimate.denominator]).toEqual(expected.map((x) => expect.closeTo(x, 10)));
  const { numerator, denominator } = estimate.response;
  expect([...numerator.simple, ...numerator.hard, ...denominator.simple, ...denominator.hard].every(Number.isFinite)).toBe(true);
});

test('a score whose denominator may be 0 is not defined, whatever the division gives', () => {
  const n = 40;
  const draws: GroupDraws = {
    simple: drawResamples(n, 'simple', { resamples: 400, seed: 1 }),
    hard: drawResamples(n, 'hard', { resamples: 400, seed: 1 }),
  };
  const [s, noise] = [cloud(rng, n, mean, 0.5), cloud(rng, n, mean.map(() => 0), 0.5)]; // prettier-ignore
  const estimate = estimateAdam({ simple: s, hard: noise, weights: even(1) });
  expect(adamAlignment(estimate, estimate, draws)).toBeNull();
  // Just off 0 it is as undefined, and at both sides clearly away from 0 it is defined.
  expect(adamAlignment({ numerator: 1, denominator: 1e-9 }, estimate, draws)).toBeNull();
  for (const denominator of [1e6, -1e6]) expect(adamAlignment({ numerator: 1, denominator }, estimate, draws)?.value).toBe(1 / denominator);
});

test('the interval is nearly that of a bootstrap of the whole formula, the same for the same draws, and around the exact value', () => {
  const n = 60;
  const [s, h] = [cloud(rng, n, mean, 0.5), cloud(rng, n, mean.map((x, c) => x + (c % 2) * 0.2), 0.5)]; // prettier-ignore
  const draws: GroupDraws = {
    simple: drawResamples(n, 'simple', { resamples: 400, seed: 1 }),
    hard: drawResamples(n, 'hard', { resamples: 400, seed: 1 }),
  };
  const estimate = estimateAdam({ simple: s, hard: h, weights: even(1) });
  const { value, low, high } = defined(adamAlignment(estimate, estimate, draws));
  expect(adamAlignment(estimate, estimate, draws)).toEqual({ value, low, high });
  const plain = middle95(
    draws.simple.map((counts, r) => {
      const [numerator, denominator] = eq8(s, h, { simple: Array.from(counts), hard: Array.from(draws.hard[r] ?? []) });
      return numerator / denominator;
    }),
  );
  const width = plain.high - plain.low;
  expect(low).toBeLessThan(value);
  expect(high).toBeGreaterThan(value);
  // The plain one counts the noise of the means twice: it lies aside.
  expect(Math.abs(low - plain.low) / width).toBeLessThan(0.45);
  expect(Math.abs(high - plain.high) / width).toBeLessThan(0.45);
  expect(Math.abs((high - low) / width - 1)).toBeLessThan(0.15);
  const exact = defined(adamAlignment({ numerator: estimate.numerator * 1.1, denominator: estimate.denominator }, estimate, draws));
  expect(exact.value).toBeCloseTo(1.1 * value, 10);
  expect(exact.low).toBeLessThan(exact.value);
  expect(exact.high).toBeGreaterThan(exact.value);
});
