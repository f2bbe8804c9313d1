import { packedSwiglu, packedSwigluPlain, swiglu, swigluPlain } from '../../../src/model/ops/swiglu.ts';
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
    {
      name: 'packedSwiglu',
      op: (...[gu]) => packedSwiglu(gu as tf.Tensor2D),
      plain: (...[gu]) => packedSwigluPlain(gu as tf.Tensor2D),
      inputs: [randomInput('gu', [4, 10], 2)],
    },
  ],
  [
    { name: 'hidden', call: () => swiglu(tf.zeros([2, 3]), tf.zeros([2, 4])), message: /swiglu value: .*axis F must be 3/ },
    { name: 'packed', call: () => packedSwiglu(tf.zeros([2, 3])), message: /packedSwiglu: expected \[N, 2F\].*even/ },
  ],
);
