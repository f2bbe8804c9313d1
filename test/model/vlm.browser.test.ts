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

/** tfjs's own tolerance for float32 on a GPU; on SwiftShader the largest seen is 2e-5. */
const TOLERANCE = 1e-3;

const { status, reason } = await probeWebGpu();
const hasAdapter = status === 'ready' || status === 'software';
if (!hasAdapter) console.warn(`WebGPU tests of the model skipped: ${reason ?? status}`);

describe.skipIf(!hasAdapter)('on webgpu', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openBackend('webgpu');
  });
  afterAll(() => engine.close());

  test.each(goldenCases)('values and all gradients equal PyTorch: $name', async (fixture) => {
    const { unmatched, languageLoss, readingLoss, tokenLoss, gradients } = await goldenDifference(fixture);
    expect(unmatched).toEqual([]);
    expect(Math.max(languageLoss, readingLoss, tokenLoss)).toBeLessThan(TOLERANCE);
    expect(Object.entries(gradients).filter(([, distance]) => !(distance < TOLERANCE))).toEqual([]);
    engine.check();
  });

  test('greedy decoding gives the same answer alone and in a batch, and leaks nothing', async () => {
    const config = presetConfig('micro', 20);
    const params = initParams(config, makeRng('test', 'decode'));
    const before = tf.memory().numTensors;
    const prompts = { ...randomMicro({ batch: 2, length: 6, vocabulary: 20, grid: null }), lengths: Int32Array.from([6, 4]) };
    const alone = {
      ...prompts,
      batchSize: 1,
      tokens: prompts.tokens.slice(6),
      lines: prompts.lines.slice(6),
      columns: prompts.columns.slice(6),
      lengths: Int32Array.from([4]),
    };
    const options = { maxNewTokens: 10, eosId: -1 };
    const [, second] = await greedyDecode(params, config, prompts, options);
    const [single] = await greedyDecode(params, config, alone, options);
    expect(Array.from(second ?? [])).toEqual(Array.from(single ?? []));
    expect(second).toHaveLength(10);
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose(params);
  });
});
