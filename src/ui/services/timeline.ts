/**
 * The checkpoint timeline (design/product 4.2 rule 6): at which step the open run is looked at. One state per page, read by every cell that shows the run:
 * curves, answers, maps, measurements. The step lies in the notebook, so that links hold it; it is of the run that is open, and another run begins at its
 * newest step. Not part of the page's first services, since it is needed only where there are runs: cells ask `timelineOf`.
 */
import { effect, signal } from '@preact/signals-core';
import type { SnapshotEntry } from '../../study/snapshots.ts';
import type { Notebook } from './notebook.ts';
import type { RunList } from './run-list.ts';
import type { RunView } from './run-view.ts';
import { readSetting, writeSetting } from './theme.ts';
import type { WorkerClient } from './worker-client.ts';

const KEY = 'parallax.snapshots';
/** Time that each step is shown while it plays, once its answer is there. Ours. */
const PLAY_MS = 1200;

interface TimelineServices {
  readonly notebook: Notebook;
  readonly runs: RunList;
  readonly client: WorkerClient;
}

export class Timeline {
  readonly #services: TimelineServices;
  /** The run that was open last. */
  #runId: string | null = null;
  #timer: ReturnType<typeof setInterval> | null = null;
  readonly isPlaying = signal(false);
  /** What the chosen step shows is still awaited; playing waits too. */
  readonly isWaiting = signal(false);
  /** Whether new runs keep weights along the way. */
  readonly isKeeping = signal(readSetting(KEY) !== 'off');

  constructor(services: TimelineServices) {
    this.#services = services;
    // Workers keep weights unless told; a worker that was replaced must be told again.
    effect(() => {
      void services.client.generation.value;
      if (!this.isKeeping.peek()) this.#tell(false);
    });
    // A link that is opened meanwhile brings a step for a run to come.
    effect(() => {
      if (services.notebook.origin.value === 'shared') this.#runId = null;
    });
    effect(() => {
      const runId = services.runs.activeId.value;
      if (runId === null || runId === this.#runId) return;
      const isFirst = this.#runId === null;
      this.#runId = runId;
      // The first one takes the step that the page opened with; in someone's copy even one that it has yet to come to.
      const isKept = isFirst && (services.notebook.origin.value === 'shared' || this.at() !== null);
      if (!isKept) this.choose(null);
    });
  }

  /** Steps of the open run whose weights are kept, before the one it is at, ascending. */
  stops(): readonly number[] {
    return stopsOf(this.#services.runs.active());
  }

  /** The step that the open run is looked at; null = as it is now. */
  at(): number | null {
    const { step } = this.#services.notebook.state.value;
    return step !== null && this.stops().includes(step) ? step : null;
  }

  /** Looks at the open run as it was at one of `stops`, or as it is now. */
  choose(step: number | null): void {
    this.#services.notebook.setStep(step);
  }

  /** So many stops on or back; the newest comes after the last. */
  move(by: number): void {
    const stops = this.stops();
    const at = this.at();
    const here = at === null ? stops.length : stops.indexOf(at);
    this.choose(stops[Math.min(stops.length, Math.max(0, here + by))] ?? null);
  }

  /** Walks from here, or from the beginning, to the newest. */
  play(): void {
    this.pause();
    if (this.at() === null) this.choose(this.stops()[0] ?? null);
    this.isPlaying.value = true;
    this.#timer = setInterval(() => {
      if (!this.isWaiting.value) this.move(1);
      if (this.at() === null) this.pause();
    }, PLAY_MS);
  }

  pause(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.isPlaying.value = false;
  }

  keep(isKeeping: boolean): void {
    this.isKeeping.value = isKeeping;
    writeSetting(KEY, isKeeping ? null : 'off');
    this.#tell(isKeeping);
  }

  #tell(isKeeping: boolean): void {
    this.#services.client.call('keepSnapshots', { isKeeping }).catch((thrown: unknown) => this.#services.runs.report(thrown, null));
  }
}

const timelines = new WeakMap<RunList, Timeline>();

/** The page's one timeline. */
export function timelineOf(services: TimelineServices): Timeline {
  const known = timelines.get(services.runs);
  if (known !== undefined) return known;
  const made = new Timeline(services);
  timelines.set(services.runs, made);
  return made;
}

/** Kept steps before the one that the run is at. */
export function stopsOf(view: RunView | undefined): readonly number[] {
  return keptOf(view).map(({ step }) => step);
}

/** The same with their sizes. Of later ones a run that went back to a checkpoint knows nothing yet. */
export function keptOf(view: RunView | undefined): readonly SnapshotEntry[] {
  const { snapshots = [], step = 0 } = view?.summary ?? {};
  return snapshots.filter((entry) => entry.step < step);
}
