/** The random projection against its definition and its promise, and the gradient analysis on wasm against gradients by name. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeRng } from '../../src/lib/rng.ts';
import { openBackend, type Engine } from '../../src/model/backend.ts';
import { makeGradientAnalysis } from '../../src/model/gradient-analysis.ts';
import type { ExampleQuestion } from '../../src/model/gradient-groups.ts';
import { initParams, type Params } from '../../src/model/params.ts';
import { makeProjection, project, projectionSign } from '../../src/model/projection.ts';
import * as tf from '../../src/model/tf.ts';
import { relativeDistance } from '../support/gradient-check.ts';
import { askAll, CONFIG, directGradients, expectCourse, isSameCourse, OPTIONS } from '../support/gradient-truth.ts';
import { randomMicro } from '../support/model-inputs.ts';

const random = (size: number, label: string): Float64Array => {
  const rng = makeRng('projection', label);
  return Float64Array.from({ length: size }, () => 2 * rng.unit() - 1);
};
const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => Array.from(a).reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);
const column = (projection: ReturnType<typeof makeProjection>, i: number): number[] =>
  Array.from({ length: projection.dimensions }, (_, j) => projectionSign(projection, j, i));

describe('projection', () => {
  test.each([
    [256, 1],
    [256, 600],
    [512, 512],
  ])('to %d dimensions of %d numbers is the product with the matrix of its signs', (dimensions, size) => {
    const projection = makeProjection(5, dimensions);
    const x = random(size, 'dense');
    const expected = new Float64Array(dimensions);
    x.forEach((value, i) => column(projection, i).forEach((sign, j) => (expected[j] = (expected[j] ?? 0) + (sign * value) / Math.sqrt(dimensions))));
    expect(relativeDistance(project(x, projection), expected)).toBeLessThan(1e-14);
  });

  test('signs of a seed stay what they are', () => {
    const projection = makeProjection(1);
    const signs = [0, 77, 4095].map((j) => [0, 1, 64, 4095, 4096, 100_000].map((i) => (projectionSign(projection, j, i) > 0 ? '+' : '-')).join(''));
    expect(signs).toEqual(['+-+---', '++---+', '--++-+']);
  });

  test('columns of one chunk are orthogonal, of two nearly so, and seeds differ', () => {
    const projection = makeProjection(2, 1024);
    expect(dot(column(projection, 3), column(projection, 900))).toBe(0);
    expect(Math.abs(dot(column(projection, 3), column(projection, 2000)))).toBeLessThan(5 * Math.sqrt(1024));
    const other = column(makeProjection(3, 1024), 3);
    expect(Math.abs(dot(column(projection, 3), other))).toBeLessThan(5 * Math.sqrt(1024));
    expect(
      Math.abs(
        dot(
          other,
          Array.from({ length: 1024 }, () => 1),
        ),
      ),
    ).toBeLessThan(5 * Math.sqrt(1024));
  });

  test.each([256, 1024, 4096])('keeps products, with an error of about 1 / sqrt(%d)', (dimensions) => {
    const x = random(20_000, 'x');
    const noise = random(20_000, 'y');
    const y = x.map((value, i) => 0.3 * value + (noise[i] ?? 0));
    const size = Math.sqrt(dot(x, x) * dot(y, y));
    const errors = Array.from({ length: 32 }, (_, seed) => {
      const projection = makeProjection(seed, dimensions);
      return (dot(project(x, projection), project(y, projection)) - dot(x, y)) / size;
    });
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    const scaled = Math.sqrt((dot(errors, errors) / errors.length) * dimensions);
    expect(scaled).toBeGreaterThan(0.6);
    expect(scaled).toBeLessThan(1.5);
    expect(Math.abs(mean) * Math.sqrt(dimensions * errors.length)).toBeLessThan(4);
  });

  test('what fits into one chunk keeps its products exactly', () => {
    const projection = makeProjection(4, 1024);
    const [x, y] = [random(1000, 'x'), random(1000, 'y')];
    expect(dot(project(x, projection), project(y, projection))).toBeCloseTo(dot(x, y), 10);
  });

  test.each([100, 128, 8192, 256.5, Number.NaN])('refuses %d dimensions', (dimensions) => {
    expect(() => makeProjection(0, dimensions)).toThrow(/power of two from 256 to 4096/);
  });
});

describe('gradient analysis on wasm', () => {
  let engine: Engine;
  let params: Params;
  beforeAll(async () => {
    engine = await openBackend('wasm');
    params = initParams(CONFIG, makeRng('test', 'gradients'));
  });
  afterAll(() => {
    tf.dispose(params);
    engine.close();
  });

  test('norms, products, sums, Adam and projections are those of the gradients', async () => {
    const analysis = makeGradientAnalysis({ config: CONFIG, params }, OPTIONS);
    const before = tf.memory().numTensors;
    const course = await askAll(analysis);
    expect(tf.memory().numTensors).toBe(before);
    expectCourse(course, params, await directGradients(params));

    analysis.clear('simple');
    analysis.clear('hard');
    expect(isSameCourse(await askAll(analysis), course)).toBe(true);
    analysis.dispose();
  });

  test('questions that cannot be answered are refused and add nothing', async () => {
    const analysis = makeGradientAnalysis({ config: CONFIG, params }, OPTIONS);
    const micro = randomMicro({ batch: 1, length: 4, vocabulary: 20, grid: null });
    const ask = (question: ExampleQuestion) => analysis.example(micro, question);
    await expect(analysis.example(randomMicro({ batch: 2, length: 4, vocabulary: 20, grid: null }))).rejects.toThrow(/one example/);
    await expect(ask({ addTo: 'none' })).rejects.toThrow(/a group of simple, hard, got none/);
    await expect(ask({ addTo: 'hard', dotWith: ['simple'] })).rejects.toThrow(/examples in the group simple, got none/);
    await expect(ask({ addTo: 'hard', weight: 0 })).rejects.toThrow(/a weight above 0/);
    await expect(ask({ adam: { moments: 'hard', against: 'simple' } })).rejects.toThrow(/moments of a group with squares/);
    await expect(analysis.products('simple', 'hard')).rejects.toThrow(/examples in the group simple/);
    const { weight, gradients } = await analysis.sum('hard');
    expect(weight).toBe(0);
    expect(Object.values(gradients).every((values) => values.every((value) => value === 0))).toBe(true);
    analysis.dispose();
    expect(() => makeGradientAnalysis({ config: CONFIG, params }, { seed: 1, groups: ['a'], groupsWithSquares: ['b'] })).toThrow(
      /a group of a, got b/,
    );
  });
});
