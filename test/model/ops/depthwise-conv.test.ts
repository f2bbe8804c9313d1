import { depthwiseConv, depthwiseConvPlain } from '../../../src/model/ops/depthwise-conv.ts';
import { opSuite } from '../../support/op-suite.ts';
import { randomInput } from '../../support/gradient-check.ts';
import * as tf from '../../../src/model/tf.ts';

type Args = [tf.Tensor4D, tf.Tensor3D, tf.Tensor1D];
opSuite(
  [3, 5].map((K) => ({
    name: `${K} x ${K}`,
    op: (...args) => depthwiseConv(...(args as Args)),
    plain: (...args) => depthwiseConvPlain(...(args as Args)),
    inputs: [randomInput('x', [2, 3, 4, 2]), randomInput('w', [K, K, 2]), randomInput('b', [2])],
  })),
  [
    {
      name: 'channels',
      call: () => depthwiseConv(tf.zeros([1, 4, 4, 3]), tf.zeros([3, 3, 2]), tf.zeros([2])),
      message: /depthwiseConv: .*axis C must be 2/,
    },
    { name: 'kernel', call: () => depthwiseConv(tf.zeros([1, 4, 4, 3]), tf.zeros([2, 2, 3]), tf.zeros([3])), message: /an odd kernel, got 2/ },
  ],
);
