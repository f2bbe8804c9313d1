/** Typed calls to the figure worker and its events. The worker starts with the first call; one that dies rejects what is open, the next call starts a fresh one. */
import type { FigureCallMessage, FigureCallName, FigureCalls, FigureEvent, FromFigureWorker } from '../../../workers/figure-protocol.ts';
import { CallError } from './worker-client.ts';

/** What a Worker and the tests' fake have in common. */
export interface FigurePort {
  postMessage(message: FigureCallMessage): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<FromFigureWorker>) => void): void;
  addEventListener(type: 'error', listener: (event: ErrorEvent) => void): void;
  terminate(): void;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export class FigureClient {
  readonly #open: () => FigurePort;
  readonly #onEvent: (event: FigureEvent) => void;
  readonly #pending = new Map<number, Pending>();
  #port: FigurePort | null = null;
  #nextId = 1;

  constructor(open: () => FigurePort, onEvent: (event: FigureEvent) => void) {
    this.#open = open;
    this.#onEvent = onEvent;
  }

  /** Rejects with CallError when the worker fails or dies before it answers. */
  call<K extends FigureCallName>(name: K, args: FigureCalls[K]['in']): Promise<FigureCalls[K]['out']> {
    const id = this.#nextId++;
    return new Promise<FigureCalls[K]['out']>((resolve, reject) => {
      // The worker's handler of `name` returns the type that FigureCalls declares for it.
      this.#pending.set(id, { resolve: (value) => resolve(value as FigureCalls[K]['out']), reject });
      // `name` and `args` are one member of the union by K, which TypeScript cannot see through a type parameter.
      this.#ensurePort().postMessage({ id, name, args } as FigureCallMessage);
    });
  }

  /** Ends the worker, and with it the device memory that it holds. */
  end(message = 'The figure worker was ended.'): void {
    this.#port?.terminate();
    this.#port = null;
    const open = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of open) reject(new CallError({ name: 'WorkerError', message }));
  }

  #ensurePort(): FigurePort {
    if (this.#port !== null) return this.#port;
    const port = this.#open();
    port.addEventListener('message', ({ data }) => {
      if (port === this.#port) this.#receive(data);
    });
    port.addEventListener('error', ({ message }) => {
      if (port === this.#port)
        this.end(`The figure worker stopped: ${message || 'its script could not be loaded'}. Resume goes on from the last checkpoint.`);
    });
    this.#port = port;
    return port;
  }

  #receive(message: FromFigureWorker): void {
    if (!('id' in message)) {
      if (message.type === 'fatal') this.end(message.error.message);
      else this.#onEvent(message);
      return;
    }
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if ('error' in message) pending?.reject(new CallError(message.error));
    else pending?.resolve(message.value);
  }
}
