/**
 * The random projection (../projection.ts) of an arena in three dispatches: inner signs and the transform of every column; the transform of every row, outer signs
 * and sums over some of the chunks; the sums of these. A Walsh-Hadamard transform of rows * columns numbers is one of every column and then one of every row.
 *
 * A thread has a column, then a row, of up to 64 numbers in registers: no workgroup memory and no barriers, which are dear on SwiftShader. The signs
 * are counted out in the threads that use them. Sums have a fixed order.
 */
import { ROWS, type Projection } from '../projection.ts';
import type { Arena } from './arena.ts';
import { makeDispatch, type Dispatch } from './dispatch.ts';
import { PHILOX } from './philox.ts';

const WORKGROUP = 64;
/** Most groups of chunks that are summed apart. Ours: 64 * 64 threads keep a GPU busy, and the last sum stays short. */
const MOST_SPLITS = 64;

export interface ProjectionKernels {
  /** Where the projection is after `encode`, `[k]`. */
  readonly result: GPUBuffer;
  /** Projects the arena and leaves it spoilt. */
  encode(pass: GPUComputePassEncoder): void;
  dispose(): void;
}

/** @param arena - its length is a multiple of the dimensions. */
export function makeProjectionKernels(device: GPUDevice, arena: Arena, projection: Projection): ProjectionKernels {
  const { dimensions } = projection;
  const chunks = arena.layout.length / dimensions;
  const splits = Math.min(chunks, MOST_SPLITS);
  const { STORAGE, COPY_SRC } = GPUBufferUsage;
  const partials = device.createBuffer({ label: 'projection partial sums', size: splits * dimensions * 4, usage: STORAGE });
  const result = device.createBuffer({ label: 'projection', size: dimensions * 4, usage: STORAGE | COPY_SRC });
  const columns = dimensions / ROWS;
  const steps: readonly Dispatch[] = [
    makeDispatch(device, {
      label: 'projection columns',
      code: columnsCode(projection),
      bindings: [arena.buffer],
      workgroups: Math.ceil((chunks * columns) / WORKGROUP),
    }),
    makeDispatch(device, { label: 'projection rows', code: rowsCode(projection), bindings: [arena.buffer, partials], workgroups: splits }),
    makeDispatch(device, {
      label: 'projection sums',
      code: sumsCode(dimensions),
      bindings: [partials, result],
      workgroups: Math.ceil(dimensions / 4 / WORKGROUP),
    }),
  ];
  return {
    result,
    encode(pass) {
      for (const step of steps) step(pass);
    },
    dispose() {
      partials.destroy();
      result.destroy();
    },
  };
}

/** Philox, and `flip`: four numbers with the signs of four bits of a word, from bit `first` on. */
const SIGNS = /* wgsl */ `${PHILOX}
fn flip(x: vec4f, word: u32, first: u32) -> vec4f {
  let signs = (vec4u(word >> first) << vec4u(31u, 30u, 29u, 28u)) & vec4u(0x80000000u);
  return bitcast<vec4f>(bitcast<vec4u>(x) ^ signs);
}
fn four(x: vec4f) -> vec4f {
  let s = vec4f(x.x + x.y, x.x - x.y, x.z + x.w, x.z - x.w);
  return vec4f(s.xy + s.zw, s.xy - s.zw);
}
`;

const signBlock = ([low, high]: Projection['key'], chunk: string, q: string): string =>
  `philox(vec4u(${q}, ${chunk}, 0u, 0u), vec2u(${low}u, ${high}u))`;

/** Lines that transform the vectors x0, x1, … of `count` * 4 numbers; returns the names of the results. */
function hadamardLines(count: number): { readonly lines: readonly string[]; readonly results: readonly string[] } {
  const lines = indices(count).map((n) => `let h0_${n} = four(x${n});`);
  let stage = 0;
  for (let stride = 1; stride < count; stride *= 2, stage++) {
    for (const n of indices(count)) {
      const [low, high] = [`h${stage}_${n & ~stride}`, `h${stage}_${n | stride}`];
      lines.push(`let h${stage + 1}_${n} = ${low} ${n & stride ? '-' : '+'} ${high};`);
    }
  }
  return { lines, results: indices(count).map((n) => `h${stage}_${n}`) };
}

function indices(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}

/** A thread per chunk and column. */
function columnsCode({ key, dimensions }: Projection): string {
  const columns = dimensions / ROWS;
  const at = (row: number): string => `x[first + ${row * columns}u]`;
  const vectors = indices(ROWS / 4);
  const loads = vectors.map((n) => {
    const word = `signs.${n < ROWS / 8 ? 'x' : 'y'}`;
    return `let x${n} = flip(vec4f(${[0, 1, 2, 3].map((e) => at(4 * n + e)).join(', ')}), ${word}, ${(4 * n) % 32}u);`;
  });
  const { lines, results } = hadamardLines(ROWS / 4);
  const stores = vectors.flatMap((n) => ['x', 'y', 'z', 'w'].map((component, e) => `${at(4 * n + e)} = ${results[n]}.${component};`));
  return /* wgsl */ `${SIGNS}
@group(0) @binding(0) var<storage, read_write> x: array<f32>;
@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let chunk = id.x / ${columns}u;
  let column = id.x % ${columns}u;
  let first = chunk * ${dimensions}u + column;
  if (first >= arrayLength(&x)) { return; }
  let signs = ${signBlock(key, 'chunk', 'column')};
  ${[...loads, ...lines, ...stores].join('\n  ')}
}`;
}

/** A workgroup per split, a thread per row; a split has every `splits`-th chunk. */
function rowsCode({ key, dimensions }: Projection): string {
  const columns = dimensions / ROWS;
  const vectors = indices(columns / 4);
  const { lines, results } = hadamardLines(vectors.length);
  const loads = vectors.map((n) => `let x${n} = x[first + ${n}u];`);
  const sums = vectors.map((n) => `sum${n} += flip(${results[n]}, signs.${n < 8 ? 'z' : 'w'}, ${(4 * n) % 32}u);`);
  return /* wgsl */ `${SIGNS}
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> partials: array<vec4f>;
@compute @workgroup_size(${ROWS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let row = local.x;
  ${vectors.map((n) => `var sum${n} = vec4f();`).join('\n  ')}
  for (var chunk = group.x; chunk < arrayLength(&x) / ${dimensions / 4}u; chunk += groups.x) {
    let first = chunk * ${dimensions / 4}u + row * ${columns / 4}u;
    let signs = ${signBlock(key, 'chunk', 'row')};
    ${[...loads, ...lines, ...sums].join('\n    ')}
  }
  let to = group.x * ${dimensions / 4}u + row * ${columns / 4}u;
  ${vectors.map((n) => `partials[to + ${n}u] = sum${n};`).join('\n  ')}
}`;
}

function sumsCode(dimensions: number): string {
  return /* wgsl */ `
@group(0) @binding(0) var<storage, read> partials: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> y: array<vec4f>;
@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= ${dimensions / 4}u) { return; }
  var sum = vec4f();
  for (var i = id.x; i < arrayLength(&partials); i += ${dimensions / 4}u) { sum += partials[i]; }
  y[id.x] = sum * f32(${1 / Math.sqrt(dimensions)});
}`;
}
