/**
 * The run that is in the worker's memory: model, session, batches, the store's lock. What happens between the session and the store is decided here:
 * a full disk does not stop the training, a take-over by another tab does; states are noted in the store in order.
 */
import { toWireError } from '../src/lib/errors.ts';
import type { AttributionQuestion } from '../src/model/attribution.ts';
import type { Engine } from '../src/model/backend.ts';
import { batchAt, objectivesAt } from '../src/study/batcher.ts';
import { INTERACTIVE_TIMES } from '../src/study/checkpoint-timing.ts';
import type { Checkpoint } from '../src/study/checkpoint.ts';
import type { LossPoint, RunState, SessionEvent } from '../src/study/events.ts';
import type { Look, LookQuestion, PictureMap } from '../src/study/look.ts';
import { attributionOf, lookAt } from '../src/study/look.ts';
import { disposeModel } from '../src/study/model-setup.ts';
import type { Model, TrainedModel } from '../src/study/model-setup.ts';
import type { RunLock, RunStore } from '../src/study/run-store.ts';
import { totalSteps } from '../src/study/run-spec-schema.ts';
import type { RunSpec } from '../src/study/run-spec.ts';
import { makeSession } from '../src/study/session.ts';
import type { BatchSource, Session } from '../src/study/session.ts';
import type { StepProfile } from '../src/study/step-profile.ts';
import { trainParts } from '../src/study/train-step.ts';
import { StoreError } from '../src/study/store-error.ts';

export interface LoadedRunOptions {
  readonly runId: string;
  readonly name: string;
  readonly spec: RunSpec;
  readonly model: TrainedModel;
  readonly engine: Engine;
  readonly batches: BatchSource & { close(): void };
  /** Null = the store does not work: the run lives in memory only. */
  readonly lock: RunLock | null;
  readonly store: RunStore;
  readonly restored: Checkpoint | null;
  /** True when the store does not have `restored`: it is the only copy. */
  readonly isRestoredUnsaved: boolean;
  readonly clock: () => number;
  readonly emit: (event: SessionEvent) => void;
}

export interface LoadedRun {
  readonly runId: string;
  readonly name: string;
  readonly spec: RunSpec;
  /** False when the store did not take the run at all. */
  readonly isStored: boolean;
  readonly session: Session;
  readonly engine: Engine;
  /** The newest checkpoint that the store did not take; null when the store has everything. */
  unsaved(): Checkpoint | null;
  /** Not stored, and the store cannot: closing it would lose it. */
  isInMemoryOnly(): boolean;
  /** Another tab took it over: it can be looked at, not trained. */
  isTakenOver(): boolean;
  /** Stores what is new, and tries again what the store did not take; after a failure or a device loss only the latter. */
  keep(): Promise<void>;
  look(question: LookQuestion): Promise<Look>;
  /** The map of this run, or of a model that `makeOther` makes for it and that is freed afterwards. */
  attribute(question: LookQuestion, asked: AttributionQuestion, makeOther: (() => Model) | null): Promise<PictureMap>;
  /** How steps are made; with `isTimed` also what the kernels of the next one cost, at the next step edge. */
  profile(isTimed: boolean): Promise<StepProfile>;
  /** Pauses, saves what is new (unless told not to) and frees everything. */
  close(options: { readonly isSaving: boolean }): Promise<void>;
}

type TimedKernels = Pick<StepProfile, 'kernels' | 'missing'>;
/** Ours: enough for a median, and a second on a slow machine. */
const PROFILE_ROUNDS = 5;
const UNTIMED: TimedKernels = { kernels: null, missing: null };

/** Least time between two messages with loss points: the page draws at most so often (U: "4 per second is plenty"). */
const METRICS_MS = 250;

/** Name of the adapter as runs and notes carry it. */
export function adapterOf({ info }: Engine): string {
  return info.adapter === '' ? info.backend : `${info.backend}: ${info.adapter}`;
}

