import fc from 'fast-check';
import { IDBFactory, IDBObjectStore } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openDatabase } from '../../src/study/database.ts';
import { freeName } from '../../src/study/run-record.ts';
import { openRunStore } from '../../src/study/run-store.ts';
import type { RunLock, RunStore } from '../../src/study/run-store-types.ts';
import { DEFAULT_SPEC } from '../../src/study/run-spec-schema.ts';
import { makeCheckpoint } from '../support/checkpoint.ts';

const ABOUT = { state: 'running', adapter: 'test adapter' } as const;
const NEW_RUN = { spec: DEFAULT_SPEC, name: 'first run', parentId: null, adapter: 'test adapter' };

let clock = 0;
let ids = 0;

function open(): RunStore {
  return openRunStore({
    name: 'parallax',
    locks: null,
    now: () => `2026-01-01T00:00:${String((clock += 1)).padStart(2, '0')}.000Z`,
    makeId: () => `id-${(ids += 1)}`,
    build: 'test',
  });
}

/** The records as they lie in the database, to look at and to damage. */
const raw = {
  async read(key: string): Promise<unknown> {
    const database = openDatabase('parallax');
    const value = await database.read((transaction) => transaction.get(key));
    await database.close();
    return value;
  },
  async write(key: string, value: unknown): Promise<void> {
    const database = openDatabase('parallax');
    await database.write(async (transaction) => transaction.put(key, value));
    await database.close();
  },
  async keys(): Promise<string[]> {
    const database = openDatabase('parallax');
    const keys = await database.read((transaction) => transaction.keys());
    await database.close();
    return keys.sort();
  },
};

/** A run with checkpoints of steps 1..count. */
async function runWith(count: number): Promise<{ store: RunStore; lock: RunLock }> {
  const store = open();
  const lock = await store.create(NEW_RUN);
  for (let step = 1; step <= count; step++) await store.save(lock, makeCheckpoint(step), ABOUT);
  return { store, lock };
}

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  clock = 0;
  ids = 0;
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe('the run store', () => {
  test('gives back the newest checkpoint bit for bit', async () => {
    const { store, lock } = await runWith(3);
    expect(await open().load(lock.runId)).toEqual({ checkpoint: makeCheckpoint(3), generation: 3, adapter: 'test adapter', note: null });
    expect(await store.load(lock.runId)).toMatchObject({ generation: 3 });
  });

  test('keeps two generations and no more', async () => {
    const { lock } = await runWith(5);
    const { runId } = lock;
    const slots = [0, 1].flatMap((slot) => [`manifest/${runId}/${slot}`, ...['m', 'v', 'weights'].map((part) => `tensors/${runId}/${slot}/${part}`)]);
    expect(await raw.keys()).toEqual([...slots, `owner/${runId}`, `run/${runId}`].sort());
  });

  test('lists runs with name, state, step and curves, newest first', async () => {
    const { store } = await runWith(2);
    await store.create({ ...NEW_RUN, name: 'second run' });
    const { runs, problems } = await store.list();
    expect(problems).toEqual([]);
    expect(runs.map(({ name }) => name)).toEqual(['second run', 'first run']);
    expect(runs[1]?.head).toMatchObject({ state: 'running', step: 2, totalSteps: 300, adapter: 'test adapter', bytes: 3 * 4 * (12 + 3 + 8) });
    expect(runs[1]?.head.points).toEqual(makeCheckpoint(2).progress.points);
  });

  test('asks for strict durability', async () => {
    const { store, lock } = await runWith(1);
    const seen: (string | undefined)[] = [];
    const put = IDBObjectStore.prototype.put;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value, key) {
      seen.push((this.transaction as unknown as { durability?: string }).durability);
      return put.call(this, value, key);
    });
    await store.save(lock, makeCheckpoint(2), ABOUT);
    expect(new Set(seen)).toEqual(new Set(['strict']));
  });

  test('renames and removes, also under a running training', async () => {
    const { store, lock } = await runWith(1);
    expect(await store.rename(lock.runId, '  a\n new name ')).toBe('a new name');
    await store.save(lock, makeCheckpoint(2), ABOUT);
    expect((await store.find(lock.runId)).name).toBe('a new name');
    await store.remove(lock.runId);
    expect(await raw.keys()).toEqual([]);
    await expect(store.load(lock.runId)).rejects.toThrow('There is no run id-1 here.');
  });

  test('says that a run without a checkpoint has none', async () => {
    const { store, lock } = await runWith(0);
    await expect(store.load(lock.runId)).rejects.toThrow('has no checkpoint yet');
  });

  test('notes the state of a run without a new checkpoint', async () => {
    const { store, lock } = await runWith(2);
    await store.setState(lock, 'failed');
    expect((await store.find(lock.runId)).head).toMatchObject({ state: 'failed', step: 2 });
    expect((await store.load(lock.runId)).generation).toBe(2);
  });

  test('never writes numbers that are not finite', async () => {
    const { store, lock } = await runWith(1);
    const broken = makeCheckpoint(2);
    const weight = broken.weights['decoder.norm.weight'];
    if (weight !== undefined) weight.data[1] = Number.NaN;
    await expect(store.save(lock, broken, ABOUT)).rejects.toThrow('NaN or infinity in decoder.norm.weight');
    expect((await store.load(lock.runId)).generation).toBe(1);
  });

  test('remembers from which step on a run was made by its device', async () => {
    const { store, lock } = await runWith(2);
    const { runId } = lock;
    const since = async () => (await open().find(runId)).head.adapterSince;
    expect(await since()).toBeUndefined();
    await lock.release();
    const again = await store.lock(runId, false); // resumed elsewhere
    await store.save(again, makeCheckpoint(4), { ...ABOUT, adapter: 'another' });
    expect(await since()).toBe(2);
    await store.save(again, makeCheckpoint(5), { ...ABOUT, adapter: 'another' });
    expect(await since()).toBe(2);
    await store.save(again, makeCheckpoint(7), ABOUT); // in the same tab: the device was lost
    expect(await since()).toBe(5);
    expect((await store.find(runId)).head).toMatchObject({ adapter: 'test adapter', step: 7 });
  });

  test('stores an imported run under a new id', async () => {
    const store = open();
    const runId = await store.importRun({ name: 'from a file', adapter: 'elsewhere', checkpoint: makeCheckpoint(4) });
    expect((await store.load(runId)).checkpoint).toEqual(makeCheckpoint(4));
    expect((await store.find(runId)).head).toMatchObject({ state: 'paused', step: 4, adapter: 'elsewhere' });
  });
});

