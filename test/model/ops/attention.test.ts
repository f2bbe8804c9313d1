import { expect, test } from 'vitest';
import { attention, attentionMask, attentionPlain, MASKED, type AttentionOptions } from '../../../src/model/ops/attention.ts';
import { disposeRope, ropeTables } from '../../../src/model/ops/rope.ts';
import { opSuite } from '../../support/op-suite.ts';
import { randomInput } from '../../support/gradient-check.ts';
import * as tf from '../../../src/model/tf.ts';

type Qkv = [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
const [B, N, H, G, d] = [2, 5, 4, 2, 4] as const;
const q = randomInput('q', [B * N, H * d], 2);
const k = randomInput('k', [B * N, G * d], 2);
const v = randomInput('v', [B * N, G * d]);

/** Mask and tables live inside each call, so that every backend makes its own. */
const grouped =
  (f: typeof attention, prefix: number) =>
  (...args: tf.Tensor[]): tf.Tensor => {
    const mask = attentionMask(N, prefix);
    const rope = ropeTables([0, 1, 2, 3, 4], d, 10_000);
    const y = f(...(args as Qkv), { batch: B, heads: H, kvHeads: G, mask, rope });
    mask.dispose();
    disposeRope(rope);
    return y;
  };
const lateQ = randomInput('late', [B * 2, H * d], 2);
const late =
  (f: typeof attention) =>
  (...args: tf.Tensor[]): tf.Tensor => {
    const mask = attentionMask(N, 2, 3);
    const rope = ropeTables([0, 1, 2, 3, 4], d, 10_000);
    const y = f(...(args as Qkv), { batch: B, heads: H, kvHeads: G, mask, rope });
    mask.dispose();
    disposeRope(rope);
    return y;
  };
const open: AttentionOptions = { batch: B, heads: 2, kvHeads: 2, mask: null, rope: null };

opSuite(
  [
    { name: 'grouped, causal, rotary', op: grouped(attention, 0), plain: grouped(attentionPlain, 0), inputs: [q, k, v] },
    { name: 'grouped, prefix of two, rotary', op: grouped(attention, 2), plain: grouped(attentionPlain, 2), inputs: [q, k, v] },
    { name: 'queries for the last two positions only', op: late(attention), plain: late(attentionPlain), inputs: [lateQ, k, v] },
    {
      name: 'all see all',
      op: (...args) => attention(...(args as Qkv), open),
      plain: (...args) => attentionPlain(...(args as Qkv), open),
      inputs: [randomInput('q2', [B * N, 6]), randomInput('k2', [B * N, 6]), randomInput('v2', [B * N, 6])],
    },
  ],
  [
    {
      name: 'heads',
      call: () => attention(tf.zeros([4, 6]), tf.zeros([4, 6]), tf.zeros([4, 6]), { ...open, heads: 3 }),
      message: /attention: expected heads to be a multiple of kvHeads/,
    },
    {
      name: 'values',
      call: () => attention(tf.zeros([4, 8]), tf.zeros([4, 8]), tf.zeros([4, 6]), open),
      message: /attention value: .*axis KV must be 8/,
    },
    {
      name: 'mask',
      call: () => attention(tf.zeros([4, 8]), tf.zeros([4, 8]), tf.zeros([4, 8]), { ...open, mask: tf.zeros([3, 3]) }),
      message: /attention mask: .*axis M must be 2/,
    },
  ],
);

test('the mask is causal, and open within the prefix', async () => {
  const o = 0;
  const x = MASKED;
  const rows = Array.from(await attentionMask(4, 2).data());
  expect(rows).toEqual([o, o, x, x, o, o, x, x, o, o, o, x, o, o, o, o]);
  expect(Array.from(await attentionMask(4, 2, 2).data())).toEqual(rows.slice(8));
});
