/**
 * State of the smarterVLM cell: the draft of the next training, the one that is loaded in the worker, what it answered, the item that is looked at. One call at a time is under
 * way besides pause, step and stop; what goes wrong is a message, never thrown.
 */
import { computed, signal } from '@preact/signals-core';
import type { AnsweredItem, SmarterCalls, SmarterEvent, SmartSource } from '../../../workers/smarter-protocol.ts';
import { toWireError } from '../../lib/errors.ts';
import type { SmarterCost } from '../../study/smarter/smarter-cost.ts';
import type { KeptSmarter } from '../../study/smarter/smarter-store.ts';
import type { SmarterSpec } from '../../study/smarter/smarter-spec.ts';
import { CallClient } from './call-client.ts';
import type { CallPort } from './call-client.ts';
import { runNameOf } from './run-names.ts';

export type LiveSmarter = Omit<Extract<SmarterEvent, { kind: 'progress' }>, 'kind'>;
export type FeatureProgress = Omit<Extract<SmarterEvent, { kind: 'features' }>, 'kind'>;
export type DownloadProgress = Extract<SmarterEvent, { kind: 'download' }>['progress'];
export type Listed = SmarterCalls['list']['out'];
export type SmarterWork = 'listing' | 'estimating' | 'starting' | 'opening' | 'removing' | 'answering' | 'looking';

export interface LookedAt {
  readonly answered: AnsweredItem;
  readonly seen: SmarterCalls['look']['out'];
}

export interface SmarterRunsOptions {
  readonly open: () => CallPort<SmarterCalls, SmarterEvent>;
  readonly now: () => Date;
  readonly draft: SmarterSpec;
}

const STOPPED = 'Stopped. What was complete by then, such as a downloaded file, is kept.';

export class SmarterRuns {
  readonly #client: CallClient<SmarterCalls, SmarterEvent>;
  readonly #now: () => Date;
  readonly #left = new Set<string>();

  /** What the form says; values may be wrong while they are typed. */
  readonly draft = signal<unknown>(null);
  readonly folder = signal<SmartSource | null>(null);
  /** Null before it was asked for: reading it starts the worker. */
  readonly listed = signal<Listed | null>(null);
  readonly live = signal<LiveSmarter | null>(null);
  readonly liveName = signal('');
  readonly features = signal<FeatureProgress | null>(null);
  readonly download = signal<DownloadProgress | null>(null);
  readonly work = signal<SmarterWork | null>(null);
  readonly cost = signal<{ readonly of: string; readonly cost: SmarterCost } | null>(null);
  readonly answers = signal<readonly AnsweredItem[] | null>(null);
  readonly looked = signal<LookedAt | null>(null);
  /** Trainings that follow the one under way, one after the other: the rows of a table. */
  readonly queue = signal<readonly SmarterSpec[]>([]);
  readonly note = signal('');
  readonly problem = signal('');
  /** A training computes now. */
  readonly isTraining = computed(() => this.live.value?.state === 'running' || this.work.value === 'starting');

  /** Of the training that the worker holds; '' when there is none, or it ended before its last step and can be opened again. */
  readonly openId = computed(() => {
    const { id = '', state } = this.live.value ?? {};
    return state === 'stopped' || state === 'failed' ? '' : id;
  });

