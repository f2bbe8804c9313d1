import { beforeAll, expect, test } from 'vitest';
import { openBackend } from '../../../src/model/backend.ts';
import { patchify } from '../../../src/model/ops/patchify.ts';
import { opSuite } from '../../support/op-suite.ts';
import { randomInput } from '../../support/gradient-check.ts';
import * as tf from '../../../src/model/tf.ts';

const op = (...[x]: tf.Tensor[]): tf.Tensor => patchify(x as tf.Tensor4D, 2);
opSuite(
  [{ name: 'patchify', op, plain: op, inputs: [randomInput('x', [2, 4, 6, 3])] }],
  [{ name: 'side', call: () => patchify(tf.zeros([1, 4, 5, 3]), 2), message: /patchify: expected Y and X to be multiples of 2, got \[1,4,5,3\]/ }],
);

beforeAll(async () => {
  await openBackend('cpu');
});

test('lays a patch out by row, column, channel', async () => {
  const grid = tf.tensor4d(
    Array.from({ length: 16 }, (_, i) => i),
    [1, 2, 4, 2],
  );
  expect(Array.from(await patchify(grid, 2).data())).toEqual([0, 1, 2, 3, 8, 9, 10, 11, 4, 5, 6, 7, 12, 13, 14, 15]);
});
