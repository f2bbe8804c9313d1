/**
 * The QF layer, r2 (spec 1.4): self-attention over the question, then the question asks the picture, the mean of the answers, an MLP, a norm.
 *
 * As described it reads the states of the tokens and does not look at padding. As coded every text row is one and the same vector and every key is r1:
 * all weights are equal, so the mean of the values is the one value, r2 = LN(u + MLP(u)) with u = value(r1), and neither self-attention nor the
 * queries and keys of the cross-attention get a gradient. That is computed here, exactly, without the 110 copies; attention-maps.ts shows the weights of the
 * copies.
 *
 * Letters: B samples, L text positions, D channels of the layer (`qfDim` of config.ts), H heads, R channels of r1, N image vectors, K = N + 1 keys (1 without `several`).
 */
import { MASKED } from '../ops/attention.ts';
import type { Params } from '../params.ts';
import { layerNormAt, linearAt } from '../transformer.ts';
import * as tf from '../tf.ts';
import { activate } from './activation.ts';
import type { SmarterTensors } from './batch.ts';
import { CODED_TEXT_SLOTS, type SmarterConfig } from './config.ts';
import { crossAttention } from './cross-attention.ts';
import { dropped, keepMask, type Dropout } from './dropout.ts';
import { standardNormal } from './normal.ts';
import { pooled } from './pool.ts';

/** `[B, R]`, r1, to r2, `[B, D]`. Belongs to the caller's tidy. */
export function qfVector(params: Params, config: SmarterConfig, r1: tf.Tensor2D, tensors: SmarterTensors, dropout: Dropout | null): tf.Tensor2D {
  const mean = config.mode === 'as-coded' ? codedMean(params, config, r1, dropout) : describedMean(params, config, r1, tensors, dropout);
  const hidden = activate(linearAt(params, 'qf.up', mean), config.activation);
  const branch = dropped(linearAt(params, 'qf.down', hidden), dropout, 'qf');
  return layerNormAt(params, 'qf.norm', config.residual.qf ? tf.add<tf.Tensor2D>(mean, branch) : branch, config.normEpsilon);
}

/** Mean over the tokens of what each got from the picture, `[B, D]`. */
function describedMean(params: Params, config: SmarterConfig, r1: tf.Tensor2D, tensors: SmarterTensors, dropout: Dropout | null): tf.Tensor2D {
  const { heads: H } = config;
  const [B, L] = tensors.textMask.shape;
  const keep = (label: string, keys: number): tf.Tensor3D | null =>
    dropout === null ? null : (keepMask([B * H, L, keys], dropout.p, dropout.rng.fork(label)) as tf.Tensor3D);
  const self = { batch: B, heads: H, keyMask: keyMask(tensors.textMask, H), keep: keep('self', L) };
  const attended = crossAttention(...selfProjections(params, tensors.text), self); // [B*L, D]
  const sources = imageKeys(params, config, r1, tensors); // [B*K, R]
  const [key, value] = [linearAt(params, 'qf.cross.key', sources), linearAt(params, 'qf.cross.value', sources)];
  const cross = { batch: B, heads: H, keyMask: null, keep: keep('cross', sources.shape[0] / B) };
  return pooled(crossAttention(linearAt(params, 'qf.cross.query', attended), key, value, cross), tensors.pooling);
}

/** Query, key and value of the self-attention over frozen states: `[B*L, D]` each. */
export function selfProjections(params: Params, text: tf.Tensor2D): [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D] {
  const project = (part: string): tf.Tensor2D => linearAt(params, `qf.self.${part}`, text, { isInputFixed: true });
  return [project('query'), project('key'), project('value')];
}

/** 0 for a token and MASKED for padding, per head: `[B, L]` to `[B*H, 1, L]`. */
export function keyMask(textMask: tf.Tensor2D, H: number): tf.Tensor3D {
  const [B, L] = textMask.shape;
  const hidden = tf.mul(tf.sub(1, textMask), MASKED);
  return tf.reshape<tf.Rank.R3>(tf.tile(tf.reshape(hidden, [B, 1, L]), [1, H, 1]), [B * H, 1, L]);
}

/** What the question asks: r1, and with `several` the backbones' vectors after it. `[B*K, R]`. */
export function imageKeys(params: Params, { imageTokens }: SmarterConfig, r1: tf.Tensor2D, tensors: SmarterTensors): tf.Tensor2D {
  if (imageTokens === 'one') return r1;
  const { imageTokens: tokens, isImageFrozen = true } = tensors;
  if (tokens === null) throw new Error('internal: imageKeys: no image tokens');
  const [B, R] = r1.shape;
  const vectors = linearAt(params, 'qf.tokens', tokens, { isInputFixed: isImageFrozen }); // [B*N, R]
  const joined = tf.concat([tf.reshape<tf.Rank.R3>(r1, [B, 1, R]), tf.reshape<tf.Rank.R3>(vectors, [B, -1, R])], 1); // [B, K, R]
  return tf.reshape<tf.Rank.R2>(joined, [-1, R]);
}

/**
 * `value(r1)`, `[B, D]`. Dropout on equal weights only scales it: of each head's 110 x 110 weights a binomial number is kept, whose mean is drawn here from
 * its normal limit (standard deviation 0.005 at p = 0.2).
 */
function codedMean(params: Params, config: SmarterConfig, r1: tf.Tensor2D, dropout: Dropout | null): tf.Tensor2D {
  const value = linearAt(params, 'qf.cross.value', r1);
  if (dropout === null) return value;
  const rng = dropout.rng.fork('cross');
  const spread = Math.sqrt(dropout.p / (1 - dropout.p)) / CODED_TEXT_SLOTS;
  const [B, D] = value.shape;
  const width = D / config.heads;
  const scale = new Float32Array(B * D);
  for (let from = 0; from < scale.length; from += width) scale.fill(1 + spread * standardNormal(rng), from, from + width);
  return tf.mul<tf.Tensor2D>(value, tf.tensor2d(scale, [B, D]));
}

/**
 * Parameters whose gradient is zero because the coded layer cannot use them. They have one all the same: PyTorch's optimiser decays them, unlike those that
 * no formula reads.
 */
export function deadParameters({ text, mode }: SmarterConfig): readonly string[] {
  if (text !== 'qf' || mode !== 'as-coded') return [];
  return ['self.query', 'self.key', 'self.value', 'cross.query', 'cross.key'].flatMap((part) => [`qf.${part}.weight`, `qf.${part}.bias`]);
}
