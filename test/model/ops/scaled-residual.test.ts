import { scaledResidual, scaledResidualPlain } from '../../../src/model/ops/scaled-residual.ts';
import { opSuite } from '../../support/op-suite.ts';
import { randomInput } from '../../support/gradient-check.ts';
import * as tf from '../../../src/model/tf.ts';

type Args = [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D];
opSuite(
  [
    {
      name: 'scaledResidual',
      op: (...args) => scaledResidual(...(args as Args)),
      plain: (...args) => scaledResidualPlain(...(args as Args)),
      inputs: [randomInput('x', [5, 6]), randomInput('y', [5, 6]), randomInput('scale', [6])],
    },
    {
      name: 'scaledResidual of one tensor on itself',
      op: (...[x, scale]) => scaledResidual(x as tf.Tensor2D, x as tf.Tensor2D, scale as tf.Tensor1D),
      plain: (...[x, scale]) => scaledResidualPlain(x as tf.Tensor2D, x as tf.Tensor2D, scale as tf.Tensor1D),
      inputs: [randomInput('x', [5, 6]), randomInput('scale', [6])],
    },
  ],
  [
    {
      name: 'branch',
      call: () => scaledResidual(tf.zeros([2, 3]), tf.zeros([4, 3]), tf.zeros([3])),
      message: /scaledResidual branch: .*axis N must be 2/,
    },
    {
      name: 'scale',
      call: () => scaledResidual(tf.zeros([2, 3]), tf.zeros([2, 3]), tf.zeros([4])),
      message: /scaledResidual scale: .*axis C must be 3/,
    },
  ],
);
