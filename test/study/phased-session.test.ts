/**
 * Runs of several phases, and runs that go on from a checkpoint of another: what stays and what begins anew, to the bit. Tiny runs on wasm, stepped by
 * hand so that nothing is evaluated.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { openBackend } from '../../src/model/backend.ts';
import type { Engine } from '../../src/model/backend.ts';
import * as tf from '../../src/model/tf.ts';
import { batchAt } from '../../src/study/batcher.ts';
import type { Checkpoint, StoredTensor } from '../../src/study/checkpoint.ts';
import { disposeModel, makeModel, resetOptimizer, restoreModel } from '../../src/study/model-setup.ts';
import { parseRunSpec, totalSteps } from '../../src/study/run-spec-schema.ts';
import type { RunSpec } from '../../src/study/run-spec.ts';
import { makeSession } from '../../src/study/session.ts';
import { switchRun } from '../../src/study/switch-run.ts';
import { study } from './specs.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openBackend('wasm');
});

/** Weight decay on, so that a weight which should not be touched shows it. */
const made = (changes: Partial<RunSpec>) =>
  parseRunSpec(study({ batchSize: 2, weightDecay: 0.1, learningRate: 0.01, warmupFraction: 0.5, ...changes }));
/** Steps 0-1 (TW), 2-3 Align-, 4-6 Mix+. */
const WHOLE = made({ supervision: 'tw-align-mix+', warmUpRows: 4, alignRows: 3, examples: 6 });

/** Trains up to step `end`, from a checkpoint or from weights (null: the seed's own). */
async function train(
  spec: RunSpec,
  end: number,
  from: Checkpoint | null = null,
  base: Record<string, StoredTensor> | null = null,
): Promise<Checkpoint> {
  const model = from === null ? makeModel(spec, base) : restoreModel(structuredClone(from));
  const kept: Checkpoint[] = [];
  const session = makeSession({
    ...{ spec, model, engine },
    batches: { next: (step) => Promise.resolve(batchAt(spec, step)) },
    restored: from?.progress ?? null,
    clock: () => 0,
    emit: () => undefined,
    onCheckpoint: (checkpoint) => Promise.resolve({ generation: kept.push(checkpoint), bytes: 1 }),
  });
  for (let step = session.progress().step; step < end; step++) await session.step();
  await session.checkpoint();
  disposeModel(model);
  const last = kept.at(-1);
  if (last === undefined || last.progress.step !== end) throw new Error(`no checkpoint of step ${end}`);
  return last;
}

const bits = (data: Float32Array | undefined) => Buffer.from(new Uint8Array(data?.slice().buffer ?? new ArrayBuffer(0))).toString('base64');
const weightBits = ({ weights }: Checkpoint) => Object.fromEntries(Object.entries(weights).map(([name, { data }]) => [name, bits(data)]));
const allBits = (checkpoint: Checkpoint) => {
  const { step, steps, m, v } = checkpoint.optimizer;
  const moments = [m, v].map((part) => Object.fromEntries(Object.entries(part).map(([name, data]) => [name, bits(data)])));
  return { step, steps, moments, weights: weightBits(checkpoint), points: checkpoint.progress.points.map(({ stepMs: _, ...point }) => point) };
};

