import { linear, linearPlain } from '../../../src/model/ops/linear.ts';
import { opSuite } from '../../support/op-suite.ts';
import { randomInput } from '../../support/gradient-check.ts';
import * as tf from '../../../src/model/tf.ts';

type Xwb = [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D];
const x = randomInput('x', [6, 4]);
const w = randomInput('w', [4, 5]);
const b = randomInput('b', [5]);
// 130 rows: divisible into blocks, the two-pass transpose of wasm.
const tall = randomInput('tall', [130, 3]);
const w3 = randomInput('w3', [3, 2]);
const fixed = (): tf.Tensor2D => tf.tensor2d(x.values, [6, 4]);

opSuite(
  [
    { name: 'with bias', op: (...args) => linear(...(args as Xwb)), plain: (...args) => linearPlain(...(args as Xwb)), inputs: [x, w, b] },
    {
      name: 'without bias, many rows',
      op: (...args) => linear(...(args as [tf.Tensor2D, tf.Tensor2D]), null),
      plain: (...args) => linearPlain(...(args as [tf.Tensor2D, tf.Tensor2D]), null),
      inputs: [tall, w3],
    },
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
  ],
);
