/** Typed calls to the smarterVLM worker and its events. The worker starts with the first call; one that dies rejects what is open, the next call starts a fresh one. */
import type { FromSmarterWorker, SmarterCallMessage, SmarterCallName, SmarterCalls, SmarterEvent } from '../../../workers/smarter-protocol.ts';
import type { WireError } from '../../lib/errors.ts';
import { CallError } from './worker-client.ts';

/** What the worker's entry says when its script cannot run at all. */
interface Fatal {
  readonly type: 'fatal';
  readonly error: WireError;
}

/** What a Worker and the tests' fake have in common. */
export interface SmarterPort {
  postMessage(message: SmarterCallMessage): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<FromSmarterWorker | Fatal>) => void): void;
  addEventListener(type: 'error', listener: (event: ErrorEvent) => void): void;
  terminate(): void;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export class SmarterClient {
  readonly #open: () => SmarterPort;
  readonly #onEvent: (event: SmarterEvent) => void;
  readonly #pending = new Map<number, Pending>();
  #port: SmarterPort | null = null;
  #nextId = 1;

  constructor(open: () => SmarterPort, onEvent: (event: SmarterEvent) => void) {
    this.#open = open;
    this.#onEvent = onEvent;
  }

  /** Rejects with CallError when the worker fails or dies before it answers. */
  call<K extends SmarterCallName>(name: K, args: SmarterCalls[K]['in']): Promise<SmarterCalls[K]['out']> {
    const id = this.#nextId++;
    return new Promise<SmarterCalls[K]['out']>((resolve, reject) => {
      // The worker's handler of `name` returns the type that SmarterCalls declares for it.
      this.#pending.set(id, { resolve: (value) => resolve(value as SmarterCalls[K]['out']), reject });
      // `name` and `args` are one member of the union by K, which TypeScript cannot see through a type parameter.
      this.#ensurePort().postMessage({ id, name, args } as SmarterCallMessage);
    });
  }

  /** Ends the worker, and with it the device memory that it holds. */
  end(message = 'The smarterVLM worker was ended.'): void {
    this.#port?.terminate();
    this.#port = null;
    const open = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of open) reject(new CallError({ name: 'WorkerError', message }));
  }

  #ensurePort(): SmarterPort {
    if (this.#port !== null) return this.#port;
    const port = this.#open();
    port.addEventListener('message', ({ data }) => {
      if (port === this.#port) this.#receive(data);
    });
    port.addEventListener('error', ({ message }) => {
      if (port === this.#port)
        this.#die(
          `The smarterVLM worker stopped: ${message || 'its script could not be loaded'}. Open the kept training to go on from its last epoch.`,
        );
    });
    this.#port = port;
    return port;
  }

  #receive(message: FromSmarterWorker | Fatal): void {
    if ('type' in message) return this.#die(message.error.message);
    if ('event' in message) return this.#onEvent(message.event);
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if ('error' in message) pending?.reject(new CallError(message.error));
    else pending?.resolve(message.value);
  }

  /** A training may be under way without an open call, so the page hears of it as a note too. */
  #die(message: string): void {
    this.end(message);
    this.#onEvent({ kind: 'note', message });
  }
}
