/**
 * The small frozen encoders that the notebook trains itself, so that smarterVLM runs offline: a vision Transformer and a text Transformer, pre-norm, all positions see
 * all. Sizes are ours; the form is that of DINOv2 and SigLIP (arXiv 2010.11929), which the page can load in their place. Two departures, both for speed on small
 * machines: a patch of 28 px is embedded in two steps (14 px, then four of them together), and positions are a row table plus a column table.
 *
 * Letters: B batch, P patches, L text positions, D width.
 */
import { fault, ShapeError } from '../../lib/errors.ts';
import { attention } from '../ops/attention.ts';
import { embedSum } from '../ops/embed-sum.ts';
import { gelu } from '../ops/gelu.ts';
import { lookup } from '../ops/lookup.ts';
import { patchify } from '../ops/patchify.ts';
import { matrixOf } from '../params.ts';
import type { Declarations, Params } from '../params.ts';
import * as tf from '../tf.ts';
import { geluMlpAt, layerNormAt, linearAt } from '../transformer.ts';

export interface EncoderSize {
  readonly layers: number;
  readonly dim: number;
  readonly heads: number;
  readonly mlpRatio: number;
}

export interface VisionConfig extends EncoderSize {
  /** Width of a 14 px piece. */
  readonly pieceDim: number;
}

export interface TextConfig extends EncoderSize {
  readonly vocabularySize: number;
}

export const VISION: VisionConfig = { layers: 3, dim: 128, heads: 4, mlpRatio: 4, pieceDim: 48 };
export const TEXT: Omit<TextConfig, 'vocabularySize'> = { layers: 2, dim: 128, heads: 4, mlpRatio: 4 };

export const PIECE_PX = 14;
const PIECES = 2; // along each side of a patch
export const PATCH_PX = PIECE_PX * PIECES;
/** Of the largest picture, 224 px. */
export const GRID = 8;
/** As SigLIP's text tower has. */
export const TEXT_POSITIONS = 64;

const POSITION_STD = 0.02;
const TOKEN_STD = 0.1;

/** Parameters of a vision encoder, all names beginning with `at`. */
export function declareVision(to: Declarations, at: string, config: VisionConfig): void {
  to.linear(`${at}.piece`, PIECE_PX ** 2 * 3, config.pieceDim);
  to.linear(`${at}.patch`, PIECES ** 2 * config.pieceDim, config.dim);
  to.add(`${at}.position.row`, [GRID, config.dim], { std: POSITION_STD });
  to.add(`${at}.position.column`, [GRID, config.dim], { std: POSITION_STD });
  declareLayers(to, at, config);
}

export function declareText(to: Declarations, at: string, config: TextConfig): void {
  to.add(`${at}.embedding`, [config.vocabularySize, config.dim], { std: TOKEN_STD });
  to.add(`${at}.position`, [TEXT_POSITIONS, config.dim], { std: POSITION_STD });
  declareLayers(to, at, config);
}

function declareLayers(to: Declarations, at: string, { layers, dim, mlpRatio }: EncoderSize): void {
  const residual = 1 / Math.sqrt(2 * layers);
  for (let i = 0; i < layers; i++) {
    const layer = `${at}.layers.${i}`;
    to.norm(`${layer}.norm1`, dim);
    for (const part of ['query', 'key', 'value']) to.linear(`${layer}.attention.${part}`, dim, dim);
    to.linear(`${layer}.attention.output`, dim, dim, residual);
    to.norm(`${layer}.norm2`, dim);
    to.linear(`${layer}.mlp.up`, dim, mlpRatio * dim);
    to.linear(`${layer}.mlp.down`, mlpRatio * dim, dim, residual);
  }
  to.norm(`${at}.norm`, dim);
}

/**
 * Patch tokens after the final norm.
 *
 * @param pixels - `[B, side, side, 3]`, normalised; side a multiple of 28, 224 at most. A smaller picture takes the middle positions.
 * @param isPixelFixed - true when no gradient with respect to the pixels is wanted.
 * @returns `[B*P, D]`, row-major. The caller owns it.
 */
export function visionTokens(params: Params, at: string, config: VisionConfig, pixels: tf.Tensor4D, isPixelFixed = true): tf.Tensor2D {
  const [batch, side] = pixels.shape;
  const grid = side / PATCH_PX;
  if (!Number.isInteger(grid) || grid > GRID) throw new ShapeError(fault('visionTokens', `a side of 28 to 224 px in steps of 28`, side));
  return tf.tidy(() => {
    const pieces = gelu(linearAt(params, `${at}.piece`, patchify(pixels, PIECE_PX), { isInputFixed: isPixelFixed }));
    const map = tf.reshape<tf.Rank.R4>(pieces, [batch, grid * PIECES, grid * PIECES, config.pieceDim]);
    const patches = linearAt(params, `${at}.patch`, patchify(map, PIECES));
    const first = Math.floor((GRID - grid) / 2);
    const places = (of: (patch: number) => number): tf.Tensor1D =>
      tf.tensor1d(
        Int32Array.from({ length: batch * grid * grid }, (_, i) => first + of(i % (grid * grid))),
        'int32',
      );
    const byRow = { table: matrixOf(params, `${at}.position.row`), indices: places((patch) => Math.floor(patch / grid)) };
    const byColumn = { table: matrixOf(params, `${at}.position.column`), indices: places((patch) => patch % grid) };
    return encode(params, at, config, embedSum([byRow, byColumn], patches), batch);
  });
}

/**
 * Contextual states of texts, after the final norm. Padding takes part, as in SigLIP.
 *
 * @param ids - int32 `[B*L]`, L = 64.
 * @returns `[B*L, D]`. The caller owns it.
 */
export function textStates(params: Params, at: string, config: TextConfig, ids: tf.Tensor1D): tf.Tensor2D {
  const batch = ids.shape[0] / TEXT_POSITIONS;
  if (!Number.isInteger(batch)) throw new ShapeError(fault('textStates', `ids of whole texts of ${TEXT_POSITIONS}`, ids.shape));
  return tf.tidy(() => {
    const words = { table: matrixOf(params, `${at}.embedding`), indices: ids };
    const order = tf.tensor1d(
      Int32Array.from({ length: ids.shape[0] }, (_, i) => i % TEXT_POSITIONS),
      'int32',
    );
    const h = tf.add(lookup(words.table, words.indices), lookup(matrixOf(params, `${at}.position`), order)) as tf.Tensor2D;
    return encode(params, at, config, h, batch);
  });
}

function encode(params: Params, at: string, { layers, heads }: EncoderSize, start: tf.Tensor2D, batch: number): tf.Tensor2D {
  let h = start;
  for (let i = 0; i < layers; i++) {
    const layer = `${at}.layers.${i}`;
    const x = layerNormAt(params, `${layer}.norm1`, h);
    const part = (name: string): tf.Tensor2D => linearAt(params, `${layer}.attention.${name}`, x);
    const mixed = attention(part('query'), part('key'), part('value'), { batch, heads, kvHeads: heads, mask: null, rope: null });
    h = linearAt(params, `${layer}.attention.output`, mixed, { residual: h });
    h = geluMlpAt(params, `${layer}.mlp`, layerNormAt(params, `${layer}.norm2`, h), h);
  }
  return layerNormAt(params, `${at}.norm`, h);
}
