/**
 * A training session: the loop over steps with start, pause, resume, single step and stop. It knows no DOM, no worker and no clock of its own, so the
 * same code runs in the trainer worker and in Node. What it decides: when to read numbers back, when to evaluate, when to write a checkpoint, and when
 * a run must end (device lost, a number that is not finite).
 *
 * Everything happens at step edges: between two steps the loop gives way to other tasks and looks at what was asked of it. A checkpoint at an edge plus
 * batches that are a pure function of the step make resuming bit-exact.
 *
 * The session uses the model and the optimiser but does not own them: the caller frees them (model-setup.ts, `disposeModel`).
 */
import { DeviceError, toWireError } from '../lib/errors.ts';
import type { Engine } from '../model/backend.ts';
import type { Batch } from '../model/batch.ts';
import { failureModes } from './analysis/failure-modes.ts';
import type { FailureSummary } from './analysis/failure-modes.ts';
import { measureModel } from './analysis/measure.ts';
import { measuredField, NO_MEASUREMENTS, withMeasurement } from './analysis/measurements.ts';
import type { Measurement, MeasureKind } from './analysis/measurements.ts';
import { objectivesAt } from './batcher.ts';
import { firstNonFinite, NO_PROGRESS } from './checkpoint.ts';
import type { Checkpoint, Progress, StoredTensor } from './checkpoint.ts';
import { makeCheckpointTiming } from './checkpoint-timing.ts';
import type { CheckpointTimes } from './checkpoint-timing.ts';
import { evaluateModel } from './evaluate.ts';
import type { CellQuestion } from './evaluate.ts';
import type { EvaluationResult, LossPoint, PromptMode, RunState, SessionEvent } from './events.ts';
import { makeSpeedometer } from './metrics.ts';
import { resetOptimizer, storedWeights } from './model-setup.ts';
import type { Model, TrainedModel } from './model-setup.ts';
import { isFreshStart, rowsSeen } from './phases.ts';
import { totalSteps } from './run-spec-schema.ts';
import type { RunSpec } from './run-spec.ts';
import type { SnapshotPlan } from './snapshots.ts';
import { learningRateOf, readStep, tokensOf, trainStep } from './train-step.ts';
import type { PendingStep, StepNumbers } from './train-step.ts';

/** Where batches come from: renderer workers that keep ahead, or `batchAt` in place. */
export interface BatchSource {
  next(step: number): Promise<Batch>;
}

export interface SessionOptions {
  readonly spec: RunSpec;
  readonly model: TrainedModel;
  readonly engine: Engine;
  readonly batches: BatchSource;
  /** How far a restored run is; null = at the beginning. */
  readonly restored: Progress | null;
  /** Milliseconds from any fixed point. */
  readonly clock: () => number;
  readonly emit: (event: SessionEvent) => void;
  /**
   * Stores a checkpoint; resolves when it is safe, with null when it could not be stored but training may go on (storage full). A rejection stops the
   * run.
   */
  readonly onCheckpoint: (checkpoint: Checkpoint) => Promise<{ readonly generation: number; readonly bytes: number } | null>;
  /** Weights to hand over along the way; null = none, which costs nothing. */
  readonly snapshots?: SnapshotPlan | null;
  /** Checkpoints by time too, as people need them. Default: null, by steps alone. */
  readonly checkpointTimes?: CheckpointTimes | null;
  /** Steps between read-backs of the log's numbers. Default: 8 on WebGPU, where a read-back waits for the GPU, else 1. */
  readonly readbackEverySteps?: number;
  /** Stops (with a checkpoint) once this many steps are done, although the run is longer. */
  readonly stopAfterStep?: number;
}

