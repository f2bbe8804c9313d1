/**
 * Matrix products for GPUs: a workgroup brings tiles of a and b into workgroup memory, and each invocation keeps a square of the sums in registers. Where
 * the result has few tiles and K is long (gradients of weights), the steps of K are divided among workgroups: each stores its share of the sums, and a
 * second dispatch adds the shares in fixed order (`sharesCode`). No atomics: the same numbers give the same bits.
 *
 * Source of the scheme: the usual two-level tiling, as in Nath, Tomov, Dongarra, "An improved MAGMA GEMM for Fermi GPUs" (2010). Tile sizes are ours;
 * which one is used is measured on the adapter (gemm-tune.ts).
 *
 * Letters: M rows of the result, L columns, K the axis summed over, S shares of K.
 */
import { finishCode, repeat, vectorOfB, type GemmForm } from './gemm-form.ts';
import { UNPACK_HALF } from './half-weights.ts';

export interface HardwareTile {
  /** Rows and columns of the result that a workgroup makes, and steps of K that it loads at once: multiples of four. */
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  /** The square of one invocation is `square` times `square`: 4 or 8. */
  readonly square: number;
}

/** Invocations of a workgroup of `sharesCode`. */
export const SHARES_WORKGROUP = 64;

export function hardwareThreads({ rows, columns, square }: HardwareTile): number {
  return (rows / square) * (columns / square);
}

/**
 * WGSL of the kernel. Numbers: M, K, L, `start` (first row of b that counts), `chunk` (steps of K of a share, a multiple of the tile's depth). Grid: column
 * tiles, row tiles, shares. With `isShare` the sums are stored as they are: y is `[S, M, L]`, sums `[S, L]`.
 */
export function hardwareCode(form: GemmForm, tile: HardwareTile, isShare: boolean): string {
  const { rows, columns, depth, square } = tile;
  const { isYVector, sumsColumns, layout } = form;
  const threads = hardwareThreads(tile);
  const across = columns / square;
  const parts = square / 4;
  // One vector more per step than needed: neighbouring steps then lie in other banks.
  const [strideA, strideB] = [rows / 4 + 1, columns / 4 + 1];
  const multiply = (i: number) => repeat(parts, (j) => `y${i}_${j} = fma(vec4f(a${i >> 2}[${i & 3}]), b${j}, y${i}_${j});`);
  const rowOf = (i: number) => `r0 + (down + ${(i >> 2) * (rows / square)}u) * 4u + ${i & 3}u`;
  const columnOf = (j: number) => `c0 + (over + ${j * across}u) * 4u`;
  const finish = (i: number, j: number) => `finish(${rowOf(i)}, ${columnOf(j)}, ${isShare ? 'group.z' : 'numbers.M, numbers.L'}, y${i}_${j});`;
  const isSummer = `group.y == 0u && local < ${columns / 4}u`;
  return /* wgsl */ `
${form.isBHalf ? UNPACK_HALF : ''}${readCode('A', form.isAVector ? (at) => `a[${at}]` : null, layout === 'tn' ? ['K', 'M'] : ['M', 'K'], '0u')}
${readCode('B', form.isBVector ? (at) => vectorOfB(form, at) : null, layout === 'nt' ? ['L', 'K'] : ['K', 'L'], 'numbers.start')}
${isShare ? shareFinishCode(isYVector) : finishCode(form, isYVector)}
var<workgroup> tileA: array<vec4f, ${depth * strideA}>;
var<workgroup> tileB: array<vec4f, ${depth * strideB}>;
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let r0 = group.y * ${rows}u;
  let c0 = group.x * ${columns}u;
  let down = local / ${across}u;
  let over = local % ${across}u;
  let end = min(numbers.K, (group.z + 1u) * numbers.chunk);
  ${repeat(square, (i) => repeat(parts, (j) => `var y${i}_${j} = vec4f(0.0);`), '\n  ')}
  ${sumsColumns ? 'var total = vec4f(0.0);' : ''}
  for (var k0 = group.z * numbers.chunk; k0 < end; k0 += ${depth}u) {
    ${bringCode('A', { isTurned: layout !== 'tn', length: rows, depth, threads, first: 'r0' })}
    ${bringCode('B', { isTurned: layout === 'nt', length: columns, depth, threads, first: 'c0' })}
    workgroupBarrier();
    for (var s = 0u; s < ${depth}u; s++) {
      ${repeat(parts, (h) => `let a${h} = tileA[s * ${strideA}u + down + ${h * (rows / square)}u];`)}
      ${repeat(parts, (j) => `let b${j} = tileB[s * ${strideB}u + over + ${j * across}u];`)}
      ${repeat(square, multiply, '\n      ')}
    }
    ${sumsColumns ? `if (${isSummer}) { for (var s = 0u; s < ${depth}u; s++) { total += tileB[s * ${strideB}u + local]; } }` : ''}
    workgroupBarrier();
  }
  ${sumsColumns ? `if (${isSummer}) { ${storeTotal(isYVector)} }` : ''}
  ${repeat(square, (i) => repeat(parts, (j) => finish(i, j)), '\n  ')}
}
`;
}

