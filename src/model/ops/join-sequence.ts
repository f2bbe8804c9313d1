/**
 * Two sequences behind one another, example by example: image tokens before the text. On WebGPU one dispatch forward, and one backward for both parts.
 *
 * Letters: B batch, P and T positions of the parts, N = P + T, D channels.
 */
import { fault, ShapeError } from '../../lib/errors.ts';
import { checkShape } from '../../lib/shape.ts';
import * as tf from '../tf.ts';
import { isWebGpu } from '../webgpu/kernel.ts';
import { joinRows, splitRows } from '../webgpu/sequence.ts';

function check(vision: tf.Tensor2D, words: tf.Tensor2D, batch: number): [P: number, T: number, D: number] {
  const { rows, D } = checkShape(words, 'rows D', {}, 'joinSequence words') as { rows: number; D: number };
  const { tokens } = checkShape(vision, 'tokens D', { D }, 'joinSequence vision') as { tokens: number };
  const isWhole = rows % batch === 0 && tokens % batch === 0;
  if (!isWhole) throw new ShapeError(fault('joinSequence', `rows for each of ${batch} examples`, `${tokens} and ${rows} rows`));
  return [tokens / batch, rows / batch, D];
}

/**
 * @param vision - `[B*P, D]`, or null for nothing.
 * @param words - `[B*T, D]`.
 * @param batch - B.
 * @returns `[B*N, D]`; `words` itself without `vision`. The caller owns it.
 */
export function joinSequence(vision: tf.Tensor2D | null, words: tf.Tensor2D, batch: number): tf.Tensor2D {
  if (vision === null) return words;
  const [P] = check(vision, words, batch);
  if (!isWebGpu()) return joinSequencePlain(vision, words, batch);
  const op = tf.customGrad(() => ({
    value: joinRows(vision, words, batch),
    gradFunc: (dy: tf.Tensor) => splitRows(dy as tf.Tensor2D, batch, P),
  }));
  return op(vision, words) as tf.Tensor2D;
}

/** The same by tfjs's concat with its own gradient: what wasm and cpu do, and the oracle of the tests. */
export function joinSequencePlain(vision: tf.Tensor2D | null, words: tf.Tensor2D, batch: number): tf.Tensor2D {
  if (vision === null) return words;
  const [P, T, D] = check(vision, words, batch);
  return tf.tidy(() => {
    const joined = tf.concat([tf.reshape<tf.Rank.R3>(vision, [batch, P, D]), tf.reshape<tf.Rank.R3>(words, [batch, T, D])], 1); // [B, N, D]
    return tf.reshape<tf.Rank.R2>(joined, [batch * (P + T), D]);
  });
}
