/** The gradient analysis on WebGPU against gradients by name on the cpu backend: texts padded to one length, pictures, recordings played again. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeRng } from '../../../src/lib/rng.ts';
import { openBackend, type Engine } from '../../../src/model/backend.ts';
import { makeGradientAnalysis } from '../../../src/model/gradient-analysis.ts';
import { initParams } from '../../../src/model/params.ts';
import { makeProjection, project } from '../../../src/model/projection.ts';
import * as tf from '../../../src/model/tf.ts';
import { relativeDistance } from '../../support/gradient-check.ts';
import { askAll, CONFIG, directGradients, expectCourse, flat, isSameCourse, OPTIONS } from '../../support/gradient-truth.ts';
import { hasAdapter } from '../../support/webgpu-suite.ts';

const start = () => initParams(CONFIG, makeRng('test', 'gradients'));

describe.skipIf(!hasAdapter)('gradient analysis on webgpu', () => {
  let engine: Engine;
  beforeAll(async () => {
    await openBackend('cpu');
    engine = await openBackend('webgpu');
  });
  afterAll(() => engine.close());

  test('norms, products, sums, Adam and projections are those of the gradients; two runs give the same bits; nothing leaks', async () => {
    await tf.setBackend('cpu');
    const plain = start();
    const direct = await directGradients(plain);
    await tf.setBackend('webgpu');
    const params = start();
    const course = async () => {
      const analysis = makeGradientAnalysis({ config: CONFIG, params }, OPTIONS);
      const held = tf.memory().numTensors;
      const first = await askAll(analysis);
      expect(tf.memory().numTensors).toBe(held);
      analysis.clear('simple');
      analysis.clear('hard');
      expect(isSameCourse(await askAll(analysis), first)).toBe(true);
      analysis.dispose();
      return first;
    };
    const first = await course();
    engine.check();
    expectCourse(first, plain, direct);
    const before = tf.memory();
    expect(isSameCourse(await course(), first)).toBe(true);
    const after = tf.memory();
    expect([after.numTensors, after.numBytes]).toEqual([before.numTensors, before.numBytes]);
    tf.dispose([plain, params]);
    engine.check();
  }, 240_000);

  test.each([256, 4096])(
    'the projection of a gradient to %d dimensions has the signs of the definition',
    async (dimensions) => {
      const params = start();
      const analysis = makeGradientAnalysis({ config: CONFIG, params }, { ...OPTIONS, dimensions });
      const { answers, sums } = await askAll(analysis);
      // The group's sum is 0.5 picture + other, in the float32 numbers that were projected.
      const expected = project(flat(params, sums.hard.gradients), makeProjection(OPTIONS.seed, dimensions));
      const [, picture, , other] = answers;
      const actual = expected.map((_, j) => 0.5 * (picture?.projection?.[j] ?? 0) + (other?.projection?.[j] ?? 0));
      expect(relativeDistance(actual, expected)).toBeLessThan(2e-6);
      analysis.dispose();
      tf.dispose(params);
      engine.check();
    },
    240_000,
  );
});
