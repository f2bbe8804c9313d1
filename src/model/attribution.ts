/**
 * Which pixels a token's loss hangs on: the score of S2H, appendix J. For target token k, score of pixel j = <d loss_k / d x_j, x_j>, summed over the
 * three channels, where loss_k is the cross-entropy of that token given the picture and the gold (or generated) tokens before it.
 *
 * The paper does not say whether x is the raw or the normalised pixel; ours is the normalised one, which the gradient is taken for. Paper white is
 * 0 there, so white scores 0: only ink and fill can score.
 *
 * Letters: H and W pixels, T text tokens.
 */
import { fault } from '../lib/errors.ts';
import type { MicroBatch } from './batch.ts';
import type { VlmConfig } from './config.ts';
import { checkMicro, microShape } from './micro-inputs.ts';
import type { Params } from './params.ts';
import * as tf from './tf.ts';
import { eagerTensors, pixelScores } from './vlm.ts';

/** The micro-batch with only the target at `position` counted, with weight 1. */
export function onlyTarget(micro: MicroBatch, position: number): MicroBatch {
  const lossWeights = new Float32Array(micro.textLength);
  lossWeights[position] = 1;
  return { ...micro, lossWeights };
}

/** Throws unless it is one example with a picture and positions of its targets. */
export function checkPixelQuestion({ image, batchSize, textLength }: MicroBatch, positions: readonly number[]): void {
  if (image === null || batchSize !== 1) {
    throw new Error(fault('pixelAttribution', 'one example with a picture', { batchSize, hasImage: image !== null }));
  }
  const bad = positions.find((t) => !Number.isInteger(t) || t < 0 || t >= textLength);
  if (bad !== undefined) throw new Error(fault('pixelAttribution', `positions in 0..${textLength - 1}`, bad));
}

/**
 * Scores of every pixel for each of the given target positions, eagerly.
 *
 * @param micro - one example with a picture; `targets` holds the token at each asked position.
 * @param positions - indices t of `micro.targets`, 0..T-1.
 * @returns one array `[H * W]`, row-major, per position.
 */
export async function pixelAttribution(params: Params, config: VlmConfig, micro: MicroBatch, positions: readonly number[]): Promise<Float32Array[]> {
  checkPixelQuestion(micro, positions);
  checkMicro(micro, config);
  const scores: Float32Array[] = [];
  for (const position of positions) {
    const only = onlyTarget(micro, position);
    const shape = microShape(only);
    const score = tf.tidy(() => pixelScores(params, config, shape, eagerTensors(config, only, shape))); // [1, H, W]
    try {
      scores.push(await score.data<'float32'>());
    } finally {
      score.dispose();
    }
  }
  return scores;
}
