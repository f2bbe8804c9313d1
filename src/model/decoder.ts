/**
 * The decoder: a Llama-style Transformer (RMSNorm, RoPE, SwiGLU, grouped-query attention, no biases) whose output matrix is its embedding. Sources:
 * arXiv 2302.13971 section 2.2; arXiv 2407.21783 section 3.2. The line and column embeddings of prompt tokens are ours (axes.md).
 *
 * Letters: B batch, N positions (image tokens, then text), M rows (any number of them), H heads, G key/value heads, d head, V vocabulary, D width.
 */
import type { VlmConfig } from './config.ts';
import { attention, attentionMask } from './ops/attention.ts';
import { linear } from './ops/linear.ts';
import { lookup } from './ops/lookup.ts';
import { rmsNorm } from './ops/rms-norm.ts';
import type { RopeTables } from './ops/rope.ts';
import { swiglu } from './ops/swiglu.ts';
import { matrixOf, vectorOf, type Params } from './params.ts';
import * as tf from './tf.ts';

/** Embeddings of tokens, `[N] -> [N, D]`. The caller owns the result. */
export function tokenEmbeddings(params: Params, tokens: tf.Tensor1D): tf.Tensor2D {
  return lookup(matrixOf(params, 'decoder.embedding'), tokens);
}

/** Embeddings of grid places, 0 = none: int32 `[N]` each, to `[N, D]`. The caller owns the result. */
export function placeEmbeddings(params: Params, lines: tf.Tensor1D, columns: tf.Tensor1D): tf.Tensor2D {
  return tf.tidy(() => {
    const byLine = lookup(matrixOf(params, 'decoder.position.line'), lines, { isZeroNone: true });
    const byColumn = lookup(matrixOf(params, 'decoder.position.column'), columns, { isZeroNone: true });
    return tf.add<tf.Tensor2D>(byLine, byColumn);
  });
}

/** `h + down(silu(gate(x)) * up(x))`, x = norm2(h), on `[M, D]`. The caller owns the result. */
export function feedForward(params: Params, at: string, h: tf.Tensor2D): tf.Tensor2D {
  const x = rmsNorm(h, vectorOf(params, `${at}.norm2.weight`));
  const gate = linear(x, matrixOf(params, `${at}.mlp.gate`), null);
  const up = linear(x, matrixOf(params, `${at}.mlp.up`), null);
  return tf.add<tf.Tensor2D>(h, linear(swiglu(gate, up), matrixOf(params, `${at}.mlp.down`), null));
}

/** Query, key and value rows of norm1(h): `[M, H*d]`, `[M, G*d]`, `[M, G*d]`. The caller owns them. */
export function projections(params: Params, at: string, h: tf.Tensor2D): readonly [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D] {
  const x = rmsNorm(h, vectorOf(params, `${at}.norm1.weight`));
  return [project(params, `${at}.attention.query`, x), project(params, `${at}.attention.key`, x), project(params, `${at}.attention.value`, x)];
}

const project = (params: Params, name: string, x: tf.Tensor2D): tf.Tensor2D => linear(x, matrixOf(params, name), null);

/** `h + output(mixed)` on `[M, D]`. The caller owns the result. */
export function attentionOutput(params: Params, at: string, h: tf.Tensor2D, mixed: tf.Tensor2D): tf.Tensor2D {
  return tf.add<tf.Tensor2D>(h, linear(mixed, matrixOf(params, `${at}.attention.output`), null));
}

/** Positions `from`.. of every sequence: `[B*N, D]` to `[B*(N-from), D]`. */
function tail(x: tf.Tensor2D, batch: number, from: number): tf.Tensor2D {
  if (from === 0) return x;
  const [rows, D] = x.shape;
  const N = rows / batch;
  const kept = tf.slice(tf.reshape<tf.Rank.R3>(x, [batch, N, D]), [0, from, 0], [batch, N - from, D]);
  return tf.reshape<tf.Rank.R2>(kept, [batch * (N - from), D]);
}

/**
 * All layers over whole sequences. The last layer is computed only for the positions from `from` on: before them nobody reads it (its keys and values are
 * needed for all).
 *
 * @param h - `[B*N, D]`.
 * @param options - batch B, number of prefix positions that see one another, RoPE tables of N positions.
 * @param from - first position whose output is wanted, 0..N-1.
 * @returns `[B*(N-from), D]`, before the final norm. The caller owns it.
 */
export function decoderLayers(
  params: Params,
  config: VlmConfig,
  h: tf.Tensor2D,
  options: { readonly batch: number; readonly prefix: number; readonly rope: RopeTables },
  from: number,
): tf.Tensor2D {
  const { layers, heads, kvHeads } = config.decoder;
  const { batch, prefix, rope } = options;
  return tf.tidy(() => {
    const N = h.shape[0] / batch;
    const mask = attentionMask(N, prefix); // [N, N]
    let x = h;
    for (let i = 0; i < layers; i++) {
      const at = `decoder.layers.${i}`;
      if (i < layers - 1 || from === 0) {
        const [q, k, v] = projections(params, at, x);
        x = feedForward(params, at, attentionOutput(params, at, x, attention(q, k, v, { batch, heads, kvHeads, mask, rope })));
      } else {
        const normed = rmsNorm(x, vectorOf(params, `${at}.norm1.weight`));
        const q = project(params, `${at}.attention.query`, tail(normed, batch, from)); // [B*M, H*d]
        const [k, v] = [project(params, `${at}.attention.key`, normed), project(params, `${at}.attention.value`, normed)];
        const mixed = attention(q, k, v, { batch, heads, kvHeads, mask: attentionMask(N, prefix, from), rope });
        x = feedForward(params, at, attentionOutput(params, at, tail(x, batch, from), mixed));
      }
    }
    return x;
  });
}

/** Logits of rows of the last layer: final norm, then the transposed embedding. `[M, D]` to `[M, V]`. The caller owns the result. */
export function tokenLogits(params: Params, h: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    const x = rmsNorm(h, vectorOf(params, 'decoder.norm.weight'));
    return linear(x, tf.transpose(matrixOf(params, 'decoder.embedding')), null);
  });
}
