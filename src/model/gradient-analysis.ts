/**
 * Gradients of single examples, for the analysis of why generalisation happens (spec/s2h 7): norms, products with mean gradients of groups, random
 * projections. From its numbers follow, with s and h the groups of SIMPLE and HARD examples:
 *
 * - Eq. 3 and 6, alignment <g_s, g_h> / <g_h, g_h>, and Eq. 7, cosine: `products`, or means of projections, which can be drawn again (bootstrap);
 * - E |g|: `normSquared` of each example;
 * - Eq. 8, Adam: E_s <h(g), g_h> / E_h <h(g), g_h>: `adam` of each example in a second round, `moments: s, against: h`. In the full space, since the square
 *   of a projection is not the projection of a square; `sample` gives numbers of g itself, for how far chance moves it.
 *
 * One example at a time through the whole backward pass, so that a gradient is exact for every parameter, also for embeddings that are used twice and for
 * norms' weights, and nothing is kept per example. The other way, norms of layers from saved inputs and output gradients (Gram matrices), spares the
 * products of the weights' gradients, but has a rule of its own for every kind of layer and none for sums over uses.
 *
 * Here: the interface and the plain way, for wasm and cpu: tfjs's gradients, then loops in doubles. On WebGPU: webgpu/gradient-analysis.ts.
 */
import type { MicroBatch } from './batch.ts';
import { drawCoordinates } from './coordinates.ts';
import {
  ADAM,
  analysisLayout,
  checkExample,
  GroupBook,
  partSums,
  type AnalysedModel,
  type AnalysisParts,
  type ExampleGradient,
  type GradientAnalysis,
  type PartSums,
  type Plan,
} from './gradient-groups.ts';
import { makeProjection, project } from './projection.ts';
import * as tf from './tf.ts';
import { lossAndGradients } from './vlm.ts';
import { byName } from './webgpu/arena.ts';
import { makeWebGpuGradientAnalysis } from './webgpu/gradient-analysis.ts';
import { isWebGpu } from './webgpu/kernel.ts';

export interface AnalysisOptions {
  /** Of the projection: a whole number. One seed for everything that is compared. */
  readonly seed: number;
  /** Numbers of a projection: a power of two from 256 to 4096, default 4096. */
  readonly dimensions?: number;
  /** About how many numbers a sample has: from 1 on, default 4096. */
  readonly coordinates?: number;
  /** Names of the groups of examples. Each holds as many numbers as the model. */
  readonly groups: readonly string[];
  /** Those that keep the sum of squares as well, for `adam`. */
  readonly groupsWithSquares?: readonly string[];
}

/** On the backend that is active now. */
export function makeGradientAnalysis(model: AnalysedModel, options: AnalysisOptions): GradientAnalysis {
  const { seed, dimensions, coordinates, groups, groupsWithSquares = [] } = options;
  const projection = makeProjection(seed, dimensions);
  const book = new GroupBook(groups, groupsWithSquares);
  const space = analysisLayout(model.params, projection.dimensions);
  const parts = { projection, book, space, coordinates: drawCoordinates(space.layout, seed, coordinates) };
  return isWebGpu() ? makeWebGpuGradientAnalysis(model, parts) : makeHostGradientAnalysis(model, parts);
}

interface HostGroup {
  readonly sum: Float64Array;
  readonly squares: Float64Array | null;
}

