/**
 * Random numbers by counting: Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011), checked
 * against the known answers of Random123. A stream is named by a path such as (task, level, split, seed, index); its 64-bit key is a hash of the
 * whole path, so any sample can be made alone and no two paths share a stream. Integer arithmetic only: the same numbers on every machine.
 * Not for secrets.
 */
import { fault } from './errors.ts';
import { hash64Text } from './hash.ts';
import type { Word64 } from './hash.ts';

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

/** Four 32-bit words. */
export type Block = readonly [number, number, number, number];

/** Multipliers and key increments of Philox4x32 (the paper, section 3.3; the increments are the golden ratio and sqrt(3) - 1). */
const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;
const ROUNDS = 10;
const TWO_32 = 0x1_0000_0000;

/** The stream named by `path`: `makeRng('a', 1)` is `makeRng('a').fork(1)`; 1 and '1' are different names. */
export function makeRng(...path: readonly (string | number)[]): Rng {
  for (const part of path) {
    if (typeof part === 'number' && !Number.isSafeInteger(part)) {
      throw new RangeError(fault('makeRng', 'strings and whole numbers in the path', String(part)));
    }
  }
  return new PhiloxStream(path);
}

/** A class, not closures, because an example makes a dozen streams: methods are made once. */
class PhiloxStream implements Rng {
  readonly #path: readonly (string | number)[];
  readonly #key: Word64;
  /** Counts blocks of four words; 2^53 of them are enough. */
  #blockIndex = 0;
  /** Written over by each block: new arrays by the hundred would be an example's largest garbage. */
  readonly #block: [number, number, number, number] = [0, 0, 0, 0];
  #used = 4;

  constructor(path: readonly (string | number)[]) {
    this.#path = path;
    this.#key = hash64Text(JSON.stringify(path));
  }

  u32(): number {
    if (this.#used === 4) {
      writeBlock(this.#block, this.#blockIndex % TWO_32, Math.floor(this.#blockIndex / TWO_32), 0, 0, this.#key.low, this.#key.high);
      this.#blockIndex += 1;
      this.#used = 0;
    }
    const word = this.#block[this.#used] ?? 0;
    this.#used += 1;
    return word;
  }

  below(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > TWO_32) throw new RangeError(fault('Rng.below', 'a whole number in 1..2^32', String(n)));
    const fair = TWO_32 - (TWO_32 % n); // words from here on would favour small results: draw again
    let word = this.u32();
    while (word >= fair) word = this.u32();
    return word % n;
  }

  between(low: number, high: number): number {
    if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || low > high) {
      throw new RangeError(fault('Rng.between', 'whole numbers low <= high', `${low}, ${high}`));
    }
    return low + this.below(high - low + 1);
  }

  unit(): number {
    const high = this.u32() >>> 5; // 27 bits
    const low = this.u32() >>> 6; //  26 bits
    return (high * 0x400_0000 + low) / 0x20_0000_0000_0000;
  }

  chance(p: number): boolean {
    return this.unit() < p;
  }

  shuffle<T>(items: readonly T[]): T[] {
    return this.sample(items, items.length);
  }

  /** First `count` places of a Fisher-Yates shuffle. */
  sample<T>(items: readonly T[], count: number): T[] {
    if (!Number.isInteger(count) || count < 0 || count > items.length) {
      throw new RangeError(fault('Rng.sample', `a whole number in 0..${items.length}`, String(count)));
    }
    const pool = [...items];
    for (let i = 0; i < count; i++) {
      const j = i + this.below(pool.length - i);
      const kept = pool[i] as T; // i and j are inside the pool
      pool[i] = pool[j] as T;
      pool[j] = kept;
    }
    return pool.slice(0, count);
  }

  fork(label: string | number): Rng {
    return makeRng(...this.#path, label);
  }
}

/** One block of Philox4x32-10: four random words for a counter and a key. */
export function philox4x32(counter: Block, key: readonly [number, number]): Block {
  const block: [number, number, number, number] = [0, 0, 0, 0];
  writeBlock(block, ...counter, ...key);
  return block;
}

function writeBlock(out: [number, number, number, number], c0: number, c1: number, c2: number, c3: number, key0: number, key1: number): void {
  let [x0, x1, x2, x3, k0, k1] = [c0, c1, c2, c3, key0, key1];
  for (let i = 0; i < ROUNDS; i++) {
    const high0 = multiplyHigh(MULTIPLIER_0, x0);
    const low0 = Math.imul(MULTIPLIER_0, x0);
    const high1 = multiplyHigh(MULTIPLIER_1, x2);
    const low1 = Math.imul(MULTIPLIER_1, x2);
    x0 = high1 ^ x1 ^ k0;
    x1 = low1;
    x2 = high0 ^ x3 ^ k1;
    x3 = low0;
    k0 = (k0 + WEYL_0) | 0;
    k1 = (k1 + WEYL_1) | 0;
  }
  out[0] = x0 >>> 0;
  out[1] = x1 >>> 0;
  out[2] = x2 >>> 0;
  out[3] = x3 >>> 0;
}

/** Upper 32 bits of the 64-bit product of two unsigned words, by 16-bit halves: every partial sum stays below 2^53. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16); // < 2^32
  const carry = aLow * bHigh + (middle & 0xffff); //       < 2^32
  return (aHigh * bHigh + (middle >>> 16) + (carry >>> 16)) >>> 0;
}
