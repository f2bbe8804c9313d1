/** Typed calls to the example worker. Restarted by itself if it dies; small results are remembered, so that going back and forth costs nothing. */
import type { ExampleCallMessage, ExampleCallName, ExampleCalls, ExampleReply } from '../../../workers/example-protocol.ts';
import { CallError } from './worker-client.ts';

/** What a Worker and the tests' fake have in common. */
export interface ExamplePort {
  postMessage(message: ExampleCallMessage): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<ExampleReply>) => void): void;
  addEventListener(type: 'error', listener: (event: ErrorEvent) => void): void;
  terminate(): void;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Ours: the last examples seen; a picture is under 100 kB of text. */
const MAX_REMEMBERED = 24;

export class ExampleClient {
  readonly #open: () => ExamplePort;
  readonly #pending = new Map<number, Pending>();
  readonly #remembered = new Map<string, Promise<unknown>>();
  #port: ExamplePort | null = null;
  #nextId = 1;

  constructor(open: () => ExamplePort) {
    this.#open = open;
  }

  /** Asks, or answers from memory; rejects with CallError. */
  call<K extends ExampleCallName>(name: K, args: ExampleCalls[K]['in']): Promise<ExampleCalls[K]['out']> {
    const memory = `${name} ${JSON.stringify(args)}`;
    const known = this.#remembered.get(memory);
    // What is remembered under this name and arguments is the answer to them.
    if (known !== undefined) return known as Promise<ExampleCalls[K]['out']>;
    const fresh = this.#ask(name, args);
    this.#remembered.set(memory, fresh);
    fresh.catch(() => this.#remembered.delete(memory));
    const oldest = this.#remembered.keys().next();
    if (this.#remembered.size > MAX_REMEMBERED && oldest.done !== true) this.#remembered.delete(oldest.value);
    return fresh;
  }

  #ask<K extends ExampleCallName>(name: K, args: ExampleCalls[K]['in']): Promise<ExampleCalls[K]['out']> {
    const id = this.#nextId++;
    return new Promise<ExampleCalls[K]['out']>((resolve, reject) => {
      // The worker's handler of `name` returns the type that ExampleCalls declares for it.
      this.#pending.set(id, { resolve: (value) => resolve(value as ExampleCalls[K]['out']), reject });
      // `name` and `args` are one member of the union by K, which TypeScript cannot see through a type parameter.
      this.#ensurePort().postMessage({ id, name, args } as ExampleCallMessage);
    });
  }

  #ensurePort(): ExamplePort {
    if (this.#port !== null) return this.#port;
    const port = this.#open();
    port.addEventListener('message', ({ data }) => {
      const pending = this.#pending.get(data.id);
      this.#pending.delete(data.id);
      if ('error' in data) pending?.reject(new CallError(data.error));
      else pending?.resolve(data.value);
    });
    port.addEventListener('error', (event) => {
      if (this.#port !== port) return;
      port.terminate();
      this.#port = null;
      const open = [...this.#pending.values()];
      this.#pending.clear();
      for (const { reject } of open)
        reject(new CallError({ name: 'WorkerError', message: `Examples cannot be drawn: ${event.message || 'a script could not be loaded'}.` }));
    });
    this.#port = port;
    return port;
  }
}