describe('faults while writing', () => {
  const REQUESTS = 6; // three parts, manifest, owner, head

  test.each(Array.from({ length: REQUESTS }, (_, i) => i + 1))('put %i throws: nothing is written and the last checkpoint stays', async (n) => {
    const { store, lock } = await runWith(2);
    const put = IDBObjectStore.prototype.put;
    let count = 0;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value, key) {
      count += 1;
      if (count === n) throw new DOMException('injected', 'DataError');
      return put.call(this, value, key);
    });
    await expect(store.save(lock, makeCheckpoint(3), ABOUT)).rejects.toThrow('injected');
    vi.restoreAllMocks();
    expect(count).toBe(n);
    expect(await open().load(lock.runId)).toEqual({ checkpoint: makeCheckpoint(2), generation: 2, adapter: 'test adapter', note: null });
    expect((await open().list()).runs[0]?.head.step).toBe(2);
    await store.save(lock, makeCheckpoint(3), ABOUT);
    expect((await open().load(lock.runId)).checkpoint).toEqual(makeCheckpoint(3));
  });

  test('a transaction that aborts after its puts succeeded is not reported as saved', async () => {
    const { store, lock } = await runWith(2);
    const put = IDBObjectStore.prototype.put;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value, key) {
      const request = put.call(this, value, key);
      if (key === `run/${lock.runId}`) request.addEventListener('success', () => this.transaction.abort());
      return request;
    });
    await expect(store.save(lock, makeCheckpoint(3), ABOUT)).rejects.toThrow();
    vi.restoreAllMocks();
    expect((await store.load(lock.runId)).generation).toBe(2);
  });

  test('a full disk is said in plain words with the size', async () => {
    const { store, lock } = await runWith(2);
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    await expect(store.save(lock, makeCheckpoint(3), ABOUT)).rejects.toMatchObject({
      kind: 'full',
      message: "Not saved: the browser's storage is full (needs 1 MB). The last checkpoint is kept. Export this run or remove old ones.",
    });
    vi.restoreAllMocks();
    expect((await store.load(lock.runId)).generation).toBe(2);
  });

  test('a value that cannot be cloned leaves nothing behind', async () => {
    const database = openDatabase('parallax');
    await expect(
      database.write(async (transaction) => {
        transaction.put('a', 1);
        transaction.put('b', () => 1);
      }),
    ).rejects.toThrow();
    await database.close();
    expect(await raw.keys()).toEqual([]);
  });

  test('opens the database again when the connection was closed', async () => {
    const database = openDatabase('parallax');
    await database.write(async (transaction) => transaction.put('a', 1));
    const versionChange = await new Promise<IDBDatabase>((resolve) => {
      const request = indexedDB.open('parallax');
      request.onsuccess = () => resolve(request.result);
    });
    versionChange.close();
    // Another tab deletes the database: our connection gives way and a new one sees an empty store.
    await new Promise((resolve, reject) => {
      const request = indexedDB.deleteDatabase('parallax');
      request.onsuccess = resolve;
      request.onblocked = () => reject(new Error('blocked'));
    });
    expect(await database.read((transaction) => transaction.get('a'))).toBeUndefined();
    await database.close();
  });

  test('a cleared store gets a whole new checkpoint at the next save', async () => {
    const { store, lock } = await runWith(2);
    await store.close();
    globalThis.indexedDB = new IDBFactory();
    await store.save(lock, makeCheckpoint(3), ABOUT);
    expect((await open().load(lock.runId)).checkpoint).toEqual(makeCheckpoint(3));
    expect((await open().find(lock.runId)).name).toBe('first run');
  });
});

