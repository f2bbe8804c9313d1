/**
 * Matrix products for software adapters: a workgroup is four invocations, the four lanes of one SIMD register of SwiftShader, and keeps a tile of sums in
 * registers; nothing ever waits at a barrier. Lanes lie along the columns of the result.
 *
 * What decides there (read from its machine code; docs/engine.md): every load from a buffer is a gather of about 60 instructions for four numbers (one
 * per lane), a multiply-add of four lanes is 3 to 5. So tiles are large, and with subgroups the lanes share the loads of a: each loads another row, and
 * `quadSwap…` (one instruction) hands its numbers to the other three. A lane then sums row `lane ^ t` in its t-th sum: by exchanges instead of broadcasts,
 * which cost 13 to 28 instructions. The four steps of K of a sum are one chain, written `a * b + sum`, which saves copies that `sum + a * b` costs. `fma`
 * is a library call there, and a division four divisions.
 *
 * Letters: M rows of the result, L columns, K the axis summed over.
 */
import { finishCode, repeat, vectorOfB, XYZW, type GemmForm } from './gemm-form.ts';
import { UNPACK_HALF } from './half-weights.ts';

export interface SoftwareTile {
  /** Rows and columns that one invocation sums up: multiples of four; rows of a shared tile for `tn` a multiple of sixteen. */
  readonly rows: number;
  readonly columns: number;
  /** The lanes sum the same rows and share what they load of a. Needs `enable subgroups`, and four invocations to be a subgroup. */
  readonly isShared: boolean;
}

const LANES = 4;
/** Columns of lanes in a tile that is not shared: two by two lanes. */
const OWN_ACROSS = 2;
/** What brings a lane the number of lane `lane ^ t`. */
const SWAPS = ['', 'quadSwapX', 'quadSwapY', 'quadSwapDiagonal'] as const;

/** Rows and columns of the result that a workgroup makes. */
export function softwareReach({ rows, columns, isShared }: SoftwareTile): { readonly rows: number; readonly columns: number } {
  const across = isShared ? LANES : OWN_ACROSS;
  return { rows: rows * (LANES / across), columns: columns * across };
}

/** WGSL of the kernel. Numbers: M, K, L, and `start`, the first row of b that counts. Grid: column tiles, row tiles. */
export function softwareCode(form: GemmForm, tile: SoftwareTile): string {
  const { rows, columns, isShared } = tile;
  const reach = softwareReach(tile);
  const across = isShared ? LANES : OWN_ACROSS;
  const blocks = columns / 4;
  const a = loadsOfA(form, tile);
  const b = loadsOfB(form, blocks, across);
  const sums = form.sumsColumns ? columnSums(form, blocks, across) : { declare: '', add: '', store: '' };
  const add = (i: number, j: number) => repeat(4, (q) => `y${i}_${j} = s${i}_${q} * b${q}_${j >> 2}.${XYZW[j & 3]} + y${i}_${j};`);
  const four = (i: number, block: number) => `vec4f(${repeat(4, (c) => `y${i}_${block * 4 + c}`, ', ')})`;
  const finishBlock = (block: number) => `finish(${rowOf(form, tile)}, c0 + ${block * 4 * across}u, M, L, done[i * ${blocks}u + ${block}u]);`;
  return /* wgsl */ `
${form.isBHalf ? UNPACK_HALF : ''}${finishCode(form, form.isYVector)}
@compute @workgroup_size(${LANES})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  // Divisions and reads of numbers cost there what loads cost: once, before the loop.
  let M = numbers.M;
  let K = numbers.K;
  let L = numbers.L;
  let start = numbers.start;
  let M4 = M >> 2u;
  let K4 = K >> 2u;
  let L4 = L >> 2u;
  let lane = local.x;
  let down = ${isShared ? '0u' : 'lane >> 1u'};
  let r0 = group.y * ${reach.rows}u;
  let c0 = group.x * ${reach.columns}u + (lane & ${across - 1}u) * 4u;
  ${a.places}
  ${b.places}
  ${repeat(rows, (i) => repeat(columns, (j) => `var y${i}_${j} = 0.0;`), '\n  ')}
  ${sums.declare}
  for (var k = 0u; k < K; k += 4u) {
    ${a.load}
    ${b.load}
    ${repeat(rows, (i) => `${a.values(i)}\n    ${repeat(columns, (j) => add(i, j), '\n    ')}`, '\n    ')}
    ${sums.add}
  }
  ${sums.store}
  var done: array<vec4f, ${rows * blocks}>;
  ${repeat(rows, (i) => repeat(blocks, (block) => `done[${i * blocks + block}] = ${four(i, block)};`), '\n  ')}
  for (var i = 0u; i < ${rows}u; i++) { ${repeat(blocks, finishBlock)} }
}
`;
}