function makeHostGradientAnalysis({ config, params }: AnalysedModel, { projection, book, space, coordinates }: AnalysisParts): GradientAnalysis {
  const { layout, ranges } = space;
  const groups = new Map<string, HostGroup>();
  for (const name of book.groups) {
    const squares = book.hasSquares(name) ? new Float64Array(layout.length) : null;
    groups.set(name, { sum: new Float64Array(layout.length), squares });
  }
  const groupOf = (name: string): HostGroup => groups.get(name) ?? { sum: new Float64Array(), squares: null };

  /** What is asked for is done one after the other, since later questions see what earlier ones add. */
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => T | Promise<T>): Promise<T> => {
    const result = last.then(work);
    last = result.catch(() => undefined); // whoever asked sees the rejection
    return result;
  };

  const sumByPart = (term: (i: number) => number, factor = 1): PartSums => {
    const sums = ranges.map(({ start, end }) => {
      let sum = 0;
      for (let i = start; i < end; i++) sum += term(i);
      return sum;
    });
    return partSums(sums, factor);
  };
  const dot = (a: Float64Array, b: Float64Array, factor: number): PartSums => sumByPart((i) => (a[i] ?? 0) * (b[i] ?? 0), factor);

  /** The gradient of an example, flat, and its loss. */
  async function gradientOf(micro: MicroBatch): Promise<{ loss: number; g: Float64Array }> {
    const { loss, tokenLoss, gradients } = lossAndGradients(params, config, micro, { languageWeight: 1, readingWeight: 0 });
    try {
      const g = new Float64Array(layout.length);
      for (const { name, start } of layout.slots) g.set((await gradients[name]?.data<'float32'>()) ?? [], start);
      return { loss: (await loss.data<'float32'>())[0] ?? Number.NaN, g };
    } finally {
      tf.dispose([loss, tokenLoss, gradients]);
    }
  }

  function adamDot(g: Float64Array, { moments, momentsFactor, against, factor }: NonNullable<Plan['adam']>): PartSums {
    const { beta1, beta2, epsilon } = ADAM;
    const { sum, squares } = groupOf(moments);
    const other = groupOf(against).sum;
    const update = (i: number): number => {
      const gi = g[i] ?? 0;
      const m = (sum[i] ?? 0) * momentsFactor;
      const v = (squares?.[i] ?? 0) * momentsFactor;
      return ((1 - beta1) * gi + beta1 * m) / (Math.sqrt((1 - beta2) * gi * gi + beta2 * v) + epsilon);
    };
    return sumByPart((i) => update(i) * (other[i] ?? 0), factor);
  }

  function addTo({ sum, squares }: HostGroup, g: Float64Array, weight: number): void {
    for (let i = 0; i < g.length; i++) {
      const gi = g[i] ?? 0;
      sum[i] = (sum[i] ?? 0) + weight * gi;
      if (squares !== null) squares[i] = (squares[i] ?? 0) + weight * gi * gi;
    }
  }

  async function answer(micro: MicroBatch, plan: Plan): Promise<ExampleGradient> {
    const { loss, g } = await gradientOf(micro);
    const result = {
      loss,
      normSquared: dot(g, g, 1),
      dots: Object.fromEntries(plan.dots.map(({ group, factor }) => [group, dot(g, groupOf(group).sum, factor)])),
      adam: plan.adam === null ? null : adamDot(g, plan.adam),
      projection: plan.isProjected ? Float32Array.from(project(g, projection)) : null,
      sample: plan.isSampled ? Float32Array.from(coordinates.places, (place) => g[place] ?? 0) : null,
    };
    if (plan.addTo !== null) addTo(groupOf(plan.addTo), g, plan.weight);
    return result;
  }

  return {
    sampleWeights: coordinates.weights,
    async example(micro, question = {}) {
      checkExample(micro, config);
      const plan = book.plan(question);
      return inTurn(() => answer(micro, plan));
    },
    async products(a, b) {
      const factor = book.factor(a) * book.factor(b);
      return inTurn(() => dot(groupOf(a).sum, groupOf(b).sum, factor));
    },
    async sum(group) {
      const weight = book.weight(group);
      const named = (numbers: Float64Array): Record<string, Float32Array> => byName(Float32Array.from(numbers), layout);
      return inTurn(() => {
        const { sum, squares } = groupOf(group);
        return { weight, gradients: named(sum), squares: squares === null ? null : named(squares) };
      });
    },
    clear(group) {
      book.clear(group);
      void inTurn(() => {
        const { sum, squares } = groupOf(group);
        sum.fill(0);
        squares?.fill(0);
      });
    },
    dispose: () => groups.clear(),
  };
}
