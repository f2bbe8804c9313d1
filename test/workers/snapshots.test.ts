/** The timeline of a run by calls to the trainer's service, on the real tiny model on wasm. */
import { IDBFactory, IDBObjectStore } from 'fake-indexeddb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as tf from '../../src/model/tf.ts';
import type { Calls, MapOf } from '../../workers/protocol.ts';
import { host, KEY, SPEC } from './service-host.ts';
import type { Host } from './service-host.ts';

const SHORT = { ...SPEC, examples: 8 };
const BYTES = 4 * 88_496;

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});
afterEach(() => {
  vi.restoreAllMocks();
});

async function finished(made = host(), spec = SHORT): Promise<Host & { readonly runId: string }> {
  const { runId } = await made.handlers.start({ spec, name: 'x', parentId: null });
  await made.until(runId, 'finished');
  return { ...made, runId };
}

const stepsOf = async ({ handlers }: Host) => (await handlers.runs({})).runs[0]?.snapshots?.map(({ step }) => step);
const messages = ({ sessionEvents }: Host, runId: string) =>
  sessionEvents(runId).flatMap((event) => (event.kind === 'state' && event.message !== null ? [event.message] : []));

/** From here on, puts whose key begins so find the disk full. */
function fillFor(...prefixes: string[]): void {
  const put = IDBObjectStore.prototype.put;
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value, key) {
    if (prefixes.some((prefix) => String(key).startsWith(prefix))) throw new DOMException('full', 'QuotaExceededError');
    return put.call(this, value, key);
  });
}

test('a run keeps weights along the way, tells so, and lists their sizes', async () => {
  const run = await finished();
  const { runId, sessionEvents, handlers } = run;
  expect((await handlers.runs({})).runs[0]?.snapshots).toEqual([0, 1, 2, 3, 4].map((step) => ({ step, bytes: BYTES })));
  const told = sessionEvents(runId).flatMap((event) => (event.kind === 'snapshots' ? [event.snapshots.length] : []));
  expect(told).toEqual([1, 2, 3, 4, 5]);
}, 30_000);

test('answers, losses and maps at a step are those of the run as it was', async () => {
  const early = await finished(host(), { ...SHORT, examples: 4 }); // 2 steps, of another schedule
  const run = await finished();
  const { handlers, runId } = run;
  const question = { runId, key: KEY, record: 'image', response: 'gold' } as const;
  const lossesAt = async (at?: number) => (await handlers.look({ ...question, ...(at === undefined ? {} : { at }) })).tokens.map(({ loss }) => loss);
  const now = await lossesAt();
  expect(await lossesAt(4)).toEqual(now); // the end is the newest
  const start = await lossesAt(0);
  expect(start).not.toEqual(now);
  expect(await lossesAt(0)).toEqual(start);
  // Before its first step this run is the other: one seed.
  expect((await early.handlers.look({ ...question, runId: early.runId, at: 0 })).tokens.map(({ loss }) => loss)).toEqual(start);

  const { tokens } = await handlers.look(question);
  const asked = { positions: [tokens.length - 3], method: 'gradient', aggregate: 'mean' } as const;
  const mapOf = async (of: MapOf, at: number | null = null) => (await handlers.attribute({ ...question, asked, of, at })).map;
  expect(await mapOf({ kind: 'run' }, 4)).toEqual(await mapOf({ kind: 'run' }));
  expect(await mapOf({ kind: 'stored', runId, at: 0 })).toEqual(await mapOf({ kind: 'run' }, 0)); // gold: one answer
  expect(await mapOf({ kind: 'stored', runId, at: 0 })).not.toEqual(await mapOf({ kind: 'run' }));
  await expect(mapOf({ kind: 'run' }, 7)).rejects.toThrow('No weights of step 7 are kept');
  await expect(mapOf({ kind: 'run' }, -1)).rejects.toThrow('expected a step of the run, got -1');
}, 60_000);

test('its own answer at a step is written by those weights', async () => {
  const { handlers, runId } = await finished(host(), { ...SPEC, examples: 40 });
  const question = { runId, key: KEY, record: 'image', response: 'generated' } as const;
  const written = async (at: number | null) =>
    (await handlers.look({ ...question, at })).tokens.flatMap(({ text, isPrompt }) => (isPrompt ? [] : [text]));
  const newest = await written(null);
  expect(await written(20)).toEqual(newest);
  expect(await written(0)).not.toEqual(newest);
}, 60_000);

