import { beforeAll, describe, expect, test } from 'vitest';
import { openBackend } from '../../src/model/backend.ts';
import { presetConfig } from '../../src/model/config.ts';
import * as tf from '../../src/model/tf.ts';
import { goldenCases, goldenConfig, goldenDifference } from '../support/model-golden.ts';

/** Relative, norm-wise per tensor; PyTorch ran in float64, so this is our float32 rounding (largest seen: 2e-5). */
const TOLERANCE = 1e-4;

test('the fixtures were made for the present micro', () => {
  const [first] = goldenCases;
  if (first === undefined) throw new Error('no golden case');
  const config = goldenConfig(first);
  expect(config).toEqual(presetConfig('micro', config.vocabularySize));
});

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await openBackend(backend);
  });

  test.each(goldenCases)('values and all gradients equal PyTorch: $name', async (fixture) => {
    const before = tf.memory().numTensors;
    const difference = await goldenDifference(fixture);
    expect(difference.unmatched).toEqual([]);
    expect(difference.languageLoss).toBeLessThan(TOLERANCE);
    expect(difference.readingLoss).toBeLessThan(TOLERANCE);
    expect(difference.tokenLoss).toBeLessThan(TOLERANCE);
    const far = (distances: Readonly<Record<string, number>>): [string, number][] => Object.entries(distances).filter(([, d]) => !(d < TOLERANCE));
    expect(far(difference.gradients)).toEqual([]);
    expect(far(difference.largest)).toEqual([]);
    expect(tf.memory().numTensors).toBe(before);
  });
});
