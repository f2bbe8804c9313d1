/**
 * The weights of the QF layer's two attentions for one sample, to look at. As coded they are computed as the code does, from 110 copies of one text vector and of
 * one image vector, padding and all, and so show what the layer can see: every weight is the same.
 *
 * Letters: H heads, L text positions, D text channels, R channels of r1, K keys.
 */
import { fault, InputError } from '../../lib/errors.ts';
import type { Params } from '../params.ts';
import { linearAt } from '../transformer.ts';
import * as tf from '../tf.ts';
import { batchTensors, checkBatch, layOut, type SmarterBatch, type SmarterTensors } from './batch.ts';
import { CODED_TEXT_SLOTS, type SmarterConfig } from './config.ts';
import { attentionWeights, crossAttention } from './cross-attention.ts';
import { imageVector } from './image-head.ts';
import { pooled } from './pool.ts';
import { imageKeys, keyMask, qfVector, selfProjections } from './qf-layer.ts';

export interface AttentionMaps {
  /** Row: the token that looks; column: the one it looks at. `[H, L, L]`, rows of sum 1; as coded L is 110. */
  readonly self: tf.Tensor3D;
  /** Column 0 is r1, the others the backbones' vectors; as coded L copies of r1. `[H, L, K]`, rows of sum 1. */
  readonly cross: tf.Tensor3D;
  /** What the layer adds to the composite, `[D]`. */
  readonly r2: tf.Tensor1D;
}

/**
 * @param batch - one sample. Its padding is cut off in described mode.
 * @returns tensors the caller owns. Throws an InputError for another number of samples or a model without the layer.
 */
export function attentionMaps(params: Params, config: SmarterConfig, batch: SmarterBatch): AttentionMaps {
  if (config.text !== 'qf') throw new InputError(fault('attentionMaps', 'a model with a QF layer', config.text));
  if (batch.samples !== 1) throw new InputError(fault('attentionMaps', 'one sample', batch.samples));
  checkBatch(batch, config);
  const layout = layOut(batch, config);
  return tf.tidy(() => {
    const tensors = batchTensors(batch, config, layout);
    const r1 = imageVector(params, config, layout.groups, tensors.image, true);
    const isCoded = config.mode === 'as-coded';
    const form = { batch: 1, heads: config.heads, keyMask: isCoded ? null : keyMask(tensors.textMask, config.heads), keep: null };
    const [query, key, value] = selfProjections(params, isCoded ? copies(tensors) : tensors.text);
    const asked = linearAt(params, 'qf.cross.query', crossAttention(query, key, value, form));
    const sources = isCoded ? tf.tile(r1, [CODED_TEXT_SLOTS, 1]) : imageKeys(params, config, r1, tensors); // [K, R]
    return {
      self: attentionWeights(query, key, form),
      cross: attentionWeights(asked, linearAt(params, 'qf.cross.key', sources), { ...form, keyMask: null }),
      r2: tf.reshape(qfVector(params, config, r1, tensors, null), [-1]),
    } as unknown as tf.TensorContainer;
  }) as unknown as AttentionMaps;
}

/** The mean of the states in every place of the code's buffer: `[110, D]`. */
function copies({ text, pooling }: SmarterTensors): tf.Tensor2D {
  return tf.tile(pooled(text, pooling), [CODED_TEXT_SLOTS, 1]);
}