export interface Session {
  /** Runs from where it is to the end. Does nothing when it runs already. */
  start(): void;
  /** Resolves with the number of steps done once the loop stands still. Cuts off an evaluation that was due; it is made again on `resume`. */
  pause(): Promise<number>;
  resume(): void;
  /** One step, then paused. */
  step(): Promise<number>;
  /** Ends the run at the next step edge with a checkpoint; cancels an evaluation. */
  stop(): Promise<number>;
  /** Writes a checkpoint at the next step edge; resolves with its generation, or null when there is nothing new or no room. */
  checkpoint(): Promise<number | null>;
  /** Runs `work` at the next step edge, when nothing else uses the model: attribution, a look at the weights. */
  atEdge<T>(work: () => Promise<T>): Promise<T>;
  /** Evaluates now, at the next step edge, and stores the result; null when it was cancelled. Pictures are asked in each of `prompts`, by default directly alone. */
  evaluate(examples: number, prompts?: readonly PromptMode[]): Promise<EvaluationResult | null>;
  /**
   * Losses or gradients at the next step edge, `examples` per level, stored with the run; replaces those of the same step. Null when cancelled. With
   * `past`, of the run as it was.
   */
  measure(what: MeasureKind, examples: number, past?: PastModel | null): Promise<Measurement | null>;
  /** How the run fails, or failed, in one cell of the evaluation, at the next step edge; nothing is stored. Null when cancelled. */
  failures(question: CellQuestion, examples: number, past?: PastModel | null): Promise<ListedFailures | null>;
  /** Cuts off evaluations, measurements and lists of failures, under way or still waiting for their step edge; false when there are none. */
  cancelEvaluation(): boolean;
  state(): RunState;
  progress(): Progress;
  /** Resolves when the run is finished, stopped or failed. */
  readonly done: Promise<RunState>;
}

/** Ours: the loss was told 60-90 ms after a crash of the GPU process (Chromium 156, design/reliability 2.1). */
const LOSS_NOTICE_MS = 200;
/** Ours: on WebGPU a read-back costs a round trip of some milliseconds, eight steps hide it. */
const GPU_READBACK_STEPS = 8;

/** Failures, and after how many steps. */
export interface ListedFailures {
  readonly step: number;
  readonly summary: FailureSummary;
}

/** The run as it was after `step` steps. The model belongs to whoever gives it, and stands still until the answer. */
export interface PastModel {
  readonly step: number;
  model(): Promise<Model>;
}

/** Work asked for at a step edge. */
interface Errand {
  run(): Promise<void>;
}

/** An evaluation, a measurement or a list of failures, wanted or under way. Due: by the spec, else a person asked. */
interface Question {
  readonly abort: AbortController;
  readonly isDue: boolean;
}

type Wish = 'run' | 'pause' | 'step' | 'stop';

