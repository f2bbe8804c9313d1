/**
 * The seeded random projection of gradients to k numbers, `y = P g`, with which alignment is estimated: <P a, P b> is <a, b> on average, with an error
 * of about |a| |b| / sqrt(k) (spec/s2h 7: 4096 dimensions "following TRAK"; kind of projection and seed are not published).
 *
 * Every entry of P is +1/sqrt(k) or -1/sqrt(k), as in TRAK (arXiv 2303.14186), a function of (seed, j, i) that is counted out where it is needed and
 * never stored. Not independent signs, though: g is cut into chunks of k numbers, and in chunk c
 *
 *   P[j, c k + i] = outer(c, j) * H[j, i] * inner(c, i) / sqrt(k),   H[j, i] = (-1)^(number of ones in j & i)
 *
 * with random signs inner and outer (a block-SRHT, arXiv 2210.11295, without its subsampling). Why: H is the Walsh-Hadamard matrix, so a number costs
 * log2(k) additions instead of k (`nano`: 18 million instead of 6 billion; `micro`, k = 4096, on SwiftShader, a kernel with independent signs in the
 * same process: 8 ms against 3.2 s). It is no worse: the mean is exact, columns of one chunk are orthogonal, and signs of two chunks are independent, so that
 * the variance of <P a, P b> is (1/k) times the sum over chunks c != d of |a_c|^2 |b_d|^2 + <a_c, b_c><a_d, b_d>; with independent normal entries it is
 * that of all c and d. Up to k numbers there is no error at all.
 *
 * The signs: Philox (lib/rng.ts), 128 bits per block. A position of a chunk is row * C + column with ROWS rows and C = k / ROWS columns; the first two words of
 * block q hold the inner signs of column q, a bit per row, the last two the outer signs of row q, a bit per column. So a thread of webgpu/projection.ts,
 * which transforms a column and then a row, needs one block for each.
 *
 * Letters: k dimensions, c chunk, C columns.
 */
import { fault, InputError } from '../lib/errors.ts';
import { hash64Text } from '../lib/hash.ts';
import { philox4x32, type Block } from '../lib/rng.ts';

/** Rows of a chunk; as many signs lie in two words. */
export const ROWS = 64;
/** The paper's (spec/s2h 7). */
export const DEFAULT_DIMENSIONS = 4096;
const SMALLEST = 256;

export interface Projection {
  /** Key of the random numbers. */
  readonly key: readonly [low: number, high: number];
  /** k: a power of two from 256 to 4096. */
  readonly dimensions: number;
}

/** The projection of a seed (a whole number). Throws an InputError when there is none to `dimensions`. */
export function makeProjection(seed: number, dimensions = DEFAULT_DIMENSIONS): Projection {
  if (!Number.isInteger(Math.log2(dimensions)) || dimensions < SMALLEST || dimensions > ROWS * ROWS) {
    throw new InputError(fault('makeProjection', `a power of two from ${SMALLEST} to ${ROWS * ROWS} dimensions`, dimensions));
  }
  const { low, high } = hash64Text(JSON.stringify(['projection', seed]));
  return { key: [low >>> 0, high >>> 0], dimensions };
}

/** 1 or -1: sqrt(k) times the entry of P in row `j` (0..k-1) and column `i`. The definition; `project` is the same for a whole vector. */
export function projectionSign({ key, dimensions }: Projection, j: number, i: number): number {
  const columns = dimensions / ROWS;
  const c = Math.floor(i / dimensions);
  const at = i % dimensions;
  const inner = bitOf(signBlock(key, c, at % columns), 0, Math.floor(at / columns));
  const outer = bitOf(signBlock(key, c, Math.floor(j / columns)), 2, j % columns);
  return inner ^ outer ^ parity(j & at) ? -1 : 1;
}

/**
 * @param values - n numbers; what is missing of the last chunk counts as 0. Left as they are.
 * @returns `[k]`, summed in doubles.
 */
export function project(values: ArrayLike<number>, { key, dimensions }: Projection): Float64Array {
  const columns = dimensions / ROWS;
  const sums = new Float64Array(dimensions);
  const chunk = new Float64Array(dimensions);
  for (let c = 0; c * dimensions < values.length; c++) {
    const blocks = Array.from({ length: ROWS }, (_, q) => signBlock(key, c, q));
    forEachPosition(columns, (at, row, column) => {
      const value = values[c * dimensions + at] ?? 0;
      chunk[at] = bitOf(blocks[column], 0, row) ? -value : value;
    });
    hadamard(chunk);
    forEachPosition(columns, (at, row, column) => {
      const value = chunk[at] ?? 0;
      sums[at] = (sums[at] ?? 0) + (bitOf(blocks[row], 2, column) ? -value : value);
    });
  }
  return sums.map((sum) => sum / Math.sqrt(dimensions));
}

function signBlock(key: Projection['key'], c: number, q: number): Block {
  return philox4x32([q, c, 0, 0], key);
}

/** Bit `index` (0..63) of the words `first` and `first + 1`. */
function bitOf(block: Block | undefined, first: 0 | 2, index: number): number {
  return ((block?.[first + (index >> 5)] ?? 0) >>> (index & 31)) & 1;
}

function parity(bits: number): number {
  let odd = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) odd ^= 1;
  return odd;
}

function forEachPosition(columns: number, visit: (at: number, row: number, column: number) => void): void {
  for (let row = 0; row < ROWS; row++) {
    for (let column = 0; column < columns; column++) visit(row * columns + column, row, column);
  }
}

/** H x in place, for a power of two of numbers. */
function hadamard(x: Float64Array): void {
  for (let stride = 1; stride < x.length; stride *= 2) {
    for (let start = 0; start < x.length; start += 2 * stride) {
      for (let i = start; i < start + stride; i++) {
        const a = x[i] ?? 0;
        const b = x[i + stride] ?? 0;
        x[i] = a + b;
        x[i + stride] = a - b;
      }
    }
  }
}
