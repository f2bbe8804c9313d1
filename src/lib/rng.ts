/** Placeholder signature, replaced by the counter-based generator. */
export interface Rng {
  /** Uniform 32-bit unsigned integer. */
  u32(): number;
  /** Uniform integer in [0, n), unbiased; n in 1..2^32. */
  below(n: number): number;
  /** Uniform integer in [low, high], both ends included. */
  between(low: number, high: number): number;
  /** Uniform in [0, 1), 53 bits, exact on every machine. */
  unit(): number;
  /** True with probability p. */
  chance(p: number): boolean;
  /** Fisher-Yates shuffle into a new array. */
  shuffle<T>(items: readonly T[]): T[];
  /** `count` distinct items in random order. */
  sample<T>(items: readonly T[], count: number): T[];
  /** An independent stream named by `label`; does not advance this one. */
  fork(label: string | number): Rng;
}
