/**
 * What a trained smarterVLM does with one puzzle, for people: its answer, the two attentions of the QF layer word by word, and which pixels the answer hangs on, through the
 * encoders of this notebook (spec/smarter-vlm 1.4; gradient times input as in the S2H cells).
 */
import { fault, InputError } from '../../lib/errors.ts';
import { attentionMaps } from '../../model/smarter/attention-maps.ts';
import { batchTensors, checkBatch, layOut } from '../../model/smarter/batch.ts';
import type { SmarterBatch } from '../../model/smarter/batch.ts';
import type { SmarterConfig } from '../../model/smarter/config.ts';
import { networkLogits } from '../../model/smarter/network.ts';
import { crossEntropy } from '../../model/ops/cross-entropy.ts';
import type { Params } from '../../model/params.ts';
import * as tf from '../../model/tf.ts';
import type { DifferentiableBackbone } from './embedded-backbone.ts';
import type { ChannelScale } from './features.ts';
import type { SmarterTraining } from './smarter-training.ts';

export interface ItemAttention {
  /** Head by head: row = the token that looks. `[H, L, L]`. */
  readonly self: Float32Array;
  /** Column 0 is the picture as a whole (r1), the others its 4 x 4 places; as coded all are copies of r1. `[H, L, K]`. */
  readonly cross: Float32Array;
  readonly heads: number;
  readonly tokens: number;
  readonly places: number;
  /** Rows and columns are the places of the code's buffer, each filled with the same vector. */
  readonly isCoded: boolean;
}

/** Attentions of a batch of one; null for a model without a QF layer. Throws InputError for more than one sample. */
export async function attentionOf(params: Params, config: SmarterConfig, batch: SmarterBatch): Promise<ItemAttention | null> {
  if (config.text !== 'qf') return null;
  const maps = attentionMaps(params, config, batch);
  try {
    const [heads, tokens, places] = maps.cross.shape;
    const [self, cross] = [new Float32Array(await maps.self.data()), new Float32Array(await maps.cross.data())];
    return { self, cross, heads, tokens, places, isCoded: config.mode === 'as-coded' };
  } finally {
    tf.dispose([maps.self, maps.cross, maps.r2]);
  }
}

/** As features.ts does for batches: image vectors have the first channels, the means, alone. */
function standardised(x: tf.Tensor2D, scale: ChannelScale | null): tf.Tensor2D {
  if (scale === null) return x;
  const own = (values: Float32Array): tf.Tensor1D => tf.tensor1d(values.subarray(0, x.shape[1]));
  return tf.mul(tf.sub(x, own(scale.mean)), own(scale.inverse)) as tf.Tensor2D;
}

/**
 * How the loss of some classes changes with each pixel: gradient times input, summed over the colours, `[224 * 224]`. Positive: the pixel, as dark as it is, raises the loss.
 *
 * @param batch - one sample; its `targets` are the classes asked about. Its picture features are made anew from the pixels.
 */
export async function answerPixels(
  { params, config, choice: { scale } }: Pick<SmarterTraining, 'params' | 'config' | 'choice'>,
  batch: SmarterBatch,
  backbone: DifferentiableBackbone,
  picture: Uint8Array,
): Promise<Float32Array> {
  if (batch.samples !== 1) throw new InputError(fault('answerPixels', 'one sample', batch.samples));
  checkBatch(batch, config);
  const layout = layOut(batch, config);
  const map = tf.tidy(() => {
    const fixed = batchTensors(batch, config, layout);
    const pixels = backbone.pixels(picture);
    const weights = tf.fill([fixed.targets.shape[0]], 1 / fixed.targets.shape[0]) as tf.Tensor1D;
    const loss = (x: tf.Tensor): tf.Scalar => {
      const features = backbone.featuresOfPixels(x as tf.Tensor4D);
      const pooled = standardised(features.pooled, scale);
      const imageTokens = fixed.imageTokens === null ? null : standardised(features.tokens, scale);
      return crossEntropy(
        networkLogits(params, config, layout, { ...fixed, image: pooled, imageTokens, isImageFrozen: false }, null),
        fixed.targets,
        weights,
      );
    };
    return tf.sum(tf.mul(tf.grad(loss)(pixels), pixels), 3);
  });
  const values = new Float32Array(await map.data());
  map.dispose();
  return values;
}
