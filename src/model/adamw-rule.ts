/**
 * What both forms of AdamW share: options, state, the scalars of one update, and the checks of what they are given.
 * Source: Loshchilov and Hutter, arXiv 1711.05101, in the order of operations of PyTorch's AdamW (Algorithm in torch.optim.AdamW's documentation).
 */
import { fault, ShapeError } from '../lib/errors.ts';
import type * as tf from './tf.ts';

export interface AdamWOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** Global-norm clip, or null for none. The norm is reported either way. */
  readonly clipNorm: number | null;
  /** Which parameters decay; by default those of two or more axes (matrices, tables, kernels), not biases and norms. */
  readonly decays?: (name: string, shape: readonly number[]) => boolean;
  /**
   * On WebGPU matrix products read a copy of the weights in half precision, which each update writes (webgpu/half-weights.ts); ask `halfWeightsParity`
   * first. Everything else stays float32, the weights themselves too. On wasm and cpu it changes nothing. Default false.
   */
  readonly halfWeights?: boolean | undefined;
}

/** Everything AdamW remembers, on the CPU. `steps` counts the updates of each parameter; `step` those of the whole. */
export interface AdamWState {
  readonly step: number;
  readonly steps: Readonly<Record<string, number>>;
  readonly m: Readonly<Record<string, Float32Array>>;
  readonly v: Readonly<Record<string, Float32Array>>;
}

export interface Applied {
  /**
   * Norm of all gradients before clipping. Await it when it is convenient: on WebGPU its read-back is under way and stalls nothing.
   * When it is not finite, the step is void and no weight or moment was changed; on WebGPU that holds only as far as the GPU keeps infinities and NaN,
   * which WGSL does not promise, and the steps are counted. Stop the run either way.
   */
  readonly gradientNorm: Promise<number>;
}

/** One step: `add` for each micro-batch, then `apply`. One call at a time. */
export interface AdamW {
  /**
   * Adds a micro-batch's gradients to the step's sum, in the order of the calls; names may be a subset of the parameters. The caller keeps its tensors
   * and may dispose them as soon as this returns. Throws a ShapeError when a name is unknown or a size another.
   */
  add(gradients: Readonly<Record<string, tf.Tensor>>): void;
  /**
   * One update of the parameters that were given a gradient since the last; the others are left alone. The sums start again from nothing. `params`
   * keeps its names; on wasm and cpu the tensors are replaced and the old ones disposed, on WebGPU they are updated in place.
   */
  apply(learningRate: number): Promise<Applied>;
  /** Copies of all parameters. On WebGPU one copy, where reading the tensors would be one each. */
  weights(): Promise<Record<string, Float32Array>>;
  state(): Promise<AdamWState>;
  /** Replaces the whole state; names and sizes must be those of the parameters. */
  load(state: AdamWState): void;
  /** Frees the moments. The parameters stay, and stay readable; disposing them first saves WebGPU a copy. */
  dispose(): void;
  /** The update as dispatches; null on wasm and cpu. */
  readonly gpu: GpuUpdate | null;
}

/**
 * For whoever replays a recorded step and puts the update into the same encoder: `touch`, `writeScalars`, the replayed commands, `encodeUpdate`, submit.
 * `apply` is made of the same parts.
 */
export interface GpuUpdate {
  /** Says that the replayed commands add gradients of these parameters, as `add` did while it was recorded. */
  touch(names: Iterable<string>): void;
  /** Returns how to go back to the marks of `touch` and `add` as they are now. */
  rememberTouched(): () => void;
  /** Counts the step and writes its numbers to the device. After the submit of the step before, before that of this one. */
  writeScalars(learningRate: number): void;
  /** The dispatches of the update, which also sets the sums of the gradients back to zero. */
  encodeUpdate(pass: GPUComputePassEncoder): void;
  /** Its first float32 is the norm of the last update's gradients before clipping. */
  readonly normBuffer: GPUBuffer;
  /** What an update changes: gradients, weights, moments, and the copy in half precision. Whoever plays one for its time alone puts their contents back. */
  readonly arenas: readonly GPUBuffer[];
}

/** The numbers of one parameter's update, in doubles. */
export interface UpdateScalars {
  /** 1 - lr * weight decay, 1 where the parameter does not decay. */
  readonly keep: number;
  /** lr / (1 - beta1^t). */
  readonly stepSize: number;
  /** sqrt(1 - beta2^t). */
  readonly correction: number;
}

/** Adds to the norm before dividing, as clip_grad_norm_ does. */
export const CLIP_EPSILON = 1e-6;

/** By default matrices decay; biases, norms and scales do not (usual since GPT-2; ours in detail). */
export function decaysByDefault(_name: string, shape: readonly number[]): boolean {
  return shape.length >= 2;
}

/** The scalars of update number `t` (1-based). */
export function updateScalars(options: AdamWOptions, t: number, learningRate: number, isDecayed: boolean): UpdateScalars {
  return {
    keep: isDecayed ? 1 - learningRate * options.weightDecay : 1,
    stepSize: learningRate / (1 - options.beta1 ** t),
    correction: Math.sqrt(1 - options.beta2 ** t),
  };
}

/** Throws unless each gradient names a parameter of its size; returns the names in the order of `params`, so that sums have one order. */
export function checkGradients(params: Readonly<Record<string, tf.Tensor>>, gradients: Readonly<Record<string, tf.Tensor>>): string[] {
  for (const [name, gradient] of Object.entries(gradients)) {
    const param = params[name];
    if (param === undefined) throw new ShapeError(fault('adamw', 'gradients of known parameters', name));
    if (param.size !== gradient.size) throw new ShapeError(fault('adamw', `a gradient of ${name} [${param.shape.join(', ')}]`, gradient.shape));
  }
  return Object.keys(params).filter((name) => gradients[name] !== undefined);
}

/** Throws unless the state has exactly the parameters' names and sizes. */
export function checkState(params: Readonly<Record<string, tf.Tensor>>, state: AdamWState): void {
  const names = Object.keys(params);
  for (const [part, arrays] of [
    ['m', state.m],
    ['v', state.v],
  ] as const) {
    const extra = Object.keys(arrays).find((name) => params[name] === undefined);
    if (extra !== undefined) throw new ShapeError(fault('adamw.load', `moments ${part} of this model's parameters`, extra));
    for (const name of names) {
      const size = params[name]?.size;
      if (arrays[name]?.length !== size)
        throw new ShapeError(fault('adamw.load', `${part} of ${name} with ${size} numbers`, arrays[name]?.length ?? 'none'));
    }
  }
  for (const name of names) {
    const count = state.steps[name];
    if (count === undefined || !Number.isSafeInteger(count) || count < 0) throw new ShapeError(fault('adamw.load', `a step count of ${name}`, count));
  }
}
