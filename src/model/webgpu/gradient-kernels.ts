/**
 * Kernels of the gradient analysis on arenas of one layout: products summed by part of the model, the Adam product of Eq. 8, sums of a group, zeros, single
 * numbers.
 *
 * Sums have a fixed order and no barriers, which are dear on SwiftShader: a number per thread, of these LANES numbers per part, and the CPU adds up the lanes
 * in doubles. Threads are cut as in adamw.ts, eight to a block of 256 numbers.
 */
import { ADAM, PARTS, partSums, type PartSums } from '../gradient-groups.ts';
import { BLOCK, type Arena } from './arena.ts';
import { makeDispatch, type Dispatch } from './dispatch.ts';
import { runKernel } from './kernel.ts';
import type { BufferView } from './own-backend.ts';

const WORKGROUP = 64;
const THREADS_PER_BLOCK = 8;
const VECTORS_PER_BLOCK = BLOCK / 4;
/** Sums of a part that the CPU adds up. */
const LANES = 256;
/** Numbers and bytes of a result: those of each part. */
const RESULT_LENGTH = PARTS.length * LANES;
const RESULT_BYTES = RESULT_LENGTH * 4;

/** What changes from example to example: (weight, 1 / weight of the moments, 0, 0). */
const NUMBERS_BYTES = 16;

/** Loop over the vectors `i` of a thread. `vectors`: the number of an arena's vectors, in WGSL. */
const overBlock = (vectors: string, body: string): string => /* wgsl */ `
  let block = id.x / ${THREADS_PER_BLOCK}u;
  if (block * ${VECTORS_PER_BLOCK}u >= ${vectors}) { return; }
  for (var i = block * ${VECTORS_PER_BLOCK}u + id.x % ${THREADS_PER_BLOCK}u; i < (block + 1u) * ${VECTORS_PER_BLOCK}u; i += ${THREADS_PER_BLOCK}u) { ${body} }`;

const MAIN = `@compute @workgroup_size(${WORKGROUP}) fn main(@builtin(global_invocation_id) id: vec3u)`;

const threadsOf = (length: number): number => (length / BLOCK) * THREADS_PER_BLOCK;
const workgroupsOf = (length: number): number => Math.ceil(threadsOf(length) / WORKGROUP);

const PRODUCTS = /* wgsl */ `
@group(0) @binding(0) var<storage, read> a: array<vec4f>;
@group(0) @binding(1) var<storage, read> b: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> partials: array<f32>;
${MAIN} {
  var sum = vec4f();
  ${overBlock('arrayLength(&a)', 'sum += a[i] * b[i];')}
  partials[id.x] = (sum.x + sum.y) + (sum.z + sum.w);
}`;

const ADAM_PRODUCTS = /* wgsl */ `
@group(0) @binding(0) var<storage, read> gradients: array<vec4f>;
@group(0) @binding(1) var<storage, read> moments: array<vec4f>;
@group(0) @binding(2) var<storage, read> squares: array<vec4f>;
@group(0) @binding(3) var<storage, read> others: array<vec4f>;
@group(0) @binding(4) var<storage, read> numbers: vec4f;
@group(0) @binding(5) var<storage, read_write> partials: array<f32>;
${MAIN} {
  var sum = vec4f();
  ${overBlock(
    'arrayLength(&gradients)',
    `
    let g = gradients[i];
    let m = moments[i] * numbers.y;
    let v = squares[i] * numbers.y;
    let update = f32(${1 - ADAM.beta1}) * g + f32(${ADAM.beta1}) * m;
    sum += update / (sqrt(f32(${1 - ADAM.beta2}) * g * g + f32(${ADAM.beta2}) * v) + f32(${ADAM.epsilon})) * others[i];`,
  )}
  partials[id.x] = (sum.x + sum.y) + (sum.z + sum.w);
}`;

const accumulateCode = (isSquared: boolean): string => /* wgsl */ `
@group(0) @binding(0) var<storage, read> gradients: array<vec4f>;
@group(0) @binding(1) var<storage, read> numbers: vec4f;
@group(0) @binding(2) var<storage, read_write> sums: array<vec4f>;
${MAIN} {
  ${overBlock('arrayLength(&sums)', `let g = gradients[i]; sums[i] += numbers.x * g${isSquared ? ' * g' : ''};`)}
}`;

type Ranges = readonly { readonly start: number; readonly end: number }[];

/** A thread per part and lane. */
const lanesCode = (ranges: Ranges): string => /* wgsl */ `
@group(0) @binding(0) var<storage, read> partials: array<f32>;
@group(0) @binding(1) var<storage, read_write> result: array<f32>;
${MAIN} {
  var range = vec2u();
  switch id.x / ${LANES}u {
    ${ranges.map(({ start, end }, part) => `case ${part}u: { range = vec2u(${threadsOf(start)}u, ${threadsOf(end)}u); }`).join('\n    ')}
    default: {}
  }
  var sum = 0.0;
  for (var i = range.x + id.x % ${LANES}u; i < range.y; i += ${LANES}u) { sum += partials[i]; }
  result[id.x] = sum;
}`;

