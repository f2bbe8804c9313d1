/**
 * What the figure worker does for each call of figure-protocol.ts, without the worker: one thing at a time over make-figure.ts. A device that is lost is opened
 * once more and the figure goes on from its last checkpoint; the second time it says so and stops.
 */
import { DeviceError, fault } from '../src/lib/errors.ts';
import type { Engine } from '../src/model/backend.ts';
import type { BackendName } from '../src/model/device-info.ts';
import { parameterCount } from '../src/model/params.ts';
import { loadBase } from '../src/study/base-weights.ts';
import type { ReadBaseFile } from '../src/study/base-weights.ts';
import { INTERACTIVE_TIMES } from '../src/study/checkpoint-timing.ts';
import { checkFits, needsOf } from '../src/study/device-fit.ts';
import type { FigureChoice } from '../src/study/figures/figure-choice.ts';
import { plannedRuns } from '../src/study/figures/figure-plan.ts';
import { runCost, runsToTime } from '../src/study/figures/figure-cost.ts';
import type { AnswerTiming, FigureEstimate, RunTiming } from '../src/study/figures/figure-cost.ts';
import type { FigureStore } from '../src/study/figures/figure-store.ts';
import { timeRun } from '../src/study/figures/figure-timing.ts';
import { knownEvidence, makeFigure } from '../src/study/figures/make-figure.ts';
import { configOf } from '../src/study/model-setup.ts';
import { holdLock } from '../src/study/run-lock.ts';
import type { Locks } from '../src/study/run-lock.ts';
import type { RunSpec } from '../src/study/run-spec.ts';
import type { BatchSource } from '../src/study/session-types.ts';
import { StoreError } from '../src/study/store-error.ts';
import { runDigest } from '../src/study/switch-run.ts';
import { makeFigureProgress } from './figure-progress.ts';
import type { FigureCalls, FigureEvent, FigureHandlers } from './figure-protocol.ts';

export interface FigureServiceOptions {
  readonly emit: (event: FigureEvent) => void;
  readonly openEngine: (prefer: BackendName | null) => Promise<Engine>;
  readonly store: FigureStore;
  readonly locks: Locks | null;
  readonly batches: (spec: RunSpec) => BatchSource & { close(): void };
  readonly readBaseFile: ReadBaseFile;
  /** Milliseconds from any fixed point. */
  readonly clock: () => number;
  readonly build: string;
}

/** Weights and both moments. */
const TENSORS_PER_PARAMETER = 3;
const HOUR_MS = 3_600_000;

