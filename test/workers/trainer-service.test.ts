import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as tf from '../../src/model/tf.ts';
import type { RunSpec } from '../../src/study/run-spec.ts';
import type { MapOf } from '../../workers/protocol.ts';
import { fillDisk, host, KEY, lose, SPEC } from './service-host.ts';
import type { Host } from './service-host.ts';

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe('the trainer service', () => {
  test('trains a run to its end, evaluates and stores it', async () => {
    const { handlers, events, sessionEvents, until } = host();
    expect((await handlers.open({ prefer: null })).backend).toBe('wasm');
    const { runId, totalSteps, parameters, adapter } = await handlers.start({ spec: SPEC, name: 'first', parentId: null });
    expect(totalSteps).toBe(20);
    expect(adapter).toBe('wasm');
    expect(parameters).toBeGreaterThan(10_000);
    await until(runId, 'finished');
    const kinds = new Set(sessionEvents(runId).map(({ kind }) => kind));
    expect(kinds).toEqual(new Set(['state', 'snapshots', 'metrics', 'evaluation-progress', 'evaluation', 'checkpoint']));
    const points = sessionEvents(runId).flatMap((event) => (event.kind === 'metrics' ? event.points : []));
    expect(points.map(({ step }) => step)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(events[0]?.type).toBe('device');
    const { runs, problem } = await handlers.runs({});
    expect(problem).toBeNull();
    expect(runs[0]).toMatchObject({ runId, name: 'first', state: 'finished', step: 20, totalSteps: 20, lockedElsewhere: false, adapter: 'wasm' });
    expect(runs[0]?.evaluations[0]?.cells).toHaveLength(6);
    const { cells } = await handlers.evaluate({ runId, examples: 1, prompts: ['direct', 'convert'] });
    expect(cells.map(({ modality, prompt }) => `${modality} ${prompt}`).filter((each) => each === 'image convert')).toHaveLength(3);
    expect(cells).toHaveLength(9);
    const kept = (await handlers.runs({})).runs[0]?.snapshots?.map(({ step }) => step) ?? [];
    const at = kept.find((step) => step > 0) ?? 0;
    expect((await handlers.evaluate({ runId, examples: 1, at })).step).toBe(at);
    const steps = (await handlers.runs({})).runs[0]?.evaluations.map(({ step }) => step) ?? [];
    expect([steps[0], steps.at(-1)]).toEqual([at, 20]);
  }, 30_000);

  test('finds the N at which another supervision costs as much', async () => {
    const { handlers } = host();
    const samples = await handlers.comparable({ spec: SPEC, supervision: 'text', budget: 'samples' });
    expect(samples.spec).toMatchObject({ supervision: 'text', examples: SPEC.examples });
    expect(samples.flops).toBeLessThan(samples.beside); // no pictures
    const equal = await handlers.comparable({ spec: SPEC, supervision: 'text', budget: 'flops' });
    expect(equal.spec.examples).toBeGreaterThan(SPEC.examples);
    expect(Math.abs(equal.flops - equal.beside)).toBeLessThan(0.02 * equal.beside);
    await expect(handlers.comparable({ spec: SPEC, supervision: 'text', budget: 'hours' as 'flops' })).rejects.toThrow('budget: expected');
  });

  test('goes on bit for bit after a reload: 20 steps are 8 and a reload and 12', async () => {
    const whole = host();
    const one = await whole.handlers.start({ spec: SPEC, name: 'whole', parentId: null });
    await whole.until(one.runId, 'finished');

    const before = host();
    const two = await before.handlers.start({ spec: SPEC, name: 'in two parts', parentId: null });
    await before.handlers.pause({ runId: two.runId });
    for (let step = (await before.handlers.pause({ runId: two.runId })).step; step < 8; step++) await before.handlers.step({ runId: two.runId });
    expect((await before.handlers.checkpoint({ runId: two.runId })).generation).toBeNull(); // the last single step is stored

    const after = host();
    expect(await after.handlers.continue({ runId: two.runId, takeOver: false })).toEqual({ step: 8, note: null });
    await after.handlers.resume({ runId: two.runId });
    await after.until(two.runId, 'finished');

    const [a, b] = [await whole.store.load(one.runId), await after.store.load(two.runId)];
    expect(b.checkpoint.weights).toEqual(a.checkpoint.weights);
    expect(b.checkpoint.optimizer).toEqual(a.checkpoint.optimizer);
    expect(b.checkpoint.progress.evaluations).toEqual(a.checkpoint.progress.evaluations);
    const curve = ({ checkpoint }: typeof a) => checkpoint.progress.points.map(({ stepMs: _, ...point }) => point);
    expect(curve(b)).toEqual(curve(a));
  }, 60_000);

  test('a run closed before its first checkpoint begins again', async () => {
    const before = host();
    const { runId } = await before.handlers.start({ spec: { ...SPEC, checkpointEverySteps: 1000 }, name: 'x', parentId: null });
    const after = host();
    const { step, note } = await after.handlers.continue({ runId, takeOver: true });
    await before.handlers.pause({ runId });
    expect([step, note]).toEqual([0, 'It was closed before its first checkpoint and begins again.']);
    expect((await after.handlers.step({ runId })).step).toBe(1);
    const points = (of: Host) => of.sessionEvents(runId).flatMap((event) => (event.kind === 'metrics' ? event.points : []));
    const first = points(before)[0];
    if (first !== undefined) expect(points(after)[0]?.loss).toBe(first.loss);
  }, 30_000);

  test('shows tokens with their losses, gold and generated, and where the picture mattered', async () => {
    const { handlers, until } = host();
    const { runId } = await handlers.start({ spec: { ...SPEC, examples: 8 }, name: 'x', parentId: null });
    await until(runId, 'finished');
    const gold = await handlers.look({ runId, key: KEY, record: 'image', response: 'gold' });
    expect(gold).toMatchObject({ verdict: null, modality: 'image' });
    expect(gold.tokens[0]).toEqual({ text: '<bos>', kind: 'prompt', isPrompt: true, loss: null });
    const answer = gold.tokens.filter(({ isPrompt }) => !isPrompt);
    expect(answer.at(-1)?.text).toBe('<eos>');
    for (const { loss } of answer) expect(loss).toBeGreaterThan(0);
    const generated = await handlers.look({ runId, key: KEY, record: 'text', response: 'generated' });
    expect(generated.verdict).toBe('Scored wrong: no list of values in it is gold’s.');

    const position = gold.tokens.findIndex(({ kind }) => kind === 'value');
    expect(gold.parts.starts.answer).toEqual([gold.tokens.findIndex(({ isPrompt }) => !isPrompt)]);
    const asked = { positions: [position, position + 1], method: 'gradient-input', aggregate: 'mean' } as const;
    const about = { runId, key: KEY, record: 'image', response: 'gold', asked, of: { kind: 'run' } } as const;
    const { widthPx, heightPx, map, completeness } = await handlers.attribute(about);
    expect([widthPx, heightPx, map.length, completeness]).toEqual([64, 48, 64 * 48, null]);
    expect(map.some((x) => x !== 0)).toBe(true);
    await expect(handlers.attribute({ ...about, asked: { ...asked, positions: [0] } })).rejects.toThrow('positions of response tokens');
    await expect(handlers.attribute({ ...about, asked: { ...asked, positions: [] } })).rejects.toThrow('positions of response tokens');
    await expect(handlers.attribute({ ...about, record: 'text', asked: { ...asked, positions: [40] } })).rejects.toThrow('an example with a picture');
  }, 30_000);

  test('gives maps of an untrained model and of another stored run, and frees them', async () => {
    const { handlers, until } = host();
    const { runId: other } = await handlers.start({ spec: { ...SPEC, examples: 8, seed: 7 }, name: 'other', parentId: null });
    await until(other, 'finished');
    const { runId } = await handlers.start({ spec: { ...SPEC, examples: 8 }, name: 'x', parentId: null });
    await until(runId, 'finished');
    const { tokens } = await handlers.look({ runId, key: KEY, record: 'image', response: 'gold' });
    const asked = { positions: [tokens.length - 3], method: 'gradient', aggregate: 'mean' } as const;
    const mapOf = async (of: MapOf) => (await handlers.attribute({ runId, key: KEY, record: 'image', response: 'gold', asked, of })).map;
    const own = await mapOf({ kind: 'run' });
    const before = tf.memory().numTensors;
    const untrained = await mapOf({ kind: 'untrained' });
    expect(await mapOf({ kind: 'untrained' })).toEqual(untrained);
    expect(untrained).not.toEqual(own);
    expect(await mapOf({ kind: 'stored', runId })).toEqual(own); // its newest checkpoint is what is in memory
    const theirs = await mapOf({ kind: 'stored', runId: other });
    expect(theirs).not.toEqual(own);
    expect(theirs).not.toEqual(untrained);
    expect(tf.memory().numTensors).toBe(before);
    await expect(mapOf({ kind: 'stored', runId: 'no-such-run' })).rejects.toThrow();
  }, 30_000);

  test('exports a run and imports it under a new id', async () => {
    const first = host();
    const { runId } = await first.handlers.start({ spec: { ...SPEC, examples: 8 }, name: 'Mix, 2 x 3!', parentId: null });
    await first.until(runId, 'finished');
    const { fileName, bytes } = await first.handlers.exportRun({ runId });
    expect(fileName).toBe('Mix-2-x-3.safetensors');
    globalThis.indexedDB = new IDBFactory();
    const second = host();
    const imported = await second.handlers.importRun({ bytes });
    expect((await second.handlers.runs({})).runs[0]).toMatchObject({
      runId: imported.runId,
      name: 'Mix, 2 x 3!',
      state: 'finished',
      step: 4,
      isImported: true,
    });
    await second.handlers.look({ runId: imported.runId, key: KEY, record: 'text', response: 'gold' });
    expect((await second.handlers.rename({ runId: imported.runId, name: 'again' })).name).toBe('again');
    await second.handlers.remove({ runId: imported.runId });
    expect((await second.handlers.runs({})).runs).toEqual([]);
  }, 30_000);

  test('leaves no tensors behind when runs come and go', async () => {
    const { handlers, until } = host();
    await handlers.open({ prefer: null });
    const { numTensors } = tf.memory();
    for (let i = 0; i < 2; i++) {
      const { runId } = await handlers.start({ spec: { ...SPEC, examples: 8 }, name: 'x', parentId: null });
      await until(runId, 'finished');
      await handlers.remove({ runId });
    }
    expect(tf.memory().numTensors).toBe(numTensors);
  }, 30_000);
});

describe('faults', () => {
  test('a lost device fails the run, says what is kept, and the run goes on from there on a new device', async () => {
    const { handlers, events, until, sessionEvents } = host();
    const { runId } = await handlers.start({ spec: { ...SPEC, checkpointEverySteps: 5, examples: 400 }, name: 'x', parentId: null });
    await vi.waitUntil(() => sessionEvents(runId).some(({ kind }) => kind === 'checkpoint'), { timeout: 20_000, interval: 5 });
    lose();
    const message = await until(runId, 'failed');
    expect(message).toMatch(/^Stopped at step \d+: The GPU stopped \(injected\)\. The checkpoint of step \d+ is kept\.$/);
    expect(events).toContainEqual(expect.objectContaining({ type: 'device', info: expect.objectContaining({ webgpu: 'lost' }) }));
    const { step } = await handlers.continue({ runId, takeOver: false });
    expect(step % 5).toBe(0);
    expect(step).toBeGreaterThan(0);
    expect((await handlers.step({ runId })).step).toBe(step + 1);
  }, 30_000);

  test('a full disk does not stop the training; the run can still be exported', async () => {
    const { handlers, until, sessionEvents } = host();
    const { runId } = await handlers.start({ spec: { ...SPEC, examples: 8 }, name: 'x', parentId: null });
    fillDisk();
    await until(runId, 'finished');
    expect(sessionEvents(runId)).toContainEqual(
      expect.objectContaining({ kind: 'state', message: expect.stringContaining("the browser's storage is full (needs 2 MB)") }),
    );
    expect(sessionEvents(runId).some(({ kind }) => kind === 'checkpoint')).toBe(false);
    expect((await handlers.exportRun({ runId })).bytes.length).toBeGreaterThan(100_000);
    await expect(handlers.start({ spec: SPEC, name: 'y', parentId: null })).rejects.toThrow('could not be stored. Export or remove it');
    vi.restoreAllMocks(); // there is room again
    const other = await handlers.start({ spec: { ...SPEC, examples: 8 }, name: 'y', parentId: null });
    await until(other.runId, 'finished');
    expect((await handlers.continue({ runId, takeOver: false })).step).toBe(4);
  }, 30_000);

  test('a store that does not open leaves the run in memory and says so', async () => {
    vi.spyOn(indexedDB, 'open').mockImplementation(() => {
      throw new DOMException('injected', 'SecurityError');
    });
    const { handlers, until, sessionEvents } = host();
    expect((await handlers.runs({})).problem).toContain('Stored runs cannot be read (SecurityError: injected)');
    const { runId } = await handlers.start({ spec: { ...SPEC, examples: 8 }, name: 'x', parentId: null });
    await until(runId, 'finished');
    expect(sessionEvents(runId)[0]).toMatchObject({ kind: 'state', state: 'preparing', message: expect.stringContaining('This run is not saved') });
    expect((await handlers.exportRun({ runId })).fileName).toBe(`${runId}.safetensors`);
  }, 30_000);

  test('numbers that are not finite end the run within a step, without a checkpoint of them', async () => {
    const { handlers, until, sessionEvents, store } = host((batch) =>
      batch.step < 3
        ? batch
        : { ...batch, micro: batch.micro.map((micro) => ({ ...micro, lossWeights: micro.lossWeights.map((weight) => weight * Number.NaN) })) },
    );
    const { runId } = await handlers.start({ spec: { ...SPEC, checkpointEverySteps: 1 }, name: 'x', parentId: null });
    const message = await until(runId, 'failed');
    expect(message).toBe(
      'Stopped at step 4: the loss of step 4 is not a finite number. The checkpoint of step 3 is kept. Try a lower learning rate or a gradient clip.',
    );
    expect(sessionEvents(runId).filter(({ kind }) => kind === 'checkpoint')).toHaveLength(3);
    expect((await store.load(runId)).checkpoint.progress.step).toBe(3);
    expect((await handlers.runs({})).runs[0]).toMatchObject({ state: 'failed', step: 3 });
  }, 30_000);

  test.each([
    [{ spec: { ...SPEC, learningRate: Number.NaN } }, 'learningRate'],
    [{ spec: { ...SPEC, examples: -1 } }, 'examples'],
    [{ spec: { ...SPEC, batchSize: 1e9 } }, 'batchSize'],
    [{ spec: { ...SPEC, task: { ...SPEC.task, id: 'unknown' } } }, 'task'],
    [{ spec: { ...SPEC, base: 'f'.repeat(64) } }, 'no bases here'],
  ])('refuses a bad spec by name (%#)', async ({ spec }, words) => {
    const { handlers } = host();
    await expect(handlers.start({ spec: spec as RunSpec, name: null, parentId: null })).rejects.toThrow(words);
    expect((await handlers.runs({})).runs).toEqual([]);
  });

  test('refuses a run that the device cannot hold before it allocates anything, stored ones too', async () => {
    const { handlers, limit } = host();
    const { runId } = await handlers.start({ spec: { ...SPEC, examples: 4000 }, name: 'x', parentId: null });
    await handlers.pause({ runId });
    limit({ maxStorageBufferBindingSize: 50_000, maxBufferSize: 1e9 });
    lose();
    const words = 'this GPU: expected buffers of at most 50 kB (maxStorageBufferBindingSize)';
    await expect(handlers.resume({ runId })).rejects.toThrow(words);
    const { numTensors } = tf.memory();
    await expect(handlers.start({ spec: { ...SPEC, preset: 'small' }, name: 'y', parentId: null })).rejects.toThrow(words);
    expect(tf.memory().numTensors).toBeLessThanOrEqual(numTensors);
    expect((await handlers.runs({})).runs).toHaveLength(1);
  }, 30_000);

  test('calls about an unknown run say so', async () => {
    const { handlers } = host();
    const runId = 'nope';
    await expect(handlers.resume({ runId })).rejects.toThrow('There is no run nope here.');
    await expect(handlers.continue({ runId, takeOver: true })).rejects.toThrow('There is no run nope here.');
    await expect(handlers.exportRun({ runId })).rejects.toThrow('There is no run nope here.');
    await expect(handlers.rename({ runId, name: 'x' })).rejects.toThrow('There is no run nope here.');
    expect(await handlers.checkpoint({ runId: 'nope' })).toEqual({ generation: null });
    expect(await handlers.cancelEvaluation({ runId: 'nope' })).toEqual({ cancelled: false });
  });

  test('a damaged file is refused with one message', async () => {
    const { handlers } = host();
    await expect(handlers.importRun({ bytes: new Uint8Array(7) })).rejects.toThrow('a file of at least 8 bytes');
  });
});