export function makeSession(options: SessionOptions): Session {
  const { spec, model, engine, batches, clock, emit } = options;
  const total = totalSteps(spec);
  const limit = Math.min(total, options.stopAfterStep ?? total);
  const readbackSteps = options.readbackEverySteps ?? (engine.info.backend === 'webgpu' ? GPU_READBACK_STEPS : 1);
  const restored = options.restored ?? NO_PROGRESS;
  const points: LossPoint[] = [...restored.points];
  const evaluations: EvaluationResult[] = [...restored.evaluations];
  let measured = restored.measured ?? NO_MEASUREMENTS;
  const speed = makeSpeedometer();
  const errands: Errand[] = [];
  let { step, tokens, trainedMs } = restored;
  let savedStep = options.restored === null ? -1 : step;
  const timing = makeCheckpointTiming({ everySteps: spec.checkpointEverySteps, times: options.checkpointTimes ?? null, clock, step });
  const stepsToKeep = new Set(options.snapshots?.steps ?? []);
  /** Time that measuring kernels took since the last read-back: no part of the steps. */
  let tunedMs = 0;
  /** True when something is worth a checkpoint: a step, an evaluation, a measurement. */
  let isDirty = false;
  /** False until the first one is safe: a run that was paused before its first step can still be exported. */
  let hasCheckpoint = options.restored !== null;
  let state: RunState = 'idle';
  /** How the run ended; null while it can go on. `state` does not tell: a run that has ended may be evaluated again. */
  let ended: RunState | null = null;
  let wish: Wish = 'pause';
  let isLooping = false;
  const questions = new Set<Question>();
  let overQueue: Promise<void> = Promise.resolve();
  let waiting: { pending: PendingStep; startMs: number; point: Pick<LossPoint, 'step' | 'learningRate' | 'examplesSeen' | 'tokens'> }[] = [];
  let stillListeners: (() => void)[] = [];
  let finish: (state: RunState) => void = () => undefined;
  const done = new Promise<RunState>((resolve) => {
    finish = resolve;
  });

  function setState(next: RunState, message: string | null = null): void {
    state = next;
    emit({ kind: 'state', state, step, message });
  }

  const isOver = () => ended !== null;
  const isEvaluated = () => evaluations.some((result) => result.step === step);
  const currentProgress = (): Progress => ({
    ...{ step, tokens, trainedMs, points: [...points], evaluations: [...evaluations] },
    ...measuredField(measured),
  });

  /** Runs until there is nothing to do: the end, a pause, a stop or a failure. */
  async function loop(): Promise<void> {
    if (isLooping || isOver()) return;
    isLooping = true;
    if (!isDirty) timing.began();
    try {
      await edgeDuties();
      while (wish !== 'stop' && (wish === 'run' || wish === 'step') && step < limit) {
        if (state !== 'running') setState('running');
        await oneStep();
        if (wish === 'step') wish = 'pause';
        await edgeDuties();
        await macrotask();
      }
      await runErrands();
      if (step < total && (wish === 'stop' || step >= limit)) await end('stopped', `Stopped after ${step} of ${total} steps.`);
      else if (step >= total && (wish !== 'pause' || isEvaluated())) await end('finished', null);
      else {
        await flush();
        setState('paused');
      }
    } catch (error) {
      await fail(error);
    } finally {
      isLooping = false;
      const listeners = stillListeners;
      stillListeners = [];
      for (const listener of listeners) listener();
      // A wish or an errand may have come while the loop was already on its way out.
      if (isOver()) runErrandsWhenOver();
      else if (wish !== 'pause' || errands.length > 0) void loop();
    }
  }

  async function oneStep(): Promise<void> {
    engine.check();
    const startMs = clock();
    const batch = await batches.next(step);
    if (batch.step !== step) throw new Error(`internal: the batch of step ${batch.step} came for step ${step}`);
    const learningRate = learningRateOf(spec, step);
    if (isFreshStart(spec, step)) resetOptimizer(model);
    const pending = await trainStep(model.passes, batch, objectivesAt(spec, step), learningRate);
    const tuningFrom = clock();
    await model.passes.tune(clock);
    tunedMs += clock() - tuningFrom;
    step += 1;
    isDirty = true;
    const stepTokens = tokensOf(batch);
    tokens += stepTokens;
    const examplesSeen = rowsSeen(spec, step);
    waiting.push({ pending, startMs, point: { step, learningRate, examplesSeen, tokens: stepTokens } });
    if (waiting.length >= readbackSteps || step >= limit || wish !== 'run') await flush();
  }

  /** Brings the waiting steps' numbers to the CPU, checks and logs them. */
  async function flush(): Promise<void> {
    const steps = [...waiting];
    if (steps.length === 0) return;
    const read: { point: (typeof steps)[number]['point']; numbers: StepNumbers }[] = [];
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { pending, point } = next;
      const numbers = await readStep(pending);
      engine.check();
      const bad = !Number.isFinite(numbers.loss) ? 'loss' : !Number.isFinite(numbers.gradientNorm) ? 'gradient norm' : null;
      if (bad !== null) throw new NonFiniteError(`the ${bad} of step ${point.step} is not a finite number`);
      read.push({ point, numbers });
    }
    // Steps between two read-backs share their time: on a GPU only the read-back shows how long they took.
    const stepMs = (clock() - (steps[0]?.startMs ?? 0) - tunedMs) / steps.length;
    tunedMs = 0;
    trainedMs += stepMs * steps.length;
    for (const { point } of read) speed.add(stepMs, point.tokens);
    const fresh = read.map(({ point, numbers }): LossPoint => ({ ...point, ...numbers, stepMs }));
    points.push(...fresh);
    emit({ kind: 'metrics', points: fresh, totalSteps: total, tokensPerSecond: speed.tokensPerSecond(), etaMs: eta(), deviceBytes: engine.bytes() });
  }

  function eta(): number | null {
    const stepMs = speed.stepMs();
    return stepMs === 0 ? null : (total - step) * stepMs;
  }

  /**
   * What is due between two steps. A checkpoint comes before an evaluation, which can take minutes, so that a crash there costs no training; a second one
   * then holds the evaluation. A due evaluation that a pause cut off is still due when the run goes on.
   */
  async function edgeDuties(): Promise<void> {
    const every = spec.evaluation.everySteps;
    const isEnd = step >= total;
    const isEvaluationDue = step > 0 && wish === 'run' && (isEnd || (every > 0 && step % every === 0)) && !isEvaluated();
    if (stepsToKeep.delete(step)) await options.snapshots?.keep({ step, weights: await finiteWeights() });
    const isSaveDue = () => step > 0 && isDirty && (isEnd || timing.isDue(step, isEvaluationDue));
    if (isSaveDue()) await saveCheckpoint();
    if (isEvaluationDue && (await dueEvaluation()) !== null && isSaveDue()) await saveCheckpoint();
    await runErrands();
  }

  async function runErrands(): Promise<void> {
    for (let errand = errands.shift(); errand !== undefined; errand = errands.shift()) await errand.run();
  }

  /** One after the other, when there is no loop any more to do it. */
  function runErrandsWhenOver(): void {
    overQueue = overQueue.then(runErrands).catch(() => undefined); // each errand tells its own caller
  }

  /** Copies of the weights, after the losses that led to them were checked. */
  async function finiteWeights(): Promise<Record<string, StoredTensor>> {
    await flush();
    engine.check();
    const weights = await storedWeights(model);
    engine.check(); // a device lost in between gives zeros
    const bad = firstNonFinite(Object.fromEntries(Object.entries(weights).map(([name, { data }]) => [name, data])));
    if (bad !== null) throw new NonFiniteError(`the weights of ${bad} are not finite after step ${step}`);
    return weights;
  }

  async function saveCheckpoint(): Promise<number | null> {
    const weights = await finiteWeights();
    const optimizer = await model.optimizer.state();
    engine.check();
    const stored = await options.onCheckpoint({ schema: 1, spec, progress: currentProgress(), weights, optimizer });
    timing.tried(step);
    if (stored === null) return null;
    savedStep = step;
    isDirty = false;
    hasCheckpoint = true;
    emit({ kind: 'checkpoint', step, ...stored });
    return stored.generation;
  }

  async function dueEvaluation(): Promise<EvaluationResult | null> {
    const question = { abort: new AbortController(), isDue: true };
    questions.add(question);
    try {
      return await standingStill(() => evaluateNow(spec.evaluation.examples, question.abort.signal));
    } finally {
      questions.delete(question);
    }
  }

  /** What a person asks, at the next step edge; `isKept`: with a checkpoint of the answer. Null when it was cancelled before or during its turn. */
  function ask<T>(isKept: boolean, work: (signal: AbortSignal) => Promise<T | null>): Promise<T | null> {
    const question = { abort: new AbortController(), isDue: false };
    const { signal } = question.abort;
    questions.add(question);
    const answered = atEdge(async () => {
      const answer = signal.aborted ? null : await standingStill(() => work(signal));
      if (isKept && answer !== null && step > 0) await saveCheckpoint();
      return answer;
    });
    const forget = () => void questions.delete(question);
    answered.then(forget, forget);
    return answered;
  }

  async function standingStill<T>(work: () => Promise<T>): Promise<T> {
    await flush();
    const before = state;
    setState('evaluating');
    try {
      return await work();
    } finally {
      if (before !== 'running') setState(before);
    }
  }

  /** Null when it was cancelled, as of the next two. */
  async function evaluateNow(examples: number, signal: AbortSignal, prompts: readonly PromptMode[] = ['direct']): Promise<EvaluationResult | null> {
    const result = await evaluateModel({ model, spec, step, examples, engine, prompts, signal, onProgress: emit });
    if (result === null) return null;
    evaluations.push(result);
    isDirty = true;
    emit({ kind: 'evaluation', result });
    return result;
  }

  /** Who is asked: the run as it is (null), or as it was. */
  async function subjectOf(past: PastModel | null): Promise<{ readonly model: Model; readonly step: number }> {
    return past === null ? { model, step } : { model: await past.model(), step: past.step };
  }

  async function measureNow(what: MeasureKind, examples: number, past: PastModel | null, signal: AbortSignal): Promise<Measurement | null> {
    const onProgress = (progress: { readonly done: number; readonly total: number }) => emit({ kind: 'measure-progress', what, ...progress });
    const measurement = await measureModel({ what, ...(await subjectOf(past)), spec, examples, engine, signal, onProgress });
    if (measurement === null) return null;
    measured = withMeasurement(measured, measurement);
    isDirty = true;
    emit({ kind: 'measured', measured });
    return measurement;
  }

  async function failuresNow(question: CellQuestion, examples: number, past: PastModel | null, signal: AbortSignal): Promise<ListedFailures | null> {
    const { level, modality, prompt } = question;
    let summary: FailureSummary | null = null;
    const subject = await subjectOf(past);
    const result = await evaluateModel({
      ...{ ...subject, spec, examples, engine, signal, onProgress: emit },
      ...{ levels: [level], modalities: [modality], prompts: [prompt] },
      onAnswers: (_, answers) => (summary = failureModes(spec.task.id, question, answers)),
    });
    return result === null || summary === null ? null : { step: subject.step, summary };
  }

  async function end(last: 'finished' | 'stopped', message: string | null): Promise<void> {
    await flush();
    if (step > 0 && isDirty) await saveCheckpoint();
    ended = last;
    setState(last, message);
    finish(last);
  }

  async function fail(error: unknown): Promise<void> {
    waiting = [];
    // When the GPU process dies, tfjs throws of its own accord before the browser says that the device is lost.
    if (engine.info.backend === 'webgpu' && !engine.isLost()) await new Promise((resolve) => setTimeout(resolve, LOSS_NOTICE_MS));
    const saved = savedStep > 0 ? `The checkpoint of step ${savedStep} is kept.` : 'No checkpoint had been written yet.';
    const reason = engine.isLost() ? (engine.lostReason() ?? 'the GPU was lost') : describe(error);
    const cure = error instanceof NonFiniteError && !engine.isLost() ? ' Try a lower learning rate or a gradient clip.' : '';
    ended = 'failed';
    setState('failed', `Stopped at step ${step}: ${reason} ${saved}${cure}`);
    for (const errand of errands.splice(0)) await errand.run().catch(() => undefined); // each errand tells its own caller
    finish('failed');
  }

  /** Does `work` at the next step edge, waking the loop when it stands still. */
  function atEdge<T>(work: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      errands.push({
        run: async () => {
          try {
            if (ended === 'failed') throw new DeviceError('The run has failed; continue it from its last checkpoint.');
            resolve(await work());
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
            if (error instanceof DeviceError || error instanceof NonFiniteError) throw error;
          }
        },
      });
      if (!isLooping && isOver()) runErrandsWhenOver();
      else if (!isLooping) void loop();
    });
  }

  function whenStill(): Promise<number> {
    if (!isLooping) return overQueue.then(() => step);
    return new Promise((resolve) => stillListeners.push(() => resolve(step)));
  }

  function want(next: Wish): void {
    if (!isOver()) wish = next;
    void loop();
  }

  return {
    start: () => want('run'),
    resume: () => want('run'),
    pause() {
      if (wish !== 'stop') wish = 'pause';
      for (const { abort, isDue } of questions) if (isDue) abort.abort();
      return whenStill();
    },
    async step() {
      if (isLooping) await this.pause();
      want('step');
      return whenStill();
    },
    stop() {
      for (const { abort } of questions) abort.abort();
      want('stop');
      return whenStill();
    },
    atEdge,
    checkpoint: () => atEdge(async () => (isDirty || !hasCheckpoint ? saveCheckpoint() : null)),
    evaluate: (examples, prompts) => ask(true, (signal) => evaluateNow(examples, signal, prompts)),
    measure: (what, examples, past = null) => ask(true, (signal) => measureNow(what, examples, past, signal)),
    failures: (question, examples, past = null) => ask(false, (signal) => failuresNow(question, examples, past, signal)),
    cancelEvaluation() {
      for (const { abort } of questions) abort.abort();
      return questions.size > 0;
    },
    state: () => state,
    progress: currentProgress,
    done,
  };
}

/** A loss, norm or weight that is NaN or infinite: the run ends, the last checkpoint stays. */
class NonFiniteError extends Error {
  override readonly name = 'NonFiniteError';
}

function describe(error: unknown): string {
  const { message } = toWireError(error);
  return /[.!?]$/.test(message) ? message : `${message}.`;
}

/** Gives way to other tasks. A message channel is used because timers are held back to 4 ms in browsers. */
function macrotask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
