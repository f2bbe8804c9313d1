import { beforeAll, expect, test } from 'vitest';
import { openBackend } from '../../../src/model/backend.ts';
import { alignmentLoss, alignmentLossPlain } from '../../../src/model/ops/alignment.ts';
import * as tf from '../../../src/model/tf.ts';
import { randomInput, tensorOf } from '../../support/gradient-check.ts';
import { opSuite } from '../../support/op-suite.ts';

const TARGETS = randomInput('targets', [3, 5]);
const against =
  (loss: typeof alignmentLoss) =>
  (...[x]: tf.Tensor[]): tf.Tensor =>
    tf.tidy(() => loss((x ?? tf.zeros([3, 5])) as tf.Tensor2D, tensorOf(TARGETS) as tf.Tensor2D));

opSuite([{ name: 'alignmentLoss', op: against(alignmentLoss), plain: against(alignmentLossPlain), inputs: [randomInput('x', [3, 5])] }], []);

beforeAll(async () => {
  await openBackend('cpu');
});

test('the loss is 0 at the targets and 1 at zero', async () => {
  const targets = tensorOf(TARGETS) as tf.Tensor2D;
  expect(await alignmentLoss(targets, targets).data()).toEqual(new Float32Array([0]));
  expect((await alignmentLoss(tf.zeros([3, 5]), targets).data())[0]).toBeCloseTo(1, 6);
});

test('the targets are held fixed', async () => {
  const [x, t] = [tensorOf(randomInput('x', [3, 5])), tensorOf(TARGETS)];
  const { grads } = tf.engine().gradients(() => alignmentLoss(x as tf.Tensor2D, t as tf.Tensor2D), [x, t], undefined, true);
  expect(grads[0]?.shape).toEqual([3, 5]);
  expect(grads[1] === undefined || grads[1] === null || (await grads[1].data()).every((value) => value === 0)).toBe(true);
});

test('a wrong shape names the axis', () => {
  expect(() => alignmentLoss(tf.zeros([3, 5]), tf.zeros([3, 4]))).toThrow(/alignmentLoss: targets.*D must be 5/);
});
