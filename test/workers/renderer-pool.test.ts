import { afterEach, describe, expect, test } from 'vitest';
import { batchAt } from '../../src/study/batcher.ts';
import { DEFAULT_SPEC } from '../../src/study/run-spec-schema.ts';
import { batchBuffers, makeRendererPool, rendererCount } from '../../workers/renderer-pool.ts';
import type { RendererPool, RendererPort } from '../../workers/renderer-pool.ts';
import type { RenderReply, RenderRequest } from '../../workers/renderer-protocol.ts';

const SPEC = { ...DEFAULT_SPEC, task: { ...DEFAULT_SPEC.task, rows: 2, columns: 3 }, batchSize: 2, examples: 40 };
const TOTAL = 20;

/** A renderer that answers when the test says so, in any order. */
class FakePort implements RendererPort {
  readonly asked: RenderRequest[] = [];
  isTerminated = false;
  #message: (event: MessageEvent<RenderReply>) => void = () => undefined;
  #error: (event: ErrorEvent) => void = () => undefined;

  postMessage(message: RenderRequest): void {
    this.asked.push(message);
  }
  addEventListener(type: 'message' | 'error', listener: ((event: MessageEvent<RenderReply>) => void) | ((event: ErrorEvent) => void)): void {
    if (type === 'message') this.#message = listener as (event: MessageEvent<RenderReply>) => void;
    else this.#error = listener as (event: ErrorEvent) => void;
  }
  terminate(): void {
    this.isTerminated = true;
  }
  reply(data: RenderReply): void {
    this.#message({ data } as MessageEvent<RenderReply>);
  }
  answerAll(): void {
    for (const { spec, step } of this.asked.splice(0).reverse()) this.reply({ step, batch: batchAt(spec, step) });
  }
  die(): void {
    this.#error({} as ErrorEvent);
  }
}

let pool: RendererPool | null = null;
afterEach(() => pool?.close());

function open(workers: number): FakePort[] {
  const ports: FakePort[] = [];
  const add = () => {
    const port = new FakePort();
    ports.push(port);
    return port;
  };
  pool = makeRendererPool({ spec: SPEC, totalSteps: TOTAL, workers, open: add });
  return ports;
}

const next = (step: number) => pool?.next(step) ?? Promise.reject(new Error('no pool'));

describe('the renderer pool', () => {
  test('gives the batch of each step, whatever the order of the answers', async () => {
    const ports = open(2);
    for (let step = 0; step < TOTAL; step++) {
      const batch = next(step);
      for (const port of ports) port.answerAll();
      expect(await batch).toEqual(batchAt(SPEC, step));
    }
  });

  test('asks ahead for six batches with two workers, shared evenly, and never twice or past the end', async () => {
    const [a, b] = open(2);
    void next(0);
    expect([a?.asked.length, b?.asked.length]).toEqual([4, 3]);
    const asked = [...(a?.asked ?? []), ...(b?.asked ?? [])].map(({ step }) => step).sort((x, y) => x - y);
    expect(asked).toEqual([0, 1, 2, 3, 4, 5, 6]);
    void next(1);
    expect((a?.asked.length ?? 0) + (b?.asked.length ?? 0)).toBe(8);
    void next(TOTAL - 1);
    expect(Math.max(...[...(a?.asked ?? []), ...(b?.asked ?? [])].map(({ step }) => step))).toBe(TOTAL - 1);
  });

  test('makes the batches of a dead worker in place and goes on without it', async () => {
    const ports = open(1);
    const batch = next(0);
    ports[0]?.die();
    expect(await batch).toEqual(batchAt(SPEC, 0));
    expect(ports[0]?.isTerminated).toBe(true);
    expect(await next(1)).toEqual(batchAt(SPEC, 1));
    expect(await next(9)).toEqual(batchAt(SPEC, 9));
  });

  test('works where no worker can be started', async () => {
    pool = makeRendererPool({
      spec: SPEC,
      totalSteps: TOTAL,
      workers: 2,
      open: () => {
        throw new ReferenceError('Worker is not defined');
      },
    });
    expect(await next(0)).toEqual(batchAt(SPEC, 0));
  });

  test('passes an error on to whoever asks for that step only', async () => {
    const ports = open(1);
    const batch = next(0);
    ports[0]?.reply({ step: 1, error: { name: 'InputError', message: 'broken' } });
    ports[0]?.reply({ step: 0, batch: batchAt(SPEC, 0) });
    expect((await batch).step).toBe(0);
    await expect(next(1)).rejects.toMatchObject({ name: 'InputError', message: 'broken' });
  });

  test('leaves nobody waiting when it is closed', async () => {
    const ports = open(1);
    const batch = next(0);
    pool?.close();
    await expect(batch).rejects.toThrow('closed');
    await expect(next(1)).rejects.toThrow('closed');
    expect(ports[0]?.isTerminated).toBe(true);
  });

  test('transfers every array of a batch', () => {
    const batch = batchAt({ ...SPEC, supervision: 'text+image' }, 0);
    const buffers = batchBuffers(batch);
    const moved = structuredClone(batch, { transfer: buffers });
    expect(moved).toEqual(batchAt({ ...SPEC, supervision: 'text+image' }, 0));
    expect(buffers.every(({ byteLength }) => byteLength === 0)).toBe(true);
  });

  test('leaves a core to the page', () => {
    expect([1, 2, 3, 4, 16].map(rendererCount)).toEqual([1, 1, 2, 2, 2]);
  });
});