describe('damaged records', () => {
  test('a flipped bit in any tensor is found, the one before is taken, and the note says so', async () => {
    const { lock } = await runWith(3); // newest generation 3 in slot 1
    const keys = ['weights', 'm', 'v'].map((part) => `tensors/${lock.runId}/1/${part}`);
    const whole = await Promise.all(keys.map((key) => raw.read(key)));
    await fc.assert(
      fc.asyncProperty(fc.nat(2), fc.nat(2), fc.nat(200), async (part, tensor, bit) => {
        const key = keys[part] ?? '';
        const copy = structuredClone(whole[part]) as Map<string, Float32Array>;
        const [name, data] = [...copy][tensor] ?? [];
        if (data === undefined) throw new Error('no tensor');
        const bytes = new Uint8Array(data.buffer);
        const at = bit % (bytes.length * 8);
        bytes[at >> 3] = (bytes[at >> 3] ?? 0) ^ (1 << (at & 7));
        await raw.write(key, copy);
        const loaded = await open().load(lock.runId);
        await raw.write(key, whole[part]);
        expect(loaded.generation).toBe(2);
        expect(loaded.checkpoint).toEqual(makeCheckpoint(2));
        expect(loaded.note).toBe(
          `The newest checkpoint is damaged (the checksum of ${name} does not match). Restored from the one before it, at step 2.`,
        );
      }),
      { numRuns: 100 },
    );
    expect((await open().load(lock.runId)).generation).toBe(3);
  });

  test('a manifest with any changed field is found', async () => {
    const { lock } = await runWith(3);
    const key = `manifest/${lock.runId}/1`;
    const record = (await raw.read(key)) as { body: { progress: { step: number } } };
    record.body.progress.step = 4;
    await raw.write(key, record);
    expect((await open().load(lock.runId)).note).toBe(
      'The newest checkpoint is damaged (its checksum does not match). Restored from the one before it, at step 2.',
    );
  });

  test.each([
    ['a text', 'x'],
    ['null', null],
    ['a number', 7],
    ['another record', { gen: 'x' }],
    ['a list', [1, 2]],
    ['an empty seal', { schema: 1, body: {}, sha256: 'x' }],
    ['a date', new Date(0)],
  ])('a manifest that is %s counts as damaged', async (_, value) => {
    const { lock } = await runWith(3);
    await raw.write(`manifest/${lock.runId}/1`, value);
    const { generation, note } = await open().load(lock.runId);
    expect(generation).toBe(2);
    expect(note).toContain('Restored from the one before it');
  });

  test('tensors of a wrong type count as damaged', async () => {
    const { lock } = await runWith(3);
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (value) => {
        let stored = value;
        try {
          stored = structuredClone(value);
        } catch {
          return; // cannot be in a database
        }
        await raw.write(`tensors/${lock.runId}/1/m`, stored);
        expect((await open().load(lock.runId)).generation).toBe(2);
      }),
      { numRuns: 100 },
    );
  });

  test('a damaged head is made again from the checkpoint', async () => {
    const { lock } = await runWith(3);
    await raw.write(`run/${lock.runId}`, { name: 'kept name', schema: 1, sealed: null });
    const { runs, problems } = await open().list();
    expect(problems).toEqual([]);
    expect(runs[0]).toMatchObject({ name: 'kept name', head: { step: 3, state: 'paused' } });
  });

  test('when nothing is whole it says so, lists the rest, and keeps the records', async () => {
    const { store, lock } = await runWith(3);
    await store.create({ ...NEW_RUN, name: 'good run' });
    for (const slot of [0, 1]) await raw.write(`manifest/${lock.runId}/${slot}`, { schema: 1 });
    await expect(open().load(lock.runId)).rejects.toMatchObject({ kind: 'damaged' });
    await raw.write(`run/${lock.runId}`, 'x');
    const { runs, problems } = await open().list();
    expect(runs.map(({ name }) => name)).toEqual(['good run']);
    expect(problems).toEqual([`A stored run (${lock.runId}) cannot be read: it is not a record of this program.`]);
    expect((await raw.keys()).filter((key) => key.includes(lock.runId))).toHaveLength(10);
  });

  test('after a damaged newest generation the whole one is not the next to be written over', async () => {
    const { lock } = await runWith(3);
    await lock.release();
    // Generation 3 is damaged, 2 in slot 0 is whole; 4 would fall on slot 0.
    const record = (await raw.read(`manifest/${lock.runId}/1`)) as { body: { build: string } };
    record.body.build = 'changed';
    await raw.write(`manifest/${lock.runId}/1`, record);
    const store = open();
    const next = await store.lock(lock.runId, false);
    const { generation } = await store.save(next, makeCheckpoint(3), ABOUT);
    expect(generation).toBe(5);
    expect((await store.load(lock.runId)).checkpoint).toEqual(makeCheckpoint(3));
    expect(await raw.read(`manifest/${lock.runId}/0`)).toMatchObject({ body: { generation: 2 } });
  });
});

