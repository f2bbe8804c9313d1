/**
 * The runs of this browser: the list of the store, kept up to date by the worker's events, and everything that can be done to a run.
 * Failures become `problem`, a sentence the page shows where people look; nothing is thrown at the elements.
 */
import { signal } from '@preact/signals-core';
import type { Calls, RunSummary, WorkerEvent } from '../../../workers/protocol.ts';
import type { PromptMode, SessionEvent } from '../../study/events.ts';
import type { RunSpec } from '../../study/run-spec.ts';
import { runNameOf } from './run-names.ts';
import { isHeldElsewhere } from './run-problem.ts';
import type { Problem } from './run-problem.ts';
import { applyEvent, canRecover, isBusy, RUN_STYLES, viewOf } from './run-view.ts';
import type { RunView } from './run-view.ts';
import type { WorkerClient } from './worker-client.ts';

export type StorageInfo = Omit<Calls['runs']['out'], 'runs'>;

export class RunList {
  readonly #client: WorkerClient;
  readonly #now: () => Date;
  #nextStyle = 0;
  #openMarks = 0;
  #isCancelling = false;
  /** Events of a run whose `start` has not been answered yet. */
  readonly #early = new Map<string, SessionEvent[]>();

  readonly runs = signal<readonly RunView[]>([]);
  readonly activeId = signal<string | null>(null);
  readonly storage = signal<StorageInfo | null>(null);
  readonly problem = signal<Problem | null>(null);
  /** The stored list has been read (an empty list is then really empty). */
  readonly isReady = signal(false);
  /** Said aloud by the page's live region: milestones only. */
  readonly milestone = signal('');
  /** A call that changes a run is under way: buttons wait for it. */
  readonly isWorking = signal(false);

