import { beforeAll, expect, test } from 'vitest';
import { openBackend } from '../../../src/model/backend.ts';
import { embedSum, embedSumPlain } from '../../../src/model/ops/embed-sum.ts';
import { opSuite } from '../../support/op-suite.ts';
import { randomInput } from '../../support/gradient-check.ts';
import * as tf from '../../../src/model/tf.ts';

/** Indices live inside each call, so that every backend makes its own. */
const at =
  (f: typeof embedSum) =>
  (...[words, lines, base]: tf.Tensor[]): tf.Tensor =>
    tf.tidy(() =>
      f(
        [
          { table: words as tf.Tensor2D, indices: tf.tensor1d([3, 0, 1, 3, 2], 'int32') },
          { table: lines as tf.Tensor2D, indices: tf.tensor1d([0, 1, 1, 0, 1], 'int32'), isZeroNone: true },
        ],
        (base as tf.Tensor2D | undefined) ?? null,
      ),
    );
const tables = [randomInput('words', [4, 3]), randomInput('lines', [2, 3])];
const part = (V: number, D: number, N: number) => ({ table: tf.zeros<tf.Rank.R2>([V, D]), indices: tf.zeros<tf.Rank.R1>([N], 'int32') });

opSuite(
  [
    { name: 'two tables', op: at(embedSum), plain: at(embedSumPlain), inputs: tables },
    { name: 'two tables and a base', op: at(embedSum), plain: at(embedSumPlain), inputs: [...tables, randomInput('base', [5, 3])] },
  ],
  [
    { name: 'channels', call: () => embedSum([part(4, 3, 2), part(4, 2, 2)]), message: /embedSum table: .*axis D must be 3/ },
    { name: 'indices', call: () => embedSum([part(4, 3, 2), part(4, 3, 1)]), message: /embedSum indices: .*axis N must be 2/ },
    { name: 'base', call: () => embedSum([part(4, 3, 2)], tf.zeros([3, 3])), message: /embedSum base: .*axis N must be 2/ },
    { name: 'tables', call: () => embedSum([]), message: /embedSum: expected 1 to 3 tables, got 0/ },
  ],
);

beforeAll(async () => {
  await openBackend('cpu');
});

test('adds a row of each table and the base; index 0 adds nothing where it means none', async () => {
  const words = { table: tf.tensor2d([1, 2, 3, 4], [2, 2]), indices: tf.tensor1d([1, 0], 'int32') };
  const lines = { table: tf.tensor2d([10, 20, 30, 40], [2, 2]), indices: tf.tensor1d([0, 1], 'int32'), isZeroNone: true };
  const sum = embedSum([words, lines], tf.tensor2d([100, 100, 200, 200], [2, 2]));
  expect(Array.from(await sum.data())).toEqual([103, 104, 231, 242]);
});