describe('records of a newer program', () => {
  test.each(['run', 'manifest'])('a newer %s is refused, and not overwritten or removed', async (kind) => {
    const { store, lock } = await runWith(3);
    const key = kind === 'run' ? `run/${lock.runId}` : `manifest/${lock.runId}/0`;
    const record = { schema: 99, body: { generation: 4, something: 'else' } };
    await raw.write(key, record);
    await expect(open().load(lock.runId)).rejects.toMatchObject({ kind: 'newer' });
    await expect(store.save(lock, makeCheckpoint(4), ABOUT)).rejects.toMatchObject({ kind: 'newer' });
    await expect(store.remove(lock.runId)).rejects.toMatchObject({ kind: 'newer' });
    if (kind === 'run') {
      await expect(store.rename(lock.runId, 'x')).rejects.toMatchObject({ kind: 'newer' });
      await expect(store.setState(lock, 'paused')).rejects.toMatchObject({ kind: 'newer' });
      expect((await store.list()).problems[0]).toContain('made by a newer version');
    }
    expect(await raw.read(key)).toEqual(record);
  });
});

describe('two owners', () => {
  test('the one whose run was taken over writes nothing more', async () => {
    const { store, lock } = await runWith(2);
    const other = open();
    const taken = await other.lock(lock.runId, true);
    await expect(store.save(lock, makeCheckpoint(3), ABOUT)).rejects.toMatchObject({
      kind: 'taken-over',
      message: 'This run was taken over by another tab. Nothing was written.',
    });
    await expect(store.setState(lock, 'failed')).rejects.toMatchObject({ kind: 'taken-over' });
    expect((await other.load(lock.runId)).generation).toBe(2);
    await other.save(taken, makeCheckpoint(3), ABOUT);
    expect((await other.load(lock.runId)).checkpoint).toEqual(makeCheckpoint(3));
  });
});

test('a name that another run has gets a number', () => {
  expect(freeName('Mix', new Set())).toBe('Mix');
  expect(freeName('Mix', new Set(['Mix', 'Mix (2)']))).toBe('Mix (3)');
  const long = 'x'.repeat(120);
  expect(freeName(long, new Set([long])).length).toBeLessThanOrEqual(120);
  expect(freeName(long, new Set([long]))).toMatch(/x \(2\)$/);
});
