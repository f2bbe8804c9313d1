/** Measurements and lists of failures by calls to the trainer's service, on the real tiny model on wasm. */
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, test } from 'vitest';
import * as tf from '../../src/model/tf.ts';
import type { MeasureKind } from '../../src/study/analysis/measurements.ts';
import type { CellQuestion } from '../../src/study/evaluate.ts';
import { exampleAt } from '../../src/tasks/examples.ts';
import type { Handlers } from '../../workers/protocol.ts';
import { host, SPEC } from './service-host.ts';
import type { Host } from './service-host.ts';

const SHORT = { ...SPEC, examples: 8 };

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

async function finished(): Promise<Host & { readonly runId: string }> {
  const made = host();
  const { runId } = await made.handlers.start({ spec: SHORT, name: 'x', parentId: null });
  await made.until(runId, 'finished');
  return { ...made, runId };
}

test('measures a run, tells how far it is, and keeps it for the list, a reload and an exported file', async () => {
  const { handlers, sessionEvents, runId } = await finished();
  const { numTensors } = tf.memory();
  const losses = await handlers.measure({ runId, what: 'losses', examples: 1 });
  const gradients = await handlers.measure({ runId, what: 'gradients', examples: 2 });
  expect(tf.memory().numTensors).toBe(numTensors);
  const measured = { losses: [losses.probe], gradients: [gradients.probe] };
  const told = sessionEvents(runId).flatMap((event) => (event.kind === 'measure-progress' ? [`${event.what} ${event.done}/${event.total}`] : []));
  expect(told).toContain('losses 6/6');
  expect(told).toContain('gradients 8/8');
  expect(sessionEvents(runId).flatMap((event) => (event.kind === 'measured' ? [event.measured] : []))).toEqual([
    { losses: [losses.probe], gradients: [] },
    measured,
  ]);
  expect((await handlers.runs({})).runs[0]).toMatchObject({ state: 'finished', measured });

  const { bytes } = await handlers.exportRun({ runId });
  const after = host();
  await after.handlers.continue({ runId, takeOver: true });
  await after.handlers.measure({ runId, what: 'losses', examples: 1 }); // the same step: it replaces
  expect((await after.handlers.runs({})).runs[0]?.measured).toEqual(measured); // and is the same to the bit
  globalThis.indexedDB = new IDBFactory();
  const elsewhere = host();
  await elsewhere.handlers.importRun({ bytes });
  expect((await elsewhere.handlers.runs({})).runs[0]?.measured).toEqual(measured);
}, 60_000);

test('a measurement can be cancelled; closing its run cancels it too', async () => {
  const { handlers, sessionEvents, runId } = await finished();
  const isUnderWay = () => sessionEvents(runId).some(({ kind }) => kind === 'measure-progress');
  const cancelled = handlers.measure({ runId, what: 'gradients', examples: 500 }).catch((error: Error) => error.message);
  while (!isUnderWay()) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await handlers.cancelEvaluation({ runId })).toEqual({ cancelled: true });
  expect(await cancelled).toBe('The measurement was cancelled.');
  expect(await handlers.cancelEvaluation({ runId })).toEqual({ cancelled: false });
  expect((await handlers.runs({})).runs[0]).not.toHaveProperty('measured');
  const closed = handlers.measure({ runId, what: 'losses', examples: 5000 }).catch((error: Error) => error.message);
  const other = handlers.start({ spec: SHORT, name: 'y', parentId: null });
  expect(await closed).toBe('The measurement was cancelled.');
  await handlers.stop({ runId: (await other).runId });
}, 60_000);

test('lists failures of one cell, each with its example', async () => {
  const { handlers, runId } = await finished();
  const question = { level: 'simple', modality: 'image', prompt: 'direct' } as const;
  const { step, summary } = await handlers.failures({ runId, question, examples: 2 });
  expect(step).toBe(4);
  expect(summary).toMatchObject({ ...question, wrong: { correct: 2, total: 2 } });
  expect(summary.kinds.length).toBeGreaterThan(3);
  expect(summary.metrics.map(({ key }) => key)).toContain('shortcut');
  for (const { key, kinds, response, score } of summary.examples) {
    expect(kinds.length).toBeGreaterThan(0);
    expect(exampleAt(key, SHORT.task).score(response, 'compact')).toEqual(score);
  }
  expect((await handlers.runs({})).runs[0]?.evaluations).toHaveLength(1); // the one at the end
  expect(structuredClone(summary)).toEqual(summary);
}, 60_000);

test.each<[string, (handlers: Handlers, runId: string) => Promise<unknown>, string]>([
  ['too few for gradients', (h, runId) => h.measure({ runId, what: 'gradients', examples: 1 }), 'measure: expected 2 to 10,000 examples, got 1'],
  ['no examples', (h, runId) => h.measure({ runId, what: 'losses', examples: 0 }), 'measure: expected 1 to 10,000 examples, got 0'],
  ['not whole', (h, runId) => h.measure({ runId, what: 'losses', examples: 1.5 }), 'measure: expected 1 to 10,000 examples, got 1.5'],
  ['unknown', (h, runId) => h.measure({ runId, what: 'luck' as MeasureKind, examples: 2 }), 'measure: expected losses or gradients, got'],
  ['no level', (h, runId) => h.failures({ runId, question: { level: 'odd' } as unknown as CellQuestion, examples: 2 }), 'a level of the task'],
  ['no run', (h) => h.measure({ runId: 'nope', what: 'losses', examples: 2 }), 'There is no run nope here.'],
])('refuses %s with a sentence', async (_, ask, message) => {
  const { handlers } = host();
  const { runId } = await handlers.start({ spec: SHORT, name: 'x', parentId: null });
  await expect(ask(handlers, runId)).rejects.toThrow(message);
  await handlers.stop({ runId });
});
