/**
 * The decoder: a Llama-style Transformer (RMSNorm, RoPE, SwiGLU, grouped-query attention, no biases) whose output matrix is its embedding. Sources:
 * arXiv 2302.13971 section 2.2; arXiv 2407.21783 section 3.2. The line and column embeddings of prompt tokens are ours (axes.md).
 *
 * Letters: B batch, N positions (image tokens, then text), M rows (any number of them), H heads, G key/value heads, d head, V vocabulary, D width.
 */
import type { VlmConfig } from './config.ts';
import { attention } from './ops/attention.ts';
import { linear } from './ops/linear.ts';
import { embedSum, type EmbedPart } from './ops/embed-sum.ts';
import { rmsNorm } from './ops/rms-norm.ts';
import { swiglu } from './ops/swiglu.ts';
import { tailRows } from './ops/tail-rows.ts';
import { matrixOf, vectorOf, type Params } from './params.ts';
import * as tf from './tf.ts';

/** Embeddings of tokens, `[N] -> [N, D]`. The caller owns the result. */
export function tokenEmbeddings(params: Params, tokens: tf.Tensor1D): tf.Tensor2D {
  return embedSum([tokenPart(params, tokens)]);
}

/** The token's row of the embedding: a part of `embedSum`. */
export function tokenPart(params: Params, tokens: tf.Tensor1D): EmbedPart {
  return { table: matrixOf(params, 'decoder.embedding'), indices: tokens };
}

/** The rows of a place in a grid, 0 = none: parts of `embedSum`. */
export function placeParts(params: Params, lines: tf.Tensor1D, columns: tf.Tensor1D): readonly EmbedPart[] {
  return [
    { table: matrixOf(params, 'decoder.position.line'), indices: lines, isZeroNone: true },
    { table: matrixOf(params, 'decoder.position.column'), indices: columns, isZeroNone: true },
  ];
}

/** `h + down(silu(gate(x)) * up(x))`, x = norm2(h), on `[M, D]`. The caller owns the result. */
export function feedForward(params: Params, at: string, h: tf.Tensor2D): tf.Tensor2D {
  const x = rmsNorm(h, vectorOf(params, `${at}.norm2.weight`));
  const gate = linear(x, matrixOf(params, `${at}.mlp.gate`), null);
  const up = linear(x, matrixOf(params, `${at}.mlp.up`), null);
  return linear(swiglu(gate, up), matrixOf(params, `${at}.mlp.down`), null, { residual: h });
}

/** Query, key and value rows of norm1(h): `[M, H*d]`, `[M, G*d]`, `[M, G*d]`. The caller owns them. */
export function projections(params: Params, at: string, h: tf.Tensor2D): readonly [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D] {
  const x = rmsNorm(h, vectorOf(params, `${at}.norm1.weight`));
  return [project(params, `${at}.attention.query`, x), project(params, `${at}.attention.key`, x), project(params, `${at}.attention.value`, x)];
}

const project = (params: Params, name: string, x: tf.Tensor2D): tf.Tensor2D => linear(x, matrixOf(params, name), null);

/** `h + output(mixed)` on `[M, D]`. The caller owns the result. */
export function attentionOutput(params: Params, at: string, h: tf.Tensor2D, mixed: tf.Tensor2D): tf.Tensor2D {
  return linear(mixed, matrixOf(params, `${at}.attention.output`), null, { residual: h });
}

/**
 * All layers over whole sequences. The last layer is computed only for the positions from `from` on: before them nobody reads it (its keys and values are
 * needed for all).
 *
 * @param h - `[B*N, D]`.
 * @param options - batch B, number of prefix positions that see one another.
 * @param from - first position whose output is wanted, 0..N-1.
 * @returns `[B*(N-from), D]`, before the final norm. The caller owns it.
 */
export function decoderLayers(
  params: Params,
  config: VlmConfig,
  h: tf.Tensor2D,
  options: { readonly batch: number; readonly prefix: number },
  from: number,
): tf.Tensor2D {
  const { layers, heads, kvHeads, ropeBase } = config.decoder;
  const { batch, prefix } = options;
  const form = { batch, heads, kvHeads, mask: { prefix }, rope: { base: ropeBase } };
  return tf.tidy(() => {
    let x = h;
    for (let i = 0; i < layers; i++) {
      const at = `decoder.layers.${i}`;
      if (i < layers - 1 || from === 0) {
        const [q, k, v] = projections(params, at, x);
        x = feedForward(params, at, attentionOutput(params, at, x, attention(q, k, v, form)));
      } else {
        const normed = rmsNorm(x, vectorOf(params, `${at}.norm1.weight`));
        const q = project(params, `${at}.attention.query`, tailRows(normed, batch, from)); // [B*M, H*d]
        const [k, v] = [project(params, `${at}.attention.key`, normed), project(params, `${at}.attention.value`, normed)];
        const mixed = attention(q, k, v, form);
        x = feedForward(params, at, attentionOutput(params, at, tailRows(x, batch, from), mixed));
      }
    }
    return x;
  });
}

/** Logits of rows of the last layer: final norm, then the transposed embedding. `[M, D]` to `[M, V]`. The caller owns the result. */
export function tokenLogits(params: Params, h: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    const x = rmsNorm(h, vectorOf(params, 'decoder.norm.weight'));
    return linear(x, matrixOf(params, 'decoder.embedding'), null, { isTransposed: true });
  });
}