export function makeFigureService(options: FigureServiceOptions): FigureHandlers {
  const { emit, store, locks, batches, clock, build } = options;
  const baseWeights = (digest: string) => loadBase(digest, options.readBaseFile);
  let engine: Engine | null = null;
  let abort = new AbortController();
  let work: Promise<unknown> = Promise.resolve();

  /** After what is under way; `signal` ends with `stop`. */
  function inTurn<T>(task: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { signal } = abort;
    const result = work.then(() => task(signal));
    work = result.catch(() => undefined); // whoever asked hears of it
    return result;
  }

  async function ready(prefer: BackendName | null): Promise<Engine> {
    if (engine !== null && !engine.isLost() && (prefer === null || engine.info.backend === prefer)) return engine;
    engine?.close();
    engine = null;
    engine = await options.openEngine(prefer);
    return engine;
  }

  async function estimate({ choice, prefer }: FigureCalls['estimate']['in'], signal: AbortSignal): Promise<FigureEstimate | null> {
    const { figure, runs } = plannedRuns(choice);
    const specs = distinct(runs.map(({ spec }) => spec));
    const missing: RunSpec[] = [];
    for (const spec of specs) if ((await knownEvidence(spec, figure.measures, store)) === null) missing.push(spec);
    const device = await ready(prefer);
    for (const spec of missing) checkFits(spec, device.info.limits);
    const timings: RunTiming[] = [];
    let answers: AnswerTiming = { promptMs: 0, tokenMs: 0 };
    for (const [i, spec] of runsToTime(missing).toReversed().entries()) {
      const timed = await timeRun(spec, i === 0, { engine: device, clock, signal, baseWeights, batches });
      if (timed === null) return null;
      timings.unshift(timed.run);
      answers = timed.answers ?? answers;
    }
    const costs = missing.map((spec) => runCost(spec, figure.measures, timings, answers));
    const { backend, adapter, limits } = device.info;
    const memory = missing.map((spec) => needsOf(spec, limits).memory?.bytes ?? null).filter((bytes) => bytes !== null);
    return {
      ...{ backend, adapter, runs: costs, knownRuns: specs.length - missing.length },
      ms: costs.reduce((sum, { ms }) => sum + ms, 0),
      memoryBytes: memory.length === 0 ? null : Math.max(...memory),
      storedBytes: Math.max(0, ...missing.map(checkpointBytes)),
    };
  }

  async function make({ choice, prefer, estimate: estimated }: FigureCalls['make']['in'], signal: AbortSignal): Promise<{ isDone: boolean }> {
    const lock = await holdLock(locks, 'figures', false, () => undefined);
    if (lock === null) throw new StoreError('locked', 'Another tab makes figures now. Follow it there, or close it and resume here.');
    try {
      return { isDone: await makeTwice(choice, prefer, estimated, signal) };
    } finally {
      await lock.release();
    }
  }

  /** Once more where the device was lost. */
  async function makeTwice(choice: FigureChoice, prefer: BackendName | null, estimated: FigureEstimate, signal: AbortSignal): Promise<boolean> {
    try {
      return await makeOnce(choice, await ready(prefer), estimated, signal);
    } catch (error) {
      if (engine?.isLost() !== true) throw error;
      emit({ type: 'note', message: 'The device was lost. It was opened again, and the figure goes on from its last checkpoint.' });
    }
    try {
      return await makeOnce(choice, await ready(prefer), estimated, signal);
    } catch (error) {
      if (engine?.isLost() !== true) throw error;
      const cure = 'close other pages that use the GPU, then resume: the last checkpoint and all finished runs are kept';
      throw new DeviceError(fault('figure', 'a device that lasts', `two losses (${engine.lostReason() ?? 'no reason given'})`, cure), {
        cause: error,
      });
    }
  }

  async function makeOnce(choice: FigureChoice, device: Engine, estimated: FigureEstimate, signal: AbortSignal): Promise<boolean> {
    const progress = makeFigureProgress({ estimated, clock, emit });
    let isFullTold = false;
    return makeFigure({
      ...{ choice, engine: device, clock, signal, commit: build, baseWeights, batches, checkpointTimes: INTERACTIVE_TIMES },
      keeper: {
        ...store,
        async keepCheckpoint(...args) {
          const bytes = await store.keepCheckpoint(...args);
          if (bytes === null && !isFullTold)
            emit({
              type: 'note',
              message: "The browser's storage is full: this run goes on, but a reload would begin it again. Remove runs to make room.",
            });
          isFullTold ||= bytes === null;
          return bytes;
        },
      },
      onEvent: progress.event,
      onRun: progress.run,
      async onResult(result) {
        const digests = new Set(estimated.runs.map(({ digest }) => digest));
        const made = result.runs.filter(({ spec }) => digests.has(runDigest(spec)));
        const actualMs = made.reduce((sum, run) => sum + run.made.hours * HOUR_MS, 0);
        const text = JSON.stringify({ ...result, cost: { estimatedMs: estimated.ms, actualMs } });
        await store.keepResult(choice, text);
        for (const { spec } of result.runs) progress.done(runDigest(spec));
        emit({ type: 'result', text });
      },
    });
  }

  return {
    estimate: (args) => inTurn((signal) => estimate(args, signal)),
    make: (args) => inTurn((signal) => make(args, signal)),
    async stop() {
      abort.abort();
      abort = new AbortController();
      await work;
      return { isStill: true };
    },
  };
}

/** A run that stands in a figure twice is made once. */
function distinct(specs: readonly RunSpec[]): readonly RunSpec[] {
  return [...new Map(specs.map((spec) => [runDigest(spec), spec])).values()];
}

function checkpointBytes(spec: RunSpec): number {
  return TENSORS_PER_PARAMETER * Float32Array.BYTES_PER_ELEMENT * parameterCount(configOf(spec), { includeReading: false });
}
