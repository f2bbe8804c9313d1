/**
 * What kernels that move rows share: a row of channels as vectors of four where their number allows it, and a grid of one row per line of invocations.
 *
 * A GPU gives each vector an invocation of its own, so that neighbours read neighbouring memory; a software adapter gives each row one invocation, which
 * then computes the place of the row once (ours: half the time there).
 */
import { kernelFamily } from './family.ts';
import type { Kernel } from './kernel.ts';
import { laneOf } from './rows.ts';

/** How the channels of a row are bound and counted: a row is `count` elements of type `as`. */
export interface Vectors {
  readonly as: 'vec4f' | 'f32';
  readonly count: number;
}

export function vectorsOf(channels: number): Vectors {
  const { as, width } = laneOf(channels);
  return { as, count: channels / width };
}

/** Invocations of a workgroup: on a GPU a few warps; in software enough to hide what a workgroup costs there. */
const INVOCATIONS = { hardware: 128, software: 32 } as const;
/** Invocations that share a row on a GPU: 32 vectors of 16 bytes are 512 bytes in one piece. */
const MOST_LANES = 32;
/** WebGPU's limit of workgroups in one direction. */
const MOST_WORKGROUPS = 65_535;

export interface RowTask {
  /** Rows of the grid. */
  readonly rows: number;
  /** Vectors of each row. */
  readonly count: number;
  /** WGSL that runs once per row, `row: u32`. */
  readonly perRow: string;
  /** WGSL that runs once per vector of the row, `c: u32` in 0..count-1. */
  readonly perVector: string;
  /** Sizes that change from batch to batch, for both. */
  readonly numbers?: Readonly<Record<string, number>>;
}

/** The entry point of a kernel that visits every vector of every row once, its numbers and its grid. */
export function overRows({ rows, count, perRow, perVector, numbers = {} }: RowTask): Required<Pick<Kernel, 'code' | 'workgroups' | 'numbers'>> {
  const family = kernelFamily();
  const lanes = family === 'software' ? 1 : Math.ceil(count / Math.ceil(count / MOST_LANES));
  const rowsAtOnce = Math.floor(INVOCATIONS[family] / lanes);
  const workgroups = Math.ceil(rows / rowsAtOnce);
  const high = Math.ceil(workgroups / MOST_WORKGROUPS);
  const wide = Math.ceil(workgroups / high);
  const code = `@compute @workgroup_size(${lanes}, ${rowsAtOnce}) fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.y + id.z * numbers.stride;
  if (row >= numbers.rows) { return; }
  ${perRow}
  for (var c = id.x; c < ${count}u; c += ${lanes}u) {
    ${perVector}
  }
}`;
  const all = { rows, stride: wide * rowsAtOnce, ...numbers };
  return {
    code,
    numbers: Object.fromEntries(Object.entries(all).map(([name, value]) => [name, ['u32', value] as const])),
    workgroups: [1, wide, high],
  };
}
