/**
 * The whole model: losses of a micro-batch and their gradients. Sequence of the decoder: image tokens (if any), then text.
 *
 * Language loss: sum over counted tokens of lossWeights * cross-entropy; the weights already average over the example's assistant tokens and over
 * the examples of the whole batch (spec/s2h 5, "Loss"), so micro-batches are simply summed. Reading loss (ours, base phase), mean over the patches of
 * the micro-batch: each image token predicts the token its patch shows through a head of its own ('head'), or is drawn to that token's embedding in
 * the decoder, which is held fixed ('embedding').
 *
 * The graph (`gradientsOf`, `lossOf`) takes sizes and tensors apart, so that it can be recorded once and played for every batch of those sizes
 * (passes.ts); the functions that take a MicroBatch make the tensors and run it eagerly.
 *
 * Letters: B batch, P image tokens (0 without a picture), T text tokens, N = P + T, M counted text positions, V vocabulary, D width of the decoder.
 */
import { fault } from '../lib/errors.ts';
import { imageTokens, pixelTensor } from './adapter.ts';
import type { MicroBatch } from './batch.ts';
import type { ReadingTarget, VlmConfig } from './config.ts';
import { decoderLayers, placeParts, tokenEmbeddings, tokenLogits, tokenPart } from './decoder.ts';
import { checkMicro, imageTokenCount, microArrays, microShape, sequencePlaces, type MicroShape } from './micro-inputs.ts';
import { alignmentLoss } from './ops/alignment.ts';
import { crossEntropy, maskedCrossEntropy } from './ops/cross-entropy.ts';
import { embedSum } from './ops/embed-sum.ts';
import { joinSequence } from './ops/join-sequence.ts';
import { linear } from './ops/linear.ts';
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

