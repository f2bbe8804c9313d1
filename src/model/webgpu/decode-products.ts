/**
 * The matrix products of one decoding step: a row per sequence, so few rows and long columns, with what stands before them (RMSNorm) and after them (RoPE
 * and the write into the cache, SwiGLU, the residual) in the same dispatch.
 *
 * An invocation makes two groups of four columns of a few rows: `a` and `b`, which are the two halves of a head for RoPE, the gate and the value of SwiGLU,
 * or neighbours. The norm needs no pass of its own: the sum of squares is gathered beside the products, which it scales at the end. On GPUs eight
 * invocations share the rows of the matrix and meet in workgroup memory; on software adapters one does all (family.ts). A row is summed in the same
 * order whatever the batch is, so it decodes to the same tokens in any. All in place or into new tensors; not differentiable.
 *
 * Letters: as in decode-state.ts; K numbers of a row that are summed over.
 */
import { RMS_NORM_EPSILON } from '../ops/rms-norm.ts';
import type * as tf from '../tf.ts';
import { STATE, type DecodeSizes, type DecodeRows } from './decode-state.ts';
import { kernelFamily } from './family.ts';
import { UNPACK_HALF, weightInput, weightReader } from './half-weights.ts';
import { runKernel, type Kernel, type KernelInput } from './kernel.ts';

/** Tiles of a workgroup, side by side; ours. */
const TILES = 8;
/** Invocations that share the sum of a tile on GPUs; ours. */
const SLICES = 8;
/** Most rows of a tile: a weight is loaded once for all of them. Ours: more are slower for lack of registers. */
const MOST_ROWS = { software: 8, hardware: 4 } as const;

/** A product of rows of `x` with a matrix, tile by tile. */
interface RowProduct {
  readonly name: string;
  readonly rows: number;
  readonly K: number;
  /** Vectors of four from one row of `x` to the next. */
  readonly stride: number;
  readonly isNormed: boolean;
  readonly tiles: number;
  /** WGSL that adds up `a` and `b` of tile `t`, made of `loop`. */
  readonly sums: (loop: Loop) => string;
  /** WGSL: `fn store(row: u32, tile: u32, a: vec4f, b: vec4f)`. */
  readonly store: string;
  readonly inputs: Kernel['inputs'];
  readonly outputs: Kernel['outputs'];
  readonly updates?: Kernel['updates'];
  readonly numbers?: Kernel['numbers'];
}

/** WGSL of the loop over `k`, the vectors of four of a row; `add` gives what is added for each of the rows `v0`, `v1`, … */
type Loop = (add: (rows: readonly number[]) => string) => string;

const four = (tensor: tf.Tensor): KernelInput => ({ tensor, as: 'vec4f' });

/** WGSL of a vector of four of a matrix. */
type Matrix = (at: string) => string;

/** Products with two groups of columns of matrices stored `[K, L]`: vectors `columnA` of `a`, `columnB` of `b`; `width` vectors a row. */
function columns(a: Matrix, columnA: string, b: Matrix, columnB: string, width: number): (rows: readonly number[]) => string {
  return (rows) =>
    ['x', 'y', 'z', 'w']
      .map((component, i) => {
        const adds = rows.map((r) => `a${r} += v${r}.${component} * p; b${r} += v${r}.${component} * q;`).join(' ');
        return `{ let at = (k * 4u + ${i}u) * ${width}u; let p = ${a(`at + ${columnA}`)}; let q = ${b(`at + ${columnB}`)}; ${adds} }`;
      })
      .join('\n    ');
}

function run(product: RowProduct): tf.Tensor[] {
  const { name, rows, tiles, inputs, outputs, updates, numbers } = product;
  const isSoftware = kernelFamily() === 'software';
  const tileRows = rowsOfTile(rows);
  return runKernel({
    name: `decode ${name}`,
    code: codeOf(product, tileRows, isSoftware ? 1 : SLICES),
    inputs,
    outputs,
    ...(updates === undefined ? {} : { updates }),
    numbers: { rows: ['u32', rows], ...numbers },
    workgroups: [Math.ceil(tiles / TILES), Math.ceil(rows / tileRows)],
  });
}

/** A power of two, so that few kernels are compiled. */
function rowsOfTile(rows: number): number {
  let tile = 1;
  while (tile < MOST_ROWS[kernelFamily()] && tile < rows) tile *= 2;
  return tile;
}

