import { makeRng } from '../../../src/lib/rng.ts';
import { MASKED } from '../../../src/model/ops/attention.ts';
import { exactGelu, exactGeluPlain } from '../../../src/model/smarter/activation.ts';
import { crossAttention, crossAttentionPlain } from '../../../src/model/smarter/cross-attention.ts';
import { keepMask } from '../../../src/model/smarter/dropout.ts';
import { groupedLinear, groupedLinearPlain } from '../../../src/model/smarter/grouped-linear.ts';
import { pooled, pooledPlain } from '../../../src/model/smarter/pool.ts';
import * as tf from '../../../src/model/tf.ts';
import { randomInput, type Op } from '../../support/gradient-check.ts';
import { opSuite } from '../../support/op-suite.ts';

const GROUPS = [
  { from: 0, count: 2 },
  { from: 2, count: 1 },
  { from: 3, count: 3 },
];
const WIDTHS = [3, 5, 1];

type Grouped = (x: tf.Tensor2D, weights: tf.Tensor[], biases: tf.Tensor[]) => tf.Tensor;
const onGroups =
  (f: Grouped): Op =>
  (x, ...rest) =>
    f(x as tf.Tensor2D, rest.slice(0, 3), rest.slice(3));
const layers = (weights: tf.Tensor[], biases: tf.Tensor[]) =>
  weights.map((weight, i) => ({ weight: weight as tf.Tensor2D, bias: biases[i] as tf.Tensor1D }));
const groupedInputs = [
  randomInput('x', [6, 4]),
  ...WIDTHS.map((width) => randomInput(`w${width}`, [4, width])),
  ...WIDTHS.map((width) => randomInput(`b${width}`, [width])),
];

/** Two samples of three queries and four keys, two heads; the last key of the second sample is padding. */
const attentionOp =
  (f: typeof crossAttention): Op =>
  (q, k, v) =>
    tf.tidy(() => {
      const keyMask = tf.tensor3d([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, MASKED, 0, 0, 0, MASKED], [4, 1, 4]);
      const keep = keepMask([4, 3, 4], 0.3, makeRng('test', 'keep')) as tf.Tensor3D;
      return f(q as tf.Tensor2D, k as tf.Tensor2D, v as tf.Tensor2D, { batch: 2, heads: 2, keyMask, keep });
    });

const pool =
  (f: typeof pooled): Op =>
  (x) =>
    tf.tidy(() => f(x as tf.Tensor2D, tf.tensor3d([0.5, 0.5, 0, 0.2, 0.3, 0.5], [2, 1, 3])));

opSuite(
  [
    {
      name: 'groupedLinear',
      op: onGroups((x, w, b) => groupedLinear(x, GROUPS, layers(w, b), { fill: -2 })),
      plain: onGroups((x, w, b) => groupedLinearPlain(x, GROUPS, layers(w, b), -2)),
      inputs: groupedInputs,
    },
    {
      name: 'crossAttention',
      op: attentionOp(crossAttention),
      plain: attentionOp(crossAttentionPlain),
      inputs: [randomInput('q', [6, 4]), randomInput('k', [8, 4]), randomInput('v', [8, 4])],
    },
    { name: 'pooled', op: pool(pooled), plain: pool(pooledPlain), inputs: [randomInput('x', [6, 5])] },
    {
      name: 'exactGelu',
      op: (...[x]) => exactGelu(x ?? tf.zeros([1])),
      plain: (...[x]) => exactGeluPlain(x ?? tf.zeros([1])),
      inputs: [randomInput('x', [4, 5], 3)],
    },
  ],
  [
    {
      name: 'groupedLinear rows',
      call: () =>
        groupedLinear(
          tf.zeros([5, 4]),
          GROUPS,
          layers(
            [tf.zeros([4, 2]), tf.zeros([4, 2]), tf.zeros([4, 2])],
            [1, 2, 3].map(() => tf.zeros([2])),
          ),
        ),
      message: /groupedLinear: expected groups of 5 rows/,
    },
    { name: 'pooled', call: () => pooled(tf.zeros([5, 4]), tf.zeros([2, 1, 3])), message: /axis rows must be 6/ },
    {
      name: 'crossAttention values',
      call: () => crossAttention(tf.zeros([6, 4]), tf.zeros([8, 4]), tf.zeros([6, 4]), { batch: 2, heads: 2, keyMask: null, keep: null }),
      message: /crossAttention value: .*axis keys must be 8/,
    },
  ],
);
