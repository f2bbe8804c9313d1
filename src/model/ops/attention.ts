/**
 * Multi-head softmax attention over projected queries, keys and values, with grouped key/value heads, an additive mask and optional RoPE.
 * Sources: arXiv 1706.03762 section 3.2 (scale 1/sqrt(d)); arXiv 2305.13245 (grouped-query attention); rope.ts.
 *
 * One op from head split to head merge, so that the tape holds no per-head tensors. Query head h uses key/value head floor(h / (H/G)): the
 * H/G heads that share one are folded into the query axis, so a key/value head is never copied. Saved for the gradient: the split (and
 * rotated) q, k, v, the probabilities and the output.
 *
 * Queries may be fewer than keys: then they are the last M of the N positions (the last layer needs no others, decoding has one).
 *
 * Letters: B batch, N positions, M of them with a query, H query heads, G key/value heads, R = H/G, d channels of a head.
 */
import { checkShape } from '../../lib/shape.ts';
import { fault, ShapeError } from '../../lib/errors.ts';
import * as tf from '../tf.ts';
import { batchNN, batchNT, batchTN } from './matmul.ts';
import { ropePlain, rotateHeads, type RopeTables } from './rope.ts';

export interface AttentionOptions {
  readonly batch: number;
  readonly heads: number;
  readonly kvHeads: number;
  /** Added to the scores: `[M, N]` of 0 and a large negative number (`attentionMask`), or null when all see all. */
  readonly mask: tf.Tensor2D | null;
  /** Position tables of N rows (queries use the last M), or null for none. */
  readonly rope: RopeTables | null;
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

function sizesOf(q: tf.Tensor2D, k: tf.Tensor2D, v: tf.Tensor2D, { batch: B, heads: H, kvHeads: G, mask }: AttentionOptions): Sizes {
  if (H % G !== 0) throw new ShapeError(fault('attention', 'heads to be a multiple of kvHeads', `${H} and ${G}`));
  const { queries, width } = checkShape(q, 'queries width', {}, 'attention query') as { queries: number; width: number };
  const { keys } = checkShape(k, 'keys KV', { KV: (width / H) * G }, 'attention key') as { keys: number };
  checkShape(v, 'keys KV', { keys, KV: (width / H) * G }, 'attention value');
  const [N, M] = [keys / B, queries / B];
  if (!Number.isInteger(N) || !Number.isInteger(M) || M > N || width % H !== 0) {
    throw new ShapeError(fault('attention', `queries [B*M, H*d] and keys [B*N, G*d] with B = ${B}, H = ${H}, M <= N`, [q.shape, k.shape]));
  }
  if (mask !== null) checkShape(mask, 'M N', { M, N }, 'attention mask');
  return { B, N, M, H, G, R: H / G, d: width / H };
}

/** The last M rows of the tables, for the queries. */
function lastRows({ cos, sin, rotate }: RopeTables, M: number): RopeTables {
  const N = cos.shape[0] ?? 0;
  return M === N ? { cos, sin, rotate } : { cos: tf.slice(cos, [N - M, 0]), sin: tf.slice(sin, [N - M, 0]), rotate };
}

/** `[B*N, heads*d]` to `[B*heads, N, d]`. */
export function splitHeads(x: tf.Tensor, B: number, N: number, heads: number, d: number): tf.Tensor3D {
  return tf.reshape<tf.Rank.R3>(tf.transpose(tf.reshape(x, [B, N, heads, d]), [0, 2, 1, 3]), [B * heads, N, d]);
}

/** `[B*heads, N, d]` to `[B*N, heads*d]`. */
function mergeHeads(x: tf.Tensor, B: number, N: number, heads: number, d: number): tf.Tensor2D {
  return tf.reshape<tf.Rank.R2>(tf.transpose(tf.reshape(x, [B, heads, N, d]), [0, 2, 1, 3]), [B * N, heads * d]);
}

/**
 * @param q - queries, `[B*M, H*d]`.
 * @param k - keys, `[B*N, G*d]`.
 * @param v - values, `[B*N, G*d]`.
 * @returns `[B*M, H*d]`. The caller owns it.
 */
export function attention(q: tf.Tensor2D, k: tf.Tensor2D, v: tf.Tensor2D, options: AttentionOptions): tf.Tensor2D {
  const { B, N, M, H, G, R, d } = sizesOf(q, k, v, options);
  const { mask, rope } = options;
  const scale = 1 / Math.sqrt(d);
  const op = tf.customGrad((...args) => {
    const save = args[3] as tf.GradSaveFunc;
    const [Q, K, V, P, out] = tf.tidy(() => {
      const splitQ = splitHeads(q, B, M, H, d); // [B*H, M, d]
      const splitK = splitHeads(k, B, N, G, d); // [B*G, N, d]
      const queries = tf.mul(rope === null ? splitQ : rotateHeads(splitQ, lastRows(rope, M), false), scale);
      const keys = rope === null ? splitK : rotateHeads(splitK, rope, false);
      const folded = tf.reshape<tf.Rank.R3>(queries, [B * G, R * M, d]);
      const values = splitHeads(v, B, N, G, d); // [B*G, N, d]
      const scores = tf.reshape(batchNT(folded, keys), [B * H, M, N]);
      const probabilities = tf.reshape<tf.Rank.R3>(tf.softmax(mask === null ? scores : tf.add(scores, mask)), [B * G, R * M, N]);
      return [folded, keys, values, probabilities, batchNN(probabilities, values)] as Saved;
    });
    save(rope === null ? [Q, K, V, P, out] : [Q, K, V, P, out, rope.cos, rope.sin, rope.rotate]);
    return {
      value: mergeHeads(out, B, M, H, d),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        tf.tidy(() => {
          const [queries, keys, values, p, o] = saved as Saved;
          const [cos, sin, rotate] = saved.slice(5);
          const tables = cos === undefined || sin === undefined || rotate === undefined ? null : { cos, sin, rotate: rotate as tf.Tensor2D };
          const dOut = tf.reshape<tf.Rank.R3>(splitHeads(dy, B, M, H, d), [B * G, R * M, d]);
          const dV = batchTN(p, dOut); // [B*G, N, d]
          const dP = batchNT(dOut, values); // [B*G, R*M, N]
          const delta = tf.sum(tf.mul(dOut, o), 2, true); // [B*G, R*M, 1], = sum over keys of dP * p
          const dS = tf.mul<tf.Tensor3D>(p, tf.sub(dP, delta)); // [B*G, R*M, N]
          const dQ = tf.reshape<tf.Rank.R3>(batchNN(dS, keys), [B * H, M, d]);
          const dK = batchTN(dS, queries); // [B*G, N, d]
          const unturnedQ = tables === null ? dQ : rotateHeads(dQ, lastRows(tables, M), true);
          const unturnedK = tables === null ? dK : rotateHeads(dK, tables, true);
          return [mergeHeads(tf.mul(unturnedQ, scale), B, M, H, d), mergeHeads(unturnedK, B, N, G, d), mergeHeads(dV, B, N, G, d)];
        }),
    };
  });
  return op(q, k, v) as tf.Tensor2D;
}

/** The same in basic ops with tfjs's own gradients, key/value heads copied per query head: the oracle of the tests (cpu backend, for gather). */
export function attentionPlain(q: tf.Tensor2D, k: tf.Tensor2D, v: tf.Tensor2D, options: AttentionOptions): tf.Tensor2D {
  const { B, N, M, H, G, R, d } = sizesOf(q, k, v, options);
  const { mask, rope } = options;
  const copy = (x: tf.Tensor3D): tf.Tensor3D => {
    const headOfQuery = Array.from({ length: H }, (_, h) => Math.floor(h / R));
    return tf.reshape(tf.gather(tf.reshape(x, [B, G, N, d]), tf.tensor1d(headOfQuery, 'int32'), 1), [B * H, N, d]);
  };
  return tf.tidy(() => {
    const splitQ = splitHeads(q, B, M, H, d); // [B*H, M, d]
    const splitK = splitHeads(k, B, N, G, d); // [B*G, N, d]
    const queries = rope === null ? splitQ : ropePlain(splitQ, lastRows(rope, M));
    const keys = copy(rope === null ? splitK : ropePlain(splitK, rope)); // [B*H, N, d]
    const values = copy(splitHeads(v, B, N, G, d)); // [B*H, N, d]
    const scores = tf.div(tf.matMul(queries, keys, false, true), Math.sqrt(d)); // [B*H, M, N]
    const p = tf.softmax(mask === null ? scores : tf.add(scores, mask)); // [B*H, M, N]
    return mergeHeads(tf.matMul(p, values), B, M, H, d);
  });
}