function codeOf({ K, stride, isNormed, tiles, sums, store }: RowProduct, R: number, slices: number): string {
  const all = Array.from({ length: R }, (_, r) => r);
  const each = (line: (r: number) => string): string => all.map(line).join('\n  ');
  const loop: Loop = (add) => `
  for (var k = local.y; k < ${K / 4}u; k += ${slices}u) {
    ${each((r) => `var v${r} = x[x${r} + k];`)}
    ${isNormed ? `let scale = norm[k]; ${each((r) => `n${r} += dot(v${r}, v${r}); v${r} *= scale;`)}` : ''}
    ${add(all)}
  }`;
  const inverse = (sum: string): string => (isNormed ? `inverseSqrt(${sum} / ${K}.0 + ${RMS_NORM_EPSILON})` : '1.0');
  const alone = each(
    (r) => `if (first + ${r}u < numbers.rows) { let scale = ${inverse(`n${r}`)}; store(first + ${r}u, t, a${r} * scale, b${r} * scale); }`,
  );
  const together = `
  ${each((r) => `partial[(local.y * ${R}u + ${r}u) * ${TILES}u + local.x] = array(a${r}, b${r}); squares[(local.y * ${R}u + ${r}u) * ${TILES}u + local.x] = n${r};`)}
  workgroupBarrier();
  let r = local.y;
  if (r >= ${R}u || first + r >= numbers.rows || tile >= ${tiles}u) { return; }
  var a = vec4f();
  var b = vec4f();
  var n = 0.0;
  for (var s = 0u; s < ${slices}u; s++) {
    let at = (s * ${R}u + r) * ${TILES}u + local.x;
    a += partial[at][0];
    b += partial[at][1];
    n += squares[at];
  }
  let scale = ${inverse('n')};
  store(first + r, tile, a * scale, b * scale);`;
  const shared = `var<workgroup> partial: array<array<vec4f, 2>, ${TILES * R * slices}>;\nvar<workgroup> squares: array<f32, ${TILES * R * slices}>;\n`;
  return /* wgsl */ `
${UNPACK_HALF}${slices === 1 ? '' : shared}
${store}
@compute @workgroup_size(${TILES}, ${slices})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let tile = group.x * ${TILES}u + local.x;
  let first = group.y * ${R}u;
  ${slices === 1 ? `if (tile >= ${tiles}u) { return; }` : ''}
  let t = min(tile, ${tiles - 1}u);
  ${each((r) => `let x${r} = min(first + ${r}u, numbers.rows - 1u) * ${stride}u; var a${r} = vec4f(); var b${r} = vec4f(); var n${r} = 0.0;`)}
  ${sums(loop)}
  ${slices === 1 ? alone : together}
}`;
}

/**
 * Queries of norm1 of the stream, rotated and divided by sqrt(d), `[B, H*d]`; keys (rotated) and values go to each row's next place in the cache.
 *
 * @param weights - of the norm `[D]`, and of query, key and value.
 * @returns the queries; the caller owns them.
 */
export function queriesAndCache(
  { D, H, G, d }: DecodeSizes,
  { rows, capacity, stream, state }: DecodeRows,
  cache: tf.Tensor,
  weights: Readonly<Record<'norm' | 'query' | 'key' | 'value', tf.Tensor>>,
): tf.Tensor {
  const half = d / 8;
  const head = 2 * half;
  const stride = (D + d) / 4;
  const heads = (from: string, name: 'query' | 'key' | 'value', count: number, loop: Loop): string => {
    const matrix = weightReader(name, weights[name]);
    return `let c = (head - ${from}) * ${head}u + t % ${half}u; ${loop(columns(matrix, 'c', matrix, `c + ${half}u`, count * head))}`;
  };
  const store = /* wgsl */ `
fn store(row: u32, tile: u32, a: vec4f, b: vec4f) {
  let head = tile / ${half}u;
  let j = tile % ${half}u;
  let cosine = x[row * ${stride}u + ${D / 4}u + j];
  let sine = x[row * ${stride}u + ${D / 4 + half}u + j];
  let low = a * cosine - b * sine;
  let high = b * cosine + a * sine;
  if (head < ${H}u) {
    let at = (row * ${H}u + head) * ${head}u + j;
    queries[at] = low * ${1 / Math.sqrt(d)};
    queries[at + ${half}u] = high * ${1 / Math.sqrt(d)};
    return;
  }
  let position = u32(state[row * ${STATE.stride}u + ${STATE.length}u]);
  let slot = u32(state[row * ${STATE.stride}u + ${STATE.slot}u]);
  let at = ((slot * ${2 * G}u + head - ${H}u) * numbers.capacity + position) * ${head}u + j;
  let isKey = head < ${H + G}u;
  cache[at] = select(a, low, isKey);
  cache[at + ${half}u] = select(b, high, isKey);
}`;
  const [queries] = run({
    name: 'queries and cache',
    rows,
    K: D,
    stride,
    isNormed: true,
    tiles: (H + 2 * G) * half,
    sums: (loop) => `let head = t / ${half}u;
  if (head < ${H}u) { ${heads('0u', 'query', H, loop)} }
  else if (head < ${H + G}u) { ${heads(`${H}u`, 'key', G, loop)} }
  else { ${heads(`${H + G}u`, 'value', G, loop)} }`,
    store,
    inputs: {
      x: four(stream),
      norm: four(weights.norm),
      query: weightInput(weights.query),
      key: weightInput(weights.key),
      value: weightInput(weights.value),
      state: { tensor: state, as: 'i32' },
    },
    outputs: { queries: { shape: [rows, H * d], as: 'vec4f' } },
    updates: { cache: four(cache) },
    numbers: { capacity: ['u32', capacity] },
  });
  return queries as tf.Tensor;
}

