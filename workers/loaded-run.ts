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
import type { CellQuestion } from '../src/study/evaluate.ts';
import type { EvaluationResult, LossPoint, PromptMode, RunState, SessionEvent } from '../src/study/events.ts';
import type { Look, LookQuestion, PictureMap } from '../src/study/look.ts';
import { attributionOf, lookAt } from '../src/study/look.ts';
import { deviceName } from '../src/study/device-name.ts';
import { disposeModel } from '../src/study/model-setup.ts';
import type { Model, TrainedModel } from '../src/study/model-setup.ts';
import type { Measurement, MeasureKind } from '../src/study/analysis/measurements.ts';
import type { RunLock, RunStore } from '../src/study/run-store-types.ts';
import { totalSteps } from '../src/study/run-spec-schema.ts';
import type { RunSpec } from '../src/study/run-spec.ts';
import { makeSession } from '../src/study/session.ts';
import type { BatchSource, ListedFailures, PastModel, Session } from '../src/study/session-types.ts';
import type { StepProfile } from '../src/study/step-profile.ts';
import type { SnapshotEntry } from '../src/study/snapshots.ts';
import { trainParts } from '../src/study/train-step.ts';
import { StoreError } from '../src/study/store-error.ts';
import type { OtherModel, RunThen } from './other-models.ts';
import { makeRunSnapshots, SNAPSHOTS_DROPPED } from './run-snapshots.ts';

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
  /** What the store has of the run's weights along the way, and whether more are to be kept. */
  readonly snapshots: readonly SnapshotEntry[];
  readonly isKeepingSnapshots: boolean;
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
  /** `past`: the run as it was; null = as it is. */
  look(question: LookQuestion, past: RunThen | null): Promise<Look>;
  /** The map of the model that answered, which is the run as it is unless told otherwise, or of another for the same answer. */
  attribute(
    question: LookQuestion,
    asked: AttributionQuestion,
    of: { readonly answering: RunThen | null; readonly mapped: OtherModel | null },
  ): Promise<PictureMap>;
  /** Of the run as it is, or as it was; evaluations and measurements are kept with the run. Null when cancelled. */
  evaluate(examples: number, prompts: readonly PromptMode[] | undefined, past: RunThen | null): Promise<EvaluationResult | null>;
  failures(question: CellQuestion, examples: number, past: RunThen | null): Promise<ListedFailures | null>;
  measure(what: MeasureKind, examples: number, past: RunThen | null): Promise<Measurement | null>;
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

export function makeLoadedRun(options: LoadedRunOptions): LoadedRun {
  const { runId, name, spec, model, engine, batches, lock, store, restored, clock } = options;
  const emit = throttleMetrics(options.emit, clock);
  let unsaved = options.isRestoredUnsaved ? restored : null;
  let isClosed = false;
  let notes: Promise<void> = Promise.resolve();
  let lastLook: { step: number; asked: string; look: Look } | null = null;
  /** The run as it was, for the next question about that step; one at a time, and none while training needs the memory. */
  let guest: { readonly key: string; readonly model: Model } | null = null;
  /** What is to be said with the next state, since a state without words wipes words off the page. */
  let toTell: string | null = null;

  const isTakenOver = () => lock !== null && lock.lost() !== null;
  /** True while the weights on the device are worth a checkpoint. */
  const isWhole = () => session.state() !== 'failed' && !engine.isLost() && !isTakenOver();

  async function onCheckpoint(checkpoint: Checkpoint): Promise<{ generation: number; bytes: number } | null> {
    if (lock === null) {
      unsaved = checkpoint;
      return null;
    }
    await notes;
    const save = () => store.save(lock, checkpoint, { state: session.state(), adapter: deviceName(engine.info) });
    try {
      const saved = await save().catch(async (error: unknown) => {
        if (!(error instanceof StoreError && error.kind === 'full' && (await snapshots.makeRoom(lock)))) throw error;
        const again = await save();
        tell(SNAPSHOTS_DROPPED);
        return again;
      });
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

  function tell(message: string): void {
    if (session.state() === 'running') emit({ kind: 'state', state: 'running', step: session.progress().step, message });
    else toTell = message;
  }

  /** An event as the page gets it: a state takes along what is to be said. */
  function withWords(event: SessionEvent): SessionEvent {
    if (event.kind !== 'state' || event.message !== null || toTell === null) return event;
    const message = toTell;
    toTell = null;
    return { ...event, message };
  }

  const snapshots = makeRunSnapshots({
    ...{ spec, lock, store, tell, entries: options.snapshots, isKeeping: options.isKeepingSnapshots },
    step: restored?.progress.step ?? 0,
    emit: (event) => {
      if (!isClosed) emit(event);
    },
  });

  const session = makeSession({
    ...{ spec, model, engine, batches, clock, onCheckpoint, checkpointTimes: INTERACTIVE_TIMES, snapshots: snapshots.plan },
    restored: restored?.progress ?? null,
    emit(event) {
      if (isClosed) return;
      if (event.kind === 'state' && event.state === 'running') freeGuest();
      emit(withWords(event));
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
    look: (question, past) => session.atEdge(() => cachedLook(question, past)),
    attribute: (question, asked, { answering, mapped }) =>
      session.atEdge(async () => {
        const look = await cachedLook(question, answering);
        const map = await withModel(mapped ?? answering, (of) => attributionOf(of, look, asked));
        engine.check();
        return map;
      }),
    evaluate: (examples, prompts, past) => session.evaluate(examples, prompts, pastOf(past)),
    failures: (question, examples, past) => session.failures(question, examples, pastOf(past)),
    measure: (what, examples, past) => session.measure(what, examples, pastOf(past)),
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
        freeGuest();
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

  function freeGuest(): void {
    if (guest !== null) disposeModel(guest.model);
    guest = null;
  }

  async function guestOf({ key, make }: Pick<RunThen, 'key' | 'make'>): Promise<Model> {
    if (guest?.key === key) return guest.model;
    freeGuest();
    const made = await make();
    guest = { key, model: made };
    return made;
  }

  function pastOf(past: RunThen | null): PastModel | null {
    return past === null ? null : { step: past.step, model: () => guestOf(past) };
  }

  /** Works with the run as it is (null) or with another model, at a step edge. */
  async function withModel<T>(other: OtherModel | null, work: (of: Model) => Promise<T>): Promise<T> {
    if (other === null) return work(model);
    const { key, make } = other;
    if (key !== null) return work(await guestOf({ key, make }));
    const made = await make();
    try {
      return await work(made);
    } finally {
      disposeModel(made);
    }
  }

  async function cachedLook(question: LookQuestion, past: RunThen | null): Promise<Look> {
    const asked = JSON.stringify([question, past?.key]);
    const { step } = session.progress();
    if (lastLook?.asked === asked && lastLook.step === step) return lastLook.look;
    engine.check();
    const look = await withModel(past, (of) => lookAt(of, spec, question));
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
