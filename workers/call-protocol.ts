/**
 * The messages of a worker that answers calls and tells events, made from its table of calls. Types only. A call is answered once, by `id`; events come in between.
 * `C` is an interface with `name: { in: …; out: … }` for each call, `E` the union of events.
 */
import type { WireError } from '../src/lib/errors.ts';

export type CallTable<C> = { readonly [K in keyof C]: { readonly in: unknown; readonly out: unknown } };

export type CallMessageOf<C extends CallTable<C>> = {
  [K in keyof C]: { readonly id: number; readonly name: K; readonly args: C[K]['in'] };
}[keyof C];

export type HandlersOf<C extends CallTable<C>> = { [K in keyof C]: (args: C[K]['in']) => Promise<C[K]['out']> };

export type FromCallWorker<C extends CallTable<C>, E> =
  | { readonly id: number; readonly value: C[keyof C]['out'] }
  | { readonly id: number; readonly error: WireError }
  | { readonly event: E }
  /** The worker cannot go on: what its entry (trainer.worker.ts) says when the script cannot run. */
  | { readonly type: 'fatal'; readonly error: WireError };
