import { expect, test } from 'vitest';
import { bilinearWeights, resample, resamplePlain } from '../../../src/model/ops/resample.ts';
import { opSuite } from '../../support/op-suite.ts';
import { randomInput } from '../../support/gradient-check.ts';
import * as tf from '../../../src/model/tf.ts';

const to =
  (f: typeof resample, y: number, x: number) =>
  (...[grid]: tf.Tensor[]): tf.Tensor =>
    f(grid as tf.Tensor4D, y, x);
const grid = randomInput('grid', [2, 4, 6, 3]);
opSuite(
  [
    { name: 'halves', op: to(resample, 2, 3), plain: to(resamplePlain, 2, 3), inputs: [grid] },
    { name: 'to 3 x 5', op: to(resample, 3, 5), plain: to(resamplePlain, 3, 5), inputs: [grid] },
  ],
  [
    {
      name: 'rank',
      call: () => resample(tf.zeros([4, 6, 3]) as unknown as tf.Tensor4D, 2, 3),
      message: /resample: expected \[B, Y, X, C\], got \[4,6,3\]/,
    },
  ],
);

test('a twice finer grid becomes the mean of pairs', () => {
  expect(Array.from(bilinearWeights(4, 2))).toEqual([0.5, 0.5, 0, 0, 0, 0, 0.5, 0.5]);
});

test('gives the values of tfjs resize with half-pixel centres', async () => {
  const x = tf.tensor4d(grid.values, [2, 4, 6, 3]);
  const [actual, expected] = await Promise.all([resample(x, 3, 5).data(), tf.image.resizeBilinear(x, [3, 5], false, true).data()]);
  expected.forEach((value, i) => expect(actual[i]).toBeCloseTo(value, 5));
});
