/**
 * The gradients of a trained model on SIMPLE and HARD examples, and how they agree (S2H, section 5 and appendix H; spec/s2h 7). Training on simple
 * examples lowers the loss on hard ones as far as the mean gradients point the same way: Theorem H.1 says that the drop of the hard loss by a small
 * SGD step on a simple example, over the drop by one on a hard example, is the alignment score A.
 *
 * Two rounds over all examples, one at a time, 4 n forward and backward passes. The first adds up the mean gradients and keeps 4096 projected numbers
 * and 4096 numbers as they are of each gradient; the second takes the products with the mean gradients, and Eq. 8, which needs them. All products are
 * those of the full space; what was kept of each example gives the estimates beside them (as the paper's, by projection) and the interval of Eq. 8.
 *
 * Cost of an example in a round: a training step of batch size 1 and a read-back of a few KB; on wasm, besides, some ten operations in JavaScript per
 * parameter, and log2(k) more for the projection. With the default task, on two busy cores: wasm 0.1 s (`micro`) and 0.7 s (`nano`), software WebGPU
 * 0.2 s and 1.2 s, so 200 examples of `nano` on wasm are 10 minutes. Memory beside the passes: four times the model on WebGPU; eight times on wasm,
 * where sums are doubles.
 *
 * The examples are of the `eval` split with a seed of their own, so they are the same for every checkpoint and every run with the same task settings.
 */
import { fault, InputError } from '../../lib/errors.ts';
import type { Engine } from '../../model/backend.ts';
import type { MicroBatch } from '../../model/batch.ts';
import { makeGradientAnalysis } from '../../model/gradient-analysis.ts';
import type { AnalysedModel, ExampleGradient, GradientAnalysis } from '../../model/gradient-groups.ts';
import { exampleAt } from '../../tasks/examples.ts';
import type { Level, RecordKind } from '../../tasks/task.ts';
import type { RunSpec } from '../run-spec.ts';
import { packRows } from '../sequences.ts';
import { adamAlignment, estimateAdam } from './adam-statistics.ts';
import { gradientScores, noiseShare, productsOfVectors, SCORES, type GroupDraws, type Products, type Score } from './alignment-statistics.ts';
import { drawResamples, meanWithInterval, type BootstrapOptions, type Interval } from './bootstrap.ts';

/** Seed of the examples of every probe: ours, any fixed number but the one of evaluations, so that a probe's examples are not those that were scored. */
export const PROBE_SEED = 1;

/** Examples whose answers are awaited at once, so that a GPU has work while numbers travel. Ours. */
const AHEAD = 4;

export interface GradientProbeOptions {
  /** Nothing may train it meanwhile. Belongs to the caller. */
  readonly model: AnalysedModel;
  /** Whose task the examples are of. */
  readonly spec: Pick<RunSpec, 'task'>;
  /** Steps the model was trained for, for the record. */
  readonly step: number;
  readonly engine: Pick<Engine, 'check'>;
  /** Per level, at least 2. The paper does not say; 200 are advised (spec/s2h 7). */
  readonly examples: number;
  readonly bootstrap: BootstrapOptions;
  /** `dimension`: a power of two from 256 to 4096, the paper's 4096. One seed for all that is compared. */
  readonly projection: { readonly dimension: number; readonly seed: number };
  /** Plays SIMPLE; default 'simple'. */
  readonly simpleLevel?: Level;
  /** Plays HARD; default 'hard'. */
  readonly hardLevel?: Level;
  /** Records without conversion; the paper's and the default are pictures. */
  readonly record?: Extract<RecordKind, 'image' | 'text'>;
  /** Of the CoT, what the responses hold; default 1, 0 for runs that are to answer without. */
  readonly cotShare?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: GradientProbeProgress) => void;
}

/** Forward and backward passes. */
export interface GradientProbeProgress {
  readonly done: number;
  readonly total: number;
}

export const PROBE_SCORES = [...SCORES, 'adamAlignment'] as const;
/** `adamAlignment`: Eq. 8. The others: alignment-statistics.ts. */
export type ProbeScore = (typeof PROBE_SCORES)[number];

/** Null: not defined, as the Adam score may be (adam-statistics.ts). */
export type ProbeScores<T> = Readonly<Record<Score, T>> & { readonly adamAlignment: T | null };

