/**
 * Multi-head softmax attention over projected queries, keys and values, with grouped key/value heads, a causal mask with an open prefix and optional RoPE.
 * Sources: arXiv 1706.03762 section 3.2 (scale 1/sqrt(d)); arXiv 2305.13245 (grouped-query attention); rope.ts.
 *
 * One op from head split to head merge, so that the tape holds no per-head tensors. Query head h uses key/value head floor(h / (H/G)). On WebGPU
 * fused kernels that keep no scores (webgpu/attention.ts); elsewhere tfjs's ops: the H/G heads that share a key/value head are folded into the query
 * axis, so that it is never copied, and the split (and rotated) q, k, v, the probabilities and the output are saved for the gradient.
 *
 * Queries may be fewer than keys: then they are the last M of the N positions (the last layer needs no others, decoding has one).
 *
 * Letters: B batch, N positions, M of them with a query, H query heads, G key/value heads, R = H/G, d channels of a head.
 */
import { checkShape } from '../../lib/shape.ts';
import { fault, ShapeError } from '../../lib/errors.ts';
import * as tf from '../tf.ts';
import { arrange, attentionBackward, attentionForward, type AttentionShape } from '../webgpu/attention.ts';
import { isWebGpu } from '../webgpu/kernel.ts';
import { batchNN, batchNT, batchTN } from './matmul.ts';
import { angleTable, ropePlain, rotateHeads, sequenceTables, type RopeTables } from './rope.ts';

export interface AttentionOptions {
  readonly batch: number;
  readonly heads: number;
  readonly kvHeads: number;
  /** Position i sees j when j <= i, or when both are below `prefix`; null when all see all. */
  readonly mask: { readonly prefix: number } | null;
  /** Rotary embedding of queries and keys at positions 0..N-1 (rope.ts), or null for none. */
  readonly rope: { readonly base: number } | null;
}

/** Added where a query may not look. Finite, so that a row of it alone stays a number; exp of it is 0 in float32. */
export const MASKED = -1e9;

/**
 * Mask of the decoder: position i sees j when j <= i, or when both are in the prefix (image tokens see one another both ways).
 *
 * @param from - first position that has a query: M = N - from.
 * @returns `[M, N]`. The caller owns it.
 */
export function attentionMask(N: number, prefix: number, from = 0): tf.Tensor2D {
  const mask = new Float32Array((N - from) * N);
  for (let i = from; i < N; i++) {
    for (let j = i + 1; j < N; j++) if (i >= prefix || j >= prefix) mask[(i - from) * N + j] = MASKED;
  }
  return tf.tensor2d(mask, [N - from, N]);
}

/** Split queries, keys and values, probabilities, output: what the gradient needs. */
type Saved = [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D, tf.Tensor3D, tf.Tensor3D];

interface Sizes {
  readonly B: number;
  readonly N: number;
  readonly M: number;
  readonly H: number;
  readonly G: number;
  readonly R: number;
  readonly d: number;
}

function sizesOf(q: tf.Tensor2D, k: tf.Tensor2D, v: tf.Tensor2D, options: AttentionOptions): Sizes {
  const { batch: B, heads: H, kvHeads: G } = options;
  checkHeads(options);
  const { queries, width } = checkShape(q, 'queries width', {}, 'attention query') as { queries: number; width: number };
  const { keys } = checkShape(k, 'keys KV', { KV: (width / H) * G }, 'attention key') as { keys: number };
  checkShape(v, 'keys KV', { keys, KV: (width / H) * G }, 'attention value');
  return checkSizes({ B, N: keys / B, M: queries / B, H, G, d: width / H }, options);
}

function checkHeads({ heads: H, kvHeads: G }: AttentionOptions): void {
  if (H % G !== 0) throw new ShapeError(fault('attention', 'heads to be a multiple of kvHeads', `${H} and ${G}`));
}

function checkSizes({ B, N, M, H, G, d }: Omit<Sizes, 'R'>, { rope }: AttentionOptions): Sizes {
  if (![N, M, d].every(Number.isInteger) || M > N) {
    throw new ShapeError(fault('attention', 'queries [B*M, H*d] and keys [B*N, G*d] with M <= N', { B, N, M, H, G, d }));
  }
  if (rope !== null && d % 2 !== 0) throw new ShapeError(fault('attention', 'an even number of channels per head for RoPE', d));
  return { B, N, M, H, G, R: H / G, d };
}

