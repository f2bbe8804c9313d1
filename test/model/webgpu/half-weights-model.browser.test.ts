/** Training and decoding with weights in half precision. Where Chromium has no adapter at all the tests are skipped and say so. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeRng } from '../../../src/lib/rng.ts';
import { makeAdamW, type AdamWState } from '../../../src/model/adamw.ts';
import { openBackend, type Engine } from '../../../src/model/backend.ts';
import { presetConfig } from '../../../src/model/config.ts';
import { decode, makeDecoder, type DecodePrompts } from '../../../src/model/decode.ts';
import { initParams, parameterShapes, type Params } from '../../../src/model/params.ts';
import { makePasses } from '../../../src/model/passes.ts';
import * as tf from '../../../src/model/tf.ts';
import { layOut } from '../../../src/model/webgpu/arena.ts';
import { kernelFamily, setKernelFamily } from '../../../src/model/webgpu/family.ts';
import { webgpuBackend } from '../../../src/model/webgpu/kernel.ts';
import { randomMicro } from '../../support/model-inputs.ts';
import { hasAdapter } from '../../support/webgpu-suite.ts';

const V = 21;
const CONFIG = presetConfig('micro', V);
const OPTIONS = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.1, clipNorm: 1 };
const PARTS = [
  { micro: randomMicro({ batch: 2, length: 6, vocabulary: V, grid: [2, 3] }), weights: { languageWeight: 1, readingWeight: 0 } },
] as const;
const STEPS = 60;
const HALFWAY = 25;
const f16round = (x: number): number => (Math as unknown as { f16round(x: number): number }).f16round(x);

interface Saved {
  readonly weights: Record<string, Float32Array>;
  readonly state: AdamWState;
}

interface Trained extends Saved {
  /** Mean loss of each step. */
  readonly losses: readonly number[];
}

/** Steps from the start, or from what was saved. */
async function train(halfWeights: boolean, steps: number, from: Saved | null = null): Promise<Trained> {
  const params: Params = initParams(CONFIG, makeRng('test', 'half'), { includeReading: false });
  if (from !== null) {
    for (const [name, old] of Object.entries(params)) {
      params[name] = tf.tensor(from.weights[name] ?? [], [...old.shape]);
      old.dispose();
    }
  }
  const optimizer = makeAdamW(params, { ...OPTIONS, halfWeights });
  if (from !== null) optimizer.load(from.state);
  const passes = makePasses({ config: CONFIG, params, optimizer });
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const { tokenLosses } = await (await passes.train(PARTS, 1e-3)).readings;
    const [rows = new Float32Array()] = tokenLosses;
    losses.push(rows.reduce((sum, loss) => sum + loss, 0) / rows.length);
  }
  expect(passes.state().mode).toBe('captured');
  const trained = { losses, weights: await optimizer.weights(), state: await optimizer.state() };
  passes.dispose();
  tf.dispose(params);
  optimizer.dispose();
  return trained;
}

/** Numbers far enough from the start of training that the answers are not one token repeated. The embedding is made of halves, since words are looked up in float32. */
async function livelyWeights(): Promise<Record<string, Float32Array>> {
  const params = initParams(CONFIG, makeRng('test', 'decode'));
  const weights: Record<string, Float32Array> = {};
  for (const [name, tensor] of Object.entries(params)) {
    const values = await tensor.data<'float32'>();
    const scale = /embedding/.test(name) ? 20 : /attention|mlp/.test(name) ? 3 : 1;
    weights[name] = values.map((x) => (name === 'decoder.embedding' ? f16round(x * scale) : x * scale));
  }
  tf.dispose(params);
  return weights;
}

/** Whether products with this weight read its copy: tables are looked up in float32, and so are rows that are no whole vectors of four. */
const isHalf = (name: string, shape: readonly number[]): boolean =>
  shape.length === 2 && (shape[1] ?? 0) % 4 === 0 && !/position|embedding/.test(name);

