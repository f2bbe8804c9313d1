/**
 * The tests every op with kernels of its own has on WebGPU: value and gradient equal the plain definition (run on the cpu backend), two runs give the same
 * bits, nothing leaks, and the device reports no error. In Chromium; where it has no adapter at all the tests are skipped and say so.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBackend, probeWebGpu, type Engine } from '../../src/model/backend.ts';
import * as tf from '../../src/model/tf.ts';
import { evaluate, relativeDistance, tensorOf } from './gradient-check.ts';
import { leakedTensors } from './leak.ts';
import type { OpCase } from './op-suite.ts';

/** The same float32 formulas in another order (as on wasm). */
const PLAIN_TOLERANCE = 2e-5;

const { status, reason } = await probeWebGpu();
export const hasAdapter = status === 'ready' || status === 'limits' || status === 'software';
if (!hasAdapter) console.warn(`WebGPU tests skipped: ${reason ?? status}`);

export function webgpuSuite(cases: readonly OpCase[], tolerance = PLAIN_TOLERANCE): void {
  describe.skipIf(!hasAdapter)('on webgpu', () => {
    let engine: Engine;
    beforeAll(async () => {
      await openBackend('cpu');
      engine = await openBackend('webgpu');
    });
    afterAll(() => engine.close());

    test.each(cases)('$name: value and gradient equal the plain definition', async ({ op, plain, inputs }) => {
      await tf.setBackend('cpu');
      const expected = await evaluate(plain, inputs);
      await tf.setBackend('webgpu');
      const actual = await evaluate(op, inputs);
      engine.check();
      expect(actual.shape).toEqual(expected.shape);
      expect(relativeDistance(actual.value, expected.value)).toBeLessThan(tolerance);
      actual.gradients.forEach((gradient, i) => {
        expect(relativeDistance(gradient, expected.gradients[i] ?? [], 1e-6), `gradient of input ${i}`).toBeLessThan(tolerance);
      });
      const again = await evaluate(op, inputs);
      expect(again).toEqual(actual);
    });

    test.each(cases)('$name: leaks no tensor, forward or backward', async ({ op, inputs }) => {
      await tf.setBackend('webgpu');
      const xs = inputs.map(tensorOf);
      expect(await leakedTensors(() => op(...xs))).toBe(0);
      const backward = (): tf.TensorContainer => {
        const { value, grads } = tf.engine().gradients(() => tf.sum(op(...xs)), xs);
        return [value, ...grads];
      };
      expect(await leakedTensors(backward)).toBe(0);
      tf.dispose(xs);
      engine.check();
    });
  });
}
