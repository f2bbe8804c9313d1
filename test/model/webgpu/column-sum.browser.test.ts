/** Sums over rows against sums in double precision: one pass and two, vectors of four and single numbers, both families, and in several parts. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBackend, type Engine } from '../../../src/model/backend.ts';
import type * as tf from '../../../src/model/tf.ts';
import { columnSumKernel, sumPartials } from '../../../src/model/webgpu/column-sum.ts';
import { setKernelFamily } from '../../../src/model/webgpu/family.ts';
import { randomInput, relativeDistance, tensorOf } from '../../support/gradient-check.ts';
import { leakedTensors } from '../../support/leak.ts';
import { hasAdapter } from '../../support/webgpu-suite.ts';

function exactSums(values: Float32Array, C: number): number[] {
  const sums = Array.from({ length: C }, () => 0);
  values.forEach((value, i) => {
    sums[i % C] = (sums[i % C] ?? 0) + value;
  });
  return sums;
}

describe.skipIf(!hasAdapter).each(['software', 'hardware'] as const)('with %s kernels', (family) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openBackend('webgpu');
    setKernelFamily(family);
  });
  afterAll(() => engine.close());

  test.each([
    [1, 1],
    [3, 65],
    [127, 12],
    [1025, 4],
    [2500, 7],
  ])('columnSumKernel [%i, %i] is the sum over the rows, the same twice', async (R, C) => {
    const input = randomInput('x', [R, C]);
    const x = tensorOf(input) as tf.Tensor2D;
    const first = columnSumKernel(x);
    const sums = await first.data();
    engine.check();
    expect(first.shape).toEqual([C]);
    expect(relativeDistance(sums, exactSums(input.values, C))).toBeLessThan(2e-6);
    expect(await columnSumKernel(x).data()).toEqual(sums);
    expect(await leakedTensors(() => columnSumKernel(x))).toBe(0);
  });

  test.each([
    [33, 5],
    [300, 12],
  ])('sumPartials [%i, 2 * %i] cuts the sum into its parts', async (S, C) => {
    const input = randomInput('partials', [S, 2 * C]);
    const parts = sumPartials(tensorOf(input) as tf.Tensor2D, 2);
    const numbers = await Promise.all(parts.map((part) => part.data()));
    engine.check();
    expect(parts.map((part) => part.shape)).toEqual([[C], [C]]);
    expect(
      relativeDistance(
        numbers.flatMap((part) => [...part]),
        exactSums(input.values, 2 * C),
      ),
    ).toBeLessThan(2e-6);
  });
});
