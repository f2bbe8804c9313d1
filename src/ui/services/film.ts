/**
 * The film of a run: maps of the same words by the weights of every step that is kept, made one after the other when asked for, until it is cancelled or
 * something else is asked. The pictures that are there stay.
 */
import type { AttributeArgs, PictureMap } from './map-queue.ts';
import type { WorkerClient } from './worker-client.ts';

export interface Frame {
  /** Null = the run as it is now. */
  readonly step: number | null;
  readonly map: PictureMap;
}

export class Film {
  readonly #client: WorkerClient;
  readonly #changed: () => void;
  #run = 0;
  frames: readonly Frame[] = [];
  /** How many there will be; 0 = nothing was asked for. */
  total = 0;
  isRunning = false;
  fault = '';

  /** @param changed - called when a frame has come, or the work ends. */
  constructor(client: WorkerClient, changed: () => void) {
    this.#client = client;
    this.#changed = changed;
  }

  /** Makes a map per step. `about` says of which answer and which words; whose map it is for is told here. */
  async make(about: Omit<AttributeArgs, 'of'>, steps: readonly (number | null)[]): Promise<void> {
    const run = ++this.#run;
    [this.frames, this.total, this.isRunning, this.fault] = [[], steps.length, true, ''];
    this.#changed();
    try {
      for (const step of steps) {
        const map = await this.#client.call('attribute', { ...about, of: { kind: 'stored', runId: about.runId, at: step } });
        if (run !== this.#run) return;
        this.frames = [...this.frames, { step, map }];
        this.#changed();
      }
    } catch (thrown) {
      if (run !== this.#run) return;
      this.fault = thrown instanceof Error ? thrown.message : String(thrown);
    }
    this.isRunning = false;
    this.#changed();
  }

  /** What is there stays. */
  cancel(): void {
    this.#run += 1;
    this.isRunning = false;
    this.#changed();
  }

  /** Other words or another example: nothing of before is of use. */
  forget(): void {
    this.#run += 1;
    [this.frames, this.total, this.isRunning, this.fault] = [[], 0, false, ''];
  }
}
