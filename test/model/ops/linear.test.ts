import { expect, test } from 'vitest';
import { openBackend } from '../../../src/model/backend.ts';
import { linear, linearPlain } from '../../../src/model/ops/linear.ts';
import * as tf from '../../../src/model/tf.ts';
import { randomInput } from '../../support/gradient-check.ts';
import { LINEAR_CASES } from '../../support/linear-cases.ts';
import { opSuite } from '../../support/op-suite.ts';

const w = randomInput('w', [4, 5]);
const b = randomInput('b', [5]);
const fixed = (): tf.Tensor2D => tf.tensor2d(randomInput('x', [6, 4]).values, [6, 4]);

opSuite(
  [
    ...LINEAR_CASES,
    {
      name: 'with a fixed input',
      op: (...args) => tf.tidy(() => linear(fixed(), ...(args as [tf.Tensor2D, tf.Tensor1D]), { isInputFixed: true })),
      plain: (...args) => linearPlain(fixed(), ...(args as [tf.Tensor2D, tf.Tensor1D])),
      inputs: [w, b],
    },
  ],
  [
    {
      name: 'channels',
      call: () => linear(tf.zeros([2, 3]), tf.zeros([4, 5]), null),
      message: /linear: expected \[N, C\], got \[2,3\]: axis C must be 4/,
    },
    { name: 'bias', call: () => linear(tf.zeros([2, 4]), tf.zeros([4, 5]), tf.zeros([4])), message: /linear bias: .*axis D must be 5/ },
    {
      name: 'residual',
      call: () => linear(tf.zeros([2, 4]), tf.zeros([4, 5]), null, { residual: tf.zeros([3, 5]) }),
      message: /linear residual: .*axis N must be 2/,
    },
    {
      name: 'rows of the weight',
      call: () => linear(tf.zeros([2, 4]), tf.zeros([6, 5]), null, { weightRows: [3, 7] }),
      message: /linear weightRows: expected rows within 0..6, got \[3,7\]/,
    },
    {
      name: 'channels of some rows',
      call: () => linear(tf.zeros([2, 4]), tf.zeros([6, 5]), null, { weightRows: [3, 6] }),
      message: /linear: .*axis C must be 3/,
    },
    {
      name: 'channels of a transposed weight',
      call: () => linear(tf.zeros([2, 5]), tf.zeros([5, 4]), null, { isTransposed: true }),
      message: /linear: .*axis C must be 4/,
    },
    {
      name: 'rows of a transposed weight',
      call: () => linear(tf.zeros([2, 4]), tf.zeros([5, 4]), null, { isTransposed: true, weightRows: [0, 2] }),
      message: /linear weightRows: .*slice the weight/,
    },
  ],
);

test('the gradient of rows of the weight that take no part is zero', async () => {
  await openBackend('cpu');
  const [x, wide] = [fixed(), tf.ones<tf.Rank.R2>([9, 5])];
  const gradient = tf.grad((weight: tf.Tensor) => linear(x, weight as tf.Tensor2D, null, { weightRows: [2, 6] }))(wide);
  const values = await gradient.data();
  const isOutside = (i: number) => i < 2 * 5 || i >= 6 * 5;
  expect(gradient.shape).toEqual([9, 5]);
  expect(values.filter((_, i) => isOutside(i)).every((value) => value === 0)).toBe(true);
  expect(values.filter((_, i) => !isOutside(i)).every((value) => value !== 0)).toBe(true);
  tf.dispose([x, wide, gradient]);
});

test('a residual that is the input too gets both gradients', async () => {
  await openBackend('cpu');
  const [x, square] = [fixed(), tf.ones<tf.Rank.R2>([4, 4])];
  const gradient = tf.grad((input: tf.Tensor) => linear(input as tf.Tensor2D, square, null, { residual: input as tf.Tensor2D }))(x);
  expect([...(await gradient.data())]).toEqual(Array.from({ length: 24 }, () => 5));
  tf.dispose([x, square, gradient]);
});
