/**
 * A few renderer workers that keep batches ready ahead of the GPU. A batch is a pure function of (spec, step), so it does not matter which worker makes
 * which, or in what order they answer; and when a worker dies, its steps are made here, in place.
 */
import type { Batch } from '../src/model/batch.ts';
import { batchAt } from '../src/study/batcher.ts';
import type { RunSpec } from '../src/study/run-spec.ts';
import type { BatchSource } from '../src/study/session-types.ts';
import type { RenderReply, RenderRequest } from './renderer-protocol.ts';

/** What a Worker and the tests' fake have in common. */
export interface RendererPort {
  postMessage(message: RenderRequest): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<RenderReply>) => void): void;
  addEventListener(type: 'error', listener: (event: ErrorEvent) => void): void;
  terminate(): void;
}

export interface PoolOptions {
  readonly spec: RunSpec;
  readonly totalSteps: number;
  readonly workers: number;
  /** Throws where workers cannot be started; batches are then made in place. */
  readonly open: () => RendererPort;
}

export interface RendererPool extends BatchSource {
  close(): void;
}

/** Batches asked for ahead of the one in work, per worker. Ours: one in the making and two ready cover an uneven step. */
const AHEAD_PER_WORKER = 3;

/** Ours: a batch of 32 takes about 10 ms to make, so two workers are ahead of any step; one core stays for the page. */
export function rendererCount(cores: number): number {
  return Math.max(1, Math.min(2, cores - 1));
}

interface Order {
  readonly step: number;
  resolve(batch: Batch): void;
  reject(error: Error): void;
}

interface Slot {
  readonly port: RendererPort;
  readonly orders: Map<number, Order>;
  isDead: boolean;
}

export function makeRendererPool({ spec, totalSteps, workers, open }: PoolOptions): RendererPool {
  const slots: Slot[] = [];
  const ring = new Map<number, Promise<Batch>>();
  let isClosed = false;
  for (let i = 0; i < workers; i++) {
    const slot = openSlot();
    if (slot !== null) slots.push(slot);
  }

  function openSlot(): Slot | null {
    let port: RendererPort;
    try {
      port = open();
    } catch {
      return null; // no workers inside workers here (old Safari, Node): batches are made in place
    }
    const slot: Slot = { port, orders: new Map(), isDead: false };
    port.addEventListener('message', ({ data }) => {
      const order = slot.orders.get(data.step);
      slot.orders.delete(data.step);
      if ('batch' in data) order?.resolve(data.batch);
      else order?.reject(Object.assign(new Error(data.error.message), { name: data.error.name }));
    });
    port.addEventListener('error', () => bury(slot));
    return slot;
  }

  /** A dead worker's steps are made in place. */
  function bury(slot: Slot): void {
    slot.isDead = true;
    slot.port.terminate();
    for (const order of slot.orders.values()) inPlace(order.step).then(order.resolve, order.reject);
    slot.orders.clear();
  }

  function order(step: number): Promise<Batch> {
    const idle = slots.filter(({ isDead }) => !isDead).sort((a, b) => a.orders.size - b.orders.size)[0];
    if (idle === undefined) return inPlace(step);
    return new Promise((resolve, reject) => {
      idle.orders.set(step, { step, resolve, reject });
      idle.port.postMessage({ spec, step });
    });
  }

  async function inPlace(step: number): Promise<Batch> {
    return batchAt(spec, step);
  }

  return {
    next(step) {
      if (isClosed) return Promise.reject(new Error('internal: the renderer pool is closed'));
      for (const old of ring.keys()) if (old < step) ring.delete(old);
      const living = slots.filter(({ isDead }) => !isDead).length;
      const end = Math.min(totalSteps, step + 1 + AHEAD_PER_WORKER * living);
      for (let s = step; s < end; s++) {
        if (ring.has(s)) continue;
        const batch = order(s);
        batch.catch(() => undefined); // whoever asks for this step sees the error; nobody may
        ring.set(s, batch);
      }
      const batch = ring.get(step) ?? order(step);
      ring.delete(step); // its arrays are the caller's now
      return batch;
    },
    close() {
      isClosed = true;
      for (const { port, orders } of slots) {
        port.terminate();
        for (const { reject } of orders.values()) reject(new Error('internal: the renderer pool is closed'));
        orders.clear();
      }
      ring.clear();
    },
  };
}

/** The buffers of a batch, to be transferred instead of copied. */
export function batchBuffers(batch: Batch): ArrayBuffer[] {
  return batch.micro.flatMap(({ tokens, lines, columns, targets, lossWeights, kinds, image }) => {
    const arrays = [tokens, lines, columns, targets, lossWeights, kinds, ...(image === null ? [] : [image.pixels, image.patchTokens])];
    // Made by batchAt over plain, unshared buffers.
    return arrays.map(({ buffer }) => buffer as ArrayBuffer);
  });
}
