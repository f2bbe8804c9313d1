import { afterEach, describe, expect, test } from 'vitest';
import { DEFAULT_SPEC } from '../../src/study/run-spec-schema.ts';
import type { RunSpec } from '../../src/study/run-spec.ts';
import type { CallMessage, CallName, Calls, FromWorker, WorkerEvent } from '../../workers/protocol.ts';

const SPEC: RunSpec = {
  ...DEFAULT_SPEC,
  task: { ...DEFAULT_SPEC.task, rows: 2, columns: 3 },
  supervision: 'text+image',
  examples: 24,
  batchSize: 2,
  evaluation: { examples: 1, everySteps: 0 },
  checkpointEverySteps: 4,
};
const KEY = { task: 'consecutive-table-readout', level: 'simple', split: 'eval', seed: 0, index: 0 } as const;

/** A page's end of a real worker. */
class Page {
  readonly worker = new Worker(new URL('../../workers/trainer.worker.ts', import.meta.url), { type: 'module' });
  readonly events: WorkerEvent[] = [];
  readonly #calls = new Map<number, (message: FromWorker) => void>();
  #listeners: (() => void)[] = [];
  #id = 0;

  constructor() {
    this.worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
      if (data.type === 'reply' || data.type === 'failure') this.#calls.get(data.id)?.(data);
      else this.events.push(data);
      for (const listener of this.#listeners) listener();
    });
  }

  call<K extends CallName>(name: K, args: Calls[K]['in']): Promise<Calls[K]['out']> {
    const id = (this.#id += 1);
    return new Promise((resolve, reject) => {
      this.#calls.set(id, (message) => {
        if (message.type === 'reply')
          resolve(message.value as Calls[K]['out']); // answered by the handler of `name`
        else if (message.type === 'failure') reject(Object.assign(new Error(message.error.message), { name: message.error.name }));
      });
      this.worker.postMessage({ type: 'call', id, name, args } as CallMessage);
    });
  }

  until(isTrue: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!isTrue()) return;
        this.#listeners = this.#listeners.filter((listener) => listener !== look);
        resolve();
      };
      this.#listeners.push(look);
      look();
    });
  }

  states(runId: string): string[] {
    return this.events.flatMap((event) =>
      event.type === 'event' && event.runId === runId && event.event.kind === 'state' ? [event.event.state] : [],
    );
  }
}

let pages: Page[] = [];
function openPage(): Page {
  const page = new Page();
  pages.push(page);
  return page;
}

afterEach(async () => {
  for (const { worker } of pages) worker.terminate();
  pages = [];
  await new Promise((resolve) => {
    const request = indexedDB.deleteDatabase('parallax');
    request.onsuccess = resolve;
    request.onerror = resolve;
  });
});

