/**
 * The figures that this browser makes: a queue, kept in the browser's database, that is worked off one figure at a time while nothing of the visitor's own is
 * training. One rule for the one device: the visitor's own runs come first. While one trains, the figure stands at its last checkpoint, and goes on by itself when
 * the run pauses or ends. After a reload nothing runs until the visitor resumes it.
 */
import { effect, signal } from '@preact/signals-core';
import type { FigureCalls, FigureEvent, FigureProgress } from '../../../workers/figure-protocol.ts';
import { toWireError } from '../../lib/errors.ts';
import type { BackendName } from '../../model/device-info.ts';
import { choiceText } from '../../study/figures/figure-choice.ts';
import type { FigureChoice } from '../../study/figures/figure-choice.ts';
import { plannedRuns } from '../../study/figures/figure-plan.ts';
import type { FigureEstimate } from '../../study/figures/figure-cost.ts';
import type { FigureJob } from '../../study/figures/figure-jobs.ts';
import { parseFigureResult } from '../../study/figures/figure-schema.ts';
import type { JobStore } from '../../study/figures/figure-jobs.ts';
import { runDigest } from '../../study/switch-run.ts';
import { CallClient } from './call-client.ts';
import type { CallPort } from './call-client.ts';
import type { RecordedFigure } from './figure-shelf.ts';

export interface FigureQueueOptions {
  readonly open: () => CallPort<FigureCalls, FigureEvent>;
  readonly store: JobStore;
  /** The backend that the page has chosen; null = the best. */
  readonly prefer: () => BackendName | null;
  /** Name of the visitor's run that trains now, or null. Reads signals: the queue follows it. */
  readonly busyRun: () => string | null;
}

/** What is asked about a choice before it may run. */
export type Asked =
  | { readonly kind: 'timing'; readonly choice: FigureChoice }
  | { readonly kind: 'estimated'; readonly choice: FigureChoice; readonly estimate: FigureEstimate }
  | { readonly kind: 'failed'; readonly choice: FigureChoice; readonly message: string };

const INTERRUPTED = 'It was interrupted when the page was closed. Resume goes on from the last checkpoint.';

export class FigureQueue {
  readonly #options: FigureQueueOptions;
  readonly #client: CallClient<FigureCalls, FigureEvent>;
  readonly #stopWatching: () => void;
  #stopping: Promise<void> | null = null;

  readonly jobs = signal<readonly FigureJob[]>([]);
  /** Key of the job that the worker has, and what it last said. */
  readonly running = signal<string | null>(null);
  readonly progress = signal<FigureProgress | null>(null);
  readonly asked = signal<Asked | null>(null);
  /** Results of this browser by their key, as they are read or come. */
  readonly results = signal<ReadonlyMap<string, RecordedFigure>>(new Map());
  /** What the database said when it could not do as asked. */
  readonly problem = signal('');
  /** Said aloud: milestones only. */
  readonly milestone = signal('');
  readonly isReady = signal(false);

