/**
 * WGSL that the attention kernels share: sizes, which positions see one another, reading, multiplying and writing rows of d channels.
 *
 * All tensors are seen as rows of one head, `[rows, d]`: row-major `[B*M, H*d]` is `[B*M*H, d]`, so heads are never split or merged, a kernel only
 * steps by more than one row. A row is held in registers as ceil(d/4) vectors named `<name>0`, `<name>1`, …; the loops over them are written out.
 * Storage is read as vec4f where 4 divides d, else number by number (odd sizes of the tests).
 *
 * The code depends on the model only (`AttentionForm`): what changes from batch to batch is given as numbers, so that few pipelines serve all shapes.
 *
 * Letters: B batch, N positions, M of them with a query (the last), H query heads, G key/value heads, R = H/G, d channels of a head.
 */
import type { Element, Kernel } from './kernel.ts';

/** Code of a kernel and its grid; the bindings, besides `batchNumbers`, are named in the comment of the function that makes it. */
export interface Plan {
  readonly code: string;
  readonly workgroups: readonly [number, number?, number?];
  /** Extensions of WGSL that the code uses. */
  readonly enables?: readonly string[];
}

/** What the code of a kernel depends on. */
export interface AttentionForm {
  readonly H: number;
  readonly G: number;
  /** At most 256; even with RoPE. */
  readonly d: number;
  /** True for rows `[B*N, (H+2G)*d]` of query, key and value; false for all queries `[B*M, H*d]`, then all keys, then all values `[B*N, G*d]`. */
  readonly isPacked: boolean;
}

export interface AttentionShape extends AttentionForm {
  readonly B: number;
  readonly N: number;
  readonly M: number;
  /** Positions below it see one another, the others see what is not later; null when all see all. */
  readonly prefix: number | null;
}

/** Rows of all queries, keys and values, and which of them are the first key and the first value. */
export interface RowLayout {
  readonly firstKey: number;
  readonly firstValue: number;
  readonly rows: number;
}

export function rowLayout({ B, N, M, H, G, isPacked }: AttentionShape): RowLayout {
  if (isPacked) return { firstKey: H, firstValue: H + G, rows: B * N * (H + 2 * G) };
  return { firstKey: B * M * H, firstValue: B * M * H + B * N * G, rows: B * M * H + 2 * B * N * G };
}

/** The numbers of every attention kernel. `open`: positions that all see one another, from the first on. */
export function batchNumbers(shape: AttentionShape): NonNullable<Kernel['numbers']> {
  const { N, M, prefix } = shape;
  const { firstKey, firstValue, rows } = rowLayout(shape);
  return {
    N: ['u32', N],
    M: ['u32', M],
    open: ['u32', Math.min(prefix ?? N, N)],
    firstKey: ['u32', firstKey],
    firstValue: ['u32', firstValue],
    rows: ['u32', rows],
  };
}

/** Vectors that hold a row. */
export const chunksOf = (d: number): number => Math.ceil(d / 4);

/** How tensors of rows are bound. */
export const elementOf = (d: number): Element => (d % 4 === 0 ? 'vec4f' : 'f32');

/** The lines `f(0)`, …, `f(n - 1)`. */
export const lines = (n: number, f: (i: number) => string): string => Array.from({ length: n }, (_, i) => f(i)).join('\n');

/** A number as WGSL float. */
export const float = (x: number): string => (Number.isInteger(x) && Math.abs(x) < 1e9 ? `${x}.0` : `${x}`);

/** First lines of a function that uses them: a read costs as much as a load on a software adapter, so each is read once. */
export const SIZES = /* wgsl */ `
  let N = numbers.N;
  let M = numbers.M;
  let firstKey = numbers.firstKey;
  let firstValue = numbers.firstValue;`;

/** Constants and the two functions of the mask. `ROW`: elements of a row; `…_STEP`: rows between neighbouring positions. */
export function preamble({ H, G, d, isPacked }: AttentionForm): string {
  return /* wgsl */ `
const H = ${H}u;
const G = ${G}u;
const R = ${H / G}u;
const ROW = ${d % 4 === 0 ? d / 4 : d}u;
const QUERY_STEP = ${isPacked ? H + 2 * G : H}u;
const KEY_STEP = ${isPacked ? H + 2 * G : G}u;
// Scores are kept times log2(e), so that exp2 serves.
const SCALE = ${float(Math.LOG2E / Math.sqrt(d))};
const LEAST = -1e30;
// Position i sees the positions below seenBy(i); position j is seen by those from firstSeeing(j) on.
fn seenBy(i: u32) -> u32 { return max(i + 1u, numbers.open); }
fn firstSeeing(j: u32) -> u32 { return select(j, 0u, j < numbers.open); }
fn total(x: vec4f) -> f32 { return x.x + x.y + x.z + x.w; }
`;
}

