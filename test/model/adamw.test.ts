import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeAdamW } from '../../src/model/adamw.ts';
import { openBackend } from '../../src/model/backend.ts';
import * as tf from '../../src/model/tf.ts';
import {
  goldenDifferences,
  goldenOptimiser,
  goldenParams,
  goldenRuns,
  goldenStepCount,
  goldenSteps,
  PARITY_TOLERANCE,
} from '../support/adamw-golden.ts';

const OPTIONS = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.1, clipNorm: null };

describe.each(['cpu', 'wasm'] as const)('adamw on %s', (backend) => {
  beforeAll(async () => {
    await openBackend(backend);
  });
  afterAll(() => tf.disposeVariables());

  test.each(goldenRuns)('matches PyTorch after 40 steps (decay $weightDecay, clip $clipNorm)', async (run) => {
    const params = goldenParams();
    const optimiser = goldenOptimiser(run, params);
    const norms = await goldenSteps(optimiser, params, 0, goldenStepCount);
    const differences = await goldenDifferences(run, optimiser, params, norms);
    for (const difference of Object.values(differences)) expect(difference).toBeLessThanOrEqual(PARITY_TOLERANCE);
    tf.dispose(params);
  });

  test('goes on bit for bit from a saved state', async () => {
    const run = goldenRuns[2];
    if (run === undefined) throw new Error('no golden run');
    const whole = goldenParams();
    const one = goldenOptimiser(run, whole);
    await goldenSteps(one, whole, 0, 20);

    const before = goldenParams();
    const first = goldenOptimiser(run, before);
    await goldenSteps(first, before, 0, 9);
    const state = await first.state();
    const after = Object.fromEntries(
      await Promise.all(Object.entries(before).map(async ([name, t]) => [name, tf.tensor((await t.data<'float32'>()).slice(), t.shape)] as const)),
    );
    first.dispose();
    const second = goldenOptimiser(run, after);
    second.load(state);
    await goldenSteps(second, after, 9, 20);

    expect(await second.state()).toEqual(await one.state());
    for (const [name, t] of Object.entries(whole)) expect(await after[name]?.data()).toEqual(await t.data());
  });

  test('leaks no tensor and replaces each parameter under its name', async () => {
    const params = goldenParams();
    const run = goldenRuns[1];
    if (run === undefined) throw new Error('no golden run');
    const optimiser = goldenOptimiser(run, params);
    const names = Object.keys(params);
    await goldenSteps(optimiser, params, 0, 2);
    const { numTensors } = tf.memory();
    await goldenSteps(optimiser, params, 2, 6);
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(Object.keys(params)).toEqual(names);
    tf.dispose(params);
  });

  test('tells of a gradient that is not finite and leaves the weights alone', async () => {
    const params = { w: tf.tensor([1, 2]) };
    const optimiser = makeAdamW(params, OPTIONS);
    const { gradientNorm } = await optimiser.apply({ w: tf.tensor([Number.NaN, 1]) }, 0.1);
    expect(await gradientNorm).toBeNaN();
    expect(await params.w.data()).toEqual(Float32Array.of(1, 2));
    expect((await optimiser.state()).step).toBe(0);
  });

  test('refuses unknown names and other sizes', async () => {
    const optimiser = makeAdamW({ w: tf.tensor([1, 2]) }, OPTIONS);
    await expect(optimiser.apply({ x: tf.tensor([1, 2]) }, 0.1)).rejects.toThrow('adamw: expected gradients of known parameters, got x');
    await expect(optimiser.apply({ w: tf.tensor([1]) }, 0.1)).rejects.toThrow('adamw: expected a gradient of w [2]');
    expect(() => optimiser.load({ step: 1, steps: { w: 1 }, m: { w: new Float32Array(3) }, v: { w: new Float32Array(2) } })).toThrow(
      'm of w with 2 numbers',
    );
  });

  test('decays only what the predicate names', async () => {
    const params = { a: tf.tensor([1]), b: tf.tensor([1]) };
    const optimiser = makeAdamW(params, { ...OPTIONS, weightDecay: 0.5, decays: (name) => name === 'a' });
    await optimiser.apply({ a: tf.tensor([0]), b: tf.tensor([0]) }, 0.1);
    expect([...(await params.a.data()), ...(await params.b.data())]).toEqual([Math.fround(0.95), 1]);
  });
});
