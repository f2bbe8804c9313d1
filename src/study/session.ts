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
import { macrotask } from '../lib/macrotask.ts';
import { NO_MEASUREMENTS, measuredField, withMeasurement } from './analysis/measurements.ts';
import type { Measurement, MeasureKind } from './analysis/measurements.ts';
import { objectivesAt } from './batcher.ts';
import { firstNonFinite, NO_PROGRESS } from './checkpoint.ts';
import type { Progress, StoredTensor } from './checkpoint.ts';
import { makeCheckpointTiming } from './checkpoint-timing.ts';
import type { EvaluationResult, PromptMode, RunState } from './events.ts';
import { resetOptimizer, storedWeights } from './model-setup.ts';
import { NonFiniteError } from './non-finite.ts';
import { isFreshStart, rowsSeen } from './phases.ts';
import { totalSteps } from './run-spec-schema.ts';
import { makeSessionAnswers, subjectOf } from './session-answers.ts';
import type { PastModel, Session, SessionOptions } from './session-types.ts';
import { makeStepLog } from './step-log.ts';
import { learningRateOf, tokensOf, trainStep } from './train-step.ts';

/** Ours: the loss was told 60-90 ms after a crash of the GPU process (Chromium 156, design/reliability 2.1). */
const LOSS_NOTICE_MS = 200;
/** Ours: on WebGPU a read-back costs a round trip of some milliseconds, eight steps hide it. */
const GPU_READBACK_STEPS = 8;

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
  const log = makeStepLog({ engine, totalSteps: total, clock, emit, points: restored.points, trainedMs: restored.trainedMs });
  const answers = makeSessionAnswers({ spec, engine, emit });
  const evaluations: EvaluationResult[] = [...restored.evaluations];
  let measured = restored.measured ?? NO_MEASUREMENTS;
  const errands: Errand[] = [];
  let { step, tokens } = restored;
  let savedStep = options.restored === null ? -1 : step;
  const timing = makeCheckpointTiming({ everySteps: spec.checkpointEverySteps, times: options.checkpointTimes ?? null, clock, step });
  const stepsToKeep = new Set(options.snapshots?.steps ?? []);
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
    ...{ step, tokens, trainedMs: log.trainedMs(), points: log.points(), evaluations: [...evaluations] },
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
        await log.flush();
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
    log.tuned(clock() - tuningFrom);
    step += 1;
    isDirty = true;
    const stepTokens = tokensOf(batch);
    tokens += stepTokens;
    const examplesSeen = rowsSeen(spec, step);
    log.add(pending, startMs, { step, learningRate, examplesSeen, tokens: stepTokens });
    if (log.waiting() >= readbackSteps || step >= limit || wish !== 'run') await log.flush();
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
    await log.flush();
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
      return await standingStill(() => evaluateNow(spec.evaluation.examples, ['direct'], null, question.abort.signal));
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
    await log.flush();
    const before = state;
    setState('evaluating');
    try {
      return await work();
    } finally {
      if (before !== 'running') setState(before);
    }
  }

  /** Null when it was cancelled, as of the next. */
  async function evaluateNow(
    examples: number,
    prompts: readonly PromptMode[],
    past: PastModel | null,
    signal: AbortSignal,
  ): Promise<EvaluationResult | null> {
    const result = await answers.evaluation(await subjectOf({ model, step }, past), examples, prompts, signal);
    if (result === null) return null;
    evaluations.push(result);
    evaluations.sort((a, b) => a.step - b.step); // the last one is always of the newest step
    isDirty = true;
    emit({ kind: 'evaluation', result });
    return result;
  }

  async function measureNow(what: MeasureKind, examples: number, past: PastModel | null, signal: AbortSignal): Promise<Measurement | null> {
    const measurement = await answers.measurement(await subjectOf({ model, step }, past), what, examples, signal);
    if (measurement === null) return null;
    measured = withMeasurement(measured, measurement);
    isDirty = true;
    emit({ kind: 'measured', measured });
    return measurement;
  }

  async function end(last: 'finished' | 'stopped', message: string | null): Promise<void> {
    await log.flush();
    if (step > 0 && isDirty) await saveCheckpoint();
    ended = last;
    setState(last, message);
    finish(last);
  }

  async function fail(error: unknown): Promise<void> {
    log.drop();
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
    evaluate: (examples, prompts = ['direct'], past = null) => ask(true, (signal) => evaluateNow(examples, prompts, past, signal)),
    measure: (what, examples, past = null) => ask(true, (signal) => measureNow(what, examples, past, signal)),
    failures: (question, examples, past = null) =>
      ask(false, async (signal) => answers.failures(await subjectOf({ model, step }, past), question, examples, signal)),
    cancelEvaluation() {
      for (const { abort } of questions) abort.abort();
      return questions.size > 0;
    },
    state: () => state,
    progress: currentProgress,
    done,
  };
}

function describe(error: unknown): string {
  const { message } = toWireError(error);
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
