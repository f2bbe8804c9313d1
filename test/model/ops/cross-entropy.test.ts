import { beforeAll, expect, test } from 'vitest';
import { openBackend } from '../../../src/model/backend.ts';
import { crossEntropy, crossEntropyPlain, maskedCrossEntropy } from '../../../src/model/ops/cross-entropy.ts';
import { opSuite } from '../../support/op-suite.ts';
import { randomInput } from '../../support/gradient-check.ts';
import * as tf from '../../../src/model/tf.ts';

/** Targets and weights live inside each call, so that every backend makes its own. */
const withTargets =
  (f: typeof crossEntropy) =>
  (...[logits]: tf.Tensor[]): tf.Tensor =>
    tf.tidy(() => f(logits as tf.Tensor2D, tf.tensor1d([2, 0, 5, 1], 'int32'), tf.tensor1d([0.5, 0, 0.25, 1])));

opSuite(
  [
    { name: 'crossEntropy', op: withTargets(crossEntropy), plain: withTargets(crossEntropyPlain), inputs: [randomInput('logits', [4, 6], 4)] },
    {
      name: 'maskedCrossEntropy',
      op: withTargets(maskedCrossEntropy),
      plain: withTargets(crossEntropyPlain),
      inputs: [randomInput('logits', [4, 6], 4)],
    },
  ],
  [
    {
      name: 'targets',
      call: () => crossEntropy(tf.zeros([4, 6]), tf.zeros([3], 'int32'), tf.zeros([4])),
      message: /crossEntropy targets: .*axis N must be 4/,
    },
  ],
);

beforeAll(async () => {
  await openBackend('cpu');
});

test('a target 200 below the best logit has loss 200, not infinity', async () => {
  const loss = crossEntropy(tf.tensor2d([[200, 0, 1]]), tf.tensor1d([1], 'int32'), tf.tensor1d([1]));
  expect((await loss.data())[0]).toBeCloseTo(200, 4);
});

test('gives the unweighted loss of every row', async () => {
  let rows: tf.Tensor1D | null = null;
  const logits = tf.zeros<tf.Rank.R2>([2, 4]);
  crossEntropy(logits, tf.tensor1d([0, 3], 'int32'), tf.tensor1d([0, 0.5]), (losses) => {
    rows = tf.keep(losses);
  });
  const values = Array.from(await (rows ?? tf.zeros([1])).data());
  for (const value of values) expect(value).toBeCloseTo(Math.log(4), 5);
  expect(values).toHaveLength(2);
});

test('the masked form gives 0 for rows that do not count', async () => {
  const kept: tf.Tensor1D[] = [];
  const logits = tf.zeros<tf.Rank.R2>([2, 4]);
  maskedCrossEntropy(logits, tf.tensor1d([0, 3], 'int32'), tf.tensor1d([0, 0.5]), (losses) => kept.push(tf.keep(losses)));
  const [values] = await Promise.all(kept.map((losses) => losses.data()));
  expect(values?.[0]).toBe(0);
  expect(values?.[1]).toBeCloseTo(Math.log(4), 5);
});

test('without a row that counts, loss and gradient are 0', async () => {
  const logits = tf.tensor2d([[3, 1, 2]]);
  const { value, grads } = tf.engine().gradients(() => maskedCrossEntropy(logits, tf.tensor1d([0], 'int32'), tf.tensor1d([0])), [logits]);
  expect([...(await value.data())]).toEqual([0]);
  expect([...((await grads[0]?.data()) ?? [])].map(Math.abs)).toEqual([0, 0, 0]);
});
