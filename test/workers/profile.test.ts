/** What developers and the training form ask of the service: how steps are made, what their kernels cost, what a run would need. On wasm. */
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, test } from 'vitest';
import * as tf from '../../src/model/tf.ts';
import { host, SPEC } from './service-host.ts';

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

describe('profile', () => {
  test('says how the open run is stepped, and times the operations of its next step without changing the run', async () => {
    const { handlers, until } = host();
    const { runId } = await handlers.start({ spec: { ...SPEC, examples: 6 }, name: 'timed', parentId: null });
    await handlers.pause({ runId });
    const before = await handlers.exportRun({ runId });
    const { numTensors } = tf.memory();

    const untimed = await handlers.profile({ runId, isTimed: false });
    expect(untimed).toMatchObject({ backend: 'wasm', kernels: null, missing: null, passes: { mode: 'eager', programs: [] } });
    expect(untimed.passes.reason).toContain('wasm');
    expect(untimed.deviceBytes).toBeGreaterThan(0);

    const { kernels, missing, step } = await handlers.profile({ runId, isTimed: true });
    expect([missing, step]).toEqual([null, untimed.step]);
    expect(kernels?.times.length).toBeGreaterThan(5);
    expect(kernels?.times.some(({ name }) => /MatMul/.test(name))).toBe(true);
    expect(kernels?.times.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
    expect(structuredClone(kernels)).toEqual(kernels);

    expect(tf.memory().numTensors).toBe(numTensors);
    expect((await handlers.exportRun({ runId })).bytes).toEqual(before.bytes);
    await handlers.resume({ runId });
    await until(runId, 'finished');
    expect((await handlers.profile({ runId, isTimed: true })).kernels?.times.length).toBeGreaterThan(5); // of its last step
  }, 60_000);

  test('without an open run says so', async () => {
    await expect(host().handlers.profile({ runId: 'nope', isTimed: true })).rejects.toThrow('Open or train a run first');
  });
});

describe('prepare', () => {
  test('tells memory and budget of a GPU, and why a run does not fit', async () => {
    const { handlers, limit } = host();
    limit({ maxStorageBufferBindingSize: 1e9, maxBufferSize: 1e9 });
    await handlers.open({ prefer: null });
    const fits = await handlers.prepare({ spec: SPEC });
    expect(fits).toMatchObject({ budgetBytes: 4e9, problem: null });
    expect(fits.memory?.bytes).toBeGreaterThan(1e6);
    limit({ maxStorageBufferBindingSize: 50_000, maxBufferSize: 1e9 });
    await handlers.open({ prefer: 'webgpu' });
    expect((await handlers.prepare({ spec: SPEC })).problem).toContain('maxStorageBufferBindingSize');
  });

  test('asks nothing of wasm, or before a device is open, and judges the settings first', async () => {
    const { handlers } = host();
    const nothing = { memory: null, budgetBytes: null, problem: null };
    expect(await handlers.prepare({ spec: SPEC })).toEqual(nothing);
    await handlers.open({ prefer: null });
    expect(await handlers.prepare({ spec: SPEC })).toEqual(nothing);
    await expect(handlers.prepare({ spec: { ...SPEC, batchSize: -1 } })).rejects.toThrow('batchSize');
  });
});
