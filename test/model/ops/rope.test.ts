import { expect, test } from 'vitest';
import { angleTable, disposeRope, rope, ropePlain, ropeTables, sequenceTables, type RopeTables } from '../../../src/model/ops/rope.ts';
import { opSuite } from '../../support/op-suite.ts';
import { randomInput } from '../../support/gradient-check.ts';
import * as tf from '../../../src/model/tf.ts';

/** Tables live inside each call, so that every backend makes its own. */
const withTables = (f: (x: tf.Tensor3D, tables: RopeTables) => tf.Tensor) => (x: tf.Tensor) => {
  const tables = ropeTables([0, 3, 4, 9], 6, 10_000);
  const y = f(x as tf.Tensor3D, tables);
  disposeRope(tables);
  return y;
};
const op = withTables(rope);
const plain = withTables(ropePlain);

opSuite(
  [{ name: 'rope', op: (...[x]) => op(x ?? tf.zeros([1])), plain: (...[x]) => plain(x ?? tf.zeros([1])), inputs: [randomInput('x', [2, 4, 6])] }],
  [{ name: 'positions', call: () => rope(tf.zeros([2, 3, 6]), ropeTables([0, 1], 6, 10_000)), message: /rope: .*axis N must be 2/ }],
);

test('scores depend on the distance of two positions only', async () => {
  const dot = async (i: number, j: number): Promise<number> => {
    const rotated = tf.tidy(() => rope(tf.tensor3d([0.3, -1, 0.7, 0.2, 0.3, -1, 0.7, 0.2], [1, 2, 4]), ropeTables([i, j], 4, 10_000)));
    const [a, b, c, d, e, f, g, h] = await rotated.data();
    return Number(a) * Number(e) + Number(b) * Number(f) + Number(c) * Number(g) + Number(d) * Number(h);
  };
  expect(await dot(2, 7)).toBeCloseTo(await dot(11, 16), 5);
  expect(Math.abs((await dot(2, 7)) - (await dot(2, 9)))).toBeGreaterThan(1e-3);
});

test('the table of angles is that of RoPE, also after another was asked for', async () => {
  const [N, d, base] = [3, 4, 100] as const;
  const angles = [0, 1, 2].flatMap((position) => [position, position / 10]);
  const expected = [...angles.map(Math.cos), ...angles.map(Math.sin)].map(Math.fround);
  for (let round = 0; round < 2; round++) {
    const table = angleTable(N, d, base);
    expect(table.shape).toEqual([2, N, d / 2]);
    expect(Array.from(await table.data())).toEqual(expected);
    tf.dispose([table, angleTable(N, d, 10_000)]);
  }
});

test('tables of a sequence are those of its positions', async () => {
  const [of, at] = [sequenceTables(3, 6, 100), ropeTables([0, 1, 2], 6, 100)];
  for (const name of ['cos', 'sin', 'rotate'] as const) expect(Array.from(await of[name].data())).toEqual(Array.from(await at[name].data()));
  disposeRope(of);
  disposeRope(at);
});
