import { beforeAll, expect, test } from 'vitest';
import { openBackend } from '../../../src/model/backend.ts';
import { tailRows, tailRowsPlain } from '../../../src/model/ops/tail-rows.ts';
import { opSuite } from '../../support/op-suite.ts';
import { randomInput } from '../../support/gradient-check.ts';
import * as tf from '../../../src/model/tf.ts';

const at =
  (f: typeof tailRows) =>
  (...[x]: tf.Tensor[]): tf.Tensor =>
    f(x as tf.Tensor2D, 2, 2);

opSuite(
  [{ name: 'from 2 of 3', op: at(tailRows), plain: at(tailRowsPlain), inputs: [randomInput('x', [6, 3])] }],
  [
    { name: 'rows', call: () => tailRows(tf.zeros([5, 3]), 2, 1), message: /tailRows: expected rows for each of 2 examples, got 5 rows/ },
    { name: 'from', call: () => tailRows(tf.zeros([6, 3]), 2, 3), message: /tailRows: expected a position in 0\.\.2, got 3/ },
  ],
);

beforeAll(async () => {
  await openBackend('cpu');
});

test('keeps the last positions of each example', async () => {
  expect(Array.from(await tailRows(tf.tensor2d([1, 2, 3, 4, 5, 6], [6, 1]), 2, 1).data())).toEqual([2, 3, 5, 6]);
});

test('from 0 on is all there is', () => {
  const x = tf.zeros<tf.Rank.R2>([4, 3]);
  expect(tailRows(x, 2, 0)).toBe(x);
});