  constructor(client: WorkerClient, now: () => Date) {
    this.#client = client;
    this.#now = now;
    client.onEvent((event) => this.#hear(event));
  }

  find(runId: string | null): RunView | undefined {
    return runId === null ? undefined : this.runs.value.find(({ summary }) => summary.runId === runId);
  }

  active(): RunView | undefined {
    return this.find(this.activeId.value);
  }

  /** Reads the store. Runs already on the page keep their colour and what is live. */
  async load(): Promise<void> {
    await this.#attempt(null, async () => {
      const { runs, ...storage } = await this.#client.call('runs', {});
      const old = new Map(this.runs.value.map((view) => [view.summary.runId, view]));
      const sorted = runs.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt));
      const views = sorted.map((summary) => {
        const known = old.get(summary.runId);
        if (known === undefined) return viewOf(summary, this.#style());
        return known.isLoaded
          ? {
              ...known,
              summary: { ...known.summary, name: summary.name, bytes: summary.bytes, adapter: summary.adapter, adapterSince: summary.adapterSince },
            }
          : { ...known, summary };
      });
      const unsaved = [...old.values()].filter((view) => view.isLoaded && !runs.some(({ runId }) => runId === view.summary.runId));
      this.runs.value = [...unsaved, ...views.toReversed()];
      this.storage.value = storage;
      this.isReady.value = true;
    });
  }

  /** The run whose settings the form was filled with: what is trained next is its child. Null = none. */
  draftOf: string | null = null;

  /** Makes a new run of a spec and trains it. A run that is training now is paused first. */
  async start(spec: RunSpec, parentId: string | null, wanted: string | null = null): Promise<void> {
    await this.#attempt(null, async () => {
      await this.#pauseActive();
      void this.#askToPersist();
      const createdAt = this.#now().toISOString();
      const taken = new Set(this.runs.value.map(({ summary }) => summary.name));
      const name = wanted !== null && !taken.has(wanted) ? wanted : runNameOf(createdAt, taken);
      const { runId, totalSteps, adapter } = await this.#client.call('start', { spec, name, parentId });
      const summary = {
        ...{ runId, name, parentId, spec, totalSteps, createdAt, updatedAt: createdAt },
        ...({ state: 'preparing', step: 0, adapter, points: [], evaluations: [], bytes: 0, lockedElsewhere: false } as const),
      };
      if (this.find(runId) === undefined) this.runs.value = [{ ...viewOf(summary, this.#style()), isLoaded: true }, ...this.runs.value];
      for (const event of this.#early.get(runId) ?? []) this.#change(runId, (view) => applyEvent(view, event));
      this.#early.clear();
      this.#onlyLoaded(runId);
      this.activeId.value = this.draftOf = runId;
      this.milestone.value = `Run ${name} started: ${totalSteps} steps.`;
    });
  }

  /** Takes a stored run up again where its newest whole checkpoint ends. */
  async continue(runId: string, takeOver = false): Promise<boolean> {
    return this.#attempt(runId, async () => {
      await this.#pauseActive();
      await this.#load(runId, takeOver);
      const { step } = await this.#client.call('resume', { runId });
      this.#change(runId, (view) => ({ ...view, summary: { ...view.summary, step } }));
      this.milestone.value = `Resumed from step ${step}.`;
    });
  }

  /** Loads a stored run, paused, so that it can be looked at, evaluated or exported; resolves at once when it is loaded already. */
  async ensureLoaded(runId: string): Promise<boolean> {
    if (this.find(runId)?.isLoaded === true) return true;
    return this.#attempt(runId, async () => {
      await this.#pauseActive();
      await this.#load(runId, false);
    });
  }

  /** Makes a run the open one: the bar, the curves and the Look cell follow it. */
  async open(runId: string): Promise<void> {
    if (!(await this.ensureLoaded(runId))) return;
    this.activeId.value = runId;
  }

  /** Goes on with a loaded run: one that is paused from where it is, one that failed from its last checkpoint. */
  async resume(runId: string): Promise<boolean> {
    return this.find(runId)?.summary.state === 'failed' ? this.continue(runId) : this.command('resume', runId);
  }

  async command(name: 'pause' | 'resume' | 'step' | 'stop', runId: string): Promise<boolean> {
    return this.#attempt(runId, async () => {
      const { step } = await this.#client.call(name, { runId });
      this.#change(runId, (view) => ({ ...view, summary: { ...view.summary, step: Math.max(step, view.summary.step) } }));
    });
  }

  /** `at`: of the run as it was after so many steps; null = as it is. */
  async evaluate(runId: string, examples: number, prompts: readonly PromptMode[], at: number | null): Promise<void> {
    if (!(await this.ensureLoaded(runId))) return;
    const isDone = await this.#attempt(runId, async () => {
      this.#isCancelling = false;
      const result = await this.#client.call('evaluate', { runId, examples, prompts, at });
      this.#change(runId, (view) => applyEvent(view, { kind: 'evaluation', result }));
      this.milestone.value = 'Evaluation finished.';
    });
    if (isDone || !this.#isCancelling) return;
    this.#isCancelling = false;
    this.problem.value = null; // what was asked for is no problem
    this.milestone.value = 'Evaluation cancelled.';
  }

  async cancelEvaluation(runId: string): Promise<void> {
    // Not through #attempt: the evaluation that it ends is still under way there.
    this.#isCancelling = true;
    try {
      await this.#client.call('cancelEvaluation', { runId });
    } catch (thrown) {
      this.report(thrown, runId);
    }
  }

  async rename(runId: string, wanted: string): Promise<void> {
    await this.#attempt(runId, async () => {
      const { name } = await this.#client.call('rename', { runId, name: wanted });
      this.#change(runId, (view) => ({ ...view, summary: { ...view.summary, name } }));
      this.milestone.value = `Renamed to ${name}.`;
    });
  }

  async remove(runId: string): Promise<void> {
    await this.#attempt(runId, async () => {
      await this.#client.call('remove', { runId });
      this.runs.value = this.runs.value.filter(({ summary }) => summary.runId !== runId);
      if (this.activeId.value === runId) this.activeId.value = null;
    });
  }

  /** The run as one file, with the weights along the way or without, or null when it failed (then `problem` says why). */
  async exportRun(runId: string, isWithTimeline: boolean): Promise<Calls['exportRun']['out'] | null> {
    let file: Calls['exportRun']['out'] | null = null;
    await this.#attempt(runId, async () => {
      file = await this.#client.call('exportRun', { runId, isWithTimeline });
    });
    return file;
  }

  /** The new run's id, and what of the file was left out; null when it failed (then `problem` says why). */
  async importRun(bytes: Uint8Array<ArrayBuffer>): Promise<Calls['importRun']['out'] | null> {
    let imported: Calls['importRun']['out'] | null = null;
    await this.#attempt(null, async () => {
      imported = await this.#client.call('importRun', { bytes }, [bytes.buffer]);
    });
    if (imported === null) return null;
    await this.load();
    this.milestone.value = 'Run imported.';
    return imported;
  }

  setVisible(runId: string, isVisible: boolean): void {
    this.#change(runId, (view) => ({ ...view, isVisible }));
  }

  /** Asks for a checkpoint of the run that is training or paused, without waiting: the page may be closing. */
  saveNow(): void {
    const active = this.active();
    if (active === undefined || !active.isLoaded || !(isBusy(active.summary.state) || active.summary.state === 'paused')) return;
    this.#client.call('checkpoint', { runId: active.summary.runId }).catch((thrown: unknown) => this.report(thrown, active.summary.runId));
  }

  /** Shows what went wrong, with what helps where we know it. */
  report(thrown: unknown, runId: string | null): void {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    const failed = this.find(runId);
    const cure =
      runId !== null && isHeldElsewhere(thrown)
        ? { label: 'Take over here', run: () => void this.continue(runId, true) }
        : runId !== null && failed !== undefined && canRecover(failed.summary)
          ? { label: 'Resume from the last checkpoint', run: () => void this.continue(runId) }
          : null;
    this.problem.value = { message, runId, cure };
  }

  /** Asks the browser, once there is something worth keeping, not to clear our storage by itself; workers cannot ask. */
  async #askToPersist(): Promise<void> {
    const storage = this.storage.value;
    if (storage === null || storage.persisted || !('storage' in navigator)) return;
    const persisted = await navigator.storage.persist();
    this.storage.value = { ...storage, persisted };
  }

  async #load(runId: string, takeOver: boolean): Promise<void> {
    const { step, note } = await this.#client.call('continue', { runId, takeOver });
    // Its state came as an event: paused, or finished when no step is left.
    this.#change(runId, (view) => ({ ...view, message: note, summary: { ...view.summary, step, lockedElsewhere: false } }));
    this.#onlyLoaded(runId);
    this.activeId.value = runId;
  }

  async #pauseActive(): Promise<void> {
    const active = this.active();
    if (active !== undefined && isBusy(active.summary.state)) await this.#client.call('pause', { runId: active.summary.runId });
  }

  async #attempt(runId: string | null, work: () => Promise<void>): Promise<boolean> {
    this.#openMarks += 1;
    this.isWorking.value = true;
    this.problem.value = null;
    try {
      await work();
      return true;
    } catch (thrown) {
      this.report(thrown, runId);
      return false;
    } finally {
      this.#openMarks -= 1;
      this.isWorking.value = this.#openMarks > 0;
    }
  }

  #hear(event: WorkerEvent): void {
    if (event.type === 'fatal') {
      this.runs.value = this.runs.value.map((view) =>
        view.isLoaded
          ? { ...view, isLoaded: false, summary: { ...view.summary, state: isBusy(view.summary.state) ? 'paused' : view.summary.state } }
          : view,
      );
      this.activeId.value = null; // as after a reload: what can be resumed is offered
      this.report(new Error(`${event.error.message} Your checkpoints are kept; resume from the last one.`), null);
      return;
    }
    if (event.type === 'freed') return this.#free(event.runId, event.summary);
    if (event.type !== 'event') return;
    const before = this.find(event.runId);
    if (before === undefined) {
      this.#early.set(event.runId, [...(this.#early.get(event.runId) ?? []), event.event]);
      return;
    }
    this.#change(event.runId, (view) => applyEvent(view, event.event));
    if (event.event.kind === 'state') this.#onlyLoaded(event.runId);
    this.#announce(before, event.event);
  }

  /** Another tab has let go of a run; without a summary it removed it. */
  #free(runId: string, summary: RunSummary | null): void {
    if (summary === null) this.runs.value = this.runs.value.filter((view) => view.isLoaded || view.summary.runId !== runId);
    else this.#change(runId, (view) => (view.isLoaded ? view : { ...view, summary }));
  }

  /** Milestones worth saying: a state that people wait for. */
  #announce({ summary }: RunView, event: SessionEvent): void {
    if (event.kind === 'metrics') {
      const [step, loss] = [event.points.at(-1)?.step ?? 0, event.points.at(-1)?.loss ?? 0];
      const quarter = (at: number): number => Math.floor((4 * at) / event.totalSteps);
      if (quarter(step) > quarter(summary.step) && step < event.totalSteps)
        this.milestone.value = `Step ${step} of ${event.totalSteps}, loss ${loss.toFixed(2)}.`;
    }
    if (event.kind !== 'state' || event.state === summary.state) return;
    if (event.state === 'failed') this.report(new Error(event.message ?? `Run ${summary.name} failed at step ${event.step}.`), summary.runId);
    const loss = summary.points.at(-1)?.loss;
    const tail = loss === undefined ? '' : `, loss ${loss.toFixed(3)}`;
    if (event.state === 'paused' || event.state === 'finished' || event.state === 'stopped' || event.state === 'failed') {
      this.milestone.value = `Run ${summary.name} ${event.state} at step ${event.step}${tail}.`;
    }
    if (event.state === 'finished') void this.load();
  }

  /** The worker holds one run at a time: loading one lets go of every other. */
  #onlyLoaded(runId: string): void {
    const isRight = (view: RunView): boolean => view.isLoaded === (view.summary.runId === runId);
    if (this.runs.value.every(isRight)) return;
    this.runs.value = this.runs.value.map((view) => (isRight(view) ? view : { ...view, isLoaded: !view.isLoaded }));
  }

  #change(runId: string, change: (view: RunView) => RunView): void {
    this.runs.value = this.runs.value.map((view) => (view.summary.runId === runId ? change(view) : view));
  }

  #style(): number {
    return this.#nextStyle++ % RUN_STYLES;
  }
}
