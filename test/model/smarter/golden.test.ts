import { beforeAll, describe, expect, test } from 'vitest';
import { openBackend } from '../../../src/model/backend.ts';
import { smarterShapes } from '../../../src/model/smarter/params.ts';
import * as tf from '../../../src/model/tf.ts';
import { goldenCases, goldenConfig, goldenDifference } from './golden.ts';

/** Relative, norm-wise per tensor; PyTorch ran in float64, so this is our float32 rounding. */
const TOLERANCE = 1e-4;

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await openBackend(backend);
  });

  test.each(goldenCases)('values and all gradients equal PyTorch: $name', async (fixture) => {
    const before = tf.memory().numTensors;
    const difference = await goldenDifference(fixture);
    expect(difference.unmatched).toEqual([]);
    expect(difference.classes).toEqual(fixture.classes);
    expect(difference.loss).toBeLessThan(TOLERANCE);
    expect(difference.losses).toBeLessThan(TOLERANCE);
    expect(Object.entries(difference.gradients).filter(([, distance]) => !(distance < TOLERANCE))).toEqual([]);
    expect(tf.memory().numTensors).toBe(before);
  });
});

test('only the absent puzzle and what is switched off has no gradient', () => {
  for (const fixture of goldenCases) {
    const without = Object.keys(smarterShapes(goldenConfig(fixture))).filter((name) => !(name in fixture.gradients));
    expect(without.filter((name) => !/^(image|decoder)\.11\./.test(name))).toEqual([]);
  }
});
