/**
 * A picture and a text encoder trained as SigLIP is (arXiv 2303.15343, algorithm 1): every pair of the batch is a yes-or-no question. Pictures whose captions are equal
 * match each other's captions too (ours: questions repeat among puzzles, captions on the web hardly do).
 */
import { Declarations, paramOf } from '../params.ts';
import type { Params } from '../params.ts';
import * as tf from '../tf.ts';
import { linearAt } from '../transformer.ts';
import { declareText, declareVision, TEXT_POSITIONS, textStates, visionTokens } from './encoder.ts';
import type { TextConfig, VisionConfig } from './encoder.ts';
import { unit } from './self-distillation.ts';

export const PAIR_VISION = 'vision';
export const PAIR_TEXT = 'text';

/** Width that both are compared in: ours. */
const JOINT_DIM = 64;

export interface PairConfig {
  readonly vision: VisionConfig;
  readonly text: TextConfig;
}

/** The temperature starts at log 10, as published; the bias, published for thousands of pairs at -10, at the log odds of one in some 50 (ours). */
export function declarePair({ vision, text }: PairConfig): Declarations {
  const to = new Declarations();
  declareVision(to, PAIR_VISION, vision);
  declareText(to, PAIR_TEXT, text);
  to.linear('joint.vision', vision.dim, JOINT_DIM);
  to.linear('joint.text', text.dim, JOINT_DIM);
  to.add('joint.temperature', [1], { fill: Math.log(10) });
  to.add('joint.bias', [1], { fill: -4 });
  return to;
}

export interface PairBatch {
  /** Normalised, `[B, 224, 224, 3]`. */
  readonly pixels: tf.Tensor4D;
  /** int32 `[B*64]`. */
  readonly ids: tf.Tensor1D;
  /** 1 for words, 0 for padding, `[B*64]`. */
  readonly mask: tf.Tensor1D;
  /** 1 where picture i and text j belong together, else -1, `[B, B]`. */
  readonly signs: tf.Tensor2D;
}

/** Mean over pictures of the summed log loss of all pairs. */
export function contrastiveLoss(params: Params, config: PairConfig, batch: PairBatch): tf.Scalar {
  return tf.tidy(() => {
    const logits = tf.add(
      tf.mul(
        tf.matMul(picturePoints(params, config, batch), textPoints(params, config, batch), false, true),
        tf.exp(paramOf(params, 'joint.temperature')),
      ),
      paramOf(params, 'joint.bias'),
    );
    const losses = tf.softplus(tf.neg(tf.mul(logits, batch.signs)));
    return tf.div(tf.sum(losses), batch.pixels.shape[0]) as tf.Scalar;
  });
}

/**
 * Every channel with mean 0 and variance 1 over the batch. Ours: means of many tokens point the same way at first, and without this the first thousand steps go into pulling them
 * apart. Only the comparison of a batch needs it, so the towers know nothing of it.
 */
function standardised(x: tf.Tensor2D): tf.Tensor2D {
  const centred = tf.sub(x, tf.mean(x, 0, true));
  return tf.div(centred, tf.sqrt(tf.add(tf.mean(tf.square(centred), 0, true), 1e-5))) as tf.Tensor2D;
}

/** Pictures as unit vectors, `[B, JOINT_DIM]`. The caller owns it. */
export function picturePoints(params: Params, { vision }: PairConfig, { pixels }: Pick<PairBatch, 'pixels'>): tf.Tensor2D {
  return tf.tidy(() => {
    const tokens = visionTokens(params, PAIR_VISION, vision, pixels);
    const pooled = tf.mean(tf.reshape(tokens, [pixels.shape[0], -1, vision.dim]), 1) as tf.Tensor2D;
    return unit(standardised(linearAt(params, 'joint.vision', pooled)), 1);
  });
}

/** Texts as unit vectors, the mean over their words, `[B, JOINT_DIM]`. The caller owns it. */
export function textPoints(params: Params, { text }: PairConfig, { ids, mask }: Pick<PairBatch, 'ids' | 'mask'>): tf.Tensor2D {
  return tf.tidy(() => {
    const batch = ids.shape[0] / TEXT_POSITIONS;
    const weights = tf.reshape(mask, [batch, TEXT_POSITIONS, 1]);
    const states = tf.reshape(textStates(params, PAIR_TEXT, text, ids), [batch, TEXT_POSITIONS, text.dim]);
    const pooled = tf.div(tf.sum(tf.mul(states, weights), 1), tf.sum(weights, 1)) as tf.Tensor2D;
    return unit(standardised(linearAt(params, 'joint.text', pooled)), 1);
  });
}
