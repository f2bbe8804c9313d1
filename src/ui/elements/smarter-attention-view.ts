/**
 * Attention of the QF layer as people see it: what one word looks at. Pure.
 *
 * Letters: H heads, L words, K places (0 is the picture as a whole, the others its 4 x 4 places, row by row; only the first where the model has one image vector; as coded 110 copies of
 * that one vector).
 */
import type { ItemAttention } from '../../study/smarter/look-at-item.ts';

const GRID = 4;

export interface WordView {
  /** Over the words, `[L]`; sums to 1. */
  readonly words: readonly number[];
  /** On the picture as a whole. */
  readonly whole: number;
  /** `[16]`; empty where the model has one image vector. */
  readonly places: readonly number[];
  /** As coded: over the copies of the picture's vector; else empty. */
  readonly copies: readonly number[];
}

/** @param head - null: the mean over heads. */
export function wordView({ self, cross, heads, tokens, places, isCoded }: ItemAttention, word: number, head: number | null): WordView {
  const row = (map: Float32Array, width: number): readonly number[] => {
    const chosen = head === null ? Array.from({ length: heads }, (_, h) => h) : [head];
    return Array.from({ length: width }, (_, i) => {
      const sum = chosen.reduce((total, h) => total + (map[(h * tokens + word) * width + i] ?? 0), 0);
      return sum / chosen.length;
    });
  };
  const keys = row(cross, places);
  const words = row(self, tokens);
  if (isCoded) return { words, whole: keys.reduce((sum, weight) => sum + weight, 0), places: [], copies: keys };
  const [whole = 0, ...others] = keys;
  return { words, whole, places: others, copies: [] };
}

/** Weights of the 4 x 4 places as one score per pixel, `[side * side]`. */
export function placesAsPixels(places: readonly number[], side: number): Float32Array {
  const cell = side / GRID;
  return Float32Array.from({ length: side * side }, (_, i) => {
    const [row, column] = [Math.floor(i / side / cell), Math.floor((i % side) / cell)];
    return places[row * GRID + column] ?? 0;
  });
}

/** `110 weights, all between 0.9090 % and 0.9092 %; 1/110 is 0.9091 %`. */
export function spreadText(weights: readonly number[]): string {
  const exact = (share: number): string => `${(100 * share).toFixed(4)} %`;
  const count = weights.length;
  return `${count} weights, from ${exact(Math.min(...weights))} to ${exact(Math.max(...weights))}; 1/${count} is ${exact(1 / count)}`;
}

/** Whether all weights are alike, as in the model that was coded: every word is the same mean there. */
export function isUniform(weights: readonly number[]): boolean {
  return weights.every((weight) => Math.abs(weight - 1 / weights.length) < 1e-4);
}