/** The row of the result that sum `i` of a lane belongs to. */
function rowOf({ layout }: GemmForm, { isShared }: SoftwareTile): string {
  if (!isShared) return `r0 + ((i >> 2u) * ${LANES / OWN_ACROSS}u + down) * 4u + (i & 3u)`;
  return layout === 'tn' ? 'r0 + (i & ~15u) + (lane ^ (i & 3u)) * 4u + ((i >> 2u) & 3u)' : 'r0 + (i & ~3u) + (lane ^ (i & 3u))';
}

/** `k + q`, the last step of K where it is beyond. */
function step({ hasTail }: GemmForm, q: number): string {
  return hasTail ? `min(k + ${q}u, K - 1u)` : `k + ${q}u`;
}

/** Zero for steps beyond K. */
function masked({ hasTail }: GemmForm, zero: string, value: string, q: number): string {
  return hasTail ? `select(${zero}, ${value}, k + ${q}u < K)` : value;
}

interface Loads {
  /** Where the loads start, before the loop. */
  readonly places: string;
  /** Loads of four steps of K. */
  readonly load: string;
}

/** Loads of a; `values(i)` makes of them `s{i}_{step}`, the four numbers that sum `i` of a lane takes. */
function loadsOfA(form: GemmForm, { rows, isShared }: SoftwareTile): Loads & { values(i: number): string } {
  const ownRow = (i: number) => `r0 + (${i >> 2}u * ${LANES / OWN_ACROSS}u + down) * 4u + ${i & 3}u`;
  const hand = (vector: string, component: number, t: number) => `${isShared ? SWAPS[t] : ''}(${vector}.${XYZW[component]})`;
  if (form.layout !== 'tn') {
    // One vector along K for each row that this lane loads.
    const loads = isShared ? rows / 4 : rows;
    const row = (i: number) => `min(${isShared ? `r0 + ${i * 4}u + lane` : ownRow(i)}, M - 1u)`;
    const four = (i: number) => `vec4f(${repeat(4, (q) => masked(form, '0.0', `a[pa${i} + ${step(form, q)}]`, q), ', ')})`;
    return {
      places: repeat(loads, (i) => `let pa${i} = ${row(i)} * ${form.isAVector ? 'K4' : 'K'};`),
      load: repeat(loads, (i) => `let a${i} = ${form.isAVector ? `a[pa${i} + (k >> 2u)]` : four(i)};`, '\n    '),
      values: (i) => repeat(4, (q) => `let s${i}_${q} = ${isShared ? hand(`a${i >> 2}`, q, i & 3) : hand(`a${i}`, q, 0)};`),
    };
  }
  // One vector along M for each step of K and each block of rows.
  const blocks = isShared ? rows / 16 : rows / 4;
  const row = (h: number) => (isShared ? `r0 + ${h * 16}u + lane * 4u` : ownRow(h * 4));
  const place = (h: number) =>
    form.isAVector ? `let pa${h} = min((${row(h)}) >> 2u, M4 - 1u);` : repeat(4, (c) => `let pa${h}_${c} = min(${row(h)} + ${c}u, M - 1u);`);
  const four = (h: number, q: number) =>
    form.isAVector ? `a[ka${q} * M4 + pa${h}]` : `vec4f(${repeat(4, (c) => `a[ka${q} * M + pa${h}_${c}]`, ', ')})`;
  const loadStep = (q: number) =>
    `let ka${q} = ${step(form, q)}; ${repeat(blocks, (h) => `let a${q}_${h} = ${masked(form, 'vec4f(0.0)', four(h, q), q)};`)}`;
  return {
    places: repeat(blocks, place),
    load: repeat(4, loadStep, '\n    '),
    values: (i) =>
      repeat(4, (q) => `let s${i}_${q} = ${isShared ? hand(`a${q}_${i >> 4}`, (i >> 2) & 3, i & 3) : hand(`a${q}_${i >> 2}`, i & 3, 0)};`),
  };
}

