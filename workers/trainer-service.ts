/**
 * What the trainer worker does for each call of protocol.ts, without the worker: tests and other hosts give it an engine, a store and a clock.
 *
 * One run is loaded at a time. Calls that load, unload or remove go through one queue; calls to a loaded run go to its session at once. A call about a
 * run that is stored but not loaded loads it (paused) first.
 */
import { fault, InputError, toWireError } from '../src/lib/errors.ts';
import type { Engine } from '../src/model/backend.ts';
import type { BackendName } from '../src/model/device-info.ts';
import { parameterCount } from '../src/model/params.ts';
import { MEASURES } from '../src/study/analysis/measurements.ts';
import { loadBase } from '../src/study/base-weights.ts';
import type { ReadBaseFile } from '../src/study/base-weights.ts';
import { decodeBundle, encodeBundle } from '../src/study/bundle.ts';
import { checkFits, needsOf } from '../src/study/device-fit.ts';
import { deviceName } from '../src/study/device-name.ts';
import { BUDGETS, comparable, flopsOfRun } from '../src/study/flops.ts';
import { configOf, hasReadingHead, makeModel, restoreModel } from '../src/study/model-setup.ts';
import type { TrainedModel } from '../src/study/model-setup.ts';
import type { Checkpoint } from '../src/study/checkpoint.ts';
import { checkParent } from '../src/study/phases.ts';
import { cleanName, freeName } from '../src/study/run-record.ts';
import { parseRunSpec, totalSteps } from '../src/study/run-spec-schema.ts';
import type { RunSpec } from '../src/study/run-spec.ts';
import type { Loaded, RunLock, RunStore, StoredRun } from '../src/study/run-store-types.ts';
import type { BatchSource } from '../src/study/session-types.ts';
import { StoreError } from '../src/study/store-error.ts';
import { checkWeightStorage } from '../src/study/weight-storage.ts';
import { isStartOf } from '../src/study/switch-run.ts';
import { taskInfo } from '../src/tasks/task-spec.ts';
import { canGoOn, isStranded, makeLoadedRun, standing } from './loaded-run.ts';
import type { LoadedRun } from './loaded-run.ts';
import { makeLockWatch } from './lock-watch.ts';
import { otherModel, pastModel } from './other-models.ts';
import type { Handlers, WorkerEvent } from './protocol.ts';
import { keepImported, snapshotsFor } from './run-snapshots.ts';
import { fileNameOf, otherDevice, stepOf, summaryOf } from './run-summary.ts';

export interface ServiceOptions {
  readonly emit: (event: WorkerEvent) => void;
  /** Opens the preferred backend, or the best that works. */
  readonly openEngine: (prefer: BackendName | null) => Promise<Engine>;
  readonly store: RunStore;
  readonly batches: (spec: RunSpec) => BatchSource & { close(): void };
  readonly readBaseFile: ReadBaseFile;
  /** Milliseconds from any fixed point. */
  readonly clock: () => number;
  /** ISO 8601 time of now. */
  readonly now: () => string;
  readonly makeId: () => string;
  readonly build: string;
  /** How full the browser's storage is; null where it does not say. */
  readonly storage: () => Promise<{ persisted: boolean; usageBytes: number | null; quotaBytes: number | null }>;
}

/** A run between its unloading and its loading anew: what the store may not have of it. */
interface Held {
  readonly runId: string;
  readonly name: string;
  readonly spec: RunSpec;
  readonly isStored: boolean;
  readonly checkpoint: Checkpoint | null;
}

