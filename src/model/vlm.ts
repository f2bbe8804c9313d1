/**
 * The whole model: loss of a micro-batch and its gradients. Sequence of the decoder: image tokens (if any), then text.
 *
 * Language loss: sum over counted tokens of lossWeights * cross-entropy; the weights already average over the example's assistant tokens and over
 * the examples of the whole batch (spec/s2h 5, "Loss"), so micro-batches are simply summed. Reading loss (ours, base phase), mean over the patches of
 * the micro-batch: each image token predicts the token its patch shows through a head of its own ('head'), or is drawn to that token's embedding in
 * the decoder, which is held fixed ('embedding').
 *
 * Letters: B batch, P image tokens (0 without a picture), T text tokens, N = P + T, V vocabulary, D width of the decoder.
 */
import { fault, ShapeError } from '../lib/errors.ts';
import { imageTokens, pixelTensor } from './adapter.ts';
import type { ImageBatch, MicroBatch } from './batch.ts';
import type { ReadingTarget, VlmConfig } from './config.ts';
import { decoderLayers, placeEmbeddings, tokenEmbeddings, tokenLogits } from './decoder.ts';
import { alignmentLoss } from './ops/alignment.ts';
import { crossEntropy } from './ops/cross-entropy.ts';
import { linear } from './ops/linear.ts';
import { ropeTables } from './ops/rope.ts';
import { matrixOf, paramOf, vectorOf, type Params } from './params.ts';
import * as tf from './tf.ts';
import { patchPlaces } from './vit.ts';

export interface LossWeights {
  /** Factor of the reading loss; 0 leaves it out (and `reading.*` without gradient). */
  readonly readingWeight: number;
  /** What image tokens are compared with in the reading loss; default 'head'. */
  readonly readingTarget?: ReadingTarget;
  /** Factor of the language loss; 0 leaves the decoder out. */
  readonly languageWeight: number;
}

export interface LossAndGradients {
  /** languageWeight * language + readingWeight * reading. */
  readonly loss: tf.Scalar;
  /** Only the parameters this micro-batch reaches: no encoder without a picture, no decoder without the language loss. The optimiser leaves the others alone, as PyTorch does. */
  readonly gradients: Params;
  /** Cross-entropy per target token, 0 where it is not counted, `[B, T]`. */
  readonly tokenLoss: tf.Tensor2D;
  readonly readingLoss: tf.Scalar | null;
}

function checkMicro(micro: MicroBatch, config: VlmConfig): void {
  const { batchSize: B, textLength: T } = micro;
  for (const name of ['tokens', 'lines', 'columns', 'targets', 'lossWeights'] as const) {
    if (micro[name].length !== B * T) throw new ShapeError(fault('vlm', `${name} [${B}, ${T}]`, `${micro[name].length} values`));
  }
  const inside = (values: Int32Array, limit: number, what: string): void => {
    const bad = values.find((value) => value < 0 || value >= limit);
    if (bad !== undefined) throw new ShapeError(fault('vlm', `${what} in 0..${limit - 1}`, bad));
  };
  inside(micro.tokens, config.vocabularySize, 'tokens');
  inside(micro.targets, config.vocabularySize, 'targets');
  inside(micro.lines, config.decoder.maxLines, 'lines');
  inside(micro.columns, config.decoder.maxColumns, 'columns');
  if (micro.image !== null) inside(micro.image.patchTokens, config.vocabularySize, 'patchTokens');
}

/** Image tokens `[B*P, D]` of a picture batch, and the pixels they were made of. Tensors belong to the caller's tidy. */
function encode(params: Params, config: VlmConfig, image: ImageBatch, B: number, pixels: tf.Tensor4D | null): tf.Tensor2D {
  const places = patchPlaces(B, image.gridRows, image.gridColumns);
  return imageTokens(params, config, pixels ?? pixelTensor(config, image, B), places, pixels === null);
}

/** 1-based places of the image tokens followed by those of the text, int32 `[B*N]`. */
function sequencePlaces(micro: MicroBatch): { lines: tf.Tensor1D; columns: tf.Tensor1D } {
  const { batchSize: B, textLength: T, image } = micro;
  if (image === null) return { lines: tf.tensor1d(micro.lines, 'int32'), columns: tf.tensor1d(micro.columns, 'int32') };
  const P = image.gridRows * image.gridColumns;
  const N = P + T;
  const lines = new Int32Array(B * N);
  const columns = new Int32Array(B * N);
  for (let b = 0; b < B; b++) {
    for (let p = 0; p < P; p++) {
      lines[b * N + p] = Math.floor(p / image.gridColumns) + 1;
      columns[b * N + p] = (p % image.gridColumns) + 1;
    }
    lines.set(micro.lines.subarray(b * T, (b + 1) * T), b * N + P);
    columns.set(micro.columns.subarray(b * T, (b + 1) * T), b * N + P);
  }
  return { lines: tf.tensor1d(lines, 'int32'), columns: tf.tensor1d(columns, 'int32') };
}