/** Plain data. Norms are in nats per unit of weight. */
export interface GradientProbe {
  readonly step: number;
  readonly record: 'image' | 'text';
  readonly cotShare: number;
  readonly levels: { readonly simple: Level; readonly hard: Level };
  /** Per level. */
  readonly examples: number;
  readonly exampleSeed: number;
  readonly bootstrap: BootstrapOptions;
  readonly projection: { readonly dimension: number; readonly seed: number };
  /** Mean loss of the examples, nats per token. */
  readonly loss: { readonly simple: Interval; readonly hard: Interval };
  /** In the full space. */
  readonly exact: ProbeScores<Interval>;
  /** By the projection; `adamAlignment` by about as many numbers of the gradients themselves, since no projection keeps squares. */
  readonly estimated: ProbeScores<Interval>;
  /** |estimated - exact| / |exact| of the values; null where one of them is not defined. */
  readonly relativeError: ProbeScores<number>;
  /** How much of <g_s, g_s> and of <g_h, g_h> is the luck of so few examples (`noiseShare`). */
  readonly noiseShare: { readonly simple: number; readonly hard: number };
}

/** Null when cancelled. Throws an InputError for options out of range and for a model whose gradients are not numbers or all zero. */
export async function probeGradients(options: GradientProbeOptions): Promise<GradientProbe | null> {
  const { model, examples, projection, signal } = options;
  if (!Number.isInteger(examples) || examples < 2) throw new InputError(fault('gradient probe', 'at least 2 examples', examples));
  const { seed, dimension } = projection;
  const draws = { simple: drawResamples(examples, 'simple', options.bootstrap), hard: drawResamples(examples, 'hard', options.bootstrap) };
  const groups = { seed, dimensions: dimension, coordinates: dimension, groups: ['simple', 'hard'], groupsWithSquares: ['simple'] };
  const analysis = makeGradientAnalysis(model, groups);
  try {
    return summarise(options, draws, analysis.sampleWeights, await askTwice(analysis, options));
  } catch (error) {
    if (signal?.aborted === true) return null;
    throw error;
  } finally {
    analysis.dispose();
  }
}

type Group = 'simple' | 'hard';
type Answers = Readonly<Record<Group, readonly ExampleGradient[]>>;

/** Both rounds. */
async function askTwice(analysis: GradientAnalysis, options: GradientProbeOptions): Promise<{ readonly first: Answers; readonly second: Answers }> {
  const { examples, onProgress } = options;
  const total = 4 * examples;
  let done = 0;
  onProgress?.({ done, total });
  const round = async (micros: Iterable<MicroBatch>, ask: (micro: MicroBatch) => Promise<ExampleGradient>): Promise<ExampleGradient[]> => {
    const answers: ExampleGradient[] = [];
    for await (const answer of inOrder(micros, ask, options)) {
      answers.push(answer);
      done += 1;
      onProgress?.({ done, total });
    }
    return answers;
  };
  const add = (group: Group) => (micro: MicroBatch) => analysis.example(micro, { addTo: group, isProjected: true, isSampled: true });
  const first = { simple: await round(microsOf('simple', options), add('simple')), hard: await round(microsOf('hard', options), add('hard')) };
  checkGradients(first);
  const multiply = (micro: MicroBatch): Promise<ExampleGradient> =>
    analysis.example(micro, { dotWith: ['simple', 'hard'], adam: { moments: 'simple', against: 'hard' } });
  const second = { simple: await round(microsOf('simple', options), multiply), hard: await round(microsOf('hard', options), multiply) };
  return { first, second };
}

/** The examples of a group, made when they are asked for. */
function* microsOf(group: Group, options: GradientProbeOptions): Generator<MicroBatch> {
  const { spec, examples, record = 'image', cotShare = 1 } = options;
  const level = levelsOf(options)[group];
  for (let index = 0; index < examples; index++) {
    const example = exampleAt({ task: spec.task.id, level, split: 'eval', seed: PROBE_SEED, index }, spec.task);
    yield packRows([{ example, kind: record, cotShare }], 1);
  }
}

function levelsOf({ simpleLevel = 'simple', hardLevel = 'hard' }: GradientProbeOptions): Readonly<Record<Group, Level>> {
  return { simple: simpleLevel, hard: hardLevel };
}

