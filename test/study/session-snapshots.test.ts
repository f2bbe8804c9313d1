/** Weights that a session hands over on the way: at the planned steps, as they are then, and without a trace in the training. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBackend } from '../../src/model/backend.ts';
import type { Engine } from '../../src/model/backend.ts';
import { batchAt } from '../../src/study/batcher.ts';
import { entriesOf } from '../../src/study/checkpoint-codec.ts';
import type { Checkpoint } from '../../src/study/checkpoint.ts';
import type { SessionEvent } from '../../src/study/events.ts';
import { disposeModel, makeModel, restoreModel } from '../../src/study/model-setup.ts';
import { makeSession } from '../../src/study/session.ts';
import type { SessionOptions } from '../../src/study/session-types.ts';
import type { Snapshot } from '../../src/study/snapshots.ts';
import { study } from './specs.ts';

const SPEC = study({ examples: 6, batchSize: 1, supervision: 'mix', evaluation: { examples: 1, everySteps: 0 }, checkpointEverySteps: 100 });
let engine: Engine;
const frees: (() => void)[] = [];

beforeAll(async () => {
  engine = await openBackend('wasm');
});
afterAll(() => frees.forEach((free) => free()));

interface Ran {
  readonly kept: readonly Snapshot[];
  readonly last: Checkpoint;
  readonly events: readonly SessionEvent[];
}

/** Trains to the end of `changes` and tells what was handed over. */
async function run(steps: readonly number[] | null, from: Checkpoint | null = null, changes: Partial<SessionOptions> = {}): Promise<Ran> {
  const model = from === null ? makeModel(SPEC, null) : restoreModel(structuredClone(from));
  frees.push(() => disposeModel(model));
  const kept: Snapshot[] = [];
  const checkpoints: Checkpoint[] = [];
  const events: SessionEvent[] = [];
  let now = 0;
  const session = makeSession({
    ...{ spec: SPEC, model, engine, restored: from?.progress ?? null, clock: () => (now += 10), emit: (event) => events.push(event) },
    batches: { next: (step) => Promise.resolve(batchAt(SPEC, step)) },
    onCheckpoint: async (checkpoint) => ({ generation: checkpoints.push(checkpoint), bytes: 1 }),
    snapshots: steps === null ? null : { steps, keep: async (snapshot) => void kept.push(snapshot) },
    ...changes,
  });
  session.start();
  await session.done;
  const last = checkpoints.at(-1);
  if (last === undefined) throw new Error('no checkpoint');
  return { kept, last, events };
}

/** Digests of weights and moments, and the log without its times: what two equal trainings share. */
const bitsOf = async ({ weights, optimizer, progress }: Checkpoint) => ({
  tensors: await entriesOf(weights),
  moments: [optimizer.m, optimizer.v].map((moments) => Object.values(moments).map((data) => Buffer.from(data.buffer).toString('base64'))),
  points: progress.points.map(({ stepMs: _, ...point }) => point),
});

test('handing weights over changes no bit of the run, and each is the run as it was', async () => {
  const without = await run(null);
  const { kept, last } = await run([0, 1, 3, 6]);
  expect(await bitsOf(last)).toEqual(await bitsOf(without.last));
  expect(kept.map(({ step }) => step)).toEqual([0, 1, 3, 6]);
  const fresh = makeModel(SPEC, null);
  frees.push(() => disposeModel(fresh));
  expect(kept[0]?.weights['decoder.embedding']?.data).toEqual(await fresh.params['decoder.embedding']?.data());
  expect(kept[3]?.weights).toEqual(last.weights);
  const three = await run(null, null, { stopAfterStep: 3 });
  expect(kept[2]?.weights).toEqual(three.last.weights);
}, 30_000);

test('a resumed run hands over what lies ahead, to the same bits', async () => {
  const whole = await run([0, 1, 3, 6]);
  const first = await run([0, 1, 3, 6], null, { stopAfterStep: 2 });
  const second = await run([3, 6], first.last);
  expect(first.kept.map(({ step }) => step)).toEqual([0, 1]);
  expect(second.kept).toEqual(whole.kept.slice(2));
  expect(await bitsOf(second.last)).toEqual(await bitsOf(whole.last));
}, 30_000);

test('what cannot be kept and must not go on stops the run, as with a checkpoint', async () => {
  const model = makeModel(SPEC, null);
  frees.push(() => disposeModel(model));
  const events: SessionEvent[] = [];
  let now = 0;
  const session = makeSession({
    ...{ spec: SPEC, model, engine, restored: null, clock: () => (now += 10), emit: (event: SessionEvent) => events.push(event) },
    batches: { next: (step) => Promise.resolve(batchAt(SPEC, step)) },
    onCheckpoint: async () => ({ generation: 1, bytes: 1 }),
    snapshots: { steps: [2], keep: () => Promise.reject(new Error('taken over')) },
  });
  session.start();
  expect(await session.done).toBe('failed');
  expect(events.at(-1)).toMatchObject({ state: 'failed', step: 2, message: expect.stringContaining('taken over') });
});
