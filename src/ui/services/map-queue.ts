/**
 * Maps that the Look cell wants, computed one at a time in the order of the wishes, and kept while the example stays. A wish that is not wanted any more
 * when its turn comes is never asked for; an answer about an earlier example is dropped.
 */
import type { Calls } from '../../../workers/protocol.ts';
import type { WorkerClient } from './worker-client.ts';

export type AttributeArgs = Calls['attribute']['in'];
export type PictureMap = Calls['attribute']['out'];

export interface MapFault {
  readonly wish: AttributeArgs;
  readonly message: string;
}

/** Maps kept per example; one of 13 x 13 patches is 173 kB. */
const MAX_MAPS = 200;

export class MapQueue {
  readonly #client: WorkerClient;
  readonly #changed: () => void;
  readonly #maps = new Map<string, PictureMap>();
  #wishes: readonly AttributeArgs[] = [];
  readonly #failed = new Map<string, MapFault>();
  #era = 0;
  #isComputing = false;

  /** @param changed - called when a map has come, could not be made, or the work ends. */
  constructor(client: WorkerClient, changed: () => void) {
    this.#client = client;
    this.#changed = changed;
  }

  get(wish: AttributeArgs): PictureMap | undefined {
    return this.#maps.get(JSON.stringify(wish));
  }

  /** Why the first of the wishes that failed did, or null. */
  fault(): MapFault | null {
    return this.#wishes.map((wish) => this.#failed.get(JSON.stringify(wish))).find((fault) => fault !== undefined) ?? null;
  }

  /** What is wanted now, the most important first; replaces what was wanted before. What failed is tried again when something else was wanted meanwhile. */
  want(wishes: readonly AttributeArgs[]): void {
    if (JSON.stringify(wishes) !== JSON.stringify(this.#wishes)) this.#failed.clear();
    this.#wishes = wishes;
    void this.#work();
  }

  /** Another example, or the run has gone on: nothing of before is of use. */
  forget(): void {
    this.#era++;
    this.#maps.clear();
    this.#failed.clear();
    this.#wishes = [];
  }

  #next(): AttributeArgs | undefined {
    return this.#wishes.find((wish) => !this.#maps.has(JSON.stringify(wish)) && !this.#failed.has(JSON.stringify(wish)));
  }

  async #work(): Promise<void> {
    if (this.#isComputing || this.#next() === undefined) return;
    this.#isComputing = true;
    for (let wish = this.#next(); wish !== undefined; wish = this.#next()) {
      const era = this.#era;
      const key = JSON.stringify(wish);
      try {
        const map = await this.#client.call('attribute', wish);
        if (era !== this.#era) continue;
        if (this.#maps.size >= MAX_MAPS) this.#maps.clear();
        this.#maps.set(key, map);
      } catch (thrown) {
        if (era !== this.#era) continue; // about an example that nobody looks at any more
        this.#failed.set(key, { wish, message: thrown instanceof Error ? thrown.message : String(thrown) });
      }
      this.#changed();
    }
    this.#isComputing = false;
    this.#changed();
  }
}
