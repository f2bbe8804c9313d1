import { layerNorm, layerNormPlain } from '../../../src/model/ops/layer-norm.ts';
import { opSuite } from '../../support/op-suite.ts';
import { randomInput } from '../../support/gradient-check.ts';
import * as tf from '../../../src/model/tf.ts';

type Args = [tf.Tensor2D, tf.Tensor1D, tf.Tensor1D];
opSuite(
  [
    {
      name: 'layerNorm',
      op: (...args) => layerNorm(...(args as Args)),
      plain: (...args) => layerNormPlain(...(args as Args)),
      inputs: [randomInput('x', [5, 6]), randomInput('w', [6]), randomInput('b', [6])],
    },
    {
      name: 'layerNorm with another epsilon',
      op: (...args) => layerNorm(...(args as Args), 0.3),
      plain: (...args) => layerNormPlain(...(args as Args), 0.3),
      inputs: [randomInput('x', [5, 6]), randomInput('w', [6]), randomInput('b', [6])],
    },
  ],
  [
    { name: 'channels', call: () => layerNorm(tf.zeros([2, 3]), tf.zeros([4]), tf.zeros([4])), message: /layerNorm: .*axis C must be 4/ },
    { name: 'bias', call: () => layerNorm(tf.zeros([2, 4]), tf.zeros([4]), tf.zeros([3])), message: /layerNorm bias: .*axis C must be 4/ },
  ],
);
