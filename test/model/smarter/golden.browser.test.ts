/** smarterVLM on WebGPU, against the same PyTorch fixtures as in Node. Where Chromium has no adapter at all the tests are skipped and say so. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBackend, probeWebGpu, type Engine } from '../../../src/model/backend.ts';
import * as tf from '../../../src/model/tf.ts';
import { goldenCases, goldenDifference } from './golden.ts';

/** The same bar as on cpu and wasm. */
const TOLERANCE = 1e-4;

const { status, reason } = await probeWebGpu();
const hasAdapter = status === 'ready' || status === 'limits' || status === 'software';
if (!hasAdapter) console.warn(`WebGPU tests of smarterVLM skipped: ${reason ?? status}`);

describe.skipIf(!hasAdapter)('on webgpu', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openBackend('webgpu');
  });
  afterAll(() => engine.close());

  // Three of the eight, which together use nearly every op: the first run of each shape compiles for seconds on SwiftShader.
  const cases = goldenCases.filter(({ name }) => /several image tokens|LSTM with read-out|as coded, GRU/.test(name));
  test.each(cases)('values and all gradients equal PyTorch: $name', async (fixture) => {
    const before = tf.memory().numTensors;
    const { unmatched, loss, losses, classes, gradients } = await goldenDifference(fixture);
    expect(unmatched).toEqual([]);
    expect(classes).toEqual(fixture.classes);
    expect(Math.max(loss, losses)).toBeLessThan(TOLERANCE);
    expect(Object.entries(gradients).filter(([, distance]) => !(distance < TOLERANCE))).toEqual([]);
    expect(tf.memory().numTensors).toBe(before);
    engine.check();
  });
});