const macrotask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** Answers in order, a few of them under way. Between two of them messages are handled. Throws when it is cancelled or the device is lost. */
async function* inOrder(
  micros: Iterable<MicroBatch>,
  ask: (micro: MicroBatch) => Promise<ExampleGradient>,
  { engine, signal }: GradientProbeOptions,
): AsyncGenerator<ExampleGradient> {
  const pending: Promise<ExampleGradient>[] = [];
  const next = async (): Promise<ExampleGradient | null> => {
    const answer = (await pending.shift()) ?? null;
    engine.check();
    return answer;
  };
  try {
    for (const micro of micros) {
      await macrotask();
      signal?.throwIfAborted();
      engine.check();
      const answer = ask(micro);
      answer.catch(() => undefined); // whoever awaits it sees the rejection
      pending.push(answer);
      const oldest = pending.length < AHEAD ? null : await next();
      if (oldest !== null) yield oldest;
    }
    for (let oldest = await next(); oldest !== null; oldest = await next()) yield oldest;
  } finally {
    await Promise.allSettled(pending); // they use what is freed next
  }
}

/** Gradients that are not numbers would spoil the sums of their groups, and zeros have no direction. */
function checkGradients(answers: Answers): void {
  for (const [group, gradients] of Object.entries(answers)) {
    const norms = gradients.map(({ normSquared }) => normSquared.all);
    if (!norms.every(Number.isFinite) || norms.every((norm) => norm === 0)) {
      const shown = norms.map(String).slice(0, 3).join(', ');
      throw new InputError(fault('gradient probe', `finite gradients of ${group} examples, not all zero`, shown, 'choose another checkpoint'));
    }
  }
}

function summarise(
  options: GradientProbeOptions,
  draws: GroupDraws,
  weights: Float64Array,
  { first, second }: Awaited<ReturnType<typeof askTwice>>,
): GradientProbe {
  const { step, record = 'image', cotShare = 1, examples, bootstrap, projection } = options;
  const kept = (group: Group, what: 'projection' | 'sample'): Float32Array[] => first[group].map((answer) => answer[what] ?? new Float32Array());
  const sampled = estimateAdam({ simple: kept('simple', 'sample'), hard: kept('hard', 'sample'), weights });
  const means = { numerator: adamMean(second.simple), denominator: adamMean(second.hard) };
  const products: Products = { simple: productsOf(second.simple), hard: productsOf(second.hard) };
  const exact = { ...gradientScores(products, draws), adamAlignment: adamAlignment(means, sampled, draws) };
  const projected = productsOfVectors(kept('simple', 'projection'), kept('hard', 'projection'));
  const estimated = { ...gradientScores(projected, draws), adamAlignment: adamAlignment(sampled, sampled, draws) };
  const error = (from: Interval, of: Interval): number => Math.abs(from.value - of.value) / Math.abs(of.value);
  const errors = Object.fromEntries(SCORES.map((score) => [score, error(estimated[score], exact[score])])) as Record<Score, number>; // one of each
  const [ownAdam, exactAdam] = [estimated.adamAlignment, exact.adamAlignment];
  const losses = (group: Group): Interval => meanWithInterval(first[group].map(({ loss }) => loss), draws[group]); // prettier-ignore
  return {
    step,
    record,
    cotShare,
    levels: levelsOf(options),
    examples,
    exampleSeed: PROBE_SEED,
    bootstrap: { resamples: bootstrap.resamples, seed: bootstrap.seed },
    projection: { dimension: projection.dimension, seed: projection.seed },
    loss: { simple: losses('simple'), hard: losses('hard') },
    exact,
    estimated,
    relativeError: { ...errors, adamAlignment: ownAdam === null || exactAdam === null ? null : error(ownAdam, exactAdam) },
    noiseShare: {
      simple: noiseShare(products.simple.normSquared, exact.normOfMeanSimple.value ** 2),
      hard: noiseShare(products.hard.normSquared, exact.normOfMeanHard.value ** 2),
    },
  };
}

function productsOf(answers: readonly ExampleGradient[]): Products['simple'] {
  const withGroup = (group: Group): number[] => answers.map(({ dots }) => dots[group]?.all ?? Number.NaN);
  return { normSquared: answers.map(({ normSquared }) => normSquared.all), withSimple: withGroup('simple'), withHard: withGroup('hard') };
}

function adamMean(answers: readonly ExampleGradient[]): number {
  return answers.reduce((sum, { adam }) => sum + (adam?.all ?? Number.NaN), 0) / answers.length;
}
