/**
 * One course of questions to a gradient analysis, and its answers computed the direct way: gradients of whole examples by name, and sums over them in
 * doubles. Knows nothing of arenas.
 */
import { expect } from 'vitest';
import { presetConfig } from '../../src/model/config.ts';
import { drawCoordinates } from '../../src/model/coordinates.ts';
import type { ExampleGradient, GradientAnalysis, GroupSum, PartSums } from '../../src/model/gradient-groups.ts';
import type { Params } from '../../src/model/params.ts';
import { makeProjection, project } from '../../src/model/projection.ts';
import * as tf from '../../src/model/tf.ts';
import { lossAndGradients } from '../../src/model/vlm.ts';
import type { Slot } from '../../src/model/webgpu/arena.ts';
import { relativeDistance } from './gradient-check.ts';
import { randomMicro } from './model-inputs.ts';

const V = 20;
export const CONFIG = presetConfig('micro', V);
export const SEED = 3;
export const OPTIONS = { seed: SEED, dimensions: 512, coordinates: 300, groups: ['simple', 'hard'], groupsWithSquares: ['simple'] } as const;

/** Two texts of one padded length, two pictures. */
const EXAMPLES = {
  text: randomMicro({ batch: 1, length: 7, vocabulary: V, grid: null }),
  longer: randomMicro({ batch: 1, length: 11, vocabulary: V, grid: null, seed: 1 }),
  picture: randomMicro({ batch: 1, length: 5, vocabulary: V, grid: [2, 3] }),
  other: randomMicro({ batch: 1, length: 5, vocabulary: V, grid: [2, 3], seed: 1 }),
};
const WEIGHTS = { longer: 2, picture: 0.5 };

export interface Course {
  readonly answers: readonly ExampleGradient[];
  readonly crossed: PartSums;
  readonly hard: PartSums;
  readonly sums: Readonly<Record<'simple' | 'hard', GroupSum>>;
}

/** The questions, all under way at once. */
export async function askAll(analysis: GradientAnalysis): Promise<Course> {
  const answers = [
    analysis.example(EXAMPLES.text, { addTo: 'simple', isProjected: true }),
    analysis.example(EXAMPLES.picture, { addTo: 'hard', weight: WEIGHTS.picture, isProjected: true }),
    analysis.example(EXAMPLES.longer, { addTo: 'simple', weight: WEIGHTS.longer }),
    analysis.example(EXAMPLES.other, {
      dotWith: ['simple', 'hard'],
      adam: { moments: 'simple', against: 'hard' },
      isProjected: true,
      isSampled: true,
      addTo: 'hard',
    }),
  ];
  const [crossed, hard] = [analysis.products('simple', 'hard'), analysis.products('hard', 'hard')];
  const sums = { simple: await analysis.sum('simple'), hard: await analysis.sum('hard') };
  return { answers: await Promise.all(answers), crossed: await crossed, hard: await hard, sums };
}

/** Whether two courses have the same bits. A plain yes or no: a listed difference of all these numbers takes minutes to print. */
export function isSameCourse(a: Course, b: Course): boolean {
  const [x, y] = [numbersIn(a), numbersIn(b)];
  return x.length === y.length && x.every((value, i) => Object.is(value, y[i]));
}

function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (value instanceof Float32Array) return Array.from(value);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

type Numbers = Readonly<Record<string, ArrayLike<number>>>;

interface Direct {
  readonly loss: number;
  readonly g: Numbers;
}

/** The gradients of the four examples on the backend that is active; parameters that are not reached get none. */
export async function directGradients(params: Params): Promise<Readonly<Record<keyof typeof EXAMPLES, Direct>>> {
  const direct = async (name: keyof typeof EXAMPLES): Promise<Direct> => {
    const { loss, tokenLoss, gradients } = lossAndGradients(params, CONFIG, EXAMPLES[name], { languageWeight: 1, readingWeight: 0 });
    const g: Record<string, Float32Array> = {};
    for (const [parameter, gradient] of Object.entries(gradients)) g[parameter] = Float32Array.from(await gradient.data<'float32'>());
    const [value] = await loss.data<'float32'>();
    tf.dispose([loss, tokenLoss, gradients]);
    return { loss: value ?? Number.NaN, g };
  };
  return { text: await direct('text'), longer: await direct('longer'), picture: await direct('picture'), other: await direct('other') };
}

/** Sum over all parameters of f(weight, number), by name; what one of the records lacks is 0. */
function combine(records: readonly Numbers[], f: (values: readonly number[]) => number): Numbers {
  const names = new Set(records.flatMap((record) => Object.keys(record)));
  const combined: Record<string, Float64Array> = {};
  for (const name of names) {
    const length = Math.max(...records.map((record) => record[name]?.length ?? 0));
    combined[name] = Float64Array.from({ length }, (_, i) => f(records.map((record) => record[name]?.[i] ?? 0)));
  }
  return combined;
}

function total(values: Numbers, part = ''): number {
  let sum = 0;
  for (const [name, numbers] of Object.entries(values)) {
    if (name.startsWith(part)) for (let i = 0; i < numbers.length; i++) sum += numbers[i] ?? 0;
  }
  return sum;
}

