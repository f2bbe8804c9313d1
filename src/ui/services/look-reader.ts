/**
 * What the Look cell shows of the open run: its answer to one example, the picture, and maps of some words, kept in step with what is asked. An answer to
 * anything older is dropped.
 */
import type { Calls } from '../../../workers/protocol.ts';
import type { ExamplePixels } from '../../study/example-forms.ts';
import type { TaskSpec } from '../../tasks/task-spec.ts';
import type { ExampleClient } from './example-client.ts';
import { MapQueue } from './map-queue.ts';
import type { AttributeArgs, PictureMap } from './map-queue.ts';
import type { Timeline } from './timeline.ts';
import type { WorkerClient } from './worker-client.ts';

export type Looked = Calls['look']['out'];
export type LookArgs = Calls['look']['in'];

interface ReaderServices {
  readonly client: WorkerClient;
  readonly examples: ExampleClient;
  /** Told while an answer is awaited. */
  readonly timeline: Timeline;
}

export class LookReader {
  readonly #services: ReaderServices;
  readonly #changed: () => void;
  readonly #maps: MapQueue;
  #args: LookArgs | null = null;
  #asked = '';
  /** What `answer` is of; until it is `#asked`, the words on show are of the example before and ask for nothing. */
  #answered = '';
  /** What is asked without the step of the timeline: maps of it are kept while the timeline moves. */
  #place = '';
  #answer: { readonly looked: Looked; readonly pixels: ExamplePixels } | null = null;
  #fault = '';

  /** @param changed - called when an answer or a map has come, or could not be made. */
  constructor(services: ReaderServices, changed: () => void) {
    this.#services = services;
    this.#changed = changed;
    this.#maps = new MapQueue(services.client, changed);
  }

  /** What was asked last; null = nothing yet. */
  args(): LookArgs | null {
    return this.#args;
  }

  /** The newest answer that came. */
  answer(): { readonly looked: Looked; readonly pixels: ExamplePixels } | null {
    return this.#answer;
  }

  /** Whether that answers what was asked last. */
  isCurrent(): boolean {
    return this.#answered === this.#asked;
  }

  /** Why there is no answer, or no map, in words; '' = all is well. */
  fault(): string {
    const unmade = this.#maps.fault();
    return this.#fault === '' && unmade !== null ? `No map for these words: ${unmade.message}` : this.#fault;
  }

  map(wish: AttributeArgs): PictureMap | undefined {
    return this.#maps.get(wish);
  }

  /** Maps that are wanted now, the most important first. */
  want(wishes: readonly AttributeArgs[]): void {
    this.#maps.want(wishes);
  }

  /**
   * Asks, unless just this was asked last; true when it asks.
   *
   * @param step - of the run as it is, whose answers change with it.
   */
  ask(args: LookArgs, step: number, spec: TaskSpec): boolean {
    const asked = JSON.stringify([args, step]);
    if (asked === this.#asked) return false;
    const { at: _, ...question } = args;
    const place = JSON.stringify([question, step]);
    if (place !== this.#place) this.#maps.forget();
    [this.#args, this.#asked, this.#place, this.#fault] = [args, asked, place, ''];
    void this.#read(args, asked, spec);
    return true;
  }

  async #read(args: LookArgs, asked: string, spec: TaskSpec): Promise<void> {
    const { client, examples, timeline } = this.#services;
    timeline.isWaiting.value = true;
    try {
      const [looked, pixels] = await Promise.all([client.call('look', args), examples.call('pixels', { key: args.key, spec })]);
      if (asked === this.#asked) [this.#answer, this.#answered] = [{ looked, pixels }, asked];
    } catch (thrown) {
      if (asked !== this.#asked) return;
      [this.#answer, this.#fault] = [null, `This example cannot be looked at: ${thrown instanceof Error ? thrown.message : String(thrown)}`];
    } finally {
      if (asked === this.#asked) {
        timeline.isWaiting.value = false;
        this.#changed();
      }
    }
  }
}
