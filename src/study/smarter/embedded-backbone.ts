/**
 * The backbones that ship with the page: our self-distilled encoder in DINOv2's place, our contrastive pair in SigLIP's. The pooled vector is the mean over the
 * patches and their standard deviation (statistics pooling, as in x-vectors: Snyder et al. 2018): the mean of so small an encoder says little of how many things a
 * picture has. Ours; measured in docs/decisions/0012-smartervlm.md.
 */
import { GRID, TEXT_POSITIONS, textStates, visionTokens } from '../../model/encoders/encoder.ts';
import type { Params } from '../../model/params.ts';
import * as tf from '../../model/tf.ts';
import { PICTURE_PX } from '../../tasks/puzzles/draw/shapes.ts';
import { loadEncoder } from '../encoders/encoder-file.ts';
import type { EncoderFile } from '../encoders/encoder-file.ts';
import { pixelsOf } from '../encoders/encoder-training.ts';
import { makeWordPieces } from '../encoders/word-pieces.ts';
import { tensorsOfStored } from '../stored-tensors.ts';
import { IMAGE_TOKENS, imageFeatures, patchesOf, SPREAD_EPSILON } from './backbone.ts';
import type { Backbone, PatchTokens } from './backbone.ts';

/** A backbone on our own ops, whose features can be differentiated by the pixels. */
export interface DifferentiableBackbone extends Backbone {
  /** The tokens of a question, for people. */
  tokens(question: string): readonly string[];
  /** A picture as the encoders take it, `[1, 224, 224, 3]`. The caller owns it. */
  pixels(picture: Uint8Array): tf.Tensor4D;
  /** `[1, I]` and `[N, T]`. They belong to the caller's tidy. */
  featuresOfPixels(pixels: tf.Tensor4D): { readonly pooled: tf.Tensor2D; readonly tokens: tf.Tensor2D };
}

/** @param readFile - reads from `public/encoders`. */
export async function loadEmbeddedBackbone(readFile: (name: string) => Promise<Uint8Array>): Promise<DifferentiableBackbone> {
  const distilled = await loadEncoder('self-distilled', readFile);
  const pair = await loadEncoder('contrastive', readFile);
  return embeddedBackbone(distilled.file, pair.file, `embedded 2 ${distilled.digest.slice(0, 16)} ${pair.digest.slice(0, 16)}`);
}

/** On the backend that is active. */
export function embeddedBackbone(distilled: EncoderFile, pair: EncoderFile, id: string): DifferentiableBackbone {
  const { text } = pair;
  const tokenDim = distilled.vision.dim + pair.vision.dim;
  if (text === null) throw new Error('internal: a pair without a text encoder');
  const pieces = makeWordPieces(pair.words);
  const [first, second] = [tensorsOfStored(distilled.weights), tensorsOfStored(pair.weights)];
  const tokensOf = async ({ vision }: EncoderFile, params: Params, pixels: tf.Tensor4D): Promise<PatchTokens> => {
    const tokens = visionTokens(params, 'vision', vision, pixels);
    const values = new Float32Array(await tokens.data());
    tokens.dispose();
    return { grid: GRID, dim: vision.dim, before: 0, values };
  };
  return {
    ...{ id, title: 'small encoders of this notebook', textDim: text.dim, textLength: TEXT_POSITIONS },
    tokenDim,
    imageDim: 2 * tokenDim,
    async images(pictures) {
      const pixels = pixelsOf(pictures, PICTURE_PX);
      const both = [await tokensOf(distilled, first, pixels), await tokensOf(pair, second, pixels)];
      pixels.dispose();
      return imageFeatures(pictures.length, both, true);
    },
    tokens: pieces.tokens,
    pixels: (picture) => pixelsOf([picture], PICTURE_PX),
    featuresOfPixels(pixels) {
      const both = [visionTokens(first, 'vision', distilled.vision, pixels, false), visionTokens(second, 'vision', pair.vision, pixels, false)];
      const all = tf.concat(both, 1) as tf.Tensor2D; // [64, T]
      const tokens = tf.matMul(tf.tensor2d(averaging(), [IMAGE_TOKENS, GRID * GRID]), all) as tf.Tensor2D;
      const mean = tf.mean(all, 0, true); // [1, T]
      const spread = tf.sqrt(tf.add(tf.mean(tf.square(tf.sub(all, mean)), 0, true), SPREAD_EPSILON));
      return { pooled: tf.concat([mean, spread], 1) as tf.Tensor2D, tokens };
    },
    async texts(questions) {
      const rows = questions.map((question) => pieces.encode(question));
      const ids = tf.tensor1d(Int32Array.from(rows.flatMap((row) => [...row.ids])), 'int32');
      const states = textStates(second, 'text', text, ids);
      const values = new Float32Array(await states.data());
      tf.dispose([ids, states]);
      return { states: values, mask: Uint8Array.from(rows.flatMap((row) => [...row.mask])) };
    },
    dispose: () => tf.dispose([first, second]),
  };
}

/** The matrix that makes image vectors of patch tokens, `[N, 64]`; a product, because wasm has no gradient of a gather. */
function averaging(): Float32Array {
  const matrix = new Float32Array(IMAGE_TOKENS * GRID * GRID);
  for (let token = 0; token < IMAGE_TOKENS; token++) {
    const patches = patchesOf(token, GRID);
    for (const patch of patches) matrix[token * GRID * GRID + patch] = 1 / patches.length;
  }
  return matrix;
}
