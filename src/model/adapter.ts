/**
 * From pixels to image tokens: both encoders over the same picture, their channels joined, a two-layer adapter into the decoder's width. Source:
 * Eagle (arXiv 2408.15998), channel concatenation; S2H uses Eagle-X2 (spec/s2h 5).
 *
 * Letters: B batch, P patches, V width of the ViT branch, C width of the ConvNeXt branch, D width of the decoder.
 */
import { fault, ShapeError } from '../lib/errors.ts';
import type { ImageBatch } from './batch.ts';
import type { VlmConfig } from './config.ts';
import { convnextTokens } from './convnext.ts';
import { gelu } from './ops/gelu.ts';
import { linear } from './ops/linear.ts';
import { normalisePixels, type PixelShape } from './ops/normalise-pixels.ts';
import { matrixOf, vectorOf, type Params } from './params.ts';
import * as tf from './tf.ts';
import { linearAt } from './transformer.ts';
import { vitTokens, type PatchPlaces } from './vit.ts';

/** Shape `[B, H, W, 3]` of a batch's pixels; throws a ShapeError unless they are all there and inside the model's limits. */
export function pixelShape(config: VlmConfig, image: ImageBatch, batchSize: number): PixelShape {
  const { gridRows, gridColumns, patchPx, pixels } = image;
  const { image: limits } = config;
  if (patchPx !== limits.patchPx) throw new ShapeError(fault('pixelTensor', `patches of ${limits.patchPx} px`, patchPx));
  if (gridRows > limits.maxGridRows || gridColumns > limits.maxGridColumns) {
    throw new ShapeError(fault('pixelTensor', `a grid of at most ${limits.maxGridRows} x ${limits.maxGridColumns}`, `${gridRows} x ${gridColumns}`));
  }
  const shape: PixelShape = [batchSize, gridRows * patchPx, gridColumns * patchPx, 3];
  const size = shape[0] * shape[1] * shape[2] * shape[3];
  if (pixels.length !== size) throw new ShapeError(fault('pixelTensor', `${size} bytes for [${shape.join(', ')}]`, pixels.length));
  return shape;
}

/** Normalised pixels of a batch, `[B, H, W, 3]`. The caller owns them. */
export function pixelTensor(config: VlmConfig, image: ImageBatch, batchSize: number): tf.Tensor4D {
  const shape = pixelShape(config, image, batchSize);
  return normalisePixels(image.pixels, shape);
}

/**
 * @param pixels - normalised pixels, `[B, H, W, 3]`.
 * @param isPixelFixed - true when no gradient with respect to the pixels is wanted. Default true.
 * @returns `[B*P, D]`. The caller owns it.
 */
export function imageTokens(params: Params, config: VlmConfig, pixels: tf.Tensor4D, places: PatchPlaces, isPixelFixed = true): tf.Tensor2D {
  return tf.tidy(() => {
    const grid = { rows: pixels.shape[1] / config.image.patchPx, columns: pixels.shape[2] / config.image.patchPx };
    const vit = vitTokens(params, config, pixels, places, isPixelFixed); // [B*P, V]
    const convnext = convnextTokens(params, config, pixels, grid, isPixelFixed); // [B*P, C]
    // [vit, convnext] @ W = vit @ (upper rows of W) + convnext @ (lower rows): no copy of the tokens.
    const W = matrixOf(params, 'adapter.up.weight');
    const V = config.vit.dim;
    const fromVit = linear(vit, W, vectorOf(params, 'adapter.up.bias'), { weightRows: [0, V] });
    const both = linear(convnext, W, null, { weightRows: [V, W.shape[0]], residual: fromVit });
    return linearAt(params, 'adapter.down', gelu(both));
  });
}
