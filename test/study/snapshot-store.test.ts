import { IDBFactory, IDBObjectStore } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openDatabase } from '../../src/study/database.ts';
import { DEFAULT_SPEC } from '../../src/study/run-spec-schema.ts';
import { openRunStore } from '../../src/study/run-store.ts';
import type { RunLock, RunStore } from '../../src/study/run-store-types.ts';
import type { Snapshot } from '../../src/study/snapshots.ts';
import { makeCheckpoint } from '../support/checkpoint.ts';

const ABOUT = { state: 'running', adapter: 'test adapter' } as const;
const BYTES = 4 * (12 + 3 + 8);
let ids = 0;

function open(): RunStore {
  return openRunStore({ locks: null, now: () => '2026-01-01T00:00:00.000Z', makeId: () => `id-${(ids += 1)}`, build: 'test' });
}

const snapshot = (step: number): Snapshot => ({ step, weights: makeCheckpoint(step).weights });

async function runWith(...steps: number[]): Promise<{ store: RunStore; lock: RunLock; runId: string }> {
  const store = open();
  const lock = await store.create({ spec: DEFAULT_SPEC, name: 'a run', parentId: null, adapter: 'test adapter' });
  for (const step of steps) await store.keepSnapshot(lock, snapshot(step));
  return { store, lock, runId: lock.runId };
}

async function keys(): Promise<string[]> {
  const database = openDatabase('parallax');
  const all = await database.read((transaction) => transaction.keys());
  await database.close();
  return all.sort();
}

async function rewrite(key: string, change: (record: unknown) => unknown): Promise<void> {
  const database = openDatabase('parallax');
  const record = await database.read((transaction) => transaction.get(key));
  await database.write(async (transaction) => transaction.put(key, change(record)));
  await database.close();
}

/** The `nth` put of tensors or lists from here on fails as a full disk does. */
function failPut(nth: number): void {
  const put = IDBObjectStore.prototype.put;
  let count = 0;
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value, key) {
    count += 1;
    if (count === nth) throw new DOMException('full', 'QuotaExceededError');
    return put.call(this, value, key);
  });
}

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  ids = 0;
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe('snapshots in the store', () => {
  test('come back bit for bit, and are listed by step and size without their weights', async () => {
    const { store, runId } = await runWith(4, 0, 1);
    expect(await open().loadSnapshot(runId, 4)).toEqual(snapshot(4).weights);
    const listed = [0, 1, 4].map((step) => ({ step, bytes: BYTES }));
    expect((await store.find(runId)).snapshots).toEqual(listed);
    expect((await store.list()).runs[0]?.snapshots).toEqual(listed);
    await expect(store.loadSnapshot(runId, 2)).rejects.toMatchObject({ kind: 'missing', message: expect.stringContaining('No weights of step 2') });
  });

  test('of the same step are replaced', async () => {
    const { store, lock, runId } = await runWith(4);
    const { weights } = snapshot(5);
    expect(await store.keepSnapshot(lock, { step: 4, weights })).toEqual([{ step: 4, bytes: BYTES }]);
    expect(await store.loadSnapshot(runId, 4)).toEqual(weights);
  });

  test.each([1, 2])('are there as a whole or not at all when put %i fails', async (nth) => {
    const { store, lock, runId } = await runWith(0);
    failPut(nth);
    await expect(store.keepSnapshot(lock, snapshot(1))).rejects.toMatchObject({ kind: 'full' });
    vi.restoreAllMocks();
    expect((await store.find(runId)).snapshots).toEqual([{ step: 0, bytes: BYTES }]);
    await expect(store.loadSnapshot(runId, 1)).rejects.toMatchObject({ kind: 'missing' });
    expect(await store.loadSnapshot(runId, 0)).toEqual(snapshot(0).weights);
  });

  test('go with their run, listed or not, and with nothing else; checkpoints stay when they are dropped', async () => {
    const { store, lock, runId } = await runWith(0, 1);
    await store.save(lock, makeCheckpoint(1), ABOUT);
    const other = await store.create({ spec: DEFAULT_SPEC, name: 'another', parentId: null, adapter: '' });
    await store.keepSnapshot(other, snapshot(0));
    await store.dropSnapshots(lock);
    expect((await keys()).filter((key) => key.includes('snapshot'))).toEqual([`snapshot/${other.runId}/0`, `snapshots/${other.runId}`]);
    expect((await store.load(runId)).checkpoint.progress.step).toBe(1);

    await store.keepSnapshot(lock, snapshot(2));
    await rewrite(`snapshots/${runId}`, () => 'torn');
    expect((await store.find(runId)).snapshots).toEqual([]);
    await store.remove(runId);
    expect((await keys()).filter((key) => key.includes(runId))).toEqual([]);
    expect(await store.loadSnapshot(other.runId, 0)).toEqual(snapshot(0).weights);
  });

  test.each([
    [
      'a flipped bit',
      (weights: Map<string, Float32Array>) => weights.set('decoder.norm.weight', Float32Array.of(1, 2, 3)),
      /checksum of decoder.norm/,
    ],
    ['a missing tensor', (weights: Map<string, Float32Array>) => weights.delete('vit.patch.weight'), /vit.patch.weight is missing/],
    ['a shorter tensor', (weights: Map<string, Float32Array>) => weights.set('decoder.norm.weight', new Float32Array(2)), /another size/],
  ])('with %s are refused by name', async (_, damage, message) => {
    const { store, runId } = await runWith(3);
    await rewrite(`snapshot/${runId}/3`, (record) => {
      damage((record as { weights: Map<string, Float32Array> }).weights);
      return record;
    });
    await expect(store.loadSnapshot(runId, 3)).rejects.toMatchObject({ kind: 'damaged', message: expect.stringMatching(message) });
  });

  test('of another step or of no known form are refused; those of a newer program are neither read nor written over', async () => {
    const { store, lock, runId } = await runWith(3, 4);
    let three: unknown = null;
    await rewrite(`snapshot/${runId}/3`, (record) => (three = record));
    await rewrite(`snapshot/${runId}/4`, () => three);
    await expect(store.loadSnapshot(runId, 4)).rejects.toThrow('they are those of another step');
    await rewrite(`snapshot/${runId}/4`, () => ({ schema: 1, weights: 'none' }));
    await expect(store.loadSnapshot(runId, 4)).rejects.toMatchObject({ kind: 'damaged' });
    await rewrite(`snapshot/${runId}/4`, () => ({ schema: 2 }));
    await expect(store.loadSnapshot(runId, 4)).rejects.toMatchObject({ kind: 'newer' });
    await expect(store.keepSnapshot(lock, snapshot(4))).rejects.toMatchObject({ kind: 'newer' });
    await rewrite(`snapshots/${runId}`, () => ({ schema: 2 }));
    await expect(store.keepSnapshot(lock, snapshot(5))).rejects.toMatchObject({ kind: 'newer' });
    await expect(store.remove(runId)).rejects.toMatchObject({ kind: 'newer' });
  });

  test('are written by the holder of the run alone', async () => {
    const { store, lock, runId } = await runWith(0);
    await open().lock(runId, true);
    await expect(store.keepSnapshot(lock, snapshot(1))).rejects.toMatchObject({ kind: 'taken-over' });
    await expect(store.dropSnapshots(lock)).rejects.toMatchObject({ kind: 'taken-over' });
    expect((await store.find(runId)).snapshots).toHaveLength(1);
  });
});