describe('the trainer worker', { timeout: 120_000 }, () => {
  test('starts, pauses, steps, resumes, finishes, and shows what a run looks at', async () => {
    const page = openPage();
    expect((await page.call('open', { prefer: 'wasm' })).backend).toBe('wasm');
    const { runId, totalSteps } = await page.call('start', { spec: SPEC, name: 'in a worker', parentId: null });
    expect(totalSteps).toBe(12);
    const { step } = await page.call('pause', { runId });
    expect((await page.call('step', { runId })).step).toBe(step + 1);
    await page.call('resume', { runId });
    await page.until(() => page.states(runId).includes('finished'));
    const { tokens } = await page.call('look', { runId, key: KEY, record: 'image', response: 'gold' });
    const position = tokens.findIndex(({ isPrompt }) => !isPrompt);
    const asked = { positions: [position], method: 'gradient-input', aggregate: 'mean' } as const;
    const { map } = await page.call('attribute', { runId, key: KEY, record: 'image', response: 'gold', asked, of: { kind: 'run' } });
    expect(map).toHaveLength(64 * 48);
    const { runs, quotaBytes } = await page.call('runs', {});
    expect(runs[0]).toMatchObject({ runId, state: 'finished', step: 12, lockedElsewhere: false });
    expect(quotaBytes).toBeGreaterThan(0);
  });

  test('an error reaches the page with its name', async () => {
    const page = openPage();
    const bad = { ...SPEC, learningRate: Number.NaN };
    await expect(page.call('start', { spec: bad, name: null, parentId: null })).rejects.toMatchObject({ name: 'InputError' });
    await expect(page.call('importRun', { bytes: new Uint8Array(3) })).rejects.toThrow('a file of at least 8 bytes');
  });

  test('after the worker is killed a new one resumes from the last checkpoint', async () => {
    const first = openPage();
    await first.call('open', { prefer: 'wasm' });
    const { runId } = await first.call('start', { spec: { ...SPEC, examples: 4000 }, name: 'killed', parentId: null });
    await first.until(() => first.events.some((event) => event.type === 'event' && event.event.kind === 'checkpoint'));
    first.worker.terminate();
    const told = Math.max(...first.events.map((event) => (event.type === 'event' && event.event.kind === 'checkpoint' ? event.event.step : 0)));
    const second = openPage();
    await second.call('open', { prefer: 'wasm' });
    // The lock of the dead worker is free within a second (reliability F30).
    let step = 0;
    for (let tries = 0; step === 0 && tries < 20; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      ({ step } = await second.call('continue', { runId, takeOver: false }).catch(() => ({ step: 0 })));
    }
    expect(told).toBeGreaterThan(0);
    expect(step).toBeGreaterThanOrEqual(told);
    expect((await second.call('step', { runId })).step).toBe(step + 1);
  });

  test('a page that is reloaded is told when its former self has let go of the run', async () => {
    const before = openPage();
    await before.call('open', { prefer: 'wasm' });
    const { runId } = await before.call('start', { spec: { ...SPEC, examples: 4000 }, name: 'reloaded', parentId: null });
    await before.until(() => before.events.some((event) => event.type === 'event' && event.event.kind === 'checkpoint'));
    const after = openPage();
    expect((await after.call('runs', {})).runs[0]).toMatchObject({ runId, lockedElsewhere: true });
    before.worker.terminate();
    await after.until(() => after.events.some((event) => event.type === 'freed'));
    expect(after.events.find((event) => event.type === 'freed')).toMatchObject({ runId, summary: { lockedElsewhere: false, state: 'paused' } });
  });

  test('a run trains in one tab only; taking it over stops the other', async () => {
    const first = openPage();
    await first.call('open', { prefer: 'wasm' });
    const { runId } = await first.call('start', { spec: { ...SPEC, examples: 4000 }, name: 'shared', parentId: null });
    await first.until(() => first.events.some((event) => event.type === 'event' && event.event.kind === 'checkpoint'));
    const second = openPage();
    await second.call('open', { prefer: 'wasm' });
    expect((await second.call('runs', {})).runs[0]).toMatchObject({ lockedElsewhere: true });
    await expect(second.call('continue', { runId, takeOver: false })).rejects.toThrow('This run is training in another tab');
    await expect(second.call('remove', { runId })).rejects.toThrow('training in another tab');

    const { step } = await second.call('continue', { runId, takeOver: true });
    expect(step).toBeGreaterThan(0);
    const isTold = () =>
      first.events.some(
        (event) => event.type === 'event' && event.event.kind === 'state' && event.event.message?.includes('taken over by another tab') === true,
      );
    await first.until(isTold);
    await expect(first.call('resume', { runId })).rejects.toThrow('This run is training in another tab');
    expect((await second.call('step', { runId })).step).toBe(step + 1);
    const steps = second.events.flatMap((event) => (event.type === 'event' && event.event.kind === 'checkpoint' ? [event.event.step] : []));
    expect(steps).toEqual([step + 1]); // a single step is stored at once
    expect((await second.call('checkpoint', { runId })).generation).toBeNull();
  });
});