/** Loads of b: `b{step}_{block}` is four columns of a step of K. What is loaded twice beyond K meets zeros of a. */
function loadsOfB(form: GemmForm, blocks: number, across: number): Loads {
  const column = (block: number) => `c0 + ${block * 4 * across}u`;
  if (form.layout === 'nt') {
    // Rows of b are columns of the result: one vector along K for each.
    const place = (block: number, c: number) =>
      `let pb${block}_${c} = (min(${column(block)} + ${c}u, L - 1u) + start) * ${form.isBVector ? 'K4' : 'K'};`;
    const along = (block: number, c: number) =>
      form.isBVector ? vectorOfB(form, `pb${block}_${c} + (k >> 2u)`) : `vec4f(${repeat(4, (q) => `b[pb${block}_${c} + ${step(form, q)}]`, ', ')})`;
    const turned = (block: number, q: number) => `let b${q}_${block} = vec4f(${repeat(4, (c) => `t${block}_${c}.${XYZW[q]}`, ', ')});`;
    const loadBlock = (block: number) => `${repeat(4, (c) => `let t${block}_${c} = ${along(block, c)};`)} ${repeat(4, (q) => turned(block, q))}`;
    return { places: repeat(blocks, (block) => repeat(4, (c) => place(block, c))), load: repeat(blocks, loadBlock, '\n    ') };
  }
  const place = (block: number) =>
    form.isBVector
      ? `let pb${block} = min((${column(block)}) >> 2u, L4 - 1u);`
      : repeat(4, (c) => `let pb${block}_${c} = min(${column(block)} + ${c}u, L - 1u);`);
  const four = (block: number, q: number) =>
    form.isBVector ? vectorOfB(form, `kb${q} * L4 + pb${block}`) : `vec4f(${repeat(4, (c) => `b[kb${q} * L + pb${block}_${c}]`, ', ')})`;
  const loadStep = (q: number) => `let kb${q} = ${step(form, q)} + start; ${repeat(blocks, (block) => `let b${q}_${block} = ${four(block, q)};`)}`;
  return { places: repeat(blocks, place), load: repeat(4, loadStep, '\n    ') };
}

/** Sums of b over K, stored by the workgroups of the first row tile. */
function columnSums(form: GemmForm, blocks: number, across: number): { declare: string; add: string; store: string } {
  const column = (block: number) => `c0 + ${block * 4 * across}u`;
  const add = (block: number) => repeat(4, (q) => `total${block} += ${masked(form, 'vec4f(0.0)', `b${q}_${block}`, q)};`);
  const store = (block: number) =>
    form.isYVector
      ? `if (${column(block)} < L) { sums[(${column(block)}) >> 2u] = total${block}; }`
      : repeat(4, (c) => `if (${column(block)} + ${c}u < L) { sums[${column(block)} + ${c}u] = total${block}.${XYZW[c]}; }`);
  return {
    declare: repeat(blocks, (block) => `var total${block} = vec4f(0.0);`),
    add: repeat(blocks, add),
    store: `if (group.y == 0u && down == 0u) { ${repeat(blocks, store)} }`,
  };
}
