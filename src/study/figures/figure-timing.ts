/**
 * Times a device on the runs of a figure: a few steps, and a batch of answers, without keeping anything. What that makes of the whole figure is the business
 * of figure-cost.ts.
 */
import type { Engine } from '../../model/backend.ts';
import { makeDecoder } from '../../model/decode.ts';
import type { StoredTensor } from '../checkpoint.ts';
import { DECODE_BATCH, evaluationExample } from '../evaluate.ts';
import { disposeModel, makeModel } from '../model-setup.ts';
import type { TrainedModel } from '../model-setup.ts';
import { totalSteps } from '../run-spec-schema.ts';
import type { RunSpec } from '../run-spec.ts';
import { EOS_ID, packPrompts } from '../sequences.ts';
import { makeSession } from '../session.ts';
import type { BatchSource } from '../session-types.ts';
import { taskInfo } from '../../tasks/task-spec.ts';
import { stepFlops } from './figure-cost.ts';
import type { AnswerTiming, RunTiming } from './figure-cost.ts';

/**
 * Steps before, and timed. design/product 4.2 asks for some five. On WebGPU eight share a read-back (session.ts), and the first steps record what later ones
 * play; of two groups the faster one counts, since a shape that comes late is recorded once in a run.
 */
const STEPS = { webgpu: { before: 8, group: 8, groups: 2 }, other: { before: 2, group: 5, groups: 1 } } as const;

/** Two lengths of an answer: their difference is the time of the tokens between them. */
const ANSWER_TOKENS = [8, 40] as const;

export interface TimingOptions {
  readonly engine: Engine;
  readonly clock: () => number;
  readonly signal: AbortSignal;
  readonly baseWeights: (digest: string) => Promise<Readonly<Record<string, StoredTensor>>>;
  readonly batches: (spec: RunSpec) => BatchSource & { close(): void };
}

/** Times steps of a run and, with `isAnswering`, its answers. Null when it was cut off. Throws the error of a run that fails. */
export async function timeRun(
  spec: RunSpec,
  isAnswering: boolean,
  options: TimingOptions,
): Promise<{ readonly run: RunTiming; readonly answers: AnswerTiming | null } | null> {
  const { clock, signal } = options;
  const base = spec.base === null ? null : await options.baseWeights(spec.base);
  const startMs = clock();
  const model = makeModel(spec, base);
  const batches = options.batches(spec);
  try {
    const run = await timeSteps(spec, model, batches, startMs, options);
    const answers = isAnswering && !signal.aborted ? await timeAnswers(spec, model, options) : null;
    return signal.aborted ? null : { run, answers };
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  } finally {
    batches.close();
    disposeModel(model);
  }
}

async function timeSteps(spec: RunSpec, model: TrainedModel, batches: BatchSource, startMs: number, options: TimingOptions): Promise<RunTiming> {
  const { engine, clock, signal } = options;
  const { before, group, groups } = STEPS[engine.info.backend === 'webgpu' ? 'webgpu' : 'other'];
  const times: number[] = [];
  let failure = '';
  let firstMs: number | null = null;
  const session = makeSession({
    ...{ spec, model, engine, batches, restored: null, clock },
    onCheckpoint: () => Promise.resolve(null),
    stopAfterStep: Math.max(1, Math.min(before + group * groups, totalSteps(spec) - 1)), // never the end, which evaluates
    emit(event) {
      if (event.kind === 'state' && event.state === 'failed') failure = event.message ?? '';
      if (event.kind !== 'metrics') return;
      firstMs ??= clock() - startMs;
      times.push(...event.points.map(({ stepMs }) => stepMs));
    },
  });
  const stop = (): void => void session.stop();
  signal.addEventListener('abort', stop);
  session.start();
  const state = await session.done;
  signal.removeEventListener('abort', stop);
  if (state === 'failed') throw new Error(failure);
  const stepMs = fastestMean(times.slice(times.length > before ? before : -1), group);
  // Steps of the first read-back take what they take later, and the rest was the start.
  const firstSteps = engine.info.backend === 'webgpu' ? Math.min(before, times.length) : 1;
  return { flops: stepFlops(spec), stepMs, startMs: Math.max(0, (firstMs ?? 0) - firstSteps * stepMs) };
}

/** The least mean of the groups; a last group that is not full counts with those before it alone. */
export function fastestMean(times: readonly number[], group: number): number {
  const starts = Array.from({ length: Math.max(1, Math.floor(times.length / group)) }, (_, i) => i * group);
  const means = starts.map((start) => {
    const part = times.slice(start, start + group);
    return part.reduce((sum, time) => sum + time, 0) / Math.max(1, part.length);
  });
  return Math.min(...means);
}

/** A batch of answers to pictures of the last level, each length twice: the first time is for recordings. */
async function timeAnswers(spec: RunSpec, model: TrainedModel, { clock, signal }: TimingOptions): Promise<AnswerTiming> {
  const { levels } = taskInfo(spec.task.id);
  const level = levels.at(-1) ?? 'simple';
  const rows = Math.min(DECODE_BATCH, spec.evaluation.examples);
  const prompts = packPrompts(
    Array.from({ length: rows }, (_, index) => ({ example: evaluationExample(spec, level, index), kind: 'image' as const })),
  );
  const decoder = makeDecoder(model.params, model.config);
  const timed: { tokens: number; ms: number }[] = [];
  try {
    for (const maxNewTokens of ANSWER_TOKENS) {
      await decoder.decode(prompts, { maxNewTokens, eosId: EOS_ID, signal });
      const startMs = clock();
      const answers = await decoder.decode(prompts, { maxNewTokens, eosId: EOS_ID, signal });
      timed.push({ tokens: Math.max(1, ...answers.map(({ length }) => length)), ms: clock() - startMs });
    }
  } finally {
    decoder.dispose();
  }
  return answerTiming(timed);
}

/** From batches with answers of two lengths. Where they came out alike (all rows ended early), all of the time is the tokens'. */
export function answerTiming(timed: readonly { readonly tokens: number; readonly ms: number }[]): AnswerTiming {
  const [short, long] = [timed[0], timed.at(-1)];
  if (short === undefined || long === undefined) throw new Error('internal: no answers were timed');
  if (long.tokens <= short.tokens) return { promptMs: 0, tokenMs: long.ms / long.tokens };
  const tokenMs = Math.max(0, (long.ms - short.ms) / (long.tokens - short.tokens));
  return { promptMs: Math.max(0, short.ms - short.tokens * tokenMs), tokenMs };
}
