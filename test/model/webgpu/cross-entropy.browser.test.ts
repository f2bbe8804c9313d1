import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBackend, type Engine } from '../../../src/model/backend.ts';
import { crossEntropy, crossEntropyPlain, maskedCrossEntropy } from '../../../src/model/ops/cross-entropy.ts';
import * as tf from '../../../src/model/tf.ts';
import { setKernelFamily } from '../../../src/model/webgpu/family.ts';
import { randomInput, relativeDistance, tensorOf } from '../../support/gradient-check.ts';
import { inBothFamilies } from '../../support/kernel-families.ts';
import type { OpCase } from '../../support/op-suite.ts';
import { hasAdapter, webgpuSuite } from '../../support/webgpu-suite.ts';

const targetsOf = (N: number, V: number): Int32Array => Int32Array.from({ length: N }, (_, i) => (7 * i + 3) % V);
/** Every third row does not count. */
const weightsOf = (N: number): Float32Array => Float32Array.from({ length: N }, (_, i) => (i % 3) * 0.25);

function on(name: string, loss: typeof crossEntropy, [N, V]: readonly [number, number], weights = weightsOf(N)): OpCase {
  const withTargets =
    (f: typeof crossEntropy) =>
    (...[logits]: tf.Tensor[]): tf.Tensor =>
      tf.tidy(() => f(logits as tf.Tensor2D, tf.tensor1d(targetsOf(N, V), 'int32'), tf.tensor1d(weights)));
  const inputs = [randomInput('logits', [N, V], 6)];
  return { name: `${name} [${N}, ${V}]`, op: withTargets(loss), plain: withTargets(crossEntropyPlain), inputs };
}

webgpuSuite(
  inBothFamilies([
    on('crossEntropy', crossEntropy, [127, 65]),
    on('crossEntropy', crossEntropy, [5, 300]),
    on('maskedCrossEntropy', maskedCrossEntropy, [127, 65]),
    on('maskedCrossEntropy', maskedCrossEntropy, [1030, 12]),
    on('maskedCrossEntropy of no target', maskedCrossEntropy, [4, 6], new Float32Array(4)),
  ]),
);

/** `-log softmax(row)[target]` in double precision. */
function exactLosses(logits: Float32Array, targets: Int32Array, V: number): number[] {
  return Array.from(targets, (target, row) => {
    const numbers = [...logits.subarray(row * V, (row + 1) * V)];
    const top = Math.max(...numbers);
    return top + Math.log(numbers.reduce((sum, number) => sum + Math.exp(number - top), 0)) - (numbers[target] ?? Number.NaN);
  });
}

describe.skipIf(!hasAdapter).each(['software', 'hardware'] as const)('with %s kernels', (family) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openBackend('webgpu');
    setKernelFamily(family);
  });
  afterAll(() => engine.close());

  async function rowsOf(loss: typeof crossEntropy, logits: tf.Tensor2D, targets: Int32Array, weights: Float32Array): Promise<number[]> {
    const kept: tf.Tensor1D[] = [];
    loss(logits, tf.tensor1d(targets, 'int32'), tf.tensor1d(weights), (losses) => kept.push(tf.keep(losses)));
    const numbers = await Promise.all(kept.map((losses) => losses.data()));
    engine.check();
    return numbers.flatMap((losses) => [...losses]);
  }

  test('hands out the loss of every row; the masked form has 0 where the weight is 0', async () => {
    const [N, V] = [127, 65];
    const input = randomInput('logits', [N, V], 6);
    const logits = tensorOf(input) as tf.Tensor2D;
    const exact = exactLosses(input.values, targetsOf(N, V), V);
    expect(relativeDistance(await rowsOf(crossEntropy, logits, targetsOf(N, V), weightsOf(N)), exact)).toBeLessThan(2e-6);
    const masked = await rowsOf(maskedCrossEntropy, logits, targetsOf(N, V), weightsOf(N));
    expect(
      relativeDistance(
        masked,
        exact.map((loss, i) => (i % 3 === 0 ? 0 : loss)),
      ),
    ).toBeLessThan(2e-6);
    masked.forEach((loss, i) => {
      if (i % 3 === 0) expect(loss).toBe(0);
    });
  });

  test.each([
    ['crossEntropy', crossEntropy],
    ['maskedCrossEntropy', maskedCrossEntropy],
  ])('%s of no target is exactly 0, and so is its gradient', async (_, loss) => {
    const logits = tensorOf(randomInput('logits', [4, 6], 30)) as tf.Tensor2D;
    const [targets, weights] = [tf.tensor1d([0, 1, 2, 3], 'int32'), tf.tensor1d([0, 0, 0, 0])];
    const { value, grads } = tf.engine().gradients(() => loss(logits, targets, weights), [logits]);
    expect([...(await value.data())]).toEqual([0]);
    expect([...((await grads[0]?.data()) ?? [])].map(Math.abs)).toEqual(Array.from({ length: 24 }, () => 0));
    engine.check();
  });

  test('a target 200 below the best logit has loss 200, not infinity', async () => {
    const [loss] = await rowsOf(crossEntropy, tf.tensor2d([[200, 0, 1, -200]]), Int32Array.of(1), Float32Array.of(1));
    expect(loss).toBeCloseTo(200, 4);
  });
});
