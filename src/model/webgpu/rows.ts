/**
 * What the kernels that work on rows and on single numbers share: how wide they load, how they spread over workgroups, and the sum over the lanes of a
 * row. Pieces of WGSL and plain arithmetic; no tensors.
 */
import type { Kernel } from './kernel.ts';

/** Invocations of a workgroup whose invocations share rows, on GPUs; 256 is WebGPU's default limit. */
export const ROW_WORKGROUP = 256;
/** Invocations of a workgroup of an elementwise kernel. Ours: on SwiftShader 256 was slower and 32 no different (one busy machine); on GPUs whole waves, not measured. */
export const ELEMENT_WORKGROUP = 64;
/** WebGPU's default limit of workgroups in one direction. */
const MAX_GROUPS = 65_535;

/** How numbers are bound: `width` of them in each element of type `as`. */
export interface Lane {
  readonly as: 'vec4f' | 'f32';
  readonly width: 4 | 1;
}

/** Vectors of four when `length` is a multiple of four. */
export function laneOf(length: number): Lane {
  return length % 4 === 0 ? { as: 'vec4f', width: 4 } : { as: 'f32', width: 1 };
}

/** The smallest power of two that is at least `n`. */
export function powerOfTwo(n: number): number {
  let power = 1;
  while (power < n) power *= 2;
  return power;
}

/** A grid of at least `groups` workgroups; `groupIndex` of GROUP_INDEX numbers them. */
export function gridOf(groups: number): Kernel['workgroups'] {
  const y = Math.ceil(groups / MAX_GROUPS);
  return [Math.ceil(groups / y), y];
}

/** WGSL: the number of a workgroup in a grid of `gridOf`. */
export const GROUP_INDEX = /* wgsl */ `
fn groupIndex(group: vec3u, grid: vec3u) -> u32 { return group.y * grid.x + group.x; }
`;

/** WGSL: `total(v)`, the sum of the numbers of a lane. */
export function totalCode({ as }: Lane): string {
  return as === 'f32' ? 'fn total(v: f32) -> f32 { return v; }\n' : 'fn total(v: vec4f) -> f32 { return (v.x + v.y) + (v.z + v.w); }\n';
}

/**
 * WGSL: a function `name(local, value)` that combines the values of `lanes` neighbouring invocations, in fixed order, and gives all of them the result.
 * Every invocation of the workgroup (ROW_WORKGROUP of them) must call it.
 *
 * @param lanes - a power of two.
 */
export function acrossLanes(name: string, type: string, lanes: number, combine: (a: string, b: string) => string): string {
  return /* wgsl */ `
var<workgroup> ${name}Of: array<${type}, ${ROW_WORKGROUP}>;
fn ${name}(local: u32, value: ${type}) -> ${type} {
  let lane = local % ${lanes}u;
  ${name}Of[local] = value;
  for (var half = ${Math.floor(lanes / 2)}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane < half) { ${name}Of[local] = ${combine(`${name}Of[local]`, `${name}Of[local + half]`)}; }
  }
  workgroupBarrier();
  let result = ${name}Of[local - lane];
  workgroupBarrier();
  return result;
}
`;
}

/** WGSL that runs `body(k)` for k in 0..count-1, four times per turn of the loop. */
export function unrolled(count: number, body: (k: string) => string): string {
  const whole = count - (count % 4);
  const four = [0, 1, 2, 3].map((step) => `{ ${body(`(k + ${step}u)`)} }`).join('\n    ');
  const rest = Array.from({ length: count - whole }, (_, i) => `{ ${body(`${whole + i}u`)} }`).join('\n  ');
  return whole === 0
    ? rest
    : `for (var k = 0u; k < ${whole}u; k += 4u) {
    ${four}
  }
  ${rest}`;
}
