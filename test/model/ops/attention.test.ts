import { expect, test } from 'vitest';
import { attention, attentionMask, attentionPlain, MASKED, packedAttention, type AttentionOptions } from '../../../src/model/ops/attention.ts';
import { opSuite, type OpCase } from '../../support/op-suite.ts';
import { randomInput, type Input } from '../../support/gradient-check.ts';
import * as tf from '../../../src/model/tf.ts';

type Qkv = [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
const [B, N, H, G, d] = [2, 5, 4, 2, 4] as const;
const q = randomInput('q', [B * N, H * d], 2);
const k = randomInput('k', [B * N, G * d], 2);
const v = randomInput('v', [B * N, G * d]);

const grouped: AttentionOptions = { batch: B, heads: H, kvHeads: G, mask: { prefix: 0 }, rope: { base: 10_000 } };
const withPrefix: AttentionOptions = { ...grouped, mask: { prefix: 2 } };
const open: AttentionOptions = { batch: B, heads: 2, kvHeads: 2, mask: null, rope: null };

const pair: AttentionOptions = { batch: 1, heads: 2, kvHeads: 1, mask: { prefix: 2 }, rope: { base: 100 } };
const withOptions =
  (f: typeof attention, options: AttentionOptions) =>
  (...args: tf.Tensor[]): tf.Tensor =>
    f(...(args as Qkv), options);
const attentionCase = (name: string, options: AttentionOptions, inputs: readonly Input[]): OpCase => {
  return { name, op: withOptions(attention, options), plain: withOptions(attentionPlain, options), inputs };
};

opSuite(
  [
    attentionCase('grouped, causal, rotary', grouped, [q, k, v]),
    attentionCase('grouped, prefix of two, rotary', withPrefix, [q, k, v]),
    attentionCase('queries for the last two positions only', withPrefix, [randomInput('late', [B * 2, H * d], 2), k, v]),
    attentionCase('all see all', open, [randomInput('q2', [B * N, 6]), randomInput('k2', [B * N, 6]), randomInput('v2', [B * N, 6])]),
    {
      name: 'packed: two query heads, a key and a value head side by side',
      op: (qkv) => packedAttention(qkv as tf.Tensor2D, pair),
      plain: (qkv) => attentionPlain(...(tf.split(qkv as tf.Tensor2D, [4, 2, 2], 1) as Qkv), pair),
      inputs: [randomInput('qkv', [5, 8], 2)],
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
      name: 'RoPE of an odd head',
      call: () => attention(tf.zeros([4, 6]), tf.zeros([4, 6]), tf.zeros([4, 6]), { ...open, rope: { base: 10_000 } }),
      message: /attention: expected an even number of channels per head for RoPE, got 3/,
    },
    {
      name: 'packed',
      call: () => packedAttention(tf.zeros([4, 8]), open),
      message: /packedAttention: expected \[B\*N, \(H\+2G\)\*d\] with H = 2, G = 2/,
    },
    {
      name: 'more queries than keys',
      call: () => attention(tf.zeros([4, 8]), tf.zeros([2, 8]), tf.zeros([2, 8]), open),
      message: /attention: .*with M <= N/,
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
