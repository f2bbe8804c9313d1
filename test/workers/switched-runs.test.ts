/** Runs that go on from a stored checkpoint of another. */
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, test } from 'vitest';
import { parseRunSpec } from '../../src/study/run-spec-schema.ts';
import { switchedSpec } from '../../src/study/switch-run.ts';
import { host, SPEC } from './service-host.ts';
import type { Host } from './service-host.ts';

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

const MIX = parseRunSpec({ ...SPEC, supervision: 'mix', examples: 12 });
const SWITCHED = parseRunSpec({ ...MIX, supervision: 'mix-to-mix+', switchAt: 0.5 });
const messages = (of: Host, runId: string) =>
  of.sessionEvents(runId).flatMap((event) => (event.kind === 'state' && event.message !== null ? [event.message] : []));

/** A Mix run that stands at step 3 of 6. */
async function parentAt3(on: Host): Promise<string> {
  const { runId } = await on.handlers.start({ spec: { ...MIX, checkpointEverySteps: 1000 }, name: 'mix', parentId: null });
  for (let { step } = await on.handlers.pause({ runId }); step < 3;) ({ step } = await on.handlers.step({ runId }));
  return runId;
}

/** Weights of the Mix→Mix+ run; trained once. */
let whole: Promise<unknown> | null = null;
function wholeWeights(): Promise<unknown> {
  whole ??= (async () => {
    const plain = host();
    const { runId } = await plain.handlers.start({ spec: { ...SWITCHED, checkpointEverySteps: 1000 }, name: 'whole', parentId: null });
    await plain.until(runId, 'finished');
    return (await plain.store.load(runId)).checkpoint.weights;
  })();
  return whole;
}

test('a child goes on from its parent’s checkpoint, which stays, and is the Mix→Mix+ run to the bit', async () => {
  const here = host();
  const parentId = await parentAt3(here);
  const { checkpoint: parent } = await here.store.load(parentId);
  const spec = switchedSpec(parent.spec, parent.progress.step, { supervision: 'mix+' });
  const { runId, totalSteps } = await here.handlers.start({ spec, name: 'mix+', parentId });
  expect([runId === parentId, totalSteps, parent.progress.step]).toEqual([false, 6, 3]);
  await here.until(runId, 'finished');
  const points = here.sessionEvents(runId).flatMap((event) => (event.kind === 'metrics' ? event.points : []));
  expect(points.map((point) => point.step)).toEqual([4, 5, 6]);
  const { checkpoint } = await here.store.load(runId);
  expect(checkpoint.progress.points).toHaveLength(6);
  expect(checkpoint.weights).toEqual(await wholeWeights());
  expect(messages(here, runId)).toEqual([]);
  const { runs } = await here.handlers.runs({});
  expect(runs.find((run) => run.runId === runId)).toMatchObject({ parentId, state: 'finished', spec: { supervision: 'mix+', parent: { step: 3 } } });
  expect((await here.store.load(parentId)).checkpoint).toEqual(parent);
}, 60_000);

test('a child is stored before its first step, so that a reload goes on from there', async () => {
  const here = host();
  const parentId = await parentAt3(here);
  const spec = switchedSpec((await here.store.load(parentId)).checkpoint.spec, 3, { supervision: 'mix+' });
  const { runId } = await here.handlers.start({ spec, name: 'mix+', parentId });
  expect((await here.store.load(runId)).checkpoint.spec).toEqual(spec);
  expect(here.sessionEvents(runId).filter(({ kind }) => kind === 'checkpoint')[0]).toMatchObject({ step: 3 });
  const after = host();
  const { step } = await after.handlers.continue({ runId, takeOver: true });
  expect(step).toBeGreaterThanOrEqual(3);
  await here.handlers.pause({ runId });
}, 60_000);

test.each(['no parent', 'another step'])(
  'with %s in the store its first steps are trained again, to the same bits',
  async (why) => {
    const here = host();
    const parentId = why === 'no parent' ? null : await parentAt3(here);
    if (parentId !== null) await here.handlers.step({ runId: parentId });
    const spec = switchedSpec({ ...MIX, checkpointEverySteps: 1000 }, 3, { supervision: 'mix+' });
    const { runId } = await here.handlers.start({ spec, name: 'mix+', parentId });
    await here.until(runId, 'finished');
    expect(messages(here, runId)[0]).toBe(
      'The checkpoint of step 3 of its parent, with its optimiser, is not stored here, so its first 3 steps are trained again.',
    );
    expect((await here.store.load(runId)).checkpoint.weights).toEqual(await wholeWeights());
  },
  60_000,
);
