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
    optimiser.add({ w: tf.tensor([Number.NaN, 1]) });
    const { gradientNorm } = await optimiser.apply(0.1);
    expect(await gradientNorm).toBeNaN();
    expect(await params.w.data()).toEqual(Float32Array.of(1, 2));
    expect((await optimiser.state()).step).toBe(0);
  });

  test('sums micro-batches in float32 in the order of the calls, and keeps nothing of the caller', async () => {
    const [a, b, c] = [1, 1e-8, -1]; // in doubles, or in another order, the sum would not be 0
    const params = { w: tf.tensor([1, 1]), x: tf.tensor([5]) };
    const optimiser = makeAdamW(params, OPTIONS);
    const { numTensors } = tf.memory();
    const add = (w: number, x: number | null) => tf.tidy(() => optimiser.add({ w: tf.tensor([w, 1]), ...(x === null ? {} : { x: tf.tensor([x]) }) }));
    add(a, null);
    add(b, 3);
    add(c, 1);
    const { gradientNorm } = await optimiser.apply(0.1);
    expect(await gradientNorm).toBe(5); // of [0, 3] and [4]
    expect(tf.memory().numTensors).toBe(numTensors);
    const once = { w: tf.tensor([1, 1]), x: tf.tensor([5]) };
    const other = makeAdamW(once, OPTIONS);
    other.add({ w: tf.tensor([0, 3]), x: tf.tensor([4]) });
    await other.apply(0.1);
    expect(await optimiser.weights()).toEqual(await other.weights());
    expect(await optimiser.state()).toEqual(await other.state());
  });

  test('leaves alone what got no gradient since the last update, and counts an empty step', async () => {
    const params = { w: tf.tensor([1]), x: tf.tensor([2]) };
    const optimiser = makeAdamW(params, OPTIONS);
    optimiser.add({ w: tf.tensor([1]), x: tf.tensor([1]) });
    await optimiser.apply(0.1);
    const before = await optimiser.weights();
    optimiser.add({ w: tf.tensor([1]) });
    await optimiser.apply(0.1);
    const after = await optimiser.weights();
    expect(after['x']).toEqual(before['x']);
    expect(after['w']).not.toEqual(before['w']);
    expect(await (await optimiser.apply(0.1)).gradientNorm).toBe(0);
    expect(await optimiser.weights()).toEqual(after);
    expect(await optimiser.state()).toMatchObject({ step: 3, steps: { w: 2, x: 1 } });
  });

  test('refuses unknown names and other sizes', async () => {
    const optimiser = makeAdamW({ w: tf.tensor([1, 2]) }, OPTIONS);
    expect(() => optimiser.add({ x: tf.tensor([1, 2]) })).toThrow('adamw: expected gradients of known parameters, got x');
    expect(() => optimiser.add({ w: tf.tensor([1]) })).toThrow('adamw: expected a gradient of w [2]');
    expect(() => optimiser.load({ step: 1, steps: { w: 1 }, m: { w: new Float32Array(3) }, v: { w: new Float32Array(2) } })).toThrow(
      'm of w with 2 numbers',
    );
  });

  test('decays only what the predicate names', async () => {
    const params = { a: tf.tensor([1]), b: tf.tensor([1]) };
    const optimiser = makeAdamW(params, { ...OPTIONS, weightDecay: 0.5, decays: (name) => name === 'a' });
    optimiser.add({ a: tf.tensor([0]), b: tf.tensor([0]) });
    await optimiser.apply(0.1);
    expect([...(await params.a.data()), ...(await params.b.data())]).toEqual([Math.fround(0.95), 1]);
  });
});