/** The arrays of a micro-batch (micro-inputs.ts) as tensors. */
export interface MicroTensors {
  /** int32 `[B*T]`. */
  readonly tokens: tf.Tensor1D;
  /** int32 `[B*N]`. */
  readonly lines: tf.Tensor1D;
  readonly columns: tf.Tensor1D;
  /** int32 and float32 `[B*M]`. */
  readonly targets: tf.Tensor1D;
  readonly lossWeights: tf.Tensor1D;
  /** Normalised pixels `[B, H, W, 3]` and the token each patch shows, int32 `[B*P]`; null without a picture. */
  readonly image: { readonly pixels: tf.Tensor4D; readonly patchTokens: tf.Tensor1D } | null;
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

/** What one run of the graph gives. Tensors belong to the caller. */
export interface GraphResult {
  readonly loss: tf.Scalar;
  /** Cross-entropy of the positions from `first` on, 0 where not counted, `[B*M]`; null without the language loss. */
  readonly rowLosses: tf.Tensor1D | null;
  readonly readingLoss: tf.Scalar | null;
}

/**
 * Input of the decoder's first layer.
 *
 * @param tokens - int32 `[B*T]`; `lines`, `columns` - int32 `[B*N]`.
 * @param vision - image tokens `[B*P, D]`, or null without a picture.
 * @returns `[B*N, D]`. Belongs to the caller's tidy.
 */
export function decoderInput(
  params: Params,
  { tokens, lines, columns }: Pick<MicroTensors, 'tokens' | 'lines' | 'columns'>,
  B: number,
  vision: tf.Tensor2D | null,
): tf.Tensor2D {
  const places = placeParts(params, lines, columns);
  if (vision === null) return embedSum([tokenPart(params, tokens), ...places]);
  return embedSum(places, joinSequence(vision, tokenEmbeddings(params, tokens), B));
}

/** Logits of the text positions `first`.., `[B*M, V]`. Belongs to the caller's tidy. */
function textLogits(params: Params, config: VlmConfig, shape: MicroShape, tensors: MicroTensors, vision: tf.Tensor2D | null): tf.Tensor2D {
  const P = vision === null ? 0 : imageTokenCount(shape);
  const input = decoderInput(params, tensors, shape.batch, vision);
  return tokenLogits(params, decoderLayers(params, config, input, { batch: shape.batch, prefix: P }, P + shape.first));
}

/** Names of the parameters that a micro-batch reaches. */
export function reachedParameters(
  params: Params,
  { image }: { readonly image: unknown },
  { readingWeight, readingTarget, languageWeight }: LossWeights,
): string[] {
  const hasImage = image !== null;
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

/**
 * Losses of a micro-batch, differentiable.
 *
 * @param isPixelFixed - true when no gradient with respect to the pixels is wanted.
 * @param isKept - true to get `rowLosses` and `readingLoss` as tensors that no tidy frees.
 */
function losses(
  params: Params,
  config: VlmConfig,
  shape: MicroShape,
  tensors: MicroTensors,
  weights: LossWeights,
  { isPixelFixed, isKept }: { readonly isPixelFixed: boolean; readonly isKept: boolean },
): GraphResult {
  const { image, lossWeights, targets } = tensors;
  const { batch, grid } = shape;
  const vision =
    image === null || grid === null ? null : imageTokens(params, config, image.pixels, patchPlaces(batch, grid.rows, grid.columns), isPixelFixed); // [B*P, D]
  let total: tf.Scalar | null = null;
  let rowLosses: tf.Tensor1D | null = null;
  let readingLoss: tf.Scalar | null = null;
  if (weights.languageWeight !== 0) {
    const logits = textLogits(params, config, shape, tensors, vision); // [B*M, V]
    const keepRows = (rows: tf.Tensor1D): void => {
      rowLosses = tf.keep(tf.clone(rows));
    };
    const language = maskedCrossEntropy(logits, targets, lossWeights, isKept ? keepRows : undefined);
    total = weights.languageWeight === 1 ? language : tf.mul<tf.Scalar>(language, weights.languageWeight);
  }
  if (weights.readingWeight !== 0 && image !== null && vision !== null) {
    const reading = readingLossOf(params, vision, image.patchTokens, weights.readingTarget ?? 'head');
    const weighted = tf.mul<tf.Scalar>(reading, weights.readingWeight);
    total = total === null ? weighted : tf.add<tf.Scalar>(total, weighted);
    readingLoss = isKept ? tf.keep(tf.clone(reading)) : reading;
  }
  if (total === null) throw new Error('internal: losses: no loss to compute');
  return { loss: total, rowLosses, readingLoss };
}

/**
 * Losses of a micro-batch and the gradients of all parameters that it reaches.
 *
 * @returns tensors the caller owns.
 */
export function gradientsOf(
  params: Params,
  config: VlmConfig,
  shape: MicroShape,
  tensors: MicroTensors,
  weights: LossWeights,
): GraphResult & { readonly gradients: Params } {
  const names = reachedParameters(params, tensors, weights);
  if (names.length === 0) throw new Error(fault('vlm', 'a loss: languageWeight, or readingWeight and a picture', weights));
  let result: GraphResult | null = null;
  const forward = (): tf.Scalar => {
    result = losses(params, config, shape, tensors, weights, { isPixelFixed: true, isKept: true });
    return result.loss;
  };
  const inputs = names.map((name) => paramOf(params, name));
  const { value, grads } = tf.engine().gradients(forward, inputs, undefined, true);
  const { rowLosses, readingLoss } = result ?? { rowLosses: null, readingLoss: null };
  const gradients: Params = {};
  names.forEach((name, i) => {
    const gradient = grads[i];
    if (gradient === undefined || gradient === null) throw new Error(`internal: gradientsOf: no gradient for "${name}"`);
    gradients[name] = gradient;
  });
  return { loss: value, gradients, rowLosses, readingLoss };
}

/** Language loss of a micro-batch without gradients. Tensors the caller owns. */
export function lossOf(params: Params, config: VlmConfig, shape: MicroShape, tensors: MicroTensors): GraphResult {
  let rowLosses: tf.Tensor1D | null = null;
  const loss = tf.tidy(() => {
    const result = losses(params, config, shape, tensors, LANGUAGE_ONLY, { isPixelFixed: true, isKept: true });
    ({ rowLosses } = result);
    return result.loss;
  });
  return { loss, rowLosses, readingLoss: null };
}

const LANGUAGE_ONLY: LossWeights = { languageWeight: 1, readingWeight: 0 };

/** What a loss says of the pixels, `[B, H, W]` each. */
export type PixelGradients = {
  /** The gradient, summed over the channels: what the loss does when the pixel gets brighter in all three. */
  readonly gradient: tf.Tensor3D;
  /** The gradient times the pixel of the picture, summed over the channels. */
  readonly timesInput: tf.Tensor3D;
};

/**
 * Gradient of the language loss with respect to each normalised pixel, taken on the straight way from a white page (all 0) to the picture.
 *
 * @param blend - how far on that way, `[1]`: at 0 the page, at 1 the picture.
 * @returns tensors the caller owns.
 */
export function pixelGradients(params: Params, config: VlmConfig, shape: MicroShape, tensors: MicroTensors, blend: tf.Tensor1D): PixelGradients {
  const { image } = tensors;
  if (image === null) throw new Error('internal: pixelGradients: no picture');
  return ownedTidy(() => {
    const loss = (pixels: tf.Tensor): tf.Scalar => {
      const seen = { ...tensors, image: { ...image, pixels: pixels as tf.Tensor4D } };
      return losses(params, config, shape, seen, LANGUAGE_ONLY, { isPixelFixed: false, isKept: false }).loss;
    };
    const gradient = tf.grad(loss)(tf.mul(image.pixels, blend)); // [B, H, W, 3]
    return { gradient: tf.sum<tf.Tensor3D>(gradient, 3), timesInput: tf.sum<tf.Tensor3D>(tf.mul(gradient, image.pixels), 3) };
  });
}

/** The tensors of a checked micro-batch, made now. Belong to the caller's tidy. */
export function eagerTensors(config: VlmConfig, micro: MicroBatch, shape: MicroShape): MicroTensors {
  const { tokens, lines, columns, targets, lossWeights, image } = microArrays(micro, shape);
  return {
    tokens: tf.tensor1d(tokens, 'int32'),
    lines: tf.tensor1d(lines, 'int32'),
    columns: tf.tensor1d(columns, 'int32'),
    targets: tf.tensor1d(targets, 'int32'),
    lossWeights: tf.tensor1d(lossWeights, 'float32'),
    image: image === null ? null : { pixels: pixelTensor(config, image, micro.batchSize), patchTokens: tf.tensor1d(image.patchTokens, 'int32') },
  };
}

/** `rowLosses` of the graph at their places, `[B, T]`. The caller owns it; `rows` stays the caller's. */
function tokenLossTensor(rows: tf.Tensor1D | null, { batch: B, textLength: T, first }: MicroShape): tf.Tensor2D {
  if (rows === null) return tf.zeros([B, T]);
  return tf.tidy(() =>
    tf.pad(tf.reshape<tf.Rank.R2>(rows, [B, T - first]), [
      [0, 0],
      [first, 0],
    ]),
  );
}

/**
 * Loss of a micro-batch and its gradients, eagerly.
 *
 * @returns tensors the caller owns.
 */
export function lossAndGradients(params: Params, config: VlmConfig, micro: MicroBatch, weights: LossWeights): LossAndGradients {
  checkMicro(micro, config);
  const shape = microShape(micro);
  return ownedTidy(() => {
    const { rowLosses, ...rest } = gradientsOf(params, config, shape, eagerTensors(config, micro, shape), weights);
    const tokenLoss = tokenLossTensor(rowLosses, shape);
    rowLosses?.dispose();
    return { ...rest, tokenLoss };
  });
}

/**
 * Language loss of a micro-batch without gradients, eagerly.
 *
 * @returns tensors the caller owns; `tokenLoss` is `[B, T]`, 0 where not counted.
 */
export function evaluateLoss(params: Params, config: VlmConfig, micro: MicroBatch): { loss: tf.Scalar; tokenLoss: tf.Tensor2D } {
  checkMicro(micro, config);
  const shape = microShape(micro);
  return ownedTidy(() => {
    const { loss, rowLosses } = lossOf(params, config, shape, eagerTensors(config, micro, shape));
    const tokenLoss = tokenLossTensor(rowLosses, shape);
    rowLosses?.dispose();
    return { loss, tokenLoss };
  });
}

/** `tf.tidy` for results that are records of tensors, records and nulls. */
function ownedTidy<T extends object>(f: () => T): T {
  return tf.tidy(() => f() as unknown as tf.TensorContainer) as unknown as T;
}

/**
 * Language loss as a function of the normalised pixels, differentiable (for attribution).
 *
 * @param pixels - `[B, H, W, 3]`.
 */
export function lossOfPixels(params: Params, config: VlmConfig, micro: MicroBatch, pixels: tf.Tensor4D): tf.Scalar {
  const shape = microShape(micro);
  return tf.tidy(() => {
    const tensors = eagerTensors(config, micro, shape);
    const seen = tensors.image === null ? null : { ...tensors.image, pixels };
    return losses(params, config, shape, { ...tensors, image: seen }, LANGUAGE_ONLY, { isPixelFixed: false, isKept: false }).loss;
  });
}

/** Logits of every text position, `[B, T, V]`. The caller owns them. */
export function forwardLogits(params: Params, config: VlmConfig, micro: MicroBatch): tf.Tensor3D {
  checkMicro(micro, config);
  const shape = { ...microShape(micro), first: 0 };
  return tf.tidy(() => {
    const tensors = eagerTensors(config, micro, shape);
    const vision =
      tensors.image === null || shape.grid === null
        ? null
        : imageTokens(params, config, tensors.image.pixels, patchPlaces(shape.batch, shape.grid.rows, shape.grid.columns));
    return tf.reshape<tf.Rank.R3>(textLogits(params, config, shape, tensors, vision), [shape.batch, shape.textLength, config.vocabularySize]);
  });
}

/** The places of a prompt's tokens and of its image tokens as tensors, for decoding. Belong to the caller's tidy. */
export function promptTensors(
  prompt: Parameters<typeof sequencePlaces>[0] & Pick<MicroBatch, 'tokens'>,
): Pick<MicroTensors, 'tokens' | 'lines' | 'columns'> {
  const { lines, columns } = sequencePlaces(prompt);
  return { tokens: tf.tensor1d(prompt.tokens, 'int32'), lines: tf.tensor1d(lines, 'int32'), columns: tf.tensor1d(columns, 'int32') };
}