  constructor(options: FigureQueueOptions) {
    this.#options = options;
    this.#client = new CallClient({
      open: options.open,
      onEvent: (event) => this.#hear(event),
      stopped: (why) => `The figure worker stopped: ${why}. Resume goes on from the last checkpoint.`,
    });
    this.#stopWatching = effect(() => {
      void options.busyRun();
      void [this.jobs.value, this.asked.value];
      if (this.isReady.value) queueMicrotask(() => this.#pump());
    });
  }

  /** Reads what is kept. What was running when the page was closed is paused. */
  async load(): Promise<void> {
    await this.#attempt(async () => {
      const jobs = await this.#options.store.jobs();
      const results = new Map<string, RecordedFigure>();
      for (const { choice } of jobs) {
        const text = await this.#options.store.result(choice);
        const result = text === null ? null : readResult(text, choiceText(choice));
        if (result !== null) results.set(choiceText(choice), result);
      }
      this.results.value = results;
      this.jobs.value = jobs.map((job) => {
        if (job.state === 'running' || job.state === 'waiting')
          return { ...job, state: 'paused', message: job.state === 'running' ? INTERRUPTED : '' };
        return job;
      });
      this.isReady.value = true;
    });
  }

  /** Times the device for a figure; nothing of it is kept. */
  async estimate(choice: FigureChoice): Promise<void> {
    const busy = this.#busyText();
    if (busy !== null) {
      this.asked.value = { kind: 'failed', choice, message: `${busy} An estimate times the same device, so it has to wait.` };
      return;
    }
    this.asked.value = { kind: 'timing', choice };
    try {
      const estimate = await this.#client.call('estimate', { choice, prefer: this.#options.prefer() });
      if (this.asked.value?.choice === choice) this.asked.value = estimate === null ? null : { kind: 'estimated', choice, estimate };
    } catch (thrown) {
      if (this.asked.value?.choice === choice) this.asked.value = { kind: 'failed', choice, message: toWireError(thrown).message };
    }
  }

  /** Cuts an estimate off. */
  async stopEstimate(): Promise<void> {
    if (this.asked.value?.kind !== 'timing') return;
    this.asked.value = null;
    await this.#client.call('stop', {});
  }

  /** Puts an estimated figure at the end of the queue; one that is there already goes on. */
  async add(choice: FigureChoice, estimate: FigureEstimate): Promise<void> {
    const order = 1 + Math.max(0, ...this.jobs.value.map((job) => job.order));
    this.asked.value = null;
    await this.#keep({ choice, order, state: 'waiting', estimate, message: '' });
  }

  /** Stops a figure where it is, with a checkpoint; it waits for `resume`. */
  async pause(key: string): Promise<void> {
    await this.#change(key, { state: 'paused', message: '' });
    if (this.running.value === key) await this.#stop();
  }

  async resume(key: string): Promise<void> {
    await this.#change(key, { state: 'waiting', message: '' });
  }

  /** One place up in the queue. */
  async up(key: string): Promise<void> {
    const queue = this.jobs.value;
    const at = queue.findIndex((job) => choiceText(job.choice) === key);
    const [before, job] = [queue[at - 1], queue[at]];
    if (before === undefined || job === undefined) return;
    await this.#keep({ ...before, order: job.order }, { ...job, order: before.order });
  }

  /** Takes a figure out of the queue. What is finished of it stays, to be looked at and for other figures; a run that is not is dropped. */
  async cancel(key: string): Promise<void> {
    await this.pause(key);
    await this.#attempt(async () => {
      const job = this.find(key);
      if (job === undefined) return;
      for (const { spec } of plannedRuns(job.choice).runs) await this.#options.store.dropCheckpoint(spec);
      if (this.results.value.has(key)) await this.#keep({ ...job, state: 'cancelled', message: '' });
      else await this.#drop(job);
    });
  }

  /** Removes a figure with its result and all runs that no other figure of the queue has. */
  async remove(key: string): Promise<void> {
    await this.pause(key);
    await this.#attempt(async () => {
      const job = this.find(key);
      if (job === undefined) return;
      const others = this.jobs.value.filter((each) => each !== job);
      const needed = new Set(others.flatMap(({ choice }) => plannedRuns(choice).runs.map(({ spec }) => runDigest(spec))));
      for (const { spec } of plannedRuns(job.choice).runs) if (!needed.has(runDigest(spec))) await this.#options.store.removeRun(spec);
      await this.#options.store.removeResult(job.choice);
      this.results.value = new Map([...this.results.value].filter(([each]) => each !== key));
      await this.#drop(job);
    });
  }

  async removeAll(): Promise<void> {
    for (const { choice } of this.jobs.value) await this.remove(choiceText(choice));
  }

  find(key: string): FigureJob | undefined {
    return this.jobs.value.find(({ choice }) => choiceText(choice) === key);
  }

  /** Ends the worker and what follows the page. For tests. */
  close(): void {
    this.#stopWatching();
    this.#client.end();
  }

  /** Sets the next figure going when nothing is in the way, and stops the one that runs when something is. */
  #pump(): void {
    const isBusy = this.#options.busyRun() !== null;
    if (this.running.value !== null) {
      if (isBusy) void this.#stop();
      return;
    }
    const next = this.jobs.value.find(({ state }) => state === 'waiting');
    if (next === undefined || isBusy || this.asked.value?.kind === 'timing') return;
    void this.#make(next);
  }

  async #make(job: FigureJob): Promise<void> {
    const key = choiceText(job.choice);
    this.running.value = key;
    const kept = this.#change(key, { state: 'running', message: '' });
    let change: Pick<FigureJob, 'state' | 'message'>;
    try {
      const { isDone } = await this.#client.call('make', { choice: job.choice, prefer: this.#options.prefer(), estimate: job.estimate });
      const message = this.find(key)?.message ?? '';
      if (isDone) this.milestone.value = `The figure ${job.choice.id} is finished.`;
      // Stopped by a run of the visitor's, it waits; else it was paused, which its record says already.
      change = isDone ? { state: 'done', message } : { state: 'waiting', message };
    } catch (thrown) {
      change = { state: 'failed', message: toWireError(thrown).message };
    }
    await Promise.all([kept, this.#stopping]);
    this.running.value = null;
    this.progress.value = null;
    const now = this.find(key)?.state;
    if (change.state === 'done' || now === 'running') await this.#change(key, change);
    else this.#pump();
    if (this.running.value === null && !this.jobs.value.some(({ state }) => state === 'waiting')) this.#client.end();
  }

  /** Resolves when the worker stands still. */
  #stop(): Promise<void> {
    this.#stopping ??= this.#client
      .call('stop', {})
      .then(() => undefined)
      .catch((thrown: unknown) => void (this.problem.value = toWireError(thrown).message))
      .finally(() => (this.#stopping = null));
    return this.#stopping;
  }

  #hear(event: FigureEvent): void {
    const key = this.running.value;
    switch (event.type) {
      case 'progress':
        this.progress.value = event.progress;
        return;
      case 'note':
        if (key !== null) void this.#change(key, { message: event.message });
        return;
      case 'result': {
        const result = key === null ? null : readResult(event.text, key);
        if (key !== null && result !== null) this.results.value = new Map([...this.results.value, [key, result]]);
        return;
      }
      default:
        event satisfies never;
    }
  }

  #busyText(): string | null {
    const busy = this.#options.busyRun();
    if (busy !== null) return `The run ${busy} trains on this device.`;
    return this.running.value === null ? null : 'A figure is being made on this device.';
  }

  async #change(key: string, change: Partial<FigureJob>): Promise<void> {
    const job = this.find(key);
    if (job !== undefined) await this.#keep({ ...job, ...change });
  }

  /** On the page at once, in the database when it can. */
  async #keep(...changed: readonly FigureJob[]): Promise<void> {
    const keys = new Set(changed.map(({ choice }) => choiceText(choice)));
    const others = this.jobs.value.filter(({ choice }) => !keys.has(choiceText(choice)));
    this.jobs.value = [...others, ...changed].sort((a, b) => a.order - b.order);
    await this.#attempt(async () => {
      for (const job of changed) await this.#options.store.keepJob(job);
    });
  }

  async #drop(job: FigureJob): Promise<void> {
    this.jobs.value = this.jobs.value.filter((each) => each !== job);
    await this.#options.store.removeJob(job.choice);
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.problem.value = '';
    } catch (thrown) {
      this.problem.value = toWireError(thrown).message;
    }
  }
}

/** A kept result; null for one that cannot be read, which the next making replaces. */
function readResult(text: string, key: string): RecordedFigure | null {
  try {
    return { text, result: parseFigureResult(text, key) };
  } catch {
    return null;
  }
}
