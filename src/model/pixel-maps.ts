/**
 * Gradients of losses with respect to pixels, one example at a time: what the methods of attribution.ts are made of. Here their questions and the plain
 * way to answer them; on WebGPU captured-passes.ts does.
 *
 * Letters: H and W pixels, T text tokens.
 */
import { fault } from '../lib/errors.ts';
import type { MicroBatch } from './batch.ts';
import type { VlmConfig } from './config.ts';
import { checkMicro, microShape } from './micro-inputs.ts';
import type { Params } from './params.ts';
import * as tf from './tf.ts';
import { eagerTensors, pixelGradients } from './vlm.ts';

/** One map that is wanted. */
export interface PixelQuestion {
  /** Indices t of `micro.targets`, 0..T-1: the losses of these targets are summed. Each once. */
  readonly positions: readonly number[];
  /** Where the gradient is taken on the straight way from a white page, 0, to the picture, 1. */
  readonly blend: number;
  /** Whether the gradient is multiplied by the pixel of the picture before its channels are summed. */
  readonly isTimesInput: boolean;
}

/** The micro-batch with only the targets at `positions` counted, each with weight 1. */
export function onlyTargets(micro: MicroBatch, positions: readonly number[]): MicroBatch {
  const lossWeights = new Float32Array(micro.textLength);
  for (const position of positions) lossWeights[position] = 1;
  return { ...micro, lossWeights };
}

/** Throws unless it is one example with a picture, each question asks for positions of its targets, and its blend is a share. */
export function checkPixelQuestions({ image, batchSize, textLength }: MicroBatch, questions: readonly PixelQuestion[]): void {
  if (image === null || batchSize !== 1) {
    throw new Error(fault('pixelMaps', 'one example with a picture', { batchSize, hasImage: image !== null }));
  }
  for (const { positions, blend } of questions) {
    const bad = positions.find((t) => !Number.isInteger(t) || t < 0 || t >= textLength);
    if (bad !== undefined || positions.length === 0) throw new Error(fault('pixelMaps', `positions in 0..${textLength - 1}`, bad ?? 'none'));
    if (!(blend >= 0 && blend <= 1)) throw new Error(fault('pixelMaps', 'a blend from 0 to 1', blend));
  }
}

/**
 * The maps of the questions, eagerly.
 *
 * @param micro - one example with a picture; `targets` holds the token at each asked position.
 * @returns one array `[H * W]`, row-major, per question.
 */
export async function eagerPixelMaps(
  params: Params,
  config: VlmConfig,
  micro: MicroBatch,
  questions: readonly PixelQuestion[],
): Promise<Float32Array[]> {
  checkPixelQuestions(micro, questions);
  checkMicro(micro, config);
  const maps: Float32Array[] = [];
  for (const { positions, blend, isTimesInput } of questions) {
    const only = onlyTargets(micro, positions);
    const shape = microShape(only);
    const map = tf.tidy(() => {
      const made = pixelGradients(params, config, shape, eagerTensors(config, only, shape), tf.tensor1d([blend]));
      return isTimesInput ? made.timesInput : made.gradient; // [1, H, W]
    });
    try {
      maps.push(await map.data<'float32'>());
    } finally {
      map.dispose();
    }
  }
  return maps;
}