/** RoPE tables of all positions (keys) and of the last M (queries); the caller's tidy owns them. */
function tablesOf({ N, M, d }: Sizes, base: number): { readonly all: RopeTables; readonly last: RopeTables } {
  const all = sequenceTables(N, d, base);
  const last = M === N ? all : { ...all, cos: tf.slice(all.cos, [N - M, 0]), sin: tf.slice(all.sin, [N - M, 0]) };
  return { all, last };
}

/** The additive mask `[M, N]` that the options describe; the caller's tidy owns it. */
const maskOf = ({ N, M }: Sizes, { mask }: AttentionOptions): tf.Tensor2D | null => (mask === null ? null : attentionMask(N, mask.prefix, N - M));

/** `[B*N, heads*d]` to `[B*heads, N, d]`. */
export function splitHeads(x: tf.Tensor, B: number, N: number, heads: number, d: number): tf.Tensor3D {
  return tf.reshape<tf.Rank.R3>(tf.transpose(tf.reshape(x, [B, N, heads, d]), [0, 2, 1, 3]), [B * heads, N, d]);
}

/** `[B*heads, N, d]` to `[B*N, heads*d]`. */
export function mergeHeads(x: tf.Tensor, B: number, N: number, heads: number, d: number): tf.Tensor2D {
  return tf.reshape<tf.Rank.R2>(tf.transpose(tf.reshape(x, [B, heads, N, d]), [0, 2, 1, 3]), [B * N, heads * d]);
}

/**
 * @param q - queries, `[B*M, H*d]`.
 * @param k - keys, `[B*N, G*d]`.
 * @param v - values, `[B*N, G*d]`.
 * @returns `[B*M, H*d]`. The caller owns it.
 */
export function attention(q: tf.Tensor2D, k: tf.Tensor2D, v: tf.Tensor2D, options: AttentionOptions): tf.Tensor2D {
  const sizes = sizesOf(q, k, v, options);
  return isWebGpu() ? attentionOnWebGpu([q, k, v], sizes, options) : attentionInOps(q, k, v, sizes, options);
}

/**
 * The same on queries, keys and values side by side, as one matrix product gives them: M = N.
 *
 * @param qkv - `[B*N, (H+2G)*d]`: the H query heads of a position, its G key heads, its G value heads.
 * @returns `[B*N, H*d]`. The caller owns it.
 */
export function packedAttention(qkv: tf.Tensor2D, options: AttentionOptions): tf.Tensor2D {
  const { batch: B, heads: H, kvHeads: G } = options;
  checkHeads(options);
  const { rows, width } = checkShape(qkv, 'rows width', {}, 'packedAttention') as { rows: number; width: number };
  const d = width / (H + 2 * G);
  if (!Number.isInteger(d)) throw new ShapeError(fault('packedAttention', `[B*N, (H+2G)*d] with H = ${H}, G = ${G}`, qkv.shape));
  const sizes = checkSizes({ B, N: rows / B, M: rows / B, H, G, d }, options);
  if (isWebGpu()) return attentionOnWebGpu([qkv], sizes, options);
  const part = (first: number, heads: number): tf.Tensor2D => tf.slice(qkv, [0, first * d], [rows, heads * d]);
  return tf.tidy(() => attentionInOps(part(0, H), part(H, G), part(H + G, G), sizes, options));
}

/** Fused kernels on `[q, k, v]` or `[qkv]`. Saved: the rotated rows, the output, one number per query and head, the table of angles. */
function attentionOnWebGpu(parts: readonly tf.Tensor2D[], sizes: Sizes, { mask, rope }: AttentionOptions): tf.Tensor2D {
  const shape: AttentionShape = { ...sizes, prefix: mask === null ? null : mask.prefix, isPacked: parts.length === 1 };
  const op = tf.customGrad((...args) => {
    const save = args[parts.length] as tf.GradSaveFunc;
    const turns = rope === null ? null : angleTable(sizes.N, sizes.d, rope.base); // [2, N, d/2]
    const rows = turns === null && shape.isPacked ? (parts[0] as tf.Tensor) : arrange(shape, parts, turns);
    const { out, logs } = attentionForward(shape, rows);
    save(turns === null ? [rows, out, logs] : [rows, out, logs, turns]);
    return {
      value: out,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [savedRows, savedOut, savedLogs, savedTurns] = saved as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D, tf.Tensor | undefined];
        return tf.tidy(() => attentionBackward(shape, savedRows, { out: savedOut, logs: savedLogs }, dy, savedTurns ?? null));
      },
    };
  });
  return op(...parts) as tf.Tensor2D;
}

