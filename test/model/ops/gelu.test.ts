import { beforeAll, expect, test } from 'vitest';
import { openBackend } from '../../../src/model/backend.ts';
import { gelu, geluPlain } from '../../../src/model/ops/gelu.ts';
import { opSuite } from '../../support/op-suite.ts';
import { randomInput } from '../../support/gradient-check.ts';
import * as tf from '../../../src/model/tf.ts';

const op = (...[x]: tf.Tensor[]): tf.Tensor => gelu(x ?? tf.zeros([1]));
const plain = (...[x]: tf.Tensor[]): tf.Tensor => geluPlain(x ?? tf.zeros([1]));
opSuite([{ name: 'gelu', op, plain, inputs: [randomInput('x', [4, 5], 3)] }], []);

beforeAll(async () => {
  await openBackend('cpu');
});

test('gelu gives the numbers of torch.nn.functional.gelu(x, approximate="tanh")', async () => {
  // torch 1.13: F.gelu(torch.tensor([-3., -1., 0., .5, 2.]), approximate='tanh')
  const expected = [-0.0036373, -0.158808, 0, 0.345714, 1.9545977];
  const actual = await gelu(tf.tensor1d([-3, -1, 0, 0.5, 2])).data();
  expected.forEach((value, i) => expect(actual[i]).toBeCloseTo(value, 5));
});
