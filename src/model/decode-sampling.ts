/**
 * Drawing the next token on the CPU; webgpu/sampling.ts is the same on the device. Temperature, then top-k, then top-p (nucleus sampling, arXiv
 * 1904.09751), in the order of Hugging Face's `generate`; then the inverse of the cumulative distribution over the tokens in the order of their ids.
 *
 * Random numbers by counting (lib/rng.ts): the number of a token depends on seed, row and position only, so a row is drawn alike in any batch, and the
 * device needs no state for it.
 *
 * Letters: V vocabulary.
 */
import { hash64Text } from '../lib/hash.ts';
import { philox4x32 } from '../lib/rng.ts';
import type { Sampling } from './decode-options.ts';

/** Key of the random numbers of a seed: the hash of a path, as in lib/rng.ts. */
export function samplingKey(seed: number): readonly [low: number, high: number] {
  const { low, high } = hash64Text(JSON.stringify(['decode', seed]));
  return [low >>> 0, high >>> 0];
}

/** Uniform in [0, 1) with 24 bits, which float32 holds exactly. */
export function samplingUniform(key: readonly [low: number, high: number], row: number, position: number): number {
  const [word] = philox4x32([position, row, 0, 0], key);
  return (word >>> 8) / 2 ** 24;
}

/**
 * @param logits - `[V]`.
 * @param uniform - in [0, 1).
 * @returns the token drawn.
 */
export function sampleToken(logits: Float32Array, { temperature, topK, topP = 1 }: Omit<Sampling, 'seed'>, uniform: number): number {
  const ranked = Array.from(logits.keys()).sort((a, b) => (logits[b] ?? 0) - (logits[a] ?? 0) || a - b);
  const best = ranked[0] ?? 0;
  if (temperature === 0) return best;
  const weights = Float64Array.from(logits, (logit) => Math.exp((logit - (logits[best] ?? 0)) / temperature));
  const likeliest = ranked.slice(0, topK ?? ranked.length);
  const kept = topP < 1 ? nucleus(likeliest, weights, topP) : likeliest;
  const inOrder = [...kept].sort((a, b) => a - b);
  const goal = uniform * total(kept, weights);
  let sum = 0;
  for (const token of inOrder) {
    sum += weights[token] ?? 0;
    if (sum > goal) return token;
  }
  return inOrder.at(-1) ?? best;
}

/** The fewest of the ranked tokens that together have at least the share `topP`. */
function nucleus(ranked: readonly number[], weights: Float64Array, topP: number): readonly number[] {
  const goal = topP * total(ranked, weights);
  let sum = 0;
  const end = ranked.findIndex((token) => (sum += weights[token] ?? 0) >= goal);
  return end < 0 ? ranked : ranked.slice(0, end + 1);
}

function total(tokens: readonly number[], weights: Float64Array): number {
  return tokens.reduce((sum, token) => sum + (weights[token] ?? 0), 0);
}
