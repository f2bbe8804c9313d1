/**
 * The ConvNeXt branch: patchify stem, stages of depthwise-convolution blocks, 2 x 2 down-sampling between stages. Source: arXiv 2201.03545,
 * section 2; stems, widths and kernels are ours (config.ts).
 *
 * Letters: B batch, Y and X cells of the branch's grid, C channels.
 */
import type { VlmConfig } from './config.ts';
import { depthwiseConv } from './ops/depthwise-conv.ts';
import { patchify } from './ops/patchify.ts';
import { resample } from './ops/resample.ts';
import { scaledResidual } from './ops/scaled-residual.ts';
import { paramOf, vectorOf, type Params } from './params.ts';
import * as tf from './tf.ts';
import { geluMlpAt, layerNormAt, linearAt } from './transformer.ts';

/** `x + scale * down(gelu(up(norm(depthwise(x)))))` on `[B, Y, X, C]`. */
function block(params: Params, at: string, x: tf.Tensor4D): tf.Tensor4D {
  const [B, Y, X, C] = x.shape;
  const convolved = depthwiseConv(x, paramOf(params, `${at}.depthwise.weight`) as tf.Tensor3D, vectorOf(params, `${at}.depthwise.bias`));
  const rows = layerNormAt(params, `${at}.norm`, tf.reshape<tf.Rank.R2>(convolved, [B * Y * X, C]));
  const y = geluMlpAt(params, at, rows, null); // [B*Y*X, C]
  const sum = scaledResidual(tf.reshape<tf.Rank.R2>(x, [B * Y * X, C]), y, vectorOf(params, `${at}.scale`));
  return tf.reshape<tf.Rank.R4>(sum, [B, Y, X, C]);
}

/**
 * @param pixels - normalised pixels, `[B, Ypx, Xpx, 3]`.
 * @param grid - rows and columns of the ViT branch's patches, to which the output is resampled.
 * @param isPixelFixed - true when no gradient with respect to the pixels is wanted.
 * @returns `[B * rows * columns, C]`. The caller owns it.
 */
export function convnextTokens(
  params: Params,
  config: VlmConfig,
  pixels: tf.Tensor4D,
  grid: { readonly rows: number; readonly columns: number },
  isPixelFixed: boolean,
): tf.Tensor2D {
  const { stemPx, dims, depths } = config.convnext;
  return tf.tidy(() => {
    const [B, Ypx, Xpx] = pixels.shape;
    let [Y, X, C] = [Ypx / stemPx, Xpx / stemPx, dims[0] ?? 0];
    const stem = linearAt(params, 'convnext.stem', patchify(pixels, stemPx), { isInputFixed: isPixelFixed });
    let h: tf.Tensor4D = tf.reshape(layerNormAt(params, 'convnext.stem.norm', stem), [B, Y, X, C]);
    dims.forEach((dim, stage) => {
      if (stage > 0) {
        const at = `convnext.stages.${stage}.downsample`;
        const normed = layerNormAt(params, `${at}.norm`, tf.reshape<tf.Rank.R2>(h, [B * Y * X, C]));
        const patches = patchify(tf.reshape<tf.Rank.R4>(normed, [B, Y, X, C]), 2);
        [Y, X, C] = [Y / 2, X / 2, dim];
        h = tf.reshape(linearAt(params, at, patches), [B, Y, X, C]);
      }
      for (let i = 0; i < (depths[stage] ?? 0); i++) h = block(params, `convnext.stages.${stage}.blocks.${i}`, h);
    });
    const normed = layerNormAt(params, 'convnext.norm', tf.reshape<tf.Rank.R2>(h, [B * Y * X, C]));
    const resampled = resample(tf.reshape<tf.Rank.R4>(normed, [B, Y, X, C]), grid.rows, grid.columns);
    return tf.reshape<tf.Rank.R2>(resampled, [B * grid.rows * grid.columns, C]);
  });
}