test('a measurement at a step is kept with the run under that step, and frees what it made', async () => {
  const run = await finished();
  const { handlers, runId } = run;
  const newest = await handlers.measure({ runId, what: 'gradients', examples: 2 });
  const { numTensors } = tf.memory();
  const end = await handlers.measure({ runId, what: 'gradients', examples: 2, at: 4 });
  expect(end).toEqual(newest); // Eq. 8 too: its moments are those of the examples, not the optimiser's
  const past = await handlers.measure({ runId, what: 'gradients', examples: 2, at: 1 });
  await handlers.measure({ runId, what: 'losses', examples: 1, at: 0 });
  expect(past.probe.step).toBe(1);
  expect(past.probe).not.toMatchObject({ loss: { ...('loss' in newest.probe ? newest.probe.loss : {}) } });
  const { measured } = (await handlers.runs({})).runs[0] ?? {};
  expect(measured?.gradients.map(({ step }) => step)).toEqual([1, 4]);
  expect(measured?.losses.map(({ step }) => step)).toEqual([0]);
  const guest = tf.memory().numTensors - numTensors;
  await handlers.look({ runId, key: KEY, record: 'text', response: 'gold', at: 2 });
  expect(tf.memory().numTensors - numTensors).toBe(guest); // one at a time
  await handlers.remove({ runId });
  expect(tf.memory().numTensors).toBeLessThan(numTensors);
}, 60_000);

test('goes on after a reload with the steps ahead, and keeps the bits of the run', async () => {
  const whole = await finished(host(), SPEC);
  const expected = await stepsOf(whole);
  const last = (await whole.store.load(whole.runId)).checkpoint;
  globalThis.indexedDB = new IDBFactory();
  const before = host();
  const { runId } = await before.handlers.start({ spec: SPEC, name: 'x', parentId: null });
  await before.handlers.pause({ runId });
  await before.handlers.step({ runId });
  const here = host(); // a reload: the first tab is gone
  await here.handlers.keepSnapshots({ isKeeping: false });
  await here.handlers.continue({ runId, takeOver: true });
  await here.handlers.step({ runId });
  await here.handlers.step({ runId });
  const after = host();
  const { step } = await after.handlers.continue({ runId, takeOver: true });
  await after.handlers.resume({ runId });
  await after.until(runId, 'finished');
  const steps = await stepsOf(after);
  expect(steps).not.toContain(step - 1); // kept off for two steps
  expect(steps?.filter((each) => each >= step)).toEqual(expected?.filter((each) => each >= step));
  expect((await after.store.load(runId)).checkpoint.weights).toEqual(last.weights);
}, 60_000);

test('a store without room for snapshots stops them once, with a word, and nothing else', async () => {
  fillFor('snapshot/');
  const run = await finished();
  expect(await stepsOf(run)).toEqual([]);
  expect(messages(run, run.runId).filter((message) => message.includes('Weights along the way are not kept any more'))).toHaveLength(1);
  expect((await run.store.load(run.runId)).checkpoint.progress.step).toBe(4);
  const puts = vi.mocked(IDBObjectStore.prototype.put).mock.calls.filter(([, key]) => String(key).startsWith('snapshot/'));
  expect(puts).toHaveLength(1); // no retry
}, 30_000);

test('a checkpoint that finds no room takes that of the snapshots', async () => {
  const made = host();
  const { put } = IDBObjectStore.prototype;
  const { delete: remove } = IDBObjectStore.prototype;
  let isFull = true;
  vi.spyOn(IDBObjectStore.prototype, 'delete').mockImplementation(function (this: IDBObjectStore, key) {
    if (String(key).startsWith('snapshot/')) isFull = false;
    return remove.call(this, key);
  });
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value, key) {
    if (isFull && String(key).startsWith('tensors/')) throw new DOMException('full', 'QuotaExceededError');
    return put.call(this, value, key);
  });
  const run = await finished(made);
  expect((await run.store.load(run.runId)).checkpoint.progress.step).toBe(4);
  expect(await stepsOf(run)).toEqual([]);
  expect(messages(run, run.runId)).toContainEqual(expect.stringContaining('were dropped, and the checkpoint is saved'));
  const shown: Calls['look']['in'] = { runId: run.runId, key: KEY, record: 'text', response: 'gold', at: 2 };
  await expect(run.handlers.look(shown)).rejects.toThrow('No weights of step 2 are kept');
}, 30_000);

test('none are kept when they are not wanted', async () => {
  const made = host();
  expect(await made.handlers.keepSnapshots({ isKeeping: false })).toEqual({ isKeeping: false });
  const run = await finished(made);
  expect(await stepsOf(run)).toEqual([]);
}, 30_000);