export interface GradientKernels {
  /** The sum by part of a * b into a result; the arenas may be the same. */
  products(a: Arena, b: Arena, result: number): Dispatch;
  /** The sum by part of h(g) * other, with the moments' sums times their factor of the numbers. */
  adam(gradients: Arena, moments: { readonly sum: Arena; readonly squares: Arena }, other: Arena, result: number): Dispatch;
  /** sums += weight * g, or * g * g. */
  accumulate(gradients: Arena, sums: Arena, isSquared: boolean): Dispatch;
  /** Writes the numbers for what is submitted next. */
  writeNumbers(weight: number, momentsFactor: number): void;
  /** All results; `sumsOf` makes numbers of what it holds. */
  readonly results: GPUBuffer;
  dispose(): void;
}

/**
 * @param length - numbers of an arena.
 * @param ranges - where the parts lie.
 * @param results - how many results are kept.
 */
export function makeGradientKernels(device: GPUDevice, length: number, ranges: Ranges, results: number): GradientKernels {
  const { STORAGE, COPY_SRC, COPY_DST } = GPUBufferUsage;
  const make = (label: string, size: number, usage: number) => device.createBuffer({ label: `gradient ${label}`, size, usage: STORAGE | usage });
  const partials = make('partial sums', threadsOf(length) * 4, 0);
  const numbers = make('numbers', NUMBERS_BYTES, COPY_DST);
  const resultsBuffer = make('results', results * RESULT_BYTES, COPY_SRC);
  const workgroups = workgroupsOf(length);
  const resultView = (result: number): BufferView => ({ buffer: resultsBuffer, offset: result * RESULT_BYTES, size: RESULT_BYTES });

  /** A first stage, and the second into the result. */
  function summed(label: string, code: string, bindings: readonly GPUBuffer[], result: number): Dispatch {
    const first = makeDispatch(device, { label, code, bindings: [...bindings, partials], workgroups });
    const second = makeDispatch(device, {
      label: 'sums by part',
      code: lanesCode(ranges),
      bindings: [partials, resultView(result)],
      workgroups: RESULT_LENGTH / WORKGROUP,
    });
    return (pass) => {
      first(pass);
      second(pass);
    };
  }

  return {
    results: resultsBuffer,
    products: (a, b, result) => summed('gradient products', PRODUCTS, [a.buffer, b.buffer], result),
    adam: (gradients, { sum, squares }, other, result) =>
      summed('gradient adam', ADAM_PRODUCTS, [gradients.buffer, sum.buffer, squares.buffer, other.buffer, numbers], result),
    accumulate(gradients, sums, isSquared) {
      const label = isSquared ? 'gradient add squares' : 'gradient add';
      return makeDispatch(device, { label, code: accumulateCode(isSquared), bindings: [gradients.buffer, numbers, sums.buffer], workgroups });
    },
    writeNumbers(weight, momentsFactor) {
      device.queue.writeBuffer(numbers, 0, Float32Array.of(weight, momentsFactor, 0, 0));
    },
    dispose() {
      for (const buffer of [partials, numbers, resultsBuffer]) buffer.destroy();
    },
  };
}

const SAMPLE = /* wgsl */ `
@group(0) @binding(0) var<storage, read> gradients: array<f32>;
@group(0) @binding(1) var<storage, read> places: array<u32>;
@group(0) @binding(2) var<storage, read_write> sample: array<f32>;
${MAIN} {
  if (id.x < arrayLength(&places)) { sample[id.x] = gradients[places[id.x]]; }
}`;

export interface Sampling {
  readonly encode: Dispatch;
  /** The numbers at the places. */
  readonly result: GPUBuffer;
  dispose(): void;
}

/** Reads an arena at some places. */
export function makeSampling(device: GPUDevice, arena: Arena, places: Uint32Array<ArrayBuffer>): Sampling {
  const { STORAGE, COPY_SRC, COPY_DST } = GPUBufferUsage;
  const size = places.byteLength;
  const at = device.createBuffer({ label: 'coordinates', size, usage: STORAGE | COPY_DST });
  const result = device.createBuffer({ label: 'gradient sample', size, usage: STORAGE | COPY_SRC });
  device.queue.writeBuffer(at, 0, places);
  const workgroups = Math.ceil(places.length / WORKGROUP);
  const encode = makeDispatch(device, { label: 'gradient sample', code: SAMPLE, bindings: [arena.buffer, at, result], workgroups });
  return {
    encode,
    result,
    dispose() {
      at.destroy();
      result.destroy();
    },
  };
}

/** A result in the bytes of `results`, times `factor`. */
export function sumsOf(bytes: ArrayBuffer, result: number, factor: number): PartSums {
  const lanes = new Float32Array(bytes, result * RESULT_BYTES, RESULT_LENGTH);
  const sums = PARTS.map((_, part) => lanes.subarray(part * LANES, (part + 1) * LANES).reduce((sum, lane) => sum + lane, 0));
  return partSums(sums, factor);
}

/** Zeros, as a kernel on the arena's tensor, so that a recording holds it. */
export function zeroArena({ tensor, layout }: Arena): void {
  runKernel({
    name: 'zero an arena',
    code: `${MAIN} { ${overBlock('arrayLength(&arena)', 'arena[i] = vec4f();')} }`,
    inputs: {},
    outputs: {},
    updates: { arena: { tensor, as: 'vec4f' } },
    workgroups: [workgroupsOf(layout.length)],
  });
}
