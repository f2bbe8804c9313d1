/**
 * Multi-head softmax attention over projected queries, keys and values, with grouped key/value heads, an additive mask and optional RoPE.
 * Sources: arXiv 1706.03762 section 3.2 (scale 1/sqrt(d)); arXiv 2305.13245 (grouped-query attention); rope.ts.
 *
 * One op from head split to head merge, so that the tape holds no per-head tensors. Query head h uses key/value head floor(h / (H/G)): the
 * H/G heads that share one are folded into the query axis, so a key/value head is never copied. Saved for the gradient: the split (and
 * rotated) q, k, v, the probabilities and the output.
 *
 * Letters: B batch, N positions, H query heads, G key/value heads, R = H/G, d channels of a head.
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
  /** Added to the scores: `[N, N]` of 0 and a large negative number (`attentionMask`), or null when all see all. */
  readonly mask: tf.Tensor2D | null;
  /** Position tables of N rows, or null for none. */
  readonly rope: RopeTables | null;
}

/** Added where a query may not look. Finite, so that a row of it alone stays a number; exp of it is 0 in float32. */
export const MASKED = -1e9;

/**
 * Mask of the decoder: position i sees j when j <= i, or when both are in the prefix (image tokens see one another both ways).
 *
 * @returns `[N, N]`. The caller owns it.
 */
export function attentionMask(N: number, prefix: number): tf.Tensor2D {
  const mask = new Float32Array(N * N);
  for (let i = 0; i < N; i++) {
    for (let j = i + 1; j < N; j++) if (i >= prefix || j >= prefix) mask[i * N + j] = MASKED;
  }
  return tf.tensor2d(mask, [N, N]);
}

interface Sizes {
  readonly B: number;
  readonly N: number;
  readonly H: number;
  readonly G: number;
  readonly R: number;
  readonly d: number;
}

function sizesOf(q: tf.Tensor2D, k: tf.Tensor2D, v: tf.Tensor2D, { batch: B, heads: H, kvHeads: G, mask }: AttentionOptions): Sizes {
  if (H % G !== 0) throw new ShapeError(fault('attention', 'heads to be a multiple of kvHeads', `${H} and ${G}`));
  const { M, W } = checkShape(q, 'M W', {}, 'attention query') as { M: number; W: number };
  if (M % B !== 0 || W % H !== 0) throw new ShapeError(fault('attention', `[B*N, H*d] with B = ${B}, H = ${H}`, q.shape));
  const d = W / H;
  checkShape(k, 'M KV', { M, KV: G * d }, 'attention key');
  checkShape(v, 'M KV', { M, KV: G * d }, 'attention value');
  const N = M / B;
  if (mask !== null) checkShape(mask, 'N N', { N }, 'attention mask');
  return { B, N, H, G, R: H / G, d };
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
 * @param q - queries, `[B*N, H*d]`.
 * @param k - keys, `[B*N, G*d]`.
 * @param v - values, `[B*N, G*d]`.
 * @returns `[B*N, H*d]`. The caller owns it.
 */
export function attention(q: tf.Tensor2D, k: tf.Tensor2D, v: tf.Tensor2D, options: AttentionOptions): tf.Tensor2D {
  const { B, N, H, G, R, d } = sizesOf(q, k, v, options);
  const { mask, rope } = options;
  const scale = 1 / Math.sqrt(d);
  const op = tf.customGrad((...args) => {
    const save = args[3] as tf.GradSaveFunc;
    const [Q, K, V, P, out] = tf.tidy(() => {
      const turn = (x: tf.Tensor3D): tf.Tensor3D => (rope === null ? x : rotateHeads(x, rope, false));
      const queries = tf.mul(turn(splitHeads(q, B, N, H, d)), scale); // [B*H, N, d]
      const folded = tf.reshape<tf.Rank.R3>(queries, [B * G, R * N, d]);
      const keys = turn(splitHeads(k, B, N, G, d)); // [B*G, N, d]
      const values = splitHeads(v, B, N, G, d); // [B*G, N, d]
      const scores = tf.reshape(batchNT(folded, keys), [B * H, N, N]);
      const probabilities = tf.reshape<tf.Rank.R3>(tf.softmax(mask === null ? scores : tf.add(scores, mask)), [B * G, R * N, N]);
      return [folded, keys, values, probabilities, batchNN(probabilities, values)] as [
        tf.Tensor3D,
        tf.Tensor3D,
        tf.Tensor3D,
        tf.Tensor3D,
        tf.Tensor3D,
      ];
    });
    save(rope === null ? [Q, K, V, P, out] : [Q, K, V, P, out, rope.cos, rope.sin, rope.rotate]);
    return {
      value: mergeHeads(out, B, N, H, d),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        tf.tidy(() => {
          const [queries, keys, values, p, o] = saved as [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D, tf.Tensor3D, tf.Tensor3D];
          const [cos, sin, rotate] = saved.slice(5) as tf.Tensor2D[];
          const turnBack = (x: tf.Tensor3D): tf.Tensor3D =>
            cos === undefined || sin === undefined || rotate === undefined ? x : rotateHeads(x, { cos, sin, rotate }, true);
          const dOut = tf.reshape<tf.Rank.R3>(splitHeads(dy, B, N, H, d), [B * G, R * N, d]);
          const dV = batchTN(p, dOut); // [B*G, N, d]
          const dP = batchNT(dOut, values); // [B*G, R*N, N]
          const delta = tf.sum(tf.mul(dOut, o), 2, true); // [B*G, R*N, 1], = sum over keys of dP * p
          const dS = tf.mul<tf.Tensor3D>(p, tf.sub(dP, delta)); // [B*G, R*N, N]
          const dQ = tf.reshape<tf.Rank.R3>(batchNN(dS, keys), [B * H, N, d]);
          const dK = batchTN(dS, queries); // [B*G, N, d]
          return [mergeHeads(tf.mul(turnBack(dQ), scale), B, N, H, d), mergeHeads(turnBack(dK), B, N, G, d), mergeHeads(dV, B, N, G, d)];
        }),
    };
  });
  return op(q, k, v) as tf.Tensor2D;
}

/** The same in basic ops with tfjs's own gradients, key/value heads copied per query head: the oracle of the tests (cpu backend, for gather). */
export function attentionPlain(q: tf.Tensor2D, k: tf.Tensor2D, v: tf.Tensor2D, options: AttentionOptions): tf.Tensor2D {
  const { B, N, H, G, R, d } = sizesOf(q, k, v, options);
  const { mask, rope } = options;
  const turn = (x: tf.Tensor3D): tf.Tensor3D => (rope === null ? x : ropePlain(x, rope));
  const copy = (x: tf.Tensor3D): tf.Tensor3D => {
    const headOfQuery = Array.from({ length: H }, (_, h) => Math.floor(h / R));
    return tf.reshape(tf.gather(tf.reshape(x, [B, G, N, d]), tf.tensor1d(headOfQuery, 'int32'), 1), [B * H, N, d]);
  };
  return tf.tidy(() => {
    const queries = turn(splitHeads(q, B, N, H, d)); // [B*H, N, d]
    const keys = copy(turn(splitHeads(k, B, N, G, d))); // [B*H, N, d]
    const values = copy(splitHeads(v, B, N, G, d)); // [B*H, N, d]
    const scores = tf.div(tf.matMul(queries, keys, false, true), Math.sqrt(d)); // [B*H, N, N]
    const p = tf.softmax(mask === null ? scores : tf.add(scores, mask)); // [B*H, N, N]
    return mergeHeads(tf.matMul(p, values), B, N, H, d);
  });
}
