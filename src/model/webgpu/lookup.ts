/**
 * Sums of table rows by index, and the gradients of the tables, one dispatch each. Not differentiable: ops/lookup.ts and ops/embed-sum.ts are.
 *
 * Row v of a table's gradient is the sum of the rows n of dY with index v. tfjs adds them with float atomics, so that two runs differ; here every sum is
 * made by invocations that own it, in a fixed order (ours):
 * - GPU: a workgroup owns row v and eight vectors of channels. Its 32 lines of invocations each look through every 32nd index and sum what is theirs;
 *   the 32 sums are then added in order. It reads the indices V * D / 32 times, all from cache, and no row waits for a longer one.
 * - software: an invocation owns one vector of channels of the whole table and adds the rows of dY to it in order. Nothing is looked for and nobody waits.
 *
 * Letters: N indices, V rows of a table, D channels.
 */
import type * as tf from '../tf.ts';
import { kernelFamily } from './family.ts';
import { runKernel, type Kernel, type KernelInput } from './kernel.ts';
import { overRows, vectorsOf, type Vectors } from './row-grid.ts';

/** Tables at once: table and indices of each, the base and the result are the eight buffers that every device can bind. */
export const MOST_TABLES = 3;

export interface TableRows {
  /** `[V, D]`. */
  readonly table: tf.Tensor2D;
  /** int32 `[N]`, each in 0..V-1. */
  readonly indices: tf.Tensor1D;
  /** True when index 0 gives zeros. */
  readonly isZeroNone: boolean;
}

/**
 * `base + (row of the first table + (row of the second + …))`.
 *
 * @param parts - 1 to MOST_TABLES tables of the same N and D.
 * @param base - `[N, D]`, or null for none.
 * @returns `[N, D]`. The caller owns it.
 */
export function embedRows(parts: readonly TableRows[], base: tf.Tensor2D | null, [N, D]: readonly [number, number]): tf.Tensor2D {
  const { as, count } = vectorsOf(D);
  const inputs: Record<string, KernelInput> = {};
  parts.forEach(({ table, indices }, k) => {
    inputs[`table${k}`] = { tensor: table, as };
    inputs[`indices${k}`] = { tensor: indices, as: 'i32' };
  });
  if (base !== null) inputs['base'] = { tensor: base, as };
  const terms = parts.map(({ isZeroNone }, k) => (isZeroNone ? `select(table${k}[at${k} + c], ${as}(), at${k} == 0u)` : `table${k}[at${k} + c]`));
  if (base !== null) terms.unshift(`base[row * ${count}u + c]`);
  const [y] = runKernel({
    name: 'embed rows',
    inputs,
    outputs: { y: { shape: [N, D], as } },
    ...overRows({
      rows: N,
      count,
      perRow: parts.map((_, k) => `let at${k} = u32(indices${k}[row]) * ${count}u;`).join('\n  '),
      perVector: `y[row * ${count}u + c] = ${terms.reduceRight((sum, term) => `${term} + (${sum})`)};`,
    }),
  });
  return y as tf.Tensor2D;
}

/** A table whose gradient is wanted. */
export interface TableUse {
  /** Rows of the table, V. */
  readonly rows: number;
  /** int32 `[N]`, each in 0..V-1. */
  readonly indices: tf.Tensor1D;
  /** True when index 0 gave zeros, so that row 0 gets gradient zero. */
  readonly isZeroNone: boolean;
}

/**
 * Gradient of each table, all in one dispatch.
 *
 * @param dy - `[N, D]`.
 * @param uses - 1 to MOST_TABLES tables.
 * @returns `[V, D]` of each table. The caller owns them.
 */
export function tableGradients(dy: tf.Tensor2D, uses: readonly TableUse[]): tf.Tensor2D[] {
  const [N, D] = dy.shape;
  const vectors = vectorsOf(D);
  const make = kernelFamily() === 'software' ? inOrder : bySearch;
  const { indexAs, ...kernel } = make(uses, N, vectors);
  const inputs: Record<string, KernelInput> = { dy: { tensor: dy, as: vectors.as } };
  uses.forEach(({ indices }, k) => (inputs[`indices${k}`] = { tensor: indices, as: indexAs }));
  const outputs = Object.fromEntries(uses.map(({ rows }, k) => [`out${k}`, { shape: [rows, D], as: vectors.as }]));
  return runKernel({ name: 'table gradients', inputs, outputs, ...kernel }) as tf.Tensor2D[];
}