/**
 * Input of the decoder's first layer.
 *
 * @param vision - image tokens `[B*P, D]`, or null without a picture.
 * @returns `[B*N, D]`. Belongs to the caller's tidy.
 */
export function decoderInput(params: Params, micro: MicroBatch, vision: tf.Tensor2D | null): tf.Tensor2D {
  const { batchSize: B, textLength: T } = micro;
  const words = tokenEmbeddings(params, tf.tensor1d(micro.tokens, 'int32')); // [B*T, D]
  const { lines, columns } = sequencePlaces(micro);
  const places = placeEmbeddings(params, lines, columns); // [B*N, D]
  if (vision === null) return tf.add<tf.Tensor2D>(words, places);
  const D = words.shape[1];
  const P = vision.shape[0] / B;
  const joined = tf.concat([tf.reshape<tf.Rank.R3>(vision, [B, P, D]), tf.reshape<tf.Rank.R3>(words, [B, T, D])], 1); // [B, N, D]
  return tf.add<tf.Tensor2D>(tf.reshape(joined, [B * (P + T), D]), places);
}

/** Logits of the text positions `first`.., `[B*(T-first), V]`. Belongs to the caller's tidy. */
function textLogits(params: Params, config: VlmConfig, micro: MicroBatch, vision: tf.Tensor2D | null, first: number): tf.Tensor2D {
  const { batchSize: B, textLength: T } = micro;
  const { dim: D, heads, ropeBase } = config.decoder;
  const P = vision === null ? 0 : vision.shape[0] / B;
  const positions = Array.from({ length: P + T }, (_, i) => i);
  const options = { batch: B, prefix: P, rope: ropeTables(positions, D / heads, ropeBase) };
  return tokenLogits(params, decoderLayers(params, config, decoderInput(params, micro, vision), options, P + first));
}

/** The first text position that counts in any row (0 when none does): before it no logits are needed. */
function firstCounted({ batchSize: B, textLength: T, lossWeights }: MicroBatch): number {
  for (let t = 0; t < T; t++) {
    for (let b = 0; b < B; b++) if (lossWeights[b * T + t] !== 0) return t;
  }
  return 0;
}

/** Columns `first`.. of a row-major `[B, T]` array, flat. */
function tailOf<A extends Int32Array | Float32Array>(values: A, T: number, first: number): A {
  return values.filter((_, i) => i % T >= first) as A;
}

/** Names of the parameters that a micro-batch reaches. */
export function reachedParameters(params: Params, micro: MicroBatch, { readingWeight, readingTarget, languageWeight }: LossWeights): string[] {
  const hasImage = micro.image !== null;
  return Object.keys(params).filter((name) => {
    if (name.startsWith('reading.')) return hasImage && readingWeight !== 0 && readingTarget !== 'embedding';
    if (name.startsWith('decoder.')) return languageWeight !== 0;
    return hasImage;
  });
}

/** Reading loss of image tokens `[B*P, D]` whose patches show `shown` `[B*P]`. Belongs to the caller's tidy. */
function readingLossOf(params: Params, vision: tf.Tensor2D, shown: tf.Tensor1D, target: ReadingTarget): tf.Scalar {
  if (target === 'embedding') return alignmentLoss(vision, tokenEmbeddings(params, shown));
  const rows = vision.shape[0];
  const logits = linear(vision, matrixOf(params, 'reading.weight'), vectorOf(params, 'reading.bias')); // [B*P, V]
  return crossEntropy(logits, shown, tf.fill([rows], 1 / rows) as tf.Tensor1D);
}

interface Parts {
  readonly loss: tf.Scalar;
  readonly tokenLoss: tf.Tensor2D | null;
  readonly readingLoss: tf.Scalar | null;
}

/**
 * Losses of a micro-batch, differentiable.
 *
 * @param pixels - replaces the picture's own (for gradients with respect to it), or null.
 * @param isTokenLossKept - true to get `tokenLoss` as a tensor that no tidy frees.
 */
