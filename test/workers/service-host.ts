/** The trainer's service without its worker: an engine on wasm that a test can lose, a store in memory that a test can fill, a clock of its own. */
import { IDBObjectStore } from 'fake-indexeddb';
import { vi } from 'vitest';
import { DeviceError } from '../../src/lib/errors.ts';
import { openBackend } from '../../src/model/backend.ts';
import type { Engine } from '../../src/model/backend.ts';
import type { Batch } from '../../src/model/batch.ts';
import { batchAt } from '../../src/study/batcher.ts';
import type { SessionEvent } from '../../src/study/events.ts';
import { openRunStore } from '../../src/study/run-store.ts';
import type { RunStore } from '../../src/study/run-store-types.ts';
import { DEFAULT_SPEC } from '../../src/study/run-spec-schema.ts';
import type { RunSpec } from '../../src/study/run-spec.ts';
import type { Handlers, WorkerEvent } from '../../workers/protocol.ts';
import { makeTrainerService } from '../../workers/trainer-service.ts';

/** 20 steps of 2 rows on 2 x 3 tables: the smallest run that has every part. */
export const SPEC: RunSpec = {
  ...DEFAULT_SPEC,
  task: { ...DEFAULT_SPEC.task, rows: 2, columns: 3 },
  supervision: 'text+image',
  examples: 40,
  batchSize: 2,
  evaluation: { examples: 1, everySteps: 0 },
  checkpointEverySteps: 10,
};
export const KEY = { task: 'consecutive-table-readout', level: 'simple', split: 'eval', seed: 0, index: 0 } as const;

export interface Host {
  readonly handlers: Handlers;
  readonly events: WorkerEvent[];
  readonly store: RunStore;
  /** Limits of the engines that open from now on; wasm itself has none. */
  limit(limits: Readonly<Record<string, number>>): void;
  /** No device opens the next time one is needed. */
  failNextEngine(): void;
  sessionEvents(runId: string): SessionEvent[];
  /** Resolves when the run has been in one of these states. */
  until(runId: string, ...states: string[]): Promise<string | null>;
}

let ids = 0;
let loseDevice: (reason: string) => void = () => undefined;

/** Loses the device of the newest engine. */
export function lose(): void {
  loseDevice('The GPU stopped (injected).');
}

/** From here on no tensors can be stored, until `vi.restoreAllMocks()`. */
export function fillDisk(): void {
  const put = IDBObjectStore.prototype.put;
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value, key) {
    if (String(key).startsWith('tensors/')) throw new DOMException('full', 'QuotaExceededError');
    return put.call(this, value, key);
  });
}

/** A worker's worth of service; a second host on the same database is a reloaded page. */
export function host(change: (batch: Batch) => Batch = (batch) => batch): Host {
  const events: WorkerEvent[] = [];
  const listeners = new Set<() => void>();
  let time = 0;
  let isEngineFailing = false;
  let limits: Readonly<Record<string, number>> = {};
  const clock = () => (time += 500); // a step takes more than 2 s by it: as many checkpoints as the spec says
  const now = () => '2026-01-01T00:00:00.000Z';
  const makeId = () => `id-${(ids += 1)}`;
  const store = openRunStore({ locks: null, now, makeId, build: 'test' });
  const handlers = makeTrainerService({
    ...{ store, clock, now, makeId, build: 'test' },
    emit(event) {
      events.push(structuredClone(event));
      for (const listener of listeners) listener();
    },
    async openEngine() {
      if (isEngineFailing) {
        isEngineFailing = false;
        throw new DeviceError('no device (injected)');
      }
      const wasm = await openBackend('wasm');
      return losable({ ...wasm, info: { ...wasm.info, limits } });
    },
    batches: (spec) => ({ next: async (step) => change(batchAt(spec, step)), close: () => undefined }),
    readBaseFile: () => Promise.reject(new Error('no bases here')),
    storage: () => Promise.resolve({ persisted: false, usageBytes: null, quotaBytes: null }),
  });
  const sessionEvents = (runId: string) => events.flatMap((event) => (event.type === 'event' && event.runId === runId ? [event.event] : []));
  return {
    ...{ handlers, events, store, sessionEvents },
    limit: (changed) => (limits = changed),
    failNextEngine: () => (isEngineFailing = true),
    until: (runId, ...states) =>
      new Promise((resolve) => {
        const look = () => {
          const last = sessionEvents(runId).findLast((event) => event.kind === 'state');
          if (last?.kind !== 'state' || !states.includes(last.state)) return;
          listeners.delete(look);
          resolve(last.message);
        };
        listeners.add(look);
        look();
      }),
  };
}

/** The engine with a loss that a test can cause. */
function losable(engine: Engine): Engine {
  let reason: string | null = null;
  const listeners: ((reason: string) => void)[] = [];
  loseDevice = (why) => {
    reason = why;
    for (const listener of listeners) listener(why);
  };
  return {
    ...engine,
    isLost: () => reason !== null,
    lostReason: () => reason,
    onLost: (listener) => {
      listeners.push(listener);
      return () => undefined;
    },
    check() {
      if (reason !== null) throw new Error(reason);
    },
  };
}