/** Vector `c` of the row whose first element is `at`. */
export function chunk(d: number, tensor: string, at: string, c: number): string {
  if (d % 4 === 0) return `${tensor}[${at} + ${c}u]`;
  const channel = (i: number): string => (i < d ? `${tensor}[${at} + ${i}u]` : '0.0');
  return `vec4f(${[0, 1, 2, 3].map((i) => channel(4 * c + i)).join(', ')})`;
}

/** Reads a row into `name0`, … */
export const readRow = (d: number, name: string, tensor: string, at: string, factor = ''): string =>
  lines(chunksOf(d), (c) => `let ${name}${c} = ${chunk(d, tensor, at, c)}${factor};`);

/** A row of zeros that will change. */
export const zeroRow = (d: number, name: string): string => lines(chunksOf(d), (c) => `var ${name}${c} = vec4f();`);

/** `let name = a . b`, summed in four lanes first. */
export const dotRows = (d: number, name: string, a: (c: number) => string, b: (c: number) => string): string => {
  let sum = `${a(0)} * ${b(0)}`;
  for (let c = 1; c < chunksOf(d); c++) sum = `fma(${a(c)}, ${b(c)}, ${sum})`;
  return `let ${name} = total(${sum});`;
};

/** `name += factor * b`. */
export const addRow = (d: number, name: string, factor: string, b: (c: number) => string): string =>
  lines(chunksOf(d), (c) => `${name}${c} = fma(vec4f(${factor}), ${b(c)}, ${name}${c});`);

/** Vectors of a row in registers. */
export const held =
  (name: string) =>
  (c: number): string =>
    `${name}${c}`;

/** Writes the row `x0`, … (each expression `x(c)`) to the row at `at`. */
export function writeRow(d: number, tensor: string, at: string, x: (c: number) => string): string {
  if (d % 4 === 0) return lines(chunksOf(d), (c) => `${tensor}[${at} + ${c}u] = ${x(c)};`);
  return lines(d, (i) => `${tensor}[${at} + ${i}u] = (${x(Math.floor(i / 4))})[${i % 4}];`);
}

/**
 * Writes the row `name` turned back by the angles of `position`: the gradient of RoPE. Pairs are channels i and i + d/2 (rope.ts). `turns` is the table
 * `[2, N, d/2]` of cosines, then sines. N is one of `SIZES`.
 */
export function writeRowTurnedBack(d: number, tensor: string, at: string, name: string, position: string): string {
  const half = d / 2;
  if (half % 4 === 0) {
    const n = half / 4;
    return lines(
      n,
      (c) => `{
  let cosine = turns[${position} * ${n}u + ${c}u];
  let sine = turns[(N + ${position}) * ${n}u + ${c}u];
  ${tensor}[${at} + ${c}u] = ${name}${c} * cosine + ${name}${c + n} * sine;
  ${tensor}[${at} + ${c + n}u] = ${name}${c + n} * cosine - ${name}${c} * sine;
}`,
    );
  }
  const channel = (i: number): string => `${name}${Math.floor(i / 4)}[${i % 4}]`;
  const turned = lines(
    half,
    (i) => `let cosine${i} = turns[${position} * ${half}u + ${i}u];
let sine${i} = turns[(N + ${position}) * ${half}u + ${i}u];
let low${i} = ${channel(i)} * cosine${i} + ${channel(i + half)} * sine${i};
let high${i} = ${channel(i + half)} * cosine${i} - ${channel(i)} * sine${i};`,
  );
  const value = (i: number): string => (i < half ? `low${i}` : i < d ? `high${i - half}` : '0.0');
  const vector = (c: number): string => `vec4f(${[0, 1, 2, 3].map((i) => value(4 * c + i)).join(', ')})`;
  return `{\n${turned}\n${writeRow(d, tensor, at, vector)}\n}`;
}

/** Element of the table of angles in the kernels. */
export const turnElement = (d: number): Element => (d % 8 === 0 ? 'vec4f' : 'f32');