export function makeLoadedRun(options: LoadedRunOptions): LoadedRun {
  const { runId, name, spec, model, engine, batches, lock, store, restored, clock } = options;
  const emit = throttleMetrics(options.emit, clock);
  let unsaved = options.isRestoredUnsaved ? restored : null;
  let isClosed = false;
  let notes: Promise<void> = Promise.resolve();
  let lastLook: { step: number; asked: string; look: Look } | null = null;

  const isTakenOver = () => lock !== null && lock.lost() !== null;
  /** True while the weights on the device are worth a checkpoint. */
  const isWhole = () => session.state() !== 'failed' && !engine.isLost() && !isTakenOver();

  async function onCheckpoint(checkpoint: Checkpoint): Promise<{ generation: number; bytes: number } | null> {
    if (lock === null) {
      unsaved = checkpoint;
      return null;
    }
    await notes;
    try {
      const saved = await store.save(lock, checkpoint, { state: session.state(), adapter: adapterOf(engine) });
      unsaved = null;
      return saved;
    } catch (error) {
      // No room, or a store that fails: training goes on, the run can be exported. Anything else (taken over) ends it.
      if (!(error instanceof StoreError && (error.kind === 'full' || error.kind === 'unavailable'))) throw error;
      unsaved = checkpoint;
      const message =
        error.kind === 'full'
          ? error.message
          : `Not saved: the browser's storage does not answer (${error.message}). Training goes on; export this run to keep it.`;
      emit({ kind: 'state', state: session.state(), step: checkpoint.progress.step, message });
      return null;
    }
  }

  /** Notes a state in the store, after what was noted before; a failure is told to the page and stops nothing. */
  function note(state: RunState): void {
    if (lock === null || isClosed) return;
    notes = notes
      .then(() => store.setState(lock, state))
      .catch((error: unknown) =>
        emit({ kind: 'state', state: session.state(), step: session.progress().step, message: `Not saved: ${toWireError(error).message}` }),
      );
  }

  const session = makeSession({
    ...{ spec, model, engine, batches, clock, onCheckpoint, checkpointTimes: INTERACTIVE_TIMES },
    restored: restored?.progress ?? null,
    emit(event) {
      if (isClosed) return;
      emit(event);
      if (event.kind === 'state' && event.state !== 'evaluating' && event.state !== 'preparing') note(event.state);
    },
  });

  lock?.onLost((reason) => {
    void session.pause().then((step) => options.emit({ kind: 'state', state: 'paused', step, message: reason }));
  });

  return {
    runId,
    name,
    spec,
    isStored: lock !== null,
    session,
    engine,
    unsaved: () => unsaved,
    isInMemoryOnly: () => !isTakenOver() && session.progress().step > 0 && (unsaved !== null || (lock === null && isWhole())),
    isTakenOver,
    async keep() {
      const before = unsaved;
      if (isWhole()) await session.checkpoint();
      if (unsaved === null || unsaved !== before || lock === null || isTakenOver()) return;
      const { step } = unsaved.progress;
      const saved = await onCheckpoint(unsaved);
      if (saved !== null) emit({ kind: 'checkpoint', step, ...saved });
    },
    look: (question) => session.atEdge(() => cachedLook(question)),
    attribute: (question, asked, makeOther) =>
      session.atEdge(async () => {
        const look = await cachedLook(question);
        const other = makeOther?.() ?? null;
        try {
          const map = await attributionOf(other ?? model, look, asked);
          engine.check();
          return map;
        } finally {
          if (other !== null) disposeModel(other);
        }
      }),
    profile: (isTimed) => (isTimed ? session.atEdge(async () => stepProfile(await kernelsOfNextStep())) : Promise.resolve(stepProfile(UNTIMED))),
    async close({ isSaving }) {
      session.cancelEvaluation();
      await session.pause();
      try {
        if (isSaving && isWhole()) await session.checkpoint();
        await notes;
      } finally {
        isClosed = true;
        batches.close();
        disposeModel(model);
        await lock?.release();
      }
    },
  };

  function stepProfile(timed: TimedKernels): StepProfile {
    const { backend, adapter } = engine.info;
    const { step } = session.progress();
    return {
      step,
      backend,
      adapter,
      deviceBytes: engine.bytes(),
      passes: model.passes.state(),
      submits: model.passes.state().mode === 'captured' ? 1 : null,
      ...timed,
    };
  }

  /** Times the kernels of the step that comes next, of the last one when the run is over. Weights and optimiser stay as they are. */
  async function kernelsOfNextStep(): Promise<TimedKernels> {
    engine.check();
    const step = Math.min(session.progress().step, totalSteps(spec) - 1);
    const kernels = await model.passes.profile(trainParts(batchAt(spec, step), objectivesAt(spec, step)), PROFILE_ROUNDS, clock);
    engine.check();
    return { kernels, missing: null };
  }

  async function cachedLook(question: LookQuestion): Promise<Look> {
    const asked = JSON.stringify(question);
    const { step } = session.progress();
    if (lastLook?.asked === asked && lastLook.step === step) return lastLook.look;
    engine.check();
    const look = await lookAt(model, spec, question);
    engine.check();
    lastLook = { asked, step, look };
    return look;
  }
}

/** Holds loss points back until METRICS_MS have passed or something else happens, so that fast runs do not flood the page. */
function throttleMetrics(emit: (event: SessionEvent) => void, clock: () => number): (event: SessionEvent) => void {
  let held: Extract<SessionEvent, { kind: 'metrics' }> | null = null;
  let lastMs = -Infinity;
  return (event) => {
    if (event.kind === 'metrics') {
      const points: LossPoint[] = held === null ? [...event.points] : [...held.points, ...event.points];
      held = { ...event, points };
      if (clock() - lastMs < METRICS_MS) return;
    }
    if (held !== null) emit(held);
    if (held !== null) lastMs = clock();
    held = null;
    if (event.kind !== 'metrics') emit(event);
  };
}

/** A run that stands still keeps its steps in the store: its tab may be closed any moment. */
export async function standing(run: LoadedRun, step: number): Promise<{ step: number }> {
  if (run.session.state() === 'paused') await run.keep();
  return { step };
}

/** True when the run can be trained on as it is in memory. */
export function canGoOn(run: LoadedRun): boolean {
  return !run.isTakenOver() && !run.engine.isLost() && run.session.state() !== 'failed' && run.session.state() !== 'stopped';
}

/** True when the device was lost while the run stood still: nothing can be asked of it, and only its checkpoint is left. */
export function isStranded(run: LoadedRun): boolean {
  return run.engine.isLost() && (run.session.state() === 'paused' || run.session.state() === 'finished');
}
