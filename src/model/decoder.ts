/**
 * The decoder: a Llama-style Transformer (RMSNorm, RoPE, SwiGLU, grouped-query attention, no biases) whose output matrix is its embedding. Sources:
 * arXiv 2302.13971 section 2.2; arXiv 2407.21783 section 3.2. The line and column embeddings of prompt tokens are ours (MODEL in ARCHITECTURE.md).
 *
 * Letters: B batch, N positions (image tokens, then text), T text tokens, V vocabulary, D width.
 */
import type { VlmConfig } from './config.ts';
import { attention, type AttentionOptions } from './ops/attention.ts';
import { linear } from './ops/linear.ts';
import { lookup } from './ops/lookup.ts';
import { rmsNorm } from './ops/rms-norm.ts';
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
  const project = (part: string): tf.Tensor2D => linear(x, matrixOf(params, `${at}.attention.${part}`), null);
  return [project('query'), project('key'), project('value')];
}

/** `h + output(mixed)` on `[M, D]`. The caller owns the result. */
export function attentionOutput(params: Params, at: string, h: tf.Tensor2D, mixed: tf.Tensor2D): tf.Tensor2D {
  return tf.add<tf.Tensor2D>(h, linear(mixed, matrixOf(params, `${at}.attention.output`), null));
}

/**
 * All layers over whole sequences.
 *
 * @param h - `[B*N, D]`.
 * @param options - batch B, mask `[N, N]` and RoPE tables of N positions.
 * @returns `[B*N, D]`, before the final norm. The caller owns it.
 */
export function decoderLayers(
  params: Params,
  config: VlmConfig,
  h: tf.Tensor2D,
  options: Pick<AttentionOptions, 'batch' | 'mask' | 'rope'>,
): tf.Tensor2D {
  const { layers, heads, kvHeads } = config.decoder;
  return tf.tidy(() => {
    let x = h;
    for (let i = 0; i < layers; i++) {
      const at = `decoder.layers.${i}`;
      const [q, k, v] = projections(params, at, x);
      x = feedForward(params, at, attentionOutput(params, at, x, attention(q, k, v, { ...options, heads, kvHeads })));
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