/**
 * WGSL that adds the shares `parts` `[S, M, L]` (and `partSums` `[S, L]`) and finishes. Numbers: M, L, S. Grid: workgroups of whole vectors, in two
 * directions (rows.ts); a last row of vectors makes the sums.
 */
export function sharesCode(form: GemmForm): string {
  const { isYVector, sumsColumns } = form;
  const share = (name: string, at: string) => (isYVector ? `${name}[(${at}) >> 2u]` : `vec4f(${repeat(4, (q) => `${name}[${at} + ${q}u]`, ', ')})`);
  const storeSums = isYVector ? 'sums[c >> 2u] = sum;' : repeat(4, (q) => `if (c + ${q}u < numbers.L) { sums[c + ${q}u] = sum[${q}]; }`);
  const makeSums = /* wgsl */ `
  if (r == numbers.M) {
    for (var s = 0u; s < numbers.S; s++) { sum += ${share('partSums', 's * numbers.L + c')}; }
    ${storeSums}
  }`;
  return /* wgsl */ `
${finishCode(form, isYVector)}
@compute @workgroup_size(${SHARES_WORKGROUP})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) local: u32) {
  let across = (numbers.L + 3u) / 4u;
  let e = (group.y * grid.x + group.x) * ${SHARES_WORKGROUP}u + local;
  let r = e / across;
  let c = e % across * 4u;
  var sum = vec4f(0.0);
  if (r < numbers.M) {
    for (var s = 0u; s < numbers.S; s++) { sum += ${share('parts', '(s * numbers.M + r) * numbers.L + c')}; }
    finish(r, c, numbers.M, numbers.L, sum);
  }
  ${sumsColumns ? makeSums : ''}
}
`;
}

interface Bring {
  /** The rows of the matrix are those of the tile, not the steps of K: its vectors are turned on the way. */
  readonly isTurned: boolean;
  /** Rows or columns of the tile. */
  readonly length: number;
  readonly depth: number;
  readonly threads: number;
  /** First row or column of the tile. */
  readonly first: string;
}

/** Brings `depth` steps of a matrix into workgroup memory, 4 x 4 numbers at a time: one vector of four rows (or columns) per step. */
function bringCode(name: 'A' | 'B', { isTurned, length, depth, threads, first }: Bring): string {
  // Neighbours read neighbouring vectors: along K where the matrix is turned, else along the tile.
  const place = isTurned
    ? `let step = u % ${depth / 4}u * 4u; let block = u / ${depth / 4}u;`
    : `let step = u / ${length / 4}u * 4u; let block = u % ${length / 4}u;`;
  const read = (q: number) => (isTurned ? `${first} + block * 4u + ${q}u, k0 + step` : `k0 + step + ${q}u, ${first} + block * 4u`);
  const value = (q: number) => (isTurned ? `vec4f(${repeat(4, (t) => `v${t}[${q}]`, ', ')})` : `v${q}`);
  return /* wgsl */ `for (var u = local; u < ${(length / 4) * (depth / 4)}u; u += ${threads}u) {
      ${place}
      ${repeat(4, (q) => `let v${q} = read${name}(${read(q)});`)}
      ${repeat(4, (q) => `tile${name}[(step + ${q}u) * ${length / 4 + 1}u + block] = ${value(q)};`)}
    }`;
}

/** `read(r, c)`: four numbers of row r from column c on of a stored matrix, zero outside. `vector`: how one is loaded, where rows are whole vectors. */
function readCode(name: 'A' | 'B', vector: ((at: string) => string) | null, [rows, columns]: readonly [string, string], start: string): string {
  const matrix = name.toLowerCase();
  const at = `(r + ${start}) * numbers.${columns} + c`;
  const inside = vector
    ? `if (c < numbers.${columns}) { v = ${vector(`(${at}) >> 2u`)}; }`
    : repeat(4, (q) => `if (c + ${q}u < numbers.${columns}) { v[${q}] = ${matrix}[${at} + ${q}u]; }`);
  return /* wgsl */ `
fn read${name}(r: u32, c: u32) -> vec4f {
  var v = vec4f(0.0);
  if (r < numbers.${rows}) { ${inside} }
  return v;
}`;
}

function shareFinishCode(isVector: boolean): string {
  const at = '(share * numbers.M + r) * numbers.L + c';
  const store = isVector
    ? `if (c < numbers.L) { y[(${at}) >> 2u] = sum; }`
    : repeat(4, (q) => `if (c + ${q}u < numbers.L) { y[${at} + ${q}u] = sum[${q}]; }`);
  return /* wgsl */ `
fn finish(r: u32, c: u32, share: u32, sum: vec4f) {
  if (r < numbers.M) { ${store} }
}
`;
}

function storeTotal(isVector: boolean): string {
  const at = 'group.z * numbers.L + c0 + local * 4u';
  if (isVector) return `if (c0 + local * 4u < numbers.L) { sums[(${at}) >> 2u] = total; }`;
  return repeat(4, (q) => `if (c0 + local * 4u + ${q}u < numbers.L) { sums[${at} + ${q}u] = total[${q}]; }`);
}
