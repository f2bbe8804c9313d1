/**
 * AdamW on arenas: odd sizes, several micro-batches, parameters without a gradient, what becomes of the tensors. That the arithmetic is PyTorch's is
 * tested with golden numbers for every backend (adamw.test.ts, backend.browser.test.ts); here the host form, which they pin, is the oracle.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeAdamW } from '../../../src/model/adamw.ts';
import type { AdamW } from '../../../src/model/adamw.ts';
import { openBackend, type Engine } from '../../../src/model/backend.ts';
import type { Params } from '../../../src/model/params.ts';
import * as tf from '../../../src/model/tf.ts';
import { capture, CaptureMemory } from '../../../src/model/webgpu/capture.ts';
import { Submission } from '../../../src/model/webgpu/submission.ts';
import { hasAdapter } from '../../support/webgpu-suite.ts';

const OPTIONS = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.1, clipNorm: null };
const CLIPPED = { ...OPTIONS, clipNorm: 1 };
const RATE = 0.01;

/** More than a device takes in one dispatch, of sizes with and without a last vector of four. */
const SHAPES: Record<string, readonly number[]> = {
  one: [1],
  three: [3],
  past: [65],
  matrix: [2, 130],
  odd: [127],
  block: [256],
  long: [1025],
  never: [5],
  ...Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`layer${i}`, [4, i + 1]])),
};
const NAMES = Object.keys(SHAPES);

function wave(name: string, step: number): tf.Tensor {
  const shape = SHAPES[name] ?? [];
  const size = shape.reduce((product, axis) => product * axis, 1);
  const phase = NAMES.indexOf(name);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => Math.sin(0.7 * i + 1.3 * step + phase)),
    [...shape],
  );
}

const waves = (names: readonly string[], step: number): Params => Object.fromEntries(names.map((name) => [name, wave(name, step)]));
const start = (): Params => waves(NAMES, 0);

/** The micro-batches of a step reach different parameters; none reaches `never`, and the second step has one only. */
const microBatches = (step: number): string[][] =>
  [['one', 'past', 'long', 'matrix', 'block'], NAMES.filter((name) => name !== 'never' && name !== 'block'), ['long', 'odd', 'three']].slice(
    0,
    1 + ((step + 2) % 3),
  );

async function steps(optimiser: AdamW, from: number, to: number): Promise<number[]> {
  const norms: number[] = [];
  for (let step = from; step < to; step++) {
    microBatches(step).forEach((names, i) => {
      const gradients = waves(names, 10 * step + i + 1);
      optimiser.add(gradients);
      tf.dispose(gradients);
    });
    norms.push(await (await optimiser.apply(RATE / (1 + step))).gradientNorm);
  }
  return norms;
}

/** Everything there is, after some steps from the start. */
async function after(options: typeof OPTIONS | typeof CLIPPED, count: number): Promise<Everything> {
  const params = start();
  const optimiser = makeAdamW(params, options);
  const norms = await steps(optimiser, 0, count);
  const all = { norms, weights: await optimiser.weights(), state: await optimiser.state() };
  optimiser.dispose();
  tf.dispose(params);
  return all;
}

type Everything = { norms: number[]; weights: Record<string, Float32Array>; state: Awaited<ReturnType<AdamW['state']>> };

function largestDifference(a: Everything, b: Everything): number {
  const pairs = [[a.norms, b.norms] as const].concat(
    NAMES.flatMap((name) =>
      ([a.weights, a.state.m, a.state.v] as const).map(
        (part, i) => [[...(part[name] ?? [])], [...([b.weights, b.state.m, b.state.v][i]?.[name] ?? [])]] as [number[], number[]],
      ),
    ),
  );
  return Math.max(
    ...pairs.map(([x, y]) => (x.length === y.length ? Math.max(0, ...x.map((value, i) => Math.abs(value - (y[i] ?? NaN)))) : Infinity)),
  );
}

