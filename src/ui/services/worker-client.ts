/**
 * Typed calls to the trainer worker and its events. One port at a time; a port that dies is replaced, and whatever an old one still says is dropped
 * by its generation number.
 */
import { signal } from '@preact/signals-core';
import type { CallMessage, CallName, Calls, FromWorker, WorkerEvent } from '../../../workers/protocol.ts';
import { toWireError } from '../../lib/errors.ts';
import type { WireError } from '../../lib/errors.ts';

/** What a Worker and the tests' fake have in common. */
export interface TrainerPort {
  postMessage(message: CallMessage, transfer?: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<FromWorker>) => void): void;
  addEventListener(type: 'error', listener: (event: ErrorEvent) => void): void;
  terminate(): void;
}

/** A failure that the worker reported; `name` is the name of the class over there. */
export class CallError extends Error {
  override readonly name: string;

  constructor({ name, message }: WireError) {
    super(message);
    this.name = name;
  }
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export class WorkerClient {
  readonly #open: () => TrainerPort;
  readonly #listeners = new Set<(event: WorkerEvent) => void>();
  readonly #pending = new Map<number, Pending>();
  #port: TrainerPort | null = null;
  #nextId = 1;
  /** Counts ports; +1 after each restart. */
  readonly generation = signal(0);

  constructor(open: () => TrainerPort) {
    this.#open = open;
  }

  /** Asks the worker; rejects with CallError when it fails or dies before it answers. */
  call<K extends CallName>(name: K, args: Calls[K]['in'], transfer: Transferable[] = []): Promise<Calls[K]['out']> {
    const id = this.#nextId++;
    return new Promise<Calls[K]['out']>((resolve, reject) => {
      // The reply to call `id` is of the type that `Calls` declares for its name; the worker's `Handlers` type enforces it.
      this.#pending.set(id, { resolve: (value) => resolve(value as Calls[K]['out']), reject });
      try {
        // `name` and `args` are one member of the union by K, which TypeScript cannot see through a type parameter.
        this.#ensurePort().postMessage({ type: 'call', id, name, args } as CallMessage, transfer);
      } catch (thrown) {
        this.#pending.delete(id);
        reject(thrown instanceof Error ? thrown : new CallError(toWireError(thrown)));
      }
    });
  }

  /** Hears every event of the present worker; returns how to stop. */
  onEvent(listener: (event: WorkerEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ends the worker; the next call starts a fresh one. Calls still open are rejected. */
  restart(why: string): void {
    this.#port?.terminate();
    this.#port = null;
    this.generation.value += 1;
    const open = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of open) reject(new CallError({ name: 'WorkerError', message: why }));
  }

  #ensurePort(): TrainerPort {
    if (this.#port !== null) return this.#port;
    const port = this.#open();
    const generation = this.generation.value;
    const isStale = (): boolean => generation !== this.generation.value;
    port.addEventListener('message', ({ data }) => {
      if (!isStale()) this.#receive(data);
    });
    port.addEventListener('error', (event) => {
      if (isStale()) return;
      const message = `The training worker stopped: ${event.message || 'its script could not be loaded'}.`;
      this.restart(message);
      this.#tell({ type: 'fatal', error: { name: 'WorkerError', message } });
    });
    this.#port = port;
    return port;
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case 'reply':
        this.#take(message.id)?.resolve(message.value);
        return;
      case 'failure':
        this.#take(message.id)?.reject(new CallError(message.error));
        return;
      case 'fatal':
        this.restart(message.error.message);
        this.#tell(message);
        return;
      case 'event':
      case 'freed':
      case 'device':
        this.#tell(message);
        return;
      default:
        message satisfies never;
    }
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  #tell(event: WorkerEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