/** In tfjs's ops: wasm and cpu. */
function attentionInOps(q: tf.Tensor2D, k: tf.Tensor2D, v: tf.Tensor2D, sizes: Sizes, options: AttentionOptions): tf.Tensor2D {
  const { B, N, M, H, G, R, d } = sizes;
  const { rope } = options;
  const scale = 1 / Math.sqrt(d);
  const op = tf.customGrad((...args) => {
    const save = args[3] as tf.GradSaveFunc;
    const [Q, K, V, P, out] = tf.tidy(() => {
      const splitQ = splitHeads(q, B, M, H, d); // [B*H, M, d]
      const splitK = splitHeads(k, B, N, G, d); // [B*G, N, d]
      const tables = rope === null ? null : tablesOf(sizes, rope.base);
      const queries = tf.mul(tables === null ? splitQ : rotateHeads(splitQ, tables.last, false), scale);
      const keys = tables === null ? splitK : rotateHeads(splitK, tables.all, false);
      const mask = maskOf(sizes, options); // [M, N]
      const folded = tf.reshape<tf.Rank.R3>(queries, [B * G, R * M, d]);
      const values = splitHeads(v, B, N, G, d); // [B*G, N, d]
      const scores = tf.reshape(batchNT(folded, keys), [B * H, M, N]);
      const probabilities = tf.reshape<tf.Rank.R3>(tf.softmax(mask === null ? scores : tf.add(scores, mask)), [B * G, R * M, N]);
      return [folded, keys, values, probabilities, batchNN(probabilities, values)] as Saved;
    });
    save([Q, K, V, P, out]);
    return {
      value: mergeHeads(out, B, M, H, d),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        tf.tidy(() => {
          const [queries, keys, values, p, o] = saved as Saved;
          const tables = rope === null ? null : tablesOf(sizes, rope.base);
          const dOut = tf.reshape<tf.Rank.R3>(splitHeads(dy, B, M, H, d), [B * G, R * M, d]);
          const dV = batchTN(p, dOut); // [B*G, N, d]
          const dP = batchNT(dOut, values); // [B*G, R*M, N]
          const delta = tf.sum(tf.mul(dOut, o), 2, true); // [B*G, R*M, 1], = sum over keys of dP * p
          const dS = tf.mul<tf.Tensor3D>(p, tf.sub(dP, delta)); // [B*G, R*M, N]
          const dQ = tf.reshape<tf.Rank.R3>(batchNN(dS, keys), [B * H, M, d]);
          const dK = batchTN(dS, queries); // [B*G, N, d]
          const unturnedQ = tables === null ? dQ : rotateHeads(dQ, tables.last, true);
          const unturnedK = tables === null ? dK : rotateHeads(dK, tables.all, true);
          return [mergeHeads(tf.mul(unturnedQ, scale), B, M, H, d), mergeHeads(unturnedK, B, N, G, d), mergeHeads(dV, B, N, G, d)];
        }),
    };
  });
  return op(q, k, v) as tf.Tensor2D;
}

/** The same in basic ops with tfjs's own gradients, key/value heads copied per query head: the oracle of the tests (cpu backend, for gather). */
export function attentionPlain(q: tf.Tensor2D, k: tf.Tensor2D, v: tf.Tensor2D, options: AttentionOptions): tf.Tensor2D {
  const sizes = sizesOf(q, k, v, options);
  const { B, N, M, H, G, R, d } = sizes;
  const { rope } = options;
  const copy = (x: tf.Tensor3D): tf.Tensor3D => {
    const headOfQuery = Array.from({ length: H }, (_, h) => Math.floor(h / R));
    return tf.reshape(tf.gather(tf.reshape(x, [B, G, N, d]), tf.tensor1d(headOfQuery, 'int32'), 1), [B * H, N, d]);
  };
  return tf.tidy(() => {
    const splitQ = splitHeads(q, B, M, H, d); // [B*H, M, d]
    const splitK = splitHeads(k, B, N, G, d); // [B*G, N, d]
    const tables = rope === null ? null : tablesOf(sizes, rope.base);
    const queries = tables === null ? splitQ : ropePlain(splitQ, tables.last);
    const keys = copy(tables === null ? splitK : ropePlain(splitK, tables.all)); // [B*H, N, d]
    const mask = maskOf(sizes, options); // [M, N]
    const values = copy(splitHeads(v, B, N, G, d)); // [B*H, N, d]
    const scores = tf.div(tf.matMul(queries, keys, false, true), Math.sqrt(d)); // [B*H, M, N]
    const p = tf.softmax(mask === null ? scores : tf.add(scores, mask)); // [B*H, M, N]
    return mergeHeads(tf.matMul(p, values), B, M, H, d);
  });
}