/** By part against the sum of `terms`, relative to the sum of their sizes. */
function expectSums(actual: PartSums | undefined | null, terms: Numbers, what: string): void {
  const size = total(combine([terms], ([x = 0]) => Math.abs(x)));
  for (const [part, value] of Object.entries(actual ?? {})) {
    const expected = total(terms, part === 'all' ? '' : `${part}.`);
    expect(Math.abs(value - expected), `${what}, ${part}: ${value} for ${expected}`).toBeLessThan(1e-4 * size);
  }
  expect(Object.keys(actual ?? {}).sort()).toEqual(['adapter', 'all', 'convnext', 'decoder', 'vit']);
}

const product = (a: Numbers, b: Numbers): Numbers => combine([a, b], ([x = 0, y = 0]) => x * y);

/** All in one row: by part, each parameter from a multiple of 256 on. */
export function flat(params: Params, values: Numbers): Float64Array {
  const row: number[] = [];
  for (const part of ['vit.', 'convnext.', 'adapter.', 'decoder.']) {
    for (const [name, { size }] of Object.entries(params)) {
      if (!name.startsWith(part)) continue;
      for (let i = 0; i < size; i++) row.push(values[name]?.[i] ?? 0);
      while (row.length % 256 !== 0) row.push(0);
    }
  }
  return Float64Array.from(row);
}

/** Compares a course with the direct way. */
export function expectCourse({ answers, crossed, hard, sums }: Course, params: Params, direct: Awaited<ReturnType<typeof directGradients>>): void {
  const { text, longer, picture, other } = direct;
  [text, picture, longer, other].forEach(({ loss, g }, i) => {
    const answer = answers[i];
    expect(answer?.loss).toBeCloseTo(loss, 4);
    expectSums(answer?.normSquared, product(g, g), `norm of example ${i}`);
  });
  const simpleSum = combine([text.g, longer.g], ([a = 0, b = 0]) => a + WEIGHTS.longer * b);
  const simple = combine([simpleSum], ([x = 0]) => x / (1 + WEIGHTS.longer));
  const moments = combine([text.g, longer.g], ([a = 0, b = 0]) => (a * a + WEIGHTS.longer * b * b) / (1 + WEIGHTS.longer));

  const last = answers[3];
  // The group `hard` holds one example when it is asked for, so its mean is that example whatever its weight.
  expectSums(last?.dots['simple'], product(other.g, simple), 'product with simple');
  expectSums(last?.dots['hard'], product(other.g, picture.g), 'product with hard');
  const update = combine([other.g, simple, moments], ([g = 0, m = 0, v = 0]) => (0.1 * g + 0.9 * m) / (Math.sqrt(0.001 * g * g + 0.999 * v) + 1e-8));
  expectSums(last?.adam, product(update, picture.g), 'adam');
  expect([answers[0]?.dots, answers[0]?.adam, answers[2]?.projection]).toEqual([{}, null, null]);

  const hardSum = combine([picture.g, other.g], ([a = 0, b = 0]) => WEIGHTS.picture * a + b);
  const hardMean = combine([hardSum], ([x = 0]) => x / (1 + WEIGHTS.picture));
  expectSums(crossed, product(simple, hardMean), 'simple times hard');
  expectSums(hard, product(hardMean, hardMean), 'hard times hard');
  expectSum(sums.simple, 1 + WEIGHTS.longer, simpleSum, params);
  expectSum(sums.hard, 1 + WEIGHTS.picture, hardSum, params);
  expect(sums.hard.squares).toBeNull();
  const squares = combine([moments], ([x = 0]) => x * (1 + WEIGHTS.longer));
  expect(relativeDistance(flat(params, sums.simple.squares ?? {}), flat(params, squares))).toBeLessThan(1e-4);

  const projection = makeProjection(SEED, OPTIONS.dimensions);
  for (const [i, { g }] of [[0, text] as const, [1, picture] as const, [3, other] as const]) {
    const actual = answers[i]?.projection ?? [];
    expect(relativeDistance(actual, project(flat(params, g), projection)), `projection of example ${i}`).toBeLessThan(1e-4);
  }
  expect(answers[0]?.sample).toBeNull();
  const { places } = drawCoordinates({ slots: slotsOf(params), length: 0 }, SEED, OPTIONS.coordinates);
  const row = flat(params, other.g);
  const sample = Array.from(places, (place) => row[place] ?? Number.NaN);
  expect(relativeDistance(last?.sample ?? [], sample), 'sample').toBeLessThan(1e-4);
}

/** Where `flat` puts each parameter. */
function slotsOf(params: Params): Slot[] {
  const names = ['vit.', 'convnext.', 'adapter.', 'decoder.'].flatMap((part) => Object.keys(params).filter((name) => name.startsWith(part)));
  let next = 0;
  return names.map((name) => {
    const [start, size] = [next, params[name]?.size ?? 0];
    next += Math.ceil(size / 256) * 256;
    return { name, size, start };
  });
}

function expectSum({ weight, gradients }: GroupSum, expectedWeight: number, expected: Numbers, params: Params): void {
  expect(weight).toBe(expectedWeight);
  const names = Object.keys(params).filter((name) => !name.startsWith('reading.'));
  expect(Object.keys(gradients).sort()).toEqual(names.sort());
  expect(relativeDistance(flat(params, gradients), flat(params, expected))).toBeLessThan(1e-4);
  // The table that embeds tokens and gives the logits: one gradient of both uses.
  const table = 'decoder.embedding';
  expect(relativeDistance(gradients[table] ?? [], expected[table] ?? [])).toBeLessThan(1e-4);
}
