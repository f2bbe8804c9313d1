import { rmsNorm, rmsNormPlain } from '../../../src/model/ops/rms-norm.ts';
import { opSuite } from '../../support/op-suite.ts';
import { randomInput } from '../../support/gradient-check.ts';
import * as tf from '../../../src/model/tf.ts';

type Args = [tf.Tensor2D, tf.Tensor1D];
opSuite(
  [
    {
      name: 'rmsNorm',
      op: (...args) => rmsNorm(...(args as Args)),
      plain: (...args) => rmsNormPlain(...(args as Args)),
      inputs: [randomInput('x', [5, 6]), randomInput('w', [6])],
    },
  ],
  [{ name: 'channels', call: () => rmsNorm(tf.zeros([2, 3]), tf.zeros([4])), message: /rmsNorm: .*axis C must be 4/ }],
);
