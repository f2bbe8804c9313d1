import { swiglu, swigluPlain } from '../../../src/model/ops/swiglu.ts';
import { opSuite } from '../../support/op-suite.ts';
import { randomInput } from '../../support/gradient-check.ts';
import * as tf from '../../../src/model/tf.ts';

type Args = [tf.Tensor2D, tf.Tensor2D];
opSuite(
  [
    {
      name: 'swiglu',
      op: (...args) => swiglu(...(args as Args)),
      plain: (...args) => swigluPlain(...(args as Args)),
      inputs: [randomInput('g', [4, 5], 2), randomInput('u', [4, 5])],
    },
  ],
  [{ name: 'hidden', call: () => swiglu(tf.zeros([2, 3]), tf.zeros([2, 4])), message: /swiglu value: .*axis F must be 3/ }],
);