function paramsOf(weights: Readonly<Record<string, Float32Array>>, isRounded: boolean): Params {
  return Object.fromEntries(
    Object.entries(parameterShapes(CONFIG, { includeReading: true })).map(([name, shape]) => {
      const values = weights[name] ?? new Float32Array();
      return [name, tf.tensor(isRounded && isHalf(name, shape) ? values.map(f16round) : values, [...shape])];
    }),
  );
}

describe.skipIf(!hasAdapter)('weights in half precision', () => {
  let engine: Engine;
  beforeAll(async () => {
    await openBackend('cpu');
    engine = await openBackend('webgpu');
  });
  afterAll(() => engine.close());

  test('60 steps lose as float32 steps do, and a resumed run goes on bit for bit', async () => {
    const single = await train(false, STEPS);
    const half = await train(true, STEPS);
    expect(half.losses.at(-1)).toBeLessThan(0.02 * (half.losses[0] ?? 0));
    expect(half.losses).not.toEqual(single.losses);
    half.losses.forEach((loss, step) => {
      const expected = single.losses[step] ?? Number.NaN;
      // Seen: 3.1e-4 at most.
      expect(Math.abs(loss - expected) / expected, `step ${step}`).toBeLessThan(1e-3);
    });
    const first = await train(true, HALFWAY);
    const second = await train(true, STEPS - HALFWAY, first);
    expect([...first.losses, ...second.losses]).toEqual(half.losses);
    expect(second.weights).toEqual(half.weights);
    expect(second.state).toEqual(half.state);
    engine.check();
  }, 240_000);

  test.each([
    ['text', null],
    ['picture', [2, 3]],
  ] as const)(
    '%s prompts decode by the copies alone, to the tokens of rounded weights on the cpu backend',
    async (_, grid) => {
      const prompts: DecodePrompts = { ...randomMicro({ batch: 2, length: 9, vocabulary: V, grid }), lengths: Int32Array.from([9, 6]) };
      const options = { maxNewTokens: 20, eosId: -1 };
      const listed = (answers: readonly Int32Array[]) => answers.map((answer) => Array.from(answer));
      await tf.setBackend('cpu');
      const weights = await livelyWeights();
      const rounded = paramsOf(weights, true);
      const expected = listed(await decode(rounded, CONFIG, prompts, options));
      tf.dispose(rounded);
      expect(new Set(expected.flat()).size).toBeGreaterThan(4);

      await tf.setBackend('webgpu');
      const params = paramsOf(weights, false);
      const optimizer = makeAdamW(params, { ...OPTIONS, halfWeights: true });
      const [, whole, , , halves] = optimizer.gpu?.arenas ?? [];
      if (whole === undefined || halves === undefined) throw new Error('there is no copy');
      const { queue } = webgpuBackend().device;
      const { slots } = layOut(params);
      // What is read in float32 although there is a copy is zero from now on.
      for (const { name, start, size } of slots)
        if (isHalf(name, params[name]?.shape ?? [])) queue.writeBuffer(whole, start * 4, new Float32Array(size));
      const family = kernelFamily();
      const [software, hardware] = [makeDecoder(params, CONFIG), makeDecoder(params, CONFIG)];
      try {
        expect(listed(await software.decode(prompts, options))).toEqual(expected);
        // The pass over the prompts with the same kernels: SwiftShader compiles those with barriers slowly.
        await hardware.decode(prompts, { ...options, maxNewTokens: 1 });
        setKernelFamily('hardware');
        expect(listed(await hardware.decode(prompts, options))).toEqual(expected);
        for (const { name, start, size } of slots) if (name === 'decoder.embedding') queue.writeBuffer(halves, start * 2, new Uint16Array(size));
        expect(new Set(listed(await hardware.decode(prompts, options)).flat())).toEqual(new Set([0])); // all logits are zero: the first word
      } finally {
        setKernelFamily(family);
        software.dispose();
        hardware.dispose();
        tf.dispose(params);
        optimizer.dispose();
      }
      engine.check();
    },
    120_000,
  );
});
