/**
 * The ViT branch: one token per patch, pre-norm Transformer encoder, all patches see all. Source: arXiv 2010.11929; positions are a row table plus a
 * column table (ours), so that tables of any size up to the largest share them.
 *
 * Letters: B batch, Y and X pixels, P patches (row-major), D width of the branch.
 */
import type { VlmConfig } from './config.ts';
import { attention } from './ops/attention.ts';
import { embedSum } from './ops/embed-sum.ts';
import { patchify } from './ops/patchify.ts';
import { matrixOf, type Params } from './params.ts';
import * as tf from './tf.ts';
import { geluMlpAt, layerNormAt, linearAt } from './transformer.ts';

/** Row and column of every patch of a batch, int32 `[B*P]` each. */
export interface PatchPlaces {
  readonly rows: tf.Tensor1D;
  readonly columns: tf.Tensor1D;
}

/** 0-based rows and columns of `batch` grids, row-major. The caller owns the tensors. */
export function patchPlaces(batch: number, gridRows: number, gridColumns: number): PatchPlaces {
  const P = gridRows * gridColumns;
  const rows = Int32Array.from({ length: batch * P }, (_, i) => Math.floor((i % P) / gridColumns));
  const columns = Int32Array.from({ length: batch * P }, (_, i) => i % gridColumns);
  return { rows: tf.tensor1d(rows, 'int32'), columns: tf.tensor1d(columns, 'int32') };
}

function layer(params: Params, at: string, h: tf.Tensor2D, batch: number, heads: number): tf.Tensor2D {
  const x = layerNormAt(params, `${at}.norm1`, h);
  const [q, k, v] = ['query', 'key', 'value'].map((part) => linearAt(params, `${at}.attention.${part}`, x)) as [
    tf.Tensor2D,
    tf.Tensor2D,
    tf.Tensor2D,
  ];
  const mixed = attention(q, k, v, { batch, heads, kvHeads: heads, mask: null, rope: null });
  const h1 = linearAt(params, `${at}.attention.output`, mixed, { residual: h });
  return geluMlpAt(params, `${at}.mlp`, layerNormAt(params, `${at}.norm2`, h1), h1);
}

/**
 * @param pixels - normalised pixels, `[B, Y, X, 3]`.
 * @param isPixelFixed - true when no gradient with respect to the pixels is wanted.
 * @returns `[B*P, D]`. The caller owns it.
 */
export function vitTokens(params: Params, config: VlmConfig, pixels: tf.Tensor4D, places: PatchPlaces, isPixelFixed: boolean): tf.Tensor2D {
  const { vit, image } = config;
  return tf.tidy(() => {
    const patches = patchify(pixels, image.patchPx); // [B*P, patchPx^2 * 3]
    const embedded = linearAt(params, 'vit.patch', patches, { isInputFixed: isPixelFixed }); // [B*P, D]
    const byRow = { table: matrixOf(params, 'vit.position.row'), indices: places.rows };
    const byColumn = { table: matrixOf(params, 'vit.position.column'), indices: places.columns };
    let h = embedSum([byRow, byColumn], embedded);
    for (let i = 0; i < vit.layers; i++) h = layer(params, `vit.layers.${i}`, h, pixels.shape[0], vit.heads);
    return layerNormAt(params, 'vit.norm', h);
  });
}