/** Adds `x @ matrix` to the stream, in place: x `[B, K]`, matrix `[K, D]`. */
export function addToStream(name: string, { D, d }: DecodeSizes, { rows, stream }: DecodeRows, x: tf.Tensor, matrix: tf.Tensor): void {
  const K = x.shape[1] ?? 0;
  const read = weightReader('matrix', matrix);
  run({
    name,
    rows,
    K,
    stride: K / 4,
    isNormed: false,
    tiles: D / 8,
    sums: (loop) => loop(columns(read, '2u * t', read, '2u * t + 1u', D / 4)),
    store: /* wgsl */ `
fn store(row: u32, tile: u32, a: vec4f, b: vec4f) {
  let at = row * ${(D + d) / 4}u + 2u * tile;
  stream[at] += a;
  stream[at + 1u] += b;
}`,
    inputs: { x: four(x), matrix: weightInput(matrix) },
    outputs: {},
    updates: { stream: four(stream) },
  });
}

/** `silu(gate) * up` of norm2 of the stream, `[B, F]`. The caller owns it. */
export function gatedHidden(
  { D, F, d }: DecodeSizes,
  { rows, stream }: DecodeRows,
  weights: Readonly<Record<'norm' | 'gate' | 'up', tf.Tensor>>,
): tf.Tensor {
  const [hidden] = run({
    name: 'gated hidden',
    rows,
    K: D,
    stride: (D + d) / 4,
    isNormed: true,
    tiles: F / 4,
    sums: (loop) => loop(columns(weightReader('gate', weights.gate), 't', weightReader('up', weights.up), 't', F / 4)),
    store: `fn store(row: u32, tile: u32, a: vec4f, b: vec4f) { hidden[row * ${F / 4}u + tile] = a / (1.0 + exp(min(-a, vec4f(80.0)))) * b; }`,
    inputs: { x: four(stream), norm: four(weights.norm), gate: weightInput(weights.gate), up: weightInput(weights.up) },
    outputs: { hidden: { shape: [rows, F], as: 'vec4f' } },
  });
  return hidden as tf.Tensor;
}

/** Logits of the stream: final norm, then the transposed embedding `[V, D]`; `[B, V]`. The caller owns them. */
export function streamLogits(
  { D, V, d }: DecodeSizes,
  { rows, stream }: DecodeRows,
  weights: Readonly<Record<'norm' | 'embedding', tf.Tensor>>,
): tf.Tensor {
  const quad = D / 4;
  // A tile is eight words; past the last one it is taken again and not stored.
  const read = weightReader('embedding', weights.embedding);
  const word = (j: number): string => read(`min(t * 8u + ${j}u, ${V - 1}u) * ${quad}u + k`);
  const group = (sum: 'a' | 'b', from: number) => (rows_: readonly number[]) => `
    { let e0 = ${word(from)}; let e1 = ${word(from + 1)}; let e2 = ${word(from + 2)}; let e3 = ${word(from + 3)};
    ${rows_.map((r) => `${sum}${r} += vec4f(dot(v${r}, e0), dot(v${r}, e1), dot(v${r}, e2), dot(v${r}, e3));`).join(' ')} }`;
  const [logits] = run({
    name: 'logits',
    rows,
    K: D,
    stride: (D + d) / 4,
    isNormed: true,
    tiles: Math.ceil(V / 8),
    sums: (loop) => loop((all) => group('a', 0)(all) + group('b', 4)(all)),
    store: /* wgsl */ `
fn store(row: u32, tile: u32, a: vec4f, b: vec4f) {
  for (var j = 0u; j < 8u; j++) {
    let token = tile * 8u + j;
    if (token < ${V}u) { logits[row * ${V}u + token] = select(a[j % 4u], b[j % 4u], j >= 4u); }
  }
}`,
    inputs: { x: four(stream), norm: four(weights.norm), embedding: weightInput(weights.embedding) },
    outputs: { logits: { shape: [rows, V], as: 'f32' } },
  });
  return logits as tf.Tensor;
}
