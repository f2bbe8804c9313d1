/**
 * The whole model on WebGPU, against the same PyTorch fixtures as in Node. Where Chromium has no adapter at all the tests are skipped and say so.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeRng } from '../../src/lib/rng.ts';
import { openBackend, probeWebGpu, type Engine } from '../../src/model/backend.ts';
import { presetConfig } from '../../src/model/config.ts';
import { greedyDecode } from '../../src/model/decode.ts';
import { initParams } from '../../src/model/params.ts';
import * as tf from '../../src/model/tf.ts';
import { goldenCases, goldenDifference } from '../support/model-golden.ts';
import { randomMicro } from '../support/model-inputs.ts';

/** The same bar as on cpu and wasm; on SwiftShader the largest seen is 2e-5. */
const TOLERANCE = 1e-4;

const { status, reason } = await probeWebGpu();
const hasAdapter = status === 'ready' || status === 'software';
if (!hasAdapter) console.warn(`WebGPU tests of the model skipped: ${reason ?? status}`);

describe.skipIf(!hasAdapter)('on webgpu', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openBackend('webgpu');
  });
  afterAll(() => engine.close());

  // Three of the five, which together use every op: the first run of each shape compiles for seconds on SwiftShader.
  test.each(goldenCases.filter(({ name }) => /^text$|with reading|stages/.test(name)))(
    'values and all gradients equal PyTorch: $name',
    async (fixture) => {
      const { unmatched, languageLoss, readingLoss, tokenLoss, gradients } = await goldenDifference(fixture);
      expect(unmatched).toEqual([]);
      expect(Math.max(languageLoss, readingLoss, tokenLoss)).toBeLessThan(TOLERANCE);
      expect(Object.entries(gradients).filter(([, distance]) => !(distance < TOLERANCE))).toEqual([]);
      engine.check();
    },
  );

  // Eight rows: for products of at most 128 numbers tfjs takes a kernel that needs seconds on SwiftShader.
  test('greedy decoding gives the answers of the cpu backend, and leaks nothing', async () => {
    const config = presetConfig('micro', 20);
    const prompts = { ...randomMicro({ batch: 8, length: 6, vocabulary: 20, grid: null }), lengths: Int32Array.from([6, 4, 5, 6, 3, 6, 5, 4]) };
    const answers = async (): Promise<number[][]> => {
      const params = initParams(config, makeRng('test', 'decode'));
      const before = tf.memory().numTensors;
      const decoded = await greedyDecode(params, config, prompts, { maxNewTokens: 4, eosId: -1 });
      expect(tf.memory().numTensors).toBe(before);
      tf.dispose(params);
      return decoded.map((answer) => Array.from(answer));
    };
    const onGpu = await answers();
    await openBackend('cpu');
    expect(onGpu).toEqual(await answers());
  });
});
