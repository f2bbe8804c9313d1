/** A run's timeline in exported files, by calls to the trainer's service, on the real tiny model on wasm. */
import { IDBFactory, IDBObjectStore } from 'fake-indexeddb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openDatabase } from '../../src/study/database.ts';
import { host, KEY, SPEC } from './service-host.ts';
import type { Host } from './service-host.ts';

const STEPS = [0, 1, 2, 3]; // of 4; the weights of the end are the run's own

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});
afterEach(() => {
  vi.restoreAllMocks();
});

async function finished(): Promise<Host & { readonly runId: string }> {
  const made = host();
  const { runId } = await made.handlers.start({ spec: { ...SPEC, examples: 8 }, name: 'x', parentId: null });
  await made.until(runId, 'finished');
  return { ...made, runId };
}

/** Another browser. */
function elsewhere(): Host {
  globalThis.indexedDB = new IDBFactory();
  return host();
}

const stepsIn = async ({ handlers }: Host) => (await handlers.runs({})).runs.map(({ snapshots }) => snapshots?.map(({ step }) => step));
const lossesAt = async ({ handlers }: Host, runId: string, at: number) =>
  (await handlers.look({ runId, key: KEY, record: 'image', response: 'gold', at })).tokens.map(({ loss }) => loss);

test('a file with the timeline brings it to another browser, and its steps answer as they did', async () => {
  const run = await finished();
  const losses = await lossesAt(run, run.runId, 1);
  const { bytes } = await run.handlers.exportRun({ runId: run.runId, isWithTimeline: true });
  const plain = await run.handlers.exportRun({ runId: run.runId });
  expect(bytes.length - plain.bytes.length).toBeGreaterThan(STEPS.length * 4 * 88_496);
  const there = elsewhere();
  const { runId, note } = await there.handlers.importRun({ bytes });
  expect(note).toBeNull();
  expect(await stepsIn(there)).toEqual([STEPS]);
  expect(await lossesAt(there, runId, 1)).toEqual(losses);
  expect((await there.handlers.exportRun({ runId, isWithTimeline: true })).bytes.length).toBe(bytes.length); // and goes on
}, 30_000);

test('a run that is here already comes under a name of its own', async () => {
  const run = await finished();
  const { bytes } = await run.handlers.exportRun({ runId: run.runId });
  await run.handlers.importRun({ bytes });
  const names = (await run.handlers.runs({})).runs.map(({ name }) => name);
  expect(new Set(names).size).toBe(2);
  expect(names.some((name) => name.endsWith(' (2)'))).toBe(true);
}, 30_000);

test('a file without one is read as ever', async () => {
  const run = await finished();
  const { bytes } = await run.handlers.exportRun({ runId: run.runId, isWithTimeline: false });
  const there = elsewhere();
  const { note } = await there.handlers.importRun({ bytes });
  expect(note).toBeNull();
  expect(await stepsIn(there)).toEqual([[]]);
}, 30_000);

test('a store without room for the timeline takes the run without it, and says so', async () => {
  const run = await finished();
  const { bytes } = await run.handlers.exportRun({ runId: run.runId, isWithTimeline: true });
  const there = elsewhere();
  const { put } = IDBObjectStore.prototype;
  const release = vi.fn<() => Promise<void>>(() => Promise.resolve());
  const { lock } = there.store;
  vi.spyOn(there.store, 'lock').mockImplementation(async (runId, takeOver) => Object.assign(await lock(runId, takeOver), { release }));
  let left = 2; // the third finds the disk full
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value, key) {
    if (String(key).startsWith('snapshot/') && left-- <= 0) throw new DOMException('full', 'QuotaExceededError');
    return put.call(this, value, key);
  });
  const { runId, note } = await there.handlers.importRun({ bytes });
  expect(note).toBe(
    "Its timeline was left out: the browser's storage is full (it needs 2 MB). To have it, remove old runs and import the file again.",
  );
  expect(await stepsIn(there)).toEqual([[]]);
  expect((await there.store.load(runId)).checkpoint.progress.step).toBe(4);
  expect(release).toHaveBeenCalledTimes(1);
  const database = openDatabase('parallax');
  const keys = await database.read((transaction) => transaction.keys());
  await database.close();
  expect(keys.filter((key) => key.startsWith('snapshot'))).toEqual([]); // no half of it
}, 30_000);

test('a damaged file is refused, and what is stored stays as it is', async () => {
  const run = await finished();
  const { bytes } = await run.handlers.exportRun({ runId: run.runId, isWithTimeline: true });
  const bad = bytes.slice();
  bad[bad.length - 4] = (bad[bad.length - 4] ?? 0) ^ 1; // a number of the last tensor by name
  await expect(run.handlers.importRun({ bytes: bad })).rejects.toThrow(/the file is damaged .* export the run again/);
  expect(await stepsIn(run)).toEqual([[...STEPS, 4]]);
}, 30_000);

test('weights that are damaged in the store stop an export with the timeline, and none without', async () => {
  const run = await finished();
  const database = openDatabase('parallax');
  await database.write(async (transaction) => transaction.put(`snapshot/${run.runId}/2`, { schema: 1 }));
  await database.close();
  const exported = (isWithTimeline: boolean) => run.handlers.exportRun({ runId: run.runId, isWithTimeline });
  await expect(exported(true)).rejects.toThrow(/^Not exported: The weights of step 2 are damaged .* Export the run without its timeline\.$/);
  expect((await exported(false)).bytes.length).toBeGreaterThan(100_000);
}, 30_000);