describe('a run of three phases', () => {
  let whole: Checkpoint;
  beforeAll(async () => {
    whole = await train(WHOLE, totalSteps(WHOLE));
  }, 60_000);

  test('is three runs, each on the weights of the one before', async () => {
    const { parent: _, alignRows: __, warmUpRows: ___, ...plain } = WHOLE;
    const first = await train({ ...plain, supervision: 'tw', examples: 4 }, 2);
    const second = await train({ ...plain, supervision: 'align', examples: 3 }, 2, null, { ...first.weights });
    const third = await train({ ...plain, supervision: 'mix+' }, 3, null, { ...second.weights });
    expect(allBits(whole)).toMatchObject({ ...allBits(third), points: expect.anything() as unknown });
    const numbers = [first, second, third].flatMap(({ progress }) =>
      progress.points.map(({ loss, learningRate, gradientNorm }) => [loss, learningRate, gradientNorm]),
    );
    expect(whole.progress.points.map(({ loss, learningRate, gradientNorm }) => [loss, learningRate, gradientNorm])).toEqual(numbers);
    expect(whole.progress.points.map(({ examplesSeen }) => examplesSeen)).toEqual([2, 4, 6, 7, 9, 11, 13]);
  }, 60_000);

  test.each([1, 2, 3, 4, 5])(
    'stopped after step %d and restored it is the same to the bit',
    async (step) => {
      const half = await train(WHOLE, step);
      expect(allBits(await train(WHOLE, totalSteps(WHOLE), half))).toEqual(allBits(whole));
    },
    60_000,
  );

  test('the warm-up leaves the vision side as it was, weight decay included', async () => {
    const model = makeModel(WHOLE, null);
    const before = Object.fromEntries(
      await Promise.all(Object.entries(model.params).map(async ([name, tensor]) => [name, bits(await tensor.data<'float32'>())] as const)),
    );
    disposeModel(model);
    const after = await train(WHOLE, 2);
    const changed = Object.entries(weightBits(after)).flatMap(([name, now]) => (now === before[name] ? [] : [name]));
    const language = Object.keys(before).filter((name) => name.startsWith('decoder.'));
    expect(changed).toEqual(language);
    expect(Object.keys(before).length).toBeGreaterThan(language.length + 10);
    for (const [name, steps] of Object.entries(after.optimizer.steps)) expect(steps, name).toBe(language.includes(name) ? 2 : 0);
    const trained = await train(WHOLE, 3);
    expect(Object.entries(weightBits(trained)).filter(([name, now]) => name.startsWith('vit.') && now !== before[name]).length).toBeGreaterThan(10);
  }, 60_000);
});

test('an optimiser that forgot is a new one, and leaves no tensor behind', async () => {
  const spec = made({ supervision: 'mix', examples: 6 });
  const model = restoreModel(await train(spec, 2));
  const tensors = tf.memory().numTensors;
  resetOptimizer(model);
  expect(tf.memory().numTensors).toBe(tensors);
  const state = await model.optimizer.state();
  expect([state.step, new Set(Object.values(state.steps))]).toEqual([0, new Set([0])]);
  for (const part of [state.m, state.v]) expect(Object.values(part).every((data) => data.every((value) => value === 0))).toBe(true);
  disposeModel(model);
}, 60_000);

describe('a Mix run that goes on as a Mix+ run', () => {
  const mix = made({ supervision: 'mix', examples: 12 });

  test('is the Mix→Mix+ run that switches there, and its own spec is the whole of it', async () => {
    const parent = await train(mix, 3);
    const child = switchRun(parent, { supervision: 'mix+' });
    expect(child.spec).toMatchObject({ supervision: 'mix+', parent: { step: 3, supervision: 'mix' } });
    expect(child.optimizer).toBe(parent.optimizer);
    const switched = await train(child.spec, 6, child);
    expect(switched.progress.points).toHaveLength(6);
    expect(allBits(switched)).toEqual(allBits(await train(made({ supervision: 'mix-to-mix+', examples: 12, switchAt: 0.5 }), 6)));
    expect(allBits(switched)).toEqual(allBits(await train(child.spec, 6))); // from the first step
    const [plain, fresh] = [await train(mix, 6), await train(made({ supervision: 'mix+', examples: 12 }), 6)];
    for (const other of [plain, fresh]) expect(weightBits(switched)).not.toEqual(weightBits(other));
  }, 60_000);

  test('a child may go on as another child', async () => {
    const first = switchRun(await train(mix, 2), { supervision: 'mix+' });
    const second = switchRun(await train(first.spec, 4, first), { supervision: 'image' });
    expect(second.spec.parent).toMatchObject({ step: 4, supervision: 'mix+', parent: { step: 2, supervision: 'mix' } });
    expect(allBits(await train(second.spec, 6, second))).toEqual(allBits(await train(second.spec, 6)));
  }, 60_000);
});