describe.skipIf(!hasAdapter)('AdamW on arenas', () => {
  let engine: Engine;
  beforeAll(async () => {
    await openBackend('cpu');
    engine = await openBackend('webgpu');
  });
  afterAll(() => engine.close());

  test.each([OPTIONS, CLIPPED])('equals the host form for odd sizes and several micro-batches (clip $clipNorm)', async (options) => {
    await tf.setBackend('cpu');
    const expected = await after(options, 6);
    await tf.setBackend('webgpu');
    const got = await after(options, 6);
    engine.check();
    expect(got.state.steps).toEqual(expected.state.steps);
    expect(got.state.step).toBe(6);
    expect(largestDifference(expected, got)).toBeLessThan(2e-6);
    expect(await after(options, 6)).toEqual(got);
  });

  test('12 steps are 5, a saved state and 7, bit for bit', async () => {
    const whole = await after(CLIPPED, 12);
    const params = start();
    const first = makeAdamW(params, CLIPPED);
    await steps(first, 0, 5);
    const weights = await first.weights();
    const again = Object.fromEntries(NAMES.map((name) => [name, tf.tensor(weights[name] ?? [], [...(SHAPES[name] ?? [])])]));
    const second = makeAdamW(again, CLIPPED);
    second.add({ never: wave('never', 99) }); // load() forgets what was added
    second.load(await first.state());
    await steps(second, 5, 12);
    expect(await second.state()).toEqual(whole.state);
    expect(await second.weights()).toEqual(whole.weights);
    for (const optimiser of [first, second]) optimiser.dispose();
    tf.dispose([params, again]);
    engine.check();
  });

  test('leaves a parameter without a gradient alone, also where its moments would move it, and an empty step changes nothing', async () => {
    const params = start();
    const optimiser = makeAdamW(params, OPTIONS);
    await steps(optimiser, 0, 3);
    const [weights, state] = [await optimiser.weights(), await optimiser.state()];
    expect(await (await optimiser.apply(RATE)).gradientNorm).toBe(0);
    expect(await optimiser.weights()).toEqual(weights);
    expect(await optimiser.state()).toEqual({ ...state, step: 4 });
    optimiser.add({ odd: wave('odd', 50) });
    await optimiser.apply(RATE);
    const { odd, ...others } = await optimiser.weights();
    const { odd: before, ...same } = weights;
    expect(others).toEqual(same);
    expect(odd).not.toEqual(before);
    expect((await optimiser.state()).steps).toEqual({ ...state.steps, odd: (state.steps['odd'] ?? 0) + 1 });
    optimiser.dispose();
    tf.dispose(params);
    engine.check();
  });

  test('parameters stay the tensors they were: used by ops, readable, current after each step and after the optimiser', async () => {
    await engine.fence();
    const before = engine.bytes();
    const params = start();
    for (const name of ['long', 'matrix']) tf.dispose(tf.square(params[name] ?? tf.zeros([1]))); // on the device already; the others are not
    await engine.fence();
    const optimiser = makeAdamW(params, CLIPPED);
    const blocks = Object.values(params).reduce((sum, { size }) => sum + Math.ceil(size / 256), 0);
    expect(engine.bytes() - before).toBe(4 * 1024 * blocks); // four arenas, and the parameters' own buffers are gone
    for (const name of NAMES) expect(await params[name]?.data()).toEqual(await wave(name, 0).data());
    await steps(optimiser, 0, 2);
    const weights = await optimiser.weights();
    const doubled = Object.fromEntries(await Promise.all(NAMES.map(async (name) => [name, await tf.mul(params[name] ?? 0, 2).data()] as const)));
    for (const name of NAMES) {
      expect(await params[name]?.data()).toEqual(weights[name]);
      expect(doubled[name]).toEqual(weights[name]?.map((value) => value * 2));
    }
    optimiser.dispose();
    for (const name of NAMES) expect(await params[name]?.data()).toEqual(weights[name]);
    tf.dispose(params);
    engine.check();
  });

  test('frees everything, whether the parameters are disposed before or after it, and no step leaks', async () => {
    await engine.fence();
    const before = { bytes: engine.bytes(), tensors: tf.memory().numTensors };
    for (const isParamsFirst of [true, false]) {
      const params = start();
      const optimiser = makeAdamW(params, OPTIONS);
      await steps(optimiser, 0, 1);
      const during = { bytes: engine.bytes(), tensors: tf.memory().numTensors };
      await steps(optimiser, 1, 4);
      expect({ bytes: engine.bytes(), tensors: tf.memory().numTensors }).toEqual(during);
      tf.square(params['long'] ?? 0).dispose(); // uses the arena in a pass that is still open
      if (isParamsFirst) tf.dispose(params);
      optimiser.dispose();
      tf.dispose(params);
      await engine.fence();
      expect({ bytes: engine.bytes(), tensors: tf.memory().numTensors }).toEqual(before);
    }
  });

  test('a norm that is not finite is told, changes nothing, and is gone in the next step', async () => {
    const params = start();
    const optimiser = makeAdamW(params, CLIPPED);
    await steps(optimiser, 0, 2);
    const [weights, { m, v }] = [await optimiser.weights(), await optimiser.state()];
    optimiser.add({ odd: tf.fill([127], 1e30), one: tf.tensor([1]) }); // finite, but not its square
    expect(await (await optimiser.apply(RATE)).gradientNorm).toBe(Infinity);
    expect(await optimiser.weights()).toEqual(weights);
    expect(await optimiser.state()).toMatchObject({ m, v });
    optimiser.add({ one: tf.tensor([3]) });
    expect(await (await optimiser.apply(RATE)).gradientNorm).toBe(3);
    optimiser.dispose();
    tf.dispose(params);
    engine.check();
  });

  test('a recorded add and the update in the same pass give the same bits as add and apply', async () => {
    const shape = { shape: [2, 130], dtype: 'float32' } as const;
    const run = async (isReplayed: boolean): Promise<Record<string, Float32Array>> => {
      const params = start();
      const optimiser = makeAdamW(params, CLIPPED);
      const inputs = (step: number) => ({ x: new Float32Array(260).fill(1 + step) });
      const work = (x: tf.Tensor): Record<string, tf.Tensor> => {
        optimiser.add({ matrix: tf.mul(x, params['matrix'] ?? 0), one: tf.reshape(tf.sum(x), [1]) });
        return {};
      };
      const memory = new CaptureMemory();
      const recorded = capture('a step', memory, { x: shape }, inputs(0), ({ x }) => work(x ?? tf.zeros([2, 130])));
      expect(recorded.refusal).toBe(null);
      await optimiser.apply(RATE);
      for (let step = 1; step < 4; step++) {
        if (isReplayed && optimiser.gpu !== null) {
          const submission = new Submission();
          submission.run(recorded, inputs(step));
          optimiser.gpu.touch(['matrix', 'one']);
          optimiser.gpu.writeScalars(RATE);
          optimiser.gpu.encodeUpdate(submission.pass());
          submission.submit();
        } else {
          tf.tidy(() => work(tf.tensor(inputs(step).x, [2, 130])));
          await optimiser.apply(RATE);
        }
      }
      const weights = await optimiser.weights();
      expect((await optimiser.state()).steps).toMatchObject({ matrix: 4, one: 4, three: 0 });
      recorded.dispose();
      memory.dispose();
      tf.dispose(params);
      optimiser.dispose();
      return weights;
    };
    expect(await run(true)).toEqual(await run(false));
    engine.check();
  });

  test('refuses parameters that share their data', () => {
    const one = tf.tensor([1, 2]);
    expect(() => makeAdamW({ one, two: tf.reshape(one, [1, 2]) }, OPTIONS)).toThrow(
      "adopt: expected parameters with data of their own, got two sharing another's",
    );
  });
});
