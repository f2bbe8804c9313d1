import { beforeAll, expect, test } from 'vitest';
import { openBackend } from '../../../src/model/backend.ts';
import { lookup, lookupPlain, type LookupOptions } from '../../../src/model/ops/lookup.ts';
import { opSuite } from '../../support/op-suite.ts';
import { randomInput } from '../../support/gradient-check.ts';
import * as tf from '../../../src/model/tf.ts';

/** Indices live inside each call, so that every backend makes its own. */
const at =
  (f: typeof lookup, options: LookupOptions) =>
  (...[table]: tf.Tensor[]): tf.Tensor =>
    tf.tidy(() => f(table as tf.Tensor2D, tf.tensor1d([3, 0, 1, 3, 2], 'int32'), options));
const table = randomInput('table', [4, 3]);

opSuite(
  [
    { name: 'lookup', op: at(lookup, {}), plain: at(lookupPlain, {}), inputs: [table] },
    { name: 'lookup with 0 = none', op: at(lookup, { isZeroNone: true }), plain: at(lookupPlain, { isZeroNone: true }), inputs: [table] },
  ],
  [
    {
      name: 'table',
      call: () => lookup(tf.zeros([4]) as unknown as tf.Tensor2D, tf.zeros([2], 'int32')),
      message: /lookup table: expected \[V, D\]/,
    },
  ],
);

beforeAll(async () => {
  await openBackend('cpu');
});

test('index 0 gives zeros where it means none', async () => {
  const rows = lookup(
    tf.tensor2d([
      [5, 6],
      [7, 8],
    ]),
    tf.tensor1d([0, 1], 'int32'),
    { isZeroNone: true },
  );
  expect(Array.from(await rows.data())).toEqual([0, 0, 7, 8]);
});