function losses(
  params: Params,
  config: VlmConfig,
  micro: MicroBatch,
  weights: LossWeights,
  pixels: tf.Tensor4D | null,
  isTokenLossKept: boolean,
): Parts {
  const { batchSize: B, textLength: T, image } = micro;
  const vision = image === null ? null : encode(params, config, image, B, pixels); // [B*P, D]
  let total: tf.Scalar | null = null;
  let tokenLoss: tf.Tensor2D | null = null;
  let readingLoss: tf.Scalar | null = null;
  if (weights.languageWeight !== 0) {
    const first = firstCounted(micro);
    const counted = tf.tensor1d(tailOf(micro.lossWeights, T, first), 'float32'); // [B*(T-first)]
    const targets = tf.tensor1d(tailOf(micro.targets, T, first), 'int32'); // [B*(T-first)]
    const logits = textLogits(params, config, micro, vision, first); // [B*(T-first), V]
    const keepRows = (rows: tf.Tensor1D): void => {
      tokenLoss = tf.tidy(() => {
        const late = tf.reshape<tf.Rank.R2>(tf.mul(rows, tf.sign(counted)), [B, T - first]);
        return tf.keep(
          tf.pad(late, [
            [0, 0],
            [first, 0],
          ]),
        ); // [B, T]
      });
    };
    const language = crossEntropy(logits, targets, counted, isTokenLossKept ? keepRows : undefined);
    total = weights.languageWeight === 1 ? language : tf.mul<tf.Scalar>(language, weights.languageWeight);
  }
  if (weights.readingWeight !== 0 && image !== null && vision !== null) {
    readingLoss = readingLossOf(params, vision, tf.tensor1d(image.patchTokens, 'int32'), weights.readingTarget ?? 'head');
    const weighted = tf.mul<tf.Scalar>(readingLoss, weights.readingWeight);
    total = total === null ? weighted : tf.add<tf.Scalar>(total, weighted);
  }
  if (total === null) throw new Error('internal: losses: no loss to compute');
  if (isTokenLossKept) tokenLoss ??= tf.keep(tf.zeros<tf.Rank.R2>([B, T]));
  return { loss: total, tokenLoss, readingLoss };
}

/**
 * Loss of a micro-batch and its gradients.
 *
 * @returns tensors the caller owns.
 */
export function lossAndGradients(params: Params, config: VlmConfig, micro: MicroBatch, weights: LossWeights): LossAndGradients {
  checkMicro(micro, config);
  const names = reachedParameters(params, micro, weights);
  if (names.length === 0) throw new Error(fault('vlm', 'a loss: languageWeight, or readingWeight and a picture', weights));
  let parts: Parts | null = null;
  const forward = (): tf.Scalar => {
    parts = losses(params, config, micro, weights, null, true);
    if (parts.readingLoss !== null) parts = { ...parts, readingLoss: tf.keep(tf.clone(parts.readingLoss)) };
    return parts.loss;
  };
  const inputs = names.map((name) => paramOf(params, name));
  const { value, grads } = tf.engine().gradients(forward, inputs, undefined, true);
  const { tokenLoss, readingLoss } = parts ?? { tokenLoss: null, readingLoss: null };
  if (tokenLoss === null) throw new Error('internal: lossAndGradients: the forward pass kept no token loss');
  const gradients: Params = {};
  names.forEach((name, i) => {
    const gradient = grads[i];
    if (gradient === undefined || gradient === null) throw new Error(`internal: lossAndGradients: no gradient for "${name}"`);
    gradients[name] = gradient;
  });
  return { loss: value, gradients, tokenLoss, readingLoss };
}

/**
 * Language loss of a micro-batch without gradients.
 *
 * @returns tensors the caller owns; `tokenLoss` is `[B, T]`, 0 where not counted.
 */
export function evaluateLoss(params: Params, config: VlmConfig, micro: MicroBatch): { loss: tf.Scalar; tokenLoss: tf.Tensor2D } {
  checkMicro(micro, config);
  let tokenLoss: tf.Tensor2D | null = null;
  const loss = tf.tidy(() => {
    const parts = losses(params, config, micro, { languageWeight: 1, readingWeight: 0 }, null, true);
    tokenLoss = parts.tokenLoss;
    return parts.loss;
  });
  if (tokenLoss === null) throw new Error('internal: evaluateLoss: the forward pass kept no token loss');
  return { loss, tokenLoss };
}

/**
 * Language loss as a function of the normalised pixels, differentiable (for attribution).
 *
 * @param pixels - `[B, H, W, 3]`.
 */
export function lossOfPixels(params: Params, config: VlmConfig, micro: MicroBatch, pixels: tf.Tensor4D): tf.Scalar {
  return tf.tidy(() => losses(params, config, micro, { languageWeight: 1, readingWeight: 0 }, pixels, false).loss);
}

/** Logits of every text position, `[B, T, V]`. The caller owns them. */
export function forwardLogits(params: Params, config: VlmConfig, micro: MicroBatch): tf.Tensor3D {
  checkMicro(micro, config);
  const { batchSize: B, textLength: T, image } = micro;
  return tf.tidy(() => {
    const vision = image === null ? null : encode(params, config, image, B, null);
    return tf.reshape<tf.Rank.R3>(textLogits(params, config, micro, vision, 0), [B, T, config.vocabularySize]);
  });
}
