/**
 * AdamW with decoupled weight decay, the same arithmetic as `torch.optim.AdamW` (Loshchilov and Hutter, arXiv 1711.05101, in PyTorch's order of
 * operations), and the global-norm clip of `torch.nn.utils.clip_grad_norm_`.
 *
 * Bias corrections are doubles on the CPU, computed from an integer step count, so that a saved state resumes bit for bit (reliability F61).
 * Moments and step counts are kept by name: a parameter without a gradient in a step is left alone entirely, as PyTorch does with `grad=None`.
 *
 * Two ways to do the sums, one interface. On wasm and cpu the update runs here, in plain loops over Float32Arrays in double precision: measured
 * faster than tfjs elementwise ops there (see the note at `applyOnHost`). On WebGPU it is webgpu/adamw.ts: three dispatches over all parameters, in place.
 * Not here: the schedule (schedule.ts) and the decision what to do about a non-finite norm (the session's).
 */
import { fault, ShapeError } from '../lib/errors.ts';
import type { AdamW, AdamWOptions, Applied, UpdateScalars } from './adamw-rule.ts';
import { CLIP_EPSILON, checkGradients, checkState, decaysByDefault, updateScalars } from './adamw-rule.ts';
import { addGradients, type Params } from './params.ts';
import { makeWebGpuAdamW } from './webgpu/adamw.ts';
import * as tf from './tf.ts';

export type { AdamW, AdamWOptions, AdamWState } from './adamw-rule.ts';

/** Makes the optimiser of `params` for the backend that is active now. It holds the record, not copies of the tensors. */
export function makeAdamW(params: Record<string, tf.Tensor>, options: AdamWOptions): AdamW {
  return tf.getBackend() === 'webgpu' ? makeWebGpuAdamW(params, options) : makeHostAdamW(params, options);
}

interface Slot {
  readonly m: Float32Array;
  readonly v: Float32Array;
  readonly isDecayed: boolean;
  step: number;
}

function makeHostAdamW(params: Record<string, tf.Tensor>, options: AdamWOptions): AdamW {
  const decays = options.decays ?? decaysByDefault;
  const slots = new Map<string, Slot>();
  let step = 0;
  for (const [name, param] of Object.entries(params)) {
    slots.set(name, { m: new Float32Array(param.size), v: new Float32Array(param.size), isDecayed: decays(name, param.shape), step: 0 });
  }

  let sums: Params = {};
  return {
    gpu: null,
    add(gradients) {
      checkGradients(params, gradients);
      const own = Object.fromEntries(Object.entries(gradients).map(([name, gradient]) => [name, tf.clone(gradient)]));
      sums = addGradients(sums, own);
      for (const sum of Object.values(sums)) tf.keep(sum); // also when the caller adds inside a tidy
    },
    async apply(learningRate) {
      const gradients = sums;
      sums = {};
      try {
        return await update(gradients, learningRate);
      } finally {
        tf.dispose(gradients);
      }
    },
    async weights() {
      const names = Object.keys(params);
      const values = await Promise.all(names.map((name) => floats(params[name])));
      return Object.fromEntries(names.map((name, i) => [name, (values[i] ?? new Float32Array()).slice()]));
    },
    async state() {
      const part = (pick: (slot: Slot) => Float32Array) => Object.fromEntries([...slots].map(([name, slot]) => [name, pick(slot).slice()]));
      return { step, steps: Object.fromEntries([...slots].map(([name, slot]) => [name, slot.step])), m: part((s) => s.m), v: part((s) => s.v) };
    },
    load(state) {
      checkState(params, state);
      step = state.step;
      for (const [name, slot] of slots) {
        slot.m.set(state.m[name] ?? []);
        slot.v.set(state.v[name] ?? []);
        slot.step = state.steps[name] ?? 0;
      }
    },
    dispose() {
      tf.dispose(sums);
      sums = {};
      slots.clear();
    },
  };

  async function update(gradients: Readonly<Params>, learningRate: number): Promise<Applied> {
    const names = Object.keys(params).filter((name) => gradients[name] !== undefined); // in one order, for the sum of the norm
    const values = await Promise.all(names.map((name) => floats(gradients[name])));
    const norm = Math.sqrt(values.reduce((sum, array) => sum + sumOfSquares(array), 0));
    if (!Number.isFinite(norm)) return { gradientNorm: Promise.resolve(norm) };
    const scale = options.clipNorm === null ? 1 : Math.min(1, options.clipNorm / (norm + CLIP_EPSILON));
    const weights = await Promise.all(names.map((name) => floats(params[name])));
    step += 1;
    names.forEach((name, i) => {
      const slot = slots.get(name);
      const param = params[name];
      const old = weights[i];
      const gradient = values[i];
      if (slot === undefined || param === undefined || old === undefined || gradient === undefined) throw new Error(`internal: adamw lost ${name}`);
      slot.step += 1;
      const next = applyOnHost(old, gradient, slot, updateScalars(options, slot.step, learningRate, slot.isDecayed), options, scale);
      params[name] = tf.keep(tf.tensor(next, param.shape, 'float32'));
      param.dispose();
    });
    return { gradientNorm: Promise.resolve(norm) };
  }
}

/**
 * Moments in place, new weights in a new array (the cpu backend hands out the tensor's own array, which must not change under a reader).
 *
 * Plain loops in doubles: measured on wasm with 153 tensors of 1.6 M numbers, Node 20 on two busy cores, smallest of 15: 16 ms; tfjs ops per
 * tensor 23 ms; tfjs ops on one concatenated vector 165 ms (its concat and split are slow there).
 * Dividing by sqrt(v)/c + e is written as one division, c / (sqrt(v) + e*c): the same in doubles up to the last bit.
 */
function applyOnHost(
  old: Float32Array,
  gradient: Float32Array,
  slot: Slot,
  scalars: UpdateScalars,
  options: AdamWOptions,
  scale: number,
): Float32Array {
  const { m, v } = slot;
  const { beta1, beta2 } = options;
  const { keep, correction } = scalars;
  const gain = scalars.stepSize * correction;
  const epsilon = options.epsilon * correction;
  const fresh1 = (1 - beta1) * scale;
  const fresh2 = (1 - beta2) * scale * scale;
  const next = new Float32Array(old.length);
  for (let i = 0; i < next.length; i++) {
    // All five arrays have this length (checkGradients), so no element is missing; `?? 0` would cost a branch per number.
    const g = gradient[i] as number;
    const mi = beta1 * (m[i] as number) + fresh1 * g;
    const vi = beta2 * (v[i] as number) + fresh2 * g * g;
    m[i] = mi;
    v[i] = vi;
    next[i] = (old[i] as number) * keep - (gain * mi) / (Math.sqrt(vi) + epsilon);
  }
  return next;
}

function sumOfSquares(array: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < array.length; i++) {
    const x = array[i] as number; // i is below the length
    sum += x * x;
  }
  return sum;
}

async function floats(tensor: tf.Tensor | undefined): Promise<Float32Array> {
  const data = await tensor?.data<'float32'>();
  if (!(data instanceof Float32Array)) throw new ShapeError(fault('adamw', 'float32 tensors', tensor?.dtype ?? 'none'));
  return data;
}
