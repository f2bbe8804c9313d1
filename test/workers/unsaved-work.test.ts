import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fillDisk, host, KEY, lose, SPEC } from './service-host.ts';

/** Longer than any test waits, with no checkpoint of its own accord. */
const LONG = { ...SPEC, examples: 4000, checkpointEverySteps: 1000 };
const OTHER = { spec: SPEC, name: 'other', parentId: null };
const REFUSAL = 'could not be stored. Export or remove it';

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});
afterEach(() => {
  vi.restoreAllMocks();
});

function breakStore(): void {
  vi.spyOn(indexedDB, 'open').mockImplementation(() => {
    throw new DOMException('injected', 'SecurityError');
  });
}

describe('a run that stands still', () => {
  test('is stored at the step of its pause: a tab that is closed then loses nothing', async () => {
    const { handlers, sessionEvents } = host();
    const { runId } = await handlers.start({ spec: LONG, name: 'x', parentId: null });
    await vi.waitUntil(() => sessionEvents(runId).some(({ kind }) => kind === 'metrics'), { timeout: 20_000, interval: 5 });
    const { step } = await handlers.pause({ runId });
    expect(step).toBeGreaterThan(0);
    expect((await host().handlers.continue({ runId, takeOver: true })).step).toBe(step);
    expect((await handlers.pause({ runId })).step).toBe(step); // taken over: nothing is written any more
  }, 30_000);

  test('a device lost while the run is paused costs nothing: it goes on from where it was paused', async () => {
    const { handlers, until } = host();
    const { runId } = await handlers.start({ spec: { ...SPEC, checkpointEverySteps: 1000 }, name: 'x', parentId: null });
    const { step } = await handlers.pause({ runId });
    const after = (await handlers.step({ runId })).step;
    expect(after).toBe(step + 1);
    lose();
    expect((await handlers.look({ runId, key: KEY, record: 'text', response: 'gold' })).verdict).toBeNull();
    lose();
    expect((await handlers.resume({ runId })).step).toBe(after);
    await until(runId, 'finished');
  }, 30_000);

  test('is left alone by calls about other runs', async () => {
    const { handlers, sessionEvents } = host();
    const { runId: first } = await handlers.start({ spec: LONG, name: 'x', parentId: null });
    const { runId: second } = await handlers.start({ spec: LONG, name: 'y', parentId: null });
    await handlers.pause({ runId: first });
    expect(sessionEvents(second).some((event) => event.kind === 'state' && event.state === 'paused')).toBe(false);
    await expect(handlers.pause({ runId: 'nope' })).rejects.toThrow('There is no run nope here.');
    await handlers.pause({ runId: second });
  }, 30_000);
});

describe('work that is not stored', () => {
  test('outlives a failure on a full disk: nothing opens over it, and the run goes on from it', async () => {
    const { handlers, until } = host();
    const { runId } = await handlers.start({ spec: LONG, name: 'x', parentId: null });
    const { step } = await handlers.pause({ runId });
    fillDisk();
    expect((await handlers.step({ runId })).step).toBe(step + 1);
    await handlers.resume({ runId });
    lose();
    await until(runId, 'failed');
    await expect(handlers.start(OTHER)).rejects.toThrow(REFUSAL);
    expect(await handlers.continue({ runId, takeOver: false })).toEqual({
      step: step + 1,
      note: `It goes on from step ${step + 1}, which is not stored: export it to keep it.`,
    });
    await expect(handlers.start(OTHER)).rejects.toThrow(REFUSAL);
    vi.restoreAllMocks(); // there is room again
    await handlers.start(OTHER);
    expect((await handlers.continue({ runId, takeOver: false })).step).toBe(step + 1);
  }, 30_000);

  test('outlives a failure with no store at all, and can be removed', async () => {
    breakStore();
    const { handlers, until } = host();
    const { runId } = await handlers.start({ spec: LONG, name: 'x', parentId: null });
    const { step } = await handlers.pause({ runId });
    lose();
    expect((await handlers.step({ runId })).step).toBe(step + 1);
    await handlers.resume({ runId });
    lose();
    await until(runId, 'failed');
    expect((await handlers.continue({ runId, takeOver: false })).step).toBe(step + 1);
    await expect(handlers.start(OTHER)).rejects.toThrow(REFUSAL);
    expect(await handlers.remove({ runId })).toEqual({ removed: true });
    await handlers.start(OTHER);
  }, 30_000);

  test('stays in reach when no device opens', async () => {
    breakStore();
    const { handlers, failNextEngine } = host();
    const { runId } = await handlers.start({ spec: LONG, name: 'x', parentId: null });
    const { step } = await handlers.pause({ runId });
    await handlers.step({ runId });
    lose();
    failNextEngine();
    await expect(handlers.resume({ runId })).rejects.toThrow('no device (injected)');
    await expect(handlers.start(OTHER)).rejects.toThrow(REFUSAL);
    expect((await handlers.exportRun({ runId })).bytes.length).toBeGreaterThan(100_000);
    expect((await handlers.step({ runId })).step).toBe(step + 2);
  }, 30_000);
});