type Gradients = Required<Pick<Kernel, 'code' | 'workgroups' | 'numbers'>> & { readonly indexAs: 'i32' | 'vec4i' };

/** Invocations of a workgroup of `inOrder`: few, so that even narrow tables keep several cores busy. */
const COLUMNS = 8;

function inOrder(uses: readonly TableUse[], N: number, { as, count }: Vectors): Gradients {
  const numbers = { N: ['u32', N] } as const;
  const tables = uses.map(
    ({ rows, isZeroNone }, k) => `
  if (id.y == ${k}u) {
    for (var v = 0u; v < ${rows}u; v++) { out${k}[v * ${count}u + c] = ${as}(); }
    for (var n = 0u; n < numbers.N; n++) {
      let v = u32(indices${k}[n]);
      ${isZeroNone ? 'if (v == 0u) { continue; }' : ''}
      out${k}[v * ${count}u + c] += dy[n * ${count}u + c];
    }
  }`,
  );
  const code = `@compute @workgroup_size(${COLUMNS}) fn main(@builtin(global_invocation_id) id: vec3u) {
  let c = id.x;
  if (c >= ${count}u) { return; }${tables.join('')}
}`;
  return { code, numbers, workgroups: [Math.ceil(count / COLUMNS), uses.length], indexAs: 'i32' };
}

/** Vectors of a workgroup of `bySearch` (128 bytes in one piece) and lines of invocations that share the N rows. */
const [LANES, LINES] = [8, 32];

function bySearch(uses: readonly TableUse[], N: number, { as, count }: Vectors): Gradients {
  // Four indices per load where N allows it.
  const width = N % 4 === 0 ? 4 : 1;
  const tests = width === 1 ? ['found'] : ['found.x', 'found.y', 'found.z', 'found.w'];
  const tables = uses.map(({ rows, isZeroNone }, k) => {
    const first = uses.slice(0, k).reduce((sum, use) => sum + use.rows, 0);
    const search = `for (var q = place.y; q < numbers.N / ${width}u; q += ${LINES}u) {
      let found = indices${k}[q];
      ${tests.map((test, i) => `if (${test} == v) { sum += dy[(q * ${width}u + ${i}u) * ${count}u + c]; }`).join('\n      ')}
    }`;
    return {
      guard: `group.x >= ${first}u && group.x < ${first + rows}u && c < ${count}u`,
      search: `let v = i32(group.x) - ${first};\n    ${isZeroNone ? `if (v != 0) { ${search} }` : search}`,
      write: `out${k}[(group.x - ${first}u) * ${count}u + c] = total;`,
    };
  });
  const code = `var<workgroup> sums: array<${as}, ${LANES * LINES}>;
@compute @workgroup_size(${LANES}, ${LINES}) fn main(@builtin(local_invocation_id) place: vec3u, @builtin(workgroup_id) group: vec3u) {
  let c = group.y * ${LANES}u + place.x;
  var sum = ${as}();
  ${tables.map(({ guard, search }) => `if (${guard}) {\n    ${search}\n  }`).join('\n  ')}
  sums[place.y * ${LANES}u + place.x] = sum;
  workgroupBarrier();
  if (place.y != 0u) { return; }
  var total = sum;
  for (var line = 1u; line < ${LINES}u; line++) { total += sums[line * ${LANES}u + place.x]; }
  ${tables.map(({ guard, write }) => `if (${guard}) { ${write} }`).join('\n  ')}
}`;
  const all = uses.reduce((sum, { rows }) => sum + rows, 0);
  return { code, numbers: { N: ['u32', N] }, workgroups: [all, Math.ceil(count / LANES)], indexAs: width === 4 ? 'vec4i' : 'i32' };
}
