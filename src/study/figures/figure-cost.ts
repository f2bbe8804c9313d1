/**
 * What a figure costs on a device before it is made: a few steps and answers are timed there (figure-timing.ts), and counts of operations (flops.ts) carry
 * those times over to all runs of the figure. Pure. Ours; the aim is a factor of two, and what it was in the end is kept in the result.
 *
 * A step takes a fixed time and a time per operation. Two runs tell them apart, the one with the fewest operations per step and the one with the most; where a
 * figure has steps of one size only, time is in proportion.
 */
import { measureMs } from '../analysis/measurement-cost.ts';
import { DECODE_BATCH, evaluationExample } from '../evaluate.ts';
import { flopsOfRun } from '../flops.ts';
import { tasksOfRun } from '../joint.ts';
import { totalSteps } from '../run-spec-schema.ts';
import type { RunSpec } from '../run-spec.ts';
import { runDigest } from '../switch-run.ts';
import { taskInfo } from '../../tasks/task-spec.ts';
import { MODALITIES } from '../../tasks/task.ts';
import type { Measures } from './figure.ts';

/** What a device needs for one run. */
export interface RunTiming {
  /** Operations of a step, the mean over the run. */
  readonly flops: number;
  readonly stepMs: number;
  /** From weights to the first step, the step itself left out. */
  readonly startMs: number;
}

/** What a device needs for a batch of answers: before the first token, and for each. */
export interface AnswerTiming {
  readonly promptMs: number;
  readonly tokenMs: number;
}

export interface RunCost {
  /** `runDigest`: names the run. */
  readonly digest: string;
  /** Start, steps and what is measured on the way. */
  readonly trainMs: number;
  readonly evaluateMs: number;
  readonly ms: number;
}

export interface FigureEstimate {
  readonly backend: string;
  readonly adapter: string;
  /** Runs that are still to be made. */
  readonly runs: readonly RunCost[];
  /** Runs of the figure that are there. */
  readonly knownRuns: number;
  readonly ms: number;
  /** Of the largest run on the GPU; null where the device names no limits. */
  readonly memoryBytes: number | null;
  /** Of the checkpoint that is kept while a run is made. */
  readonly storedBytes: number;
}

export function stepFlops(spec: RunSpec): number {
  return flopsOfRun(spec) / totalSteps(spec);
}

/** The runs to time: that with the fewest operations per step, and that with the most where they differ. */
export function runsToTime(specs: readonly RunSpec[]): readonly RunSpec[] {
  const byCost = specs.map((spec) => ({ spec, flops: stepFlops(spec) })).sort((a, b) => a.flops - b.flops);
  const [least, most] = [byCost[0], byCost.at(-1)];
  if (least === undefined || most === undefined) return [];
  return most.flops > ALIKE * least.flops ? [least.spec, most.spec] : [most.spec];
}

/** Ours: steps whose operations differ by less take the same time as far as can be measured. */
const ALIKE = 1.05;

/** Milliseconds of a step with so many operations. `timings`: one or two, ascending. */
export function stepMsAt(flops: number, timings: readonly Pick<RunTiming, 'flops' | 'stepMs'>[]): number {
  const [first, second] = timings;
  if (first === undefined) throw new Error('internal: a cost without timings');
  if (second === undefined) return (first.stepMs * flops) / first.flops;
  const slope = Math.max(0, (second.stepMs - first.stepMs) / (second.flops - first.flops));
  return Math.max(0, first.stepMs + slope * (flops - first.flops));
}

export function runCost(spec: RunSpec, measures: Measures, timings: readonly RunTiming[], answers: AnswerTiming): RunCost {
  const stepMs = stepMsAt(stepFlops(spec), timings);
  const startMs = Math.min(...timings.map((timing) => timing.startMs));
  const perRows = { stepMs, batchSize: spec.batchSize };
  const { points, examples, hasLosses, hasGradients, hasAttributions = false } = measures;
  const backwardMs = measureMs('gradients', examples, perRows); // forward and backward, an example at a time
  const measuredMs = Number(hasLosses) * measureMs('losses', examples, perRows) + Number(hasGradients) * backwardMs;
  // Up to four parts of an answer of one level are as many passes as two rounds on two levels; at the end as many again on fresh weights.
  const attributedMs = Number(hasAttributions) * (points + 1) * backwardMs;
  const trainMs = startMs + totalSteps(spec) * stepMs + points * measuredMs + attributedMs;
  const { batches, tokens } = answerCounts(spec, measures);
  const evaluateMs = batches * answers.promptMs + tokens * answers.tokenMs;
  return { digest: runDigest(spec), trainMs, evaluateMs, ms: trainMs + evaluateMs };
}

/** In a batch there is often a row that wanders off, up to where answers are cut (evaluate.ts). */
const WANDERED_TOKENS = 16;

/** Batches of answers in the evaluation at the end, and the tokens of their longest rows: as long as the right answers to the first examples, and some. */
export function answerCounts(
  spec: RunSpec,
  { isConvertAsked, hasFailures = false }: Pick<Measures, 'isConvertAsked' | 'hasFailures'>,
): { readonly batches: number; readonly tokens: number } {
  const perCell = Math.ceil(spec.evaluation.examples / DECODE_BATCH);
  const kinds = [...MODALITIES, ...(isConvertAsked ? (['image-via-text'] as const) : [])];
  const examples = Array.from({ length: Math.min(DECODE_BATCH, spec.evaluation.examples) }, (_, index) => index);
  const asked = tasksOfRun(spec).flatMap((task) => taskInfo(task.id).levels.map((level) => ({ task, level })));
  // Failures are those of answers to HARD of the run's own task, which are written again.
  const longest = [...asked, ...(hasFailures ? [{ task: spec.task, level: 'hard' as const }] : [])].flatMap(({ task, level }) => {
    const cells = examples.map((index) => evaluationExample({ task }, level, index));
    return kinds.map((kind) => WANDERED_TOKENS + Math.max(...cells.map((example) => example.compact(kind).response.length)));
  });
  return { batches: perCell * longest.length, tokens: perCell * longest.reduce((sum, tokens) => sum + tokens, 0) };
}

/** How much of an estimate is done: finished runs, and of the run under way steps and evaluation. In 0..1. */
export function shareDone(
  { runs, ms }: Pick<FigureEstimate, 'runs' | 'ms'>,
  isDone: (digest: string) => boolean,
  current: { readonly digest: string; readonly stepShare: number; readonly answerShare: number } | null,
): number {
  if (ms <= 0) return 1;
  const done = runs.reduce((sum, run) => {
    if (isDone(run.digest)) return sum + run.ms;
    return run.digest === current?.digest ? sum + current.stepShare * run.trainMs + current.answerShare * run.evaluateMs : sum;
  }, 0);
  return Math.min(1, done / ms);
}

/** Ours: before so much of the work is done, its own pace says less than the estimate does. */
const PACE_FROM = 0.03;

/** Milliseconds left, by the pace since `from` (the share done when this turn began), else by the estimate. */
export function leftMs(estimatedMs: number, share: number, { from, elapsedMs }: { readonly from: number; readonly elapsedMs: number }): number {
  const done = share - from;
  return done >= PACE_FROM ? (elapsedMs * (1 - share)) / done : estimatedMs * (1 - share);
}
