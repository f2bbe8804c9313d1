/** Typed calls to the data worker. A worker that dies (a file too large for the memory) rejects what is open; the next call starts a fresh one. */
import type { DataCallMessage, DataCallName, DataCalls, FromDataWorker, ToDataWorker } from '../../../workers/data-protocol.ts';
import { CallError } from './worker-client.ts';

/** What a Worker and the tests' fake have in common. */
export interface DataPort {
  postMessage(message: ToDataWorker): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<FromDataWorker>) => void): void;
  addEventListener(type: 'error', listener: (event: ErrorEvent) => void): void;
  terminate(): void;
}

export type DataProgress = Extract<FromDataWorker, { progress: unknown }>['progress'];

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
  onProgress?(progress: DataProgress): void;
}

export class DataClient {
  readonly #open: () => DataPort;
  readonly #pending = new Map<number, Pending>();
  #port: DataPort | null = null;
  #nextId = 1;

  constructor(open: () => DataPort) {
    this.#open = open;
  }

  /** Rejects with CallError; its name is AbortError after `cancel`. */
  call<K extends DataCallName>(name: K, args: DataCalls[K]['in'], onProgress?: (progress: DataProgress) => void): Promise<DataCalls[K]['out']> {
    const id = this.#nextId++;
    return new Promise<DataCalls[K]['out']>((resolve, reject) => {
      // The worker's handler of `name` returns the type that DataCalls declares for it.
      const pending: Pending = { resolve: (value) => resolve(value as DataCalls[K]['out']), reject };
      this.#pending.set(id, onProgress === undefined ? pending : { ...pending, onProgress });
      // `name` and `args` are one member of the union by K, which TypeScript cannot see through a type parameter.
      this.#ensurePort().postMessage({ id, name, args } as DataCallMessage);
    });
  }

  /** Stops the score that is running. */
  cancel(): void {
    this.#port?.postMessage({ name: 'cancel' });
  }

  #ensurePort(): DataPort {
    if (this.#port !== null) return this.#port;
    const port = this.#open();
    port.addEventListener('message', ({ data }) => this.#receive(data));
    port.addEventListener('error', (event) => {
      if (this.#port !== port) return;
      port.terminate();
      this.#port = null;
      const open = [...this.#pending.values()];
      this.#pending.clear();
      const message = `The file could not be read: ${event.message || 'a script could not be loaded'}.`;
      for (const { reject } of open) reject(new CallError({ name: 'WorkerError', message }));
    });
    this.#port = port;
    return port;
  }

  #receive(message: FromDataWorker): void {
    const pending = this.#pending.get(message.id);
    if ('progress' in message) {
      pending?.onProgress?.(message.progress);
      return;
    }
    this.#pending.delete(message.id);
    if ('error' in message) pending?.reject(new CallError(message.error));
    else pending?.resolve(message.value);
  }
}
