/**
 * Softmax attention of queries to other keys, with a mask of keys and dropout on the weights: the two attentions of the QF layer. Source: arXiv 1706.03762
 * section 3.2; scale 1/sqrt(d), no output projection (spec 1.4).
 *
 * Apart from ops/attention.ts, which serves the decoder: there queries are the last of the keys and no weight is dropped.
 *
 * Letters: B batch, M queries, N keys, H heads, d channels of a head.
 */
import { checkShape } from '../../lib/shape.ts';
import { mergeHeads, splitHeads } from '../ops/attention.ts';
import { batchNN, batchNT, batchTN } from '../ops/matmul.ts';
import * as tf from '../tf.ts';

export interface CrossAttentionOptions {
  readonly batch: number;
  readonly heads: number;
  /** Added to the scores of a key, `[B*H, 1, N]`: 0, or MASKED of ops/attention.ts; null when all keys are seen. */
  readonly keyMask: tf.Tensor3D | null;
  /** Multiplies the weights, `[B*H, M, N]` (dropout.ts); null for none. */
  readonly keep: tf.Tensor3D | null;
}

interface Sizes {
  readonly B: number;
  readonly M: number;
  readonly N: number;
  readonly H: number;
  readonly d: number;
}

function sizesOf(q: tf.Tensor2D, k: tf.Tensor2D, v: tf.Tensor2D | null, { batch: B, heads: H, keyMask, keep }: CrossAttentionOptions): Sizes {
  const { queries, width } = checkShape(q, 'queries width', {}, 'crossAttention query') as { queries: number; width: number };
  const { keys } = checkShape(k, 'keys width', { width }, 'crossAttention key') as { keys: number };
  if (v !== null) checkShape(v, 'keys width', { keys, width }, 'crossAttention value');
  const sizes = { B, M: queries / B, N: keys / B, H, d: width / H };
  if (keyMask !== null) checkShape(keyMask, 'rows 1 N', { rows: B * H, N: sizes.N }, 'crossAttention mask');
  if (keep !== null) checkShape(keep, 'rows M N', { rows: B * H, M: sizes.M, N: sizes.N }, 'crossAttention dropout');
  return sizes;
}

/** Softmax of the scaled scores, `[B*H, M, N]`, from split heads. The caller's tidy owns it. */
function weightsOf(Q: tf.Tensor3D, K: tf.Tensor3D, d: number, keyMask: tf.Tensor3D | null): tf.Tensor3D {
  const scores = tf.mul<tf.Tensor3D>(batchNT(Q, K), 1 / Math.sqrt(d));
  return tf.softmax(keyMask === null ? scores : tf.add<tf.Tensor3D>(scores, keyMask));
}

/**
 * The weights alone, to look at; not differentiable.
 *
 * @param q - `[B*M, H*d]`.
 * @param k - `[B*N, H*d]`.
 * @returns `[B*H, M, N]`. The caller owns it.
 */
export function attentionWeights(q: tf.Tensor2D, k: tf.Tensor2D, options: CrossAttentionOptions): tf.Tensor3D {
  const { B, M, N, H, d } = sizesOf(q, k, null, options);
  return tf.tidy(() => weightsOf(splitHeads(q, B, M, H, d), splitHeads(k, B, N, H, d), d, options.keyMask));
}

/**
 * @param q - `[B*M, H*d]`.
 * @param k - `[B*N, H*d]`.
 * @param v - `[B*N, H*d]`.
 * @returns `[B*M, H*d]`. The caller owns it.
 */
export function crossAttention(q: tf.Tensor2D, k: tf.Tensor2D, v: tf.Tensor2D, options: CrossAttentionOptions): tf.Tensor2D {
  const { B, M, N, H, d } = sizesOf(q, k, v, options);
  const { keyMask, keep } = options;
  const op = tf.customGrad((...args) => {
    const save = args[3] as tf.GradSaveFunc;
    const [Q, K, V, P, out] = tf.tidy(() => {
      const [queries, keys, values] = [splitHeads(q, B, M, H, d), splitHeads(k, B, N, H, d), splitHeads(v, B, N, H, d)];
      const weights = weightsOf(queries, keys, d, keyMask);
      return [queries, keys, values, weights, batchNN(keep === null ? weights : tf.mul(weights, keep), values)];
    }) as [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D, tf.Tensor3D, tf.Tensor3D];
    save([Q, K, V, P, out, ...(keep === null ? [] : [keep])]);
    return {
      value: mergeHeads(out, B, M, H, d),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        tf.tidy(() => {
          const [queries, keys, values, p, o, kept] = saved as [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D, tf.Tensor3D, tf.Tensor3D, tf.Tensor3D?];
          const dOut = splitHeads(dy, B, M, H, d);
          const dV = batchTN(kept === undefined ? p : tf.mul(p, kept), dOut); // [B*H, N, d]
          const dKept = batchNT(dOut, values); // [B*H, M, N]
          const dP = kept === undefined ? dKept : tf.mul(dKept, kept);
          const along = tf.sum(tf.mul(dOut, o), 2, true); // [B*H, M, 1], = sum over keys of dP * p
          const dS = tf.mul<tf.Tensor3D>(tf.mul(p, tf.sub(dP, along)), 1 / Math.sqrt(d));
          return [mergeHeads(batchNN(dS, keys), B, M, H, d), mergeHeads(batchTN(dS, queries), B, N, H, d), mergeHeads(dV, B, N, H, d)];
        }),
    };
  });
  return op(q, k, v) as tf.Tensor2D;
}

/** The same in basic ops with tfjs's own gradients: the oracle of the tests. */
export function crossAttentionPlain(q: tf.Tensor2D, k: tf.Tensor2D, v: tf.Tensor2D, options: CrossAttentionOptions): tf.Tensor2D {
  const { B, M, N, H, d } = sizesOf(q, k, v, options);
  return tf.tidy(() => {
    const scores = tf.div(tf.matMul(splitHeads(q, B, M, H, d), splitHeads(k, B, N, H, d), false, true), Math.sqrt(d)); // [B*H, M, N]
    const p = tf.softmax(options.keyMask === null ? scores : tf.add(scores, options.keyMask));
    const kept = options.keep === null ? p : tf.mul(p, options.keep);
    return mergeHeads(tf.matMul(kept, splitHeads(v, B, N, H, d)), B, M, H, d);
  });
}