export function makeTrainerService(options: ServiceOptions): Handlers {
  const { store, clock, now, makeId, build } = options;
  let engine: Engine | null = null;
  let preferred: BackendName | null = null;
  let loaded: LoadedRun | null = null;
  /** Kept until the run is loaded again, so that a failure in between loses nothing. */
  let held: Held | null = null;
  let isKeepingSnapshots = true;
  let queue: Promise<unknown> = Promise.resolve();
  const watch = makeLockWatch({ locked: store.locked, onFree: tellFreed });

  /** Runs after everything queued before, whether that failed or not. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = queue.then(work, work);
    queue = result.catch(() => undefined); // the caller of each work hears of its failure
    return result;
  }

  /** The engine; opened anew when there is none or the last one was lost. */
  async function ready(): Promise<Engine> {
    if (engine !== null && !engine.isLost()) return engine;
    engine?.close();
    engine = null;
    const opened = await options.openEngine(preferred);
    engine = opened;
    options.emit({ type: 'device', info: opened.info });
    opened.onLost((reason) => options.emit({ type: 'device', info: { ...opened.info, webgpu: 'lost', reason } }));
    return opened;
  }

  /** Lets the loaded run go. Refuses when that would lose something, unless told not to save or `opening` is the run in question. */
  async function unload(isSaving = true, opening: string | null = null): Promise<void> {
    const mayLose = isSaving && held?.checkpoint != null && held.runId !== opening;
    if (isSaving && loaded?.isInMemoryOnly() === true) await loaded.keep(); // perhaps there is room now
    if (mayLose || (isSaving && loaded?.isInMemoryOnly() === true))
      throw new StoreError('full', 'The run in this tab could not be stored. Export or remove it before you open another.');
    const run = loaded;
    loaded = null;
    await run?.close({ isSaving });
  }

  function hold(
    about: { runId: string; name: string; spec: RunSpec },
    rest: Pick<Parameters<typeof makeLoadedRun>[0], 'model' | 'lock' | 'restored' | 'isRestoredUnsaved' | 'engine' | 'snapshots'>,
  ): LoadedRun {
    const { runId, spec } = about;
    const emit: Parameters<typeof makeLoadedRun>[0]['emit'] = (event) => options.emit({ type: 'event', runId, event });
    loaded = makeLoadedRun({ ...about, ...rest, isKeepingSnapshots, store, clock, batches: options.batches(spec), emit });
    return loaded;
  }

  /** Loads a stored run, paused, unless it is loaded and can go on. */
  async function load(runId: string, takeOver: boolean): Promise<{ run: LoadedRun; note: string | null }> {
    if (loaded?.runId === runId && canGoOn(loaded)) return { run: loaded, note: null };
    const before = loaded?.runId === runId ? loaded : null;
    if (before !== null) {
      const { name, spec, isStored } = before;
      held = { runId, name, spec, isStored, checkpoint: before.unsaved() };
    }
    await unload(before === null, runId);
    const kept = held?.runId === runId ? held : null;
    const device = await ready();
    const lock = kept?.isStored === false ? null : await store.lock(runId, takeOver);
    try {
      const stored = lock === null ? null : await storedCheckpoint(runId);
      const { name, spec: firstSpec, snapshots } = lock === null && kept !== null ? { ...kept, snapshots: [] } : await named(runId);
      const isUnsaved = kept?.checkpoint != null && kept.checkpoint.progress.step >= (stored?.checkpoint.progress.step ?? 0);
      const restored = isUnsaved ? kept.checkpoint : (stored?.checkpoint ?? null);
      const spec = restored?.spec ?? firstSpec;
      const model = restored === null ? await freshModel(spec) : restoreModel(restored);
      const run = hold({ runId, name, spec }, { model, lock, restored, isRestoredUnsaved: isUnsaved, engine: device, snapshots });
      held = null;
      const step = restored?.progress.step ?? 0;
      const isOver = step >= totalSteps(spec);
      const texts = [
        isUnsaved ? `It goes on from step ${step}, which is not stored: export it to keep it.` : null,
        restored === null ? 'It was closed before its first checkpoint and begins again.' : null,
        ...(isUnsaved || stored === null ? [] : [stored.note, otherDevice(stored.adapter, deviceName(device.info))]),
      ];
      const notes = texts.filter((text) => text !== null);
      const message = notes.length === 0 ? null : notes.join(' ');
      options.emit({ type: 'event', runId, event: { kind: 'state', state: isOver ? 'finished' : 'paused', step, message } });
      return { run, note: message };
    } catch (error) {
      await lock?.release();
      throw error;
    }
  }

  async function named(runId: string): Promise<{ name: string; spec: RunSpec } & Pick<StoredRun, 'snapshots'>> {
    const { name, head, snapshots } = await store.find(runId);
    return { name, spec: head.spec, snapshots };
  }

  /** The newest whole checkpoint, or null when none has been written yet: the run then begins again, to the same bits. */
  async function storedCheckpoint(runId: string): Promise<Loaded | null> {
    try {
      return await store.load(runId);
    } catch (error) {
      if (error instanceof StoreError && error.kind === 'missing') return null;
      throw error;
    }
  }

  async function freshModel(spec: RunSpec): Promise<TrainedModel> {
    return makeModel(spec, spec.base === null ? null : await loadBase(spec.base, options.readBaseFile));
  }

  /** The run in memory, loaded if need be. */
  async function withRun(runId: string): Promise<LoadedRun> {
    if (loaded?.runId === runId && !isStranded(loaded)) return loaded;
    return inTurn(async () => (await load(runId, false)).run);
  }

  /** The run in memory, if it can be trained on; one that failed or was stopped comes back as its last checkpoint has it. */
  async function trainable(runId: string): Promise<LoadedRun> {
    const run = await withRun(runId);
    const ready = canGoOn(run) ? run : await inTurn(async () => (await load(runId, false)).run);
    checkFits(ready.spec, ready.engine.info.limits); // it may come from another machine
    await checkWeightStorage(ready.spec, ready.engine);
    return ready;
  }

  async function start(rawSpec: unknown, rawName: string | null, parentId: string | null): ReturnType<Handlers['start']> {
    const spec = parseRunSpec(rawSpec);
    checkParent(spec);
    await unload();
    const device = await ready();
    const name = cleanName(rawName, 'run');
    checkFits(spec, device.info.limits);
    await checkWeightStorage(spec, device);
    const { restored, note } = await startOfChild(spec, parentId, device);
    // Before the run exists: a base that is missing leaves no empty run behind.
    const model = restored === null ? await freshModel(spec) : restoreModel(restored);
    const { lock, problem } = await newLock({ spec, name, parentId, adapter: deviceName(device.info) });
    const runId = lock?.runId ?? makeId();
    const message = [note, problem].filter((text) => text !== null).join(' ');
    const step = restored?.progress.step ?? 0;
    options.emit({ type: 'event', runId, event: { kind: 'state', state: 'preparing', step, message: message === '' ? null : message } });
    try {
      const run = hold({ runId, name, spec }, { model, lock, restored, isRestoredUnsaved: restored !== null, engine: device, snapshots: [] });
      if (restored !== null) await run.keep(); // from now on it needs its parent no more
      run.session.start();
    } catch (error) {
      await lock?.release();
      throw error;
    }
    const parameters = parameterCount(configOf(spec), { includeReading: hasReadingHead(spec) });
    return { runId, totalSteps: totalSteps(spec), parameters, adapter: deviceName(device.info) };
  }

  /**
   * Where a run that goes on from another begins: its parent's checkpoint, as its own. Null for a run that begins by itself, and when the store does not
   * have that checkpoint: the spec says what the parent's steps were, so they are trained again.
   */
  async function startOfChild(spec: RunSpec, parentId: string | null, device: Engine): Promise<{ restored: Checkpoint | null; note: string | null }> {
    if (spec.parent === undefined) return { restored: null, note: null };
    const stored = parentId === null ? null : await storedCheckpoint(parentId);
    if (stored !== null && isStartOf(spec, stored.checkpoint))
      return { restored: { ...stored.checkpoint, spec }, note: otherDevice(stored.adapter, deviceName(device.info)) };
    const { step } = spec.parent;
    return {
      restored: null,
      note: `The checkpoint of step ${step} of its parent, with its optimiser, is not stored here, so its first ${step} steps are trained again.`,
    };
  }

  /** A run in the store, or none when the store does not work: it then lives in memory. */
  async function newLock(run: Parameters<RunStore['create']>[0]): Promise<{ lock: RunLock | null; problem: string | null }> {
    try {
      return { lock: await store.create(run), problem: null };
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      return { lock: null, problem: `This run is not saved: ${error.message}. Export it before you close the tab.` };
    }
  }

  async function exportRun(runId: string, isWithTimeline: boolean): ReturnType<Handlers['exportRun']> {
    const run = loaded?.runId === runId ? loaded : null;
    if (run !== null && run.session.state() !== 'failed' && !run.engine.isLost()) await run.session.checkpoint();
    const unsaved = run?.unsaved() ?? (held?.runId === runId ? held.checkpoint : null);
    const checkpoint = unsaved ?? (await store.load(runId)).checkpoint;
    const { name, adapter, entries } = await store.find(runId).then(
      (stored) => ({ name: stored.name, adapter: stored.head.adapter, entries: stored.snapshots }),
      () => ({ name: runId, adapter: run === null ? 'unknown' : deviceName(run.engine.info), entries: [] }), // in memory only
    );
    const snapshots = isWithTimeline ? await snapshotsFor(store, runId, checkpoint.progress.step, entries) : [];
    const bytes = await encodeBundle({ name, adapter, checkpoint, snapshots }, { runId, build, savedAt: now() });
    return { fileName: `${fileNameOf(name)}.safetensors`, bytes };
  }

  /** Tells the page how the run stands that another tab has let go. */
  async function tellFreed(runId: string): Promise<void> {
    const stored = await store.find(runId).catch((error: unknown) => {
      if (error instanceof StoreError && error.kind === 'missing') return null; // removed there
      throw error;
    });
    options.emit({ type: 'freed', runId, summary: stored === null ? null : summaryOf(stored, loaded) });
  }

  async function summaries(): ReturnType<Handlers['runs']> {
    const storage = await options.storage();
    try {
      const { runs: stored, problems } = await store.list();
      const runs = stored.map((run) => summaryOf(run, loaded));
      watch.follow(runs.filter(({ lockedElsewhere }) => lockedElsewhere).map(({ runId }) => runId));
      return { runs, ...storage, problem: problems.length === 0 ? null : problems.join(' ') };
    } catch (error) {
      const problem = `Stored runs cannot be read (${toWireError(error).message}). Training works; export a run to keep it.`;
      return { runs: [], ...storage, problem };
    }
  }

  return {
    open: ({ prefer }) =>
      inTurn(async () => {
        preferred = prefer;
        if (engine !== null && !engine.isLost() && (prefer === null || engine.info.backend === prefer)) return engine.info;
        await unload();
        engine?.close();
        engine = null;
        return (await ready()).info;
      }),
    runs: summaries,
    prepare: async ({ spec }) => needsOf(parseRunSpec(spec), engine?.info.limits ?? {}),
    async comparable({ spec: raw, supervision, budget }) {
      const beside = parseRunSpec(raw);
      if (!BUDGETS.includes(budget)) throw new InputError(fault('budget', BUDGETS.join(', '), String(budget)));
      if (beside.curriculum !== null) throw new InputError(fault('comparable', 'a study run', 'a base run'));
      const spec = comparable(beside, { supervision }, budget);
      return { spec, flops: flopsOfRun(spec), beside: flopsOfRun(beside) };
    },
    start: ({ spec, name, parentId }) => inTurn(() => start(spec, name, parentId)),
    continue: ({ runId, takeOver }) =>
      inTurn(async () => {
        const { run, note } = await load(runId, takeOver);
        return { step: run.session.progress().step, note };
      }),
    async pause({ runId }) {
      if (loaded?.runId !== runId) return { step: stepOf(runId, await store.find(runId)) };
      return standing(loaded, await loaded.session.pause());
    },
    async resume({ runId }) {
      const run = await trainable(runId);
      run.session.resume();
      return { step: run.session.progress().step };
    },
    async step({ runId }) {
      const run = await trainable(runId);
      return standing(run, await run.session.step());
    },
    stop: async ({ runId }) => ({ step: await (await withRun(runId)).session.stop() }),
    async evaluate({ runId, examples, prompts, at = null }) {
      checkExamples('evaluate', examples, 1);
      const run = await withRun(runId);
      const result = await run.evaluate(examples, prompts, pastModel(store, run, at));
      if (result === null) throw new InputError('The evaluation was cancelled.');
      return result;
    },
    async measure({ runId, what, examples, at = null }) {
      if (!MEASURES.includes(what)) throw new InputError(fault('measure', MEASURES.join(' or '), String(what)));
      checkExamples('measure', examples, what === 'losses' ? 1 : 2);
      const run = await withRun(runId);
      const measurement = await run.measure(what, examples, pastModel(store, run, at));
      if (measurement === null) throw new InputError('The measurement was cancelled.');
      return measurement;
    },
    async failures({ runId, question, examples, at = null }) {
      checkExamples('failures', examples, 1);
      const run = await withRun(runId);
      const { levels } = taskInfo(run.spec.task.id);
      if (!levels.includes(question.level)) throw new InputError(fault('failures', `a level of the task: ${levels.join(', ')}`, question.level));
      const listed = await run.failures(question, examples, pastModel(store, run, at));
      if (listed === null) throw new InputError('The list of failures was cancelled.');
      return listed;
    },
    cancelEvaluation: async ({ runId }) => ({ cancelled: loaded?.runId === runId && loaded.session.cancelEvaluation() }),
    async look({ runId, at = null, ...question }) {
      const run = await withRun(runId);
      const { tokens, verdict, parts } = await run.look(question, pastModel(store, run, at));
      return { tokens: [...tokens], verdict, modality: question.record === 'text' ? 'text' : 'image', parts };
    },
    async attribute({ runId, asked, of, at = null, ...question }) {
      const run = await withRun(runId);
      return run.attribute(question, asked, { answering: pastModel(store, run, at), mapped: await otherModel(store, run.spec, of) });
    },
    async keepSnapshots({ isKeeping }) {
      isKeepingSnapshots = isKeeping;
      return { isKeeping };
    },
    async profile({ runId, isTimed }) {
      if (loaded?.runId !== runId) throw new InputError('Open or train a run first: what is profiled is the run in memory.');
      return loaded.profile(isTimed);
    },
    exportRun: ({ runId, isWithTimeline = false }) => inTurn(() => exportRun(runId, isWithTimeline)),
    importRun: ({ bytes }) =>
      inTurn(async () => {
        const { name, adapter, checkpoint, snapshots } = await decodeBundle(bytes);
        const taken = new Set((await store.list()).runs.map((run) => run.name));
        const runId = await store.importRun({ name: freeName(name, taken), adapter, checkpoint });
        return { runId, note: await keepImported(store, runId, snapshots) };
      }),
    rename: async ({ runId, name }) => ({ name: await store.rename(runId, name) }),
    remove: ({ runId }) =>
      inTurn(async () => {
        const isStored = (loaded?.runId === runId ? loaded : held?.runId === runId ? held : null)?.isStored ?? true;
        if (loaded?.runId === runId) await unload(false);
        if (held?.runId === runId) held = null;
        if (isStored) await store.remove(runId);
        return { removed: true };
      }),
    async checkpoint({ runId }) {
      if (loaded?.runId !== runId || loaded.session.state() === 'failed') return { generation: null };
      return { generation: await loaded.session.checkpoint() };
    },
  };
}

function checkExamples(where: string, examples: number, least: number): void {
  if (Number.isInteger(examples) && examples >= least && examples <= 10_000) return;
  throw new InputError(fault(where, `${least} to 10,000 examples`, examples));
}
