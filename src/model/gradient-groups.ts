/**
 * What both forms of the gradient analysis (gradient-analysis.ts, webgpu/gradient-analysis.ts) share: questions and answers, parts of the model, where a parameter
 * lies among all, and the book of what the groups of examples hold.
 */
import { fault, ShapeError } from '../lib/errors.ts';
import type { MicroBatch } from './batch.ts';
import type { VlmConfig } from './config.ts';
import type { Coordinates } from './coordinates.ts';
import { checkMicro } from './micro-inputs.ts';
import type { Params } from './params.ts';
import type { Projection } from './projection.ts';
import { layOut, type ArenaLayout } from './webgpu/arena.ts';

/** Parts of the model; `reading.*` is not among them: the language loss does not reach it. */
export const PARTS = ['vit', 'convnext', 'adapter', 'decoder'] as const;
export type Part = (typeof PARTS)[number];

/** A sum over all parameters, and over those of each part. */
export type PartSums = Readonly<Record<Part | 'all', number>>;

/** What is asked about the gradient g of an example. Products are with the groups as the calls before have left them. */
export interface ExampleQuestion {
  /** The group that g is added to. */
  readonly addTo?: string;
  /** The example's weight in that group, above 0. Default 1. */
  readonly weight?: number;
  /** True for `projection`. */
  readonly isProjected?: boolean;
  /** True for `sample`. */
  readonly isSampled?: boolean;
  /** Groups whose mean gradient is multiplied with g. Each must have examples. */
  readonly dotWith?: readonly string[];
  /** Eq. 8: <h(g), mean gradient of `against`> with the moments of the group `moments`, which must keep squares. */
  readonly adam?: { readonly moments: string; readonly against: string };
}

export interface ExampleGradient {
  /** The language loss of the example. */
  readonly loss: number;
  /** <g, g>. */
  readonly normSquared: PartSums;
  /** <g, mean gradient> by group. */
  readonly dots: Readonly<Record<string, PartSums>>;
  /** <h(g), mean gradient>; null when not asked for. */
  readonly adam: PartSums | null;
  /** `[k]` (projection.ts); null when not asked for. */
  readonly projection: Float32Array | null;
  /** g at the analysis's coordinates (coordinates.ts); null when not asked for. */
  readonly sample: Float32Array | null;
}

/** Weighted sums over the examples of a group, by parameter. */
export interface GroupSum {
  readonly weight: number;
  readonly gradients: Readonly<Record<string, Float32Array>>;
  /** Of g * g; null for a group that keeps none. */
  readonly squares: Readonly<Record<string, Float32Array>> | null;
}

export interface GradientAnalysis {
  /** How many numbers of the model each number of a `sample` stands for (coordinates.ts). */
  readonly sampleWeights: Float64Array;
  /**
   * One forward and backward pass. Several may be under way; they count in the order of the calls.
   *
   * @param micro - one example (batchSize 1); its loss weights say what loss is meant.
   */
  example(micro: MicroBatch, question?: ExampleQuestion): Promise<ExampleGradient>;
  /** <mean gradient of a, mean gradient of b>. */
  products(a: string, b: string): Promise<PartSums>;
  sum(group: string): Promise<GroupSum>;
  /** Empties a group. */
  clear(group: string): void;
  /** Frees what the analysis holds; not the model. */
  dispose(): void;
}

export interface AnalysedModel {
  readonly config: VlmConfig;
  /** On WebGPU they must keep their buffers while the analysis lives. */
  readonly params: Params;
}

/** Update of Adam in Eq. 8: beta 1 and 2, epsilon (spec/s2h 7). */
export const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

export interface AnalysisLayout {
  /** By part, in the order of the record within one. `length` is a multiple of the projection's chunk. */
  readonly layout: ArenaLayout;
  /** Where each of PARTS lies. */
  readonly ranges: readonly { readonly start: number; readonly end: number }[];
}

/** What an analysis is made of besides the model. */
export interface AnalysisParts {
  readonly projection: Projection;
  readonly coordinates: Coordinates;
  readonly book: GroupBook;
  readonly space: AnalysisLayout;
}

