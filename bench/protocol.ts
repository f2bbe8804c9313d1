/**
 * What the bench says to the place where one column runs: a worker of its own in the browser, a process of its own in Node. So engines share no tensors, no
 * buffers and no flags, each on a device of its own on the same adapter, and one that breaks breaks alone. Types only.
 */
import type { KernelProfile } from '../src/model/kernel-profile.ts';
import type { ColumnId, GemmId, SizeName } from './columns.ts';
import type { GpuCounts } from './gpu-counter.ts';

/** What a step consists of (workload.ts). */
export interface Workload {
  readonly parameters: number;
  /** Positions computed per step, padding and image tokens included. */
  readonly tokens: number;
  /** Floating-point operations of one step, by formula. */
  readonly flop: number;
  /** The step's largest matrix products, forward. */
  readonly gemms: readonly GemmShape[];
}

/** `[M, K]` times `[K, L]`. */
export interface GemmShape {
  readonly M: number;
  readonly K: number;
  readonly L: number;
}

export interface OpenRequest {
  readonly column: ColumnId;
  readonly size: SizeName;
  /** Rows of the batch; the toy has eight. */
  readonly examples: number;
}

/** What is known after the first steps, which are checked and not timed as rounds. */
export interface Opened {
  readonly workload: Workload;
  /** WebGPU adapter; '' on wasm and cpu, and where an engine opens its device itself. */
  readonly adapter: string;
  /** True for a software adapter, null where there is none or nobody knows. */
  readonly isSoftware: boolean | null;
  /** What a reader of the numbers must know, for example that threads are forbidden. */
  readonly note: string | null;
  /** Loss of each of the first steps, before its update. */
  readonly losses: readonly number[];
  /** The first step: tracing, compiling, uploading. */
  readonly firstMs: number;
  /** A warm step, to plan the rounds by. */
  readonly warmMs: number;
  /** tfjs kernel calls of one step; null for others. */
  readonly kernels: number | null;
  /** One warm step on WebGPU, as the device's own methods saw it; null elsewhere. */
  readonly counts: GpuCounts | null;
  /** Most bytes held at once: WebGPU buffers alive, or on wasm and cpu tfjs's tensors; null where neither can be seen. */
  readonly peakBytes: number | null;
}

export interface Round {
  /** Wall time per step, the last loss read. */
  readonly ms: number;
  /** Time until a step's call returned, median over the steps of the round. */
  readonly jsMs: number;
  readonly lastLoss: number;
}

export interface Calls {
  open: { args: OpenRequest; result: Opened };
  round: { args: { readonly steps: number }; result: Round };
  /** GFLOP/s of each shape, best of a few tries. */
  gemm: { args: { readonly id: GemmId; readonly shapes: readonly GemmShape[] }; result: { readonly gflops: readonly number[] } };
  /** Time per kernel of a captured step. The weights go on training meanwhile, with gradients added up: the last call before `close`. */
  profile: { args: { readonly rounds: number }; result: KernelProfile };
  close: { args: null; result: null };
}

export interface CallMessage<N extends keyof Calls = keyof Calls> {
  readonly id: number;
  readonly name: N;
  readonly args: Calls[N]['args'];
}

export type ReplyMessage = { readonly id: number; readonly result: unknown } | { readonly id: number; readonly error: string };

/** One place where a column runs. */
export interface Port {
  call<N extends keyof Calls>(name: N, args: Calls[N]['args']): Promise<Calls[N]['result']>;
  /** Ends it at once. */
  end(): void;
}
