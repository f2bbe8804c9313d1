/**
 * Long questions to the training worker about a run, one at a time: what is asked now, how to cancel it, what went wrong. Shared by all that measures a run, so
 * that no two of them wait for each other.
 */
import { signal } from '@preact/signals-core';
import { toWireError } from '../../lib/errors.ts';
import type { MeasureKind } from '../../study/analysis/measurements.ts';
import type { RunList } from './run-list.ts';
import type { RunView } from './run-view.ts';
import type { WorkerClient } from './worker-client.ts';

/** What is asked of the worker now. */
export interface Asked {
  readonly what: MeasureKind | 'failures';
  readonly runId: string;
  readonly name: string;
  /** Of several in a row: which, from 1, of how many. */
  readonly place?: { readonly at: number; readonly of: number };
}

interface AskingServices {
  readonly runs: RunList;
  readonly client: WorkerClient;
}

export class Asking {
  readonly #services: AskingServices;
  #isCancelled = false;
  readonly asked = signal<Asked | null>(null);
  readonly fault = signal('');

  constructor(services: AskingServices) {
    this.#services = services;
  }

  /**
   * The answers to questions one after the other; those before a cancel or a failure are kept. What went wrong is in `fault`, unless a person cancelled. Nothing
   * is asked while another question is.
   *
   * @param questions - what is said of each while it is asked, and the call.
   */
  async all<T>(questions: readonly { readonly asked: Asked; readonly call: () => Promise<T> }[]): Promise<T[]> {
    const answers: T[] = [];
    if (this.asked.value !== null) return answers;
    const { runs } = this.#services;
    [this.fault.value, this.#isCancelled] = ['', false];
    try {
      for (const { asked, call } of questions) {
        this.asked.value = asked;
        if (this.#isCancelled || !(await runs.ensureLoaded(asked.runId)) || this.#isCancelled) break; // a cancel may come while it loads
        answers.push(await call());
      }
    } catch (thrown) {
      if (!this.#isCancelled) this.fault.value = toWireError(thrown).message;
    } finally {
      this.asked.value = null;
      if (this.#isCancelled) runs.milestone.value = 'Cancelled.';
    }
    return answers;
  }

  /** The answer to one question, or null when there is none. */
  async one<T>(asked: Asked, call: () => Promise<T>): Promise<T | null> {
    return (await this.all([{ asked, call }]))[0] ?? null;
  }

  cancel(): void {
    const { value: asked } = this.asked;
    if (asked === null) return;
    this.#isCancelled = true;
    this.#services.client
      .call('cancelEvaluation', { runId: asked.runId })
      .catch((thrown: unknown) => (this.fault.value = toWireError(thrown).message));
  }
}

const askings = new WeakMap<RunList, Asking>();

/** The page's one. */
export function askingOf(services: AskingServices): Asking {
  const known = askings.get(services.runs) ?? new Asking(services);
  askings.set(services.runs, known);
  return known;
}

/** Why nothing can be asked of the run now; '' = it can. */
export function askBlocked(runs: RunList, { summary: { state, lockedElsewhere } }: RunView): string {
  if (lockedElsewhere) return 'This run is open in another tab: measure it there.';
  if (state === 'failed') return 'This run has failed: resume it from its last checkpoint first.';
  if (state === 'evaluating') return 'Wait for the end of the evaluation, or cancel it in Result.';
  return runs.isWorking.value || state === 'preparing' ? 'Wait until the run is ready.' : '';
}