/** Where the parameters lie; it depends on nothing but their names, order and sizes, and so do projections. */
export function analysisLayout(params: Params, chunk: number): AnalysisLayout {
  const partOf = (name: string): string => name.split('.', 1)[0] ?? '';
  const stranger = Object.keys(params).find((name) => partOf(name) !== 'reading' && !(PARTS as readonly string[]).includes(partOf(name)));
  if (stranger !== undefined) throw new ShapeError(fault('analysisLayout', `parameters of ${PARTS.join(', ')}`, stranger));
  const byPart = PARTS.map((part) => Object.entries(params).filter(([name]) => partOf(name) === part));
  const { slots, length } = layOut(Object.fromEntries(byPart.flat()));
  const starts = PARTS.map((part) => slots.findIndex(({ name }) => partOf(name) === part)).map((first) => slots[first]?.start);
  // A part without parameters begins where the next one does.
  const begin = (part: number): number => starts.slice(part).find((start) => start !== undefined) ?? length;
  const ranges = PARTS.map((_, part) => ({ start: begin(part), end: begin(part + 1) }));
  return { layout: { slots, length: Math.ceil(length / chunk) * chunk }, ranges };
}

/** Sums of PARTS with their own sum, all times `factor`. */
export function partSums(sums: ArrayLike<number>, factor = 1): PartSums {
  const of = (part: Part): number => (sums[PARTS.indexOf(part)] ?? Number.NaN) * factor;
  const [vit, convnext, adapter, decoder] = [of('vit'), of('convnext'), of('adapter'), of('decoder')];
  return { vit, convnext, adapter, decoder, all: vit + convnext + adapter + decoder };
}

/** Throws unless it is one example that fits the model. */
export function checkExample(micro: MicroBatch, config: VlmConfig): void {
  if (micro.batchSize !== 1) throw new ShapeError(fault('gradient analysis', 'one example', `a batch of ${micro.batchSize}`));
  checkMicro(micro, config);
}

/** A question with everything filled in. Factors turn sums into means. */
export interface Plan {
  readonly addTo: string | null;
  readonly weight: number;
  readonly isProjected: boolean;
  readonly isSampled: boolean;
  readonly dots: readonly { readonly group: string; readonly factor: number }[];
  readonly adam: { readonly moments: string; readonly momentsFactor: number; readonly against: string; readonly factor: number } | null;
}

/** The weights that the groups hold, counted when the calls come. */
export class GroupBook {
  readonly #weights: Map<string, number>;
  readonly #withSquares: ReadonlySet<string>;

  constructor(groups: readonly string[], withSquares: readonly string[]) {
    this.#weights = new Map(groups.map((name) => [name, 0]));
    this.#withSquares = new Set(withSquares);
    for (const name of withSquares) this.weight(name);
  }

  get groups(): readonly string[] {
    return [...this.#weights.keys()];
  }

  hasSquares(name: string): boolean {
    return this.#withSquares.has(name);
  }

  weight(name: string): number {
    const weight = this.#weights.get(name);
    if (weight === undefined) throw new Error(fault('gradient analysis', `a group of ${this.groups.join(', ')}`, name));
    return weight;
  }

  /** 1 / weight, for the mean of a group. */
  factor(name: string): number {
    const weight = this.weight(name);
    if (weight === 0) throw new Error(fault('gradient analysis', `examples in the group ${name}`, 'none', 'add some first'));
    return 1 / weight;
  }

  clear(name: string): void {
    this.weight(name);
    this.#weights.set(name, 0);
  }

  /** Checks the question and books what it adds. */
  plan({ addTo, weight = 1, isProjected = false, isSampled = false, dotWith = [], adam }: ExampleQuestion): Plan {
    if (!(weight > 0 && weight < Number.POSITIVE_INFINITY)) throw new Error(fault('gradient analysis', 'a weight above 0', weight));
    if (adam !== undefined && !this.hasSquares(adam.moments)) {
      throw new Error(fault('gradient analysis', 'moments of a group with squares', adam.moments, 'name it in groupsWithSquares'));
    }
    const plan = {
      addTo: addTo ?? null,
      weight,
      isProjected,
      isSampled,
      dots: dotWith.map((group) => ({ group, factor: this.factor(group) })),
      adam: adam === undefined ? null : { ...adam, momentsFactor: this.factor(adam.moments), factor: this.factor(adam.against) },
    };
    if (addTo !== undefined) this.#weights.set(addTo, this.weight(addTo) + weight);
    return plan;
  }
}