  constructor({ open, now, draft }: SmarterRunsOptions) {
    this.#client = new CallClient({
      open,
      onEvent: (event) => this.#hear(event),
      onDeath: (message) => this.#mourn(message),
      stopped: (why) => `The smarterVLM worker stopped: ${why}. Open the kept training to go on from where it was last kept.`,
    });
    this.#now = now;
    this.draft.value = draft;
  }

  async list(): Promise<void> {
    await this.#do('listing', async () => {
      this.listed.value = await this.#client.call('list', null);
    });
  }

  async estimate(spec: SmarterSpec): Promise<void> {
    await this.#do('estimating', async () => {
      this.note.value = '';
      const cost = await this.#client.call('estimate', { spec, folder: this.#folderOf(spec) });
      this.cost.value = { of: JSON.stringify(spec), cost };
    });
  }

  /** False when it was refused, or stopped before its first step. */
  async start(spec: SmarterSpec): Promise<boolean> {
    const taken = new Set(this.listed.value?.runs.map(({ name }) => name));
    return this.#begin('starting', runNameOf(this.#now().toISOString(), taken), (name) =>
      this.#client.call('start', { spec, name, folder: this.#folderOf(spec) }),
    );
  }

  /** Trains each in turn. Stopping one, or a failure, ends the sweep; what is finished is kept. */
  sweep(specs: readonly SmarterSpec[]): void {
    this.queue.value = specs;
    if (!this.isTraining.value) void this.#next();
  }

  /** A training has ended. */
  async #over(isWhole: boolean): Promise<void> {
    if (!isWhole) this.queue.value = [];
    if (this.listed.value !== null) await this.list();
    await this.#next();
  }

  async #next(): Promise<void> {
    const [spec, ...others] = this.queue.value;
    if (spec === undefined || this.work.value !== null) return;
    this.queue.value = others;
    if (!(await this.start(spec))) this.queue.value = [];
  }

  async open({ id, name, spec }: KeptSmarter): Promise<void> {
    if (this.openId.value === id) return;
    await this.#begin('opening', name, () => {
      this.#left.delete(id);
      return this.#client.call('open', { id, folder: this.#folderOf(spec) });
    });
  }

  async remove({ id }: Pick<KeptSmarter, 'id'>): Promise<void> {
    await this.#do('removing', async () => {
      await this.#client.call('remove', { id });
      if (this.live.value?.id === id) this.#forget();
      this.listed.value = await this.#client.call('list', null);
    });
  }

  async clearFeatures(): Promise<void> {
    await this.#do('removing', async () => {
      await this.#client.call('clearFeatures', null);
      this.listed.value = await this.#client.call('list', null);
    });
  }

  /** These do not wait for other work. */
  async steer(action: 'pause' | 'resume' | 'step' | 'stop'): Promise<void> {
    try {
      await this.#client.call(action, null);
    } catch (thrown) {
      this.problem.value = toWireError(thrown).message;
    }
  }

  /** Answers of the loaded training to all test items. */
  async askAnswers(): Promise<void> {
    await this.#do('answering', async () => {
      this.looked.value = null;
      this.answers.value = await this.#client.call('answers', null);
    });
  }

  async look(answered: AnsweredItem): Promise<void> {
    await this.#do('looking', async () => {
      this.looked.value = { answered, seen: await this.#client.call('look', { item: answered.item }) };
    });
  }

  /** Ends the worker. For tests. */
  close(): void {
    this.#client.end();
  }

  #folderOf({ data }: SmarterSpec): SmartSource | null {
    return data.source === 'smart-101' ? this.folder.value : null;
  }

  #begin(work: SmarterWork, name: string, call: (name: string) => Promise<unknown>): Promise<boolean> {
    return this.#do(work, async () => {
      this.#forget();
      this.liveName.value = name;
      try {
        await call(name);
      } finally {
        this.features.value = null;
      }
    });
  }

  /** What the training that is let go still says is not heard. */
  #forget(): void {
    if (this.live.value !== null) this.#left.add(this.live.value.id);
    [this.live.value, this.answers.value, this.looked.value, this.note.value] = [null, null, null, ''];
  }

  /** The training is gone with its worker, open call or not. */
  #mourn(message: string): void {
    this.#forget();
    this.queue.value = [];
    if (this.work.value === null) this.problem.value = message;
  }

  /** False when it was not done, and why is said. */
  async #do(work: SmarterWork, task: () => Promise<void>): Promise<boolean> {
    if (this.work.value !== null) return false;
    [this.work.value, this.problem.value] = [work, ''];
    try {
      await task();
      return true;
    } catch (thrown) {
      const { name, message } = toWireError(thrown);
      if (name === 'AbortError') this.note.value = STOPPED;
      else this.problem.value = message;
      return false;
    } finally {
      [this.work.value, this.download.value] = [null, null];
    }
  }

  #hear(event: SmarterEvent): void {
    switch (event.kind) {
      case 'features':
        [this.features.value, this.download.value] = [event, null];
        return;
      case 'download':
        this.download.value = event.progress;
        return;
      case 'progress': {
        if (this.#left.has(event.id)) return;
        const before = this.live.value?.state;
        this.live.value = event;
        const isOver = event.state === 'finished' || event.state === 'stopped';
        if (isOver && before !== event.state) void this.#over(event.state === 'finished');
        if (event.state === 'failed') this.queue.value = [];
        return;
      }
      case 'note':
        // One after the other: what was left out is not to be covered by what was not kept.
        if (!this.note.value.split('\n\n').includes(event.message)) this.note.value = [this.note.value, event.message].filter(Boolean).join('\n\n');
        return;
      default:
        event satisfies never;
    }
  }
}
