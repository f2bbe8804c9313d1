/** Typed calls to a worker and its events (workers/call-protocol.ts). The worker starts with the first call; one that dies rejects what is open, the next call starts a fresh one. */
import type { CallMessageOf, CallTable, FromCallWorker } from '../../../workers/call-protocol.ts';
import { CallError } from './worker-client.ts';

/** What a Worker and the tests' fakes have in common. */
export interface CallPort<C extends CallTable<C>, E> {
  postMessage(message: CallMessageOf<C>): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<FromCallWorker<C, E>>) => void): void;
  addEventListener(type: 'error', listener: (event: ErrorEvent) => void): void;
  terminate(): void;
}

export interface CallClientOptions<C extends CallTable<C>, E> {
  readonly open: () => CallPort<C, E>;
  readonly onEvent: (event: E) => void;
  /** After a worker died by itself, with the message that the open calls were rejected with. */
  readonly onDeath?: (message: string) => void;
  /** What to say when its script throws or cannot be loaded: what stopped, `why`, what to do. */
  readonly stopped: (why: string) => string;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export class CallClient<C extends CallTable<C>, E> {
  readonly #options: CallClientOptions<C, E>;
  readonly #pending = new Map<number, Pending>();
  #port: CallPort<C, E> | null = null;
  #nextId = 1;

  constructor(options: CallClientOptions<C, E>) {
    this.#options = options;
  }

  /** Rejects with CallError when the worker fails or dies before it answers. */
  call<K extends keyof C>(name: K, args: C[K]['in']): Promise<C[K]['out']> {
    const id = this.#nextId++;
    return new Promise<C[K]['out']>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#ensurePort().postMessage({ id, name, args });
    });
  }

  /** Ends the worker, and with it the device memory that it holds. */
  end(message = 'The worker was ended.'): void {
    this.#port?.terminate();
    this.#port = null;
    const open = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of open) reject(new CallError({ name: 'WorkerError', message }));
  }

  #ensurePort(): CallPort<C, E> {
    if (this.#port !== null) return this.#port;
    const { open, stopped } = this.#options;
    const port = open();
    port.addEventListener('message', ({ data }) => {
      if (port === this.#port) this.#receive(data);
    });
    port.addEventListener('error', ({ message }) => {
      if (port === this.#port) this.#die(stopped(message || 'its script could not be loaded'));
    });
    this.#port = port;
    return port;
  }

  #receive(message: FromCallWorker<C, E>): void {
    if ('type' in message) return this.#die(message.error.message);
    if ('event' in message) return this.#options.onEvent(message.event);
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if ('error' in message) pending?.reject(new CallError(message.error));
    else pending?.resolve(message.value);
  }

  #die(message: string): void {
    this.end(message);
    this.#options.onDeath?.(message);
  }
}
