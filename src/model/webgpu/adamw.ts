/**
 * AdamW on WebGPU: raw kernels on the device of tfjs's backend, in place, in one pass and one submit of our own per step.
 *
 * Why not tfjs ops: 14 per tensor, each 20-65 us of JavaScript and a fresh buffer (shared measurements of the eager engine); here a step is two
 * dispatches per tensor and one for the norm. The moments live in two arenas of our own, so that state() is two copies. Deterministic: the norm is
 * summed in a fixed order, without float atomics.
 *
 * tfjs's open pass is submitted first, so that the gradients are computed when our pass runs; after an in-place write the tensor's cached CPU values
 * are dropped. A tensor whose data is shared (a reshaped view) changes with its parameter.
 */
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { AdamW, AdamWOptions, AdamWState } from '../adamw-rule.ts';
import { CLIP_EPSILON, checkGradients, checkState, decaysByDefault, updateScalars } from '../adamw-rule.ts';
import * as tf from '../tf.ts';

/** Threads of a workgroup; 256 is WebGPU's default limit. */
const WORKGROUP = 256;
/** Numbers that one thread handles, a workgroup apart (coalesced). Ours: keeps 15 M parameters below 65,535 workgroups. */
const PER_THREAD = 4;
const PER_WORKGROUP = WORKGROUP * PER_THREAD;
/** Offsets of buffer bindings are multiples of this many bytes (WebGPU's default limits). */
const ALIGN_BYTES = 256;

const HEADER = /* wgsl */ `
struct Numbers {
  count: u32,
  partial: u32,
  partials: u32,
  pad: u32,
  keep: f32,
  stepSize: f32,
  correction: f32,
  epsilon: f32,
  beta1: f32,
  oneMinusBeta1: f32,
  beta2: f32,
  oneMinusBeta2: f32,
  clip: f32,
}
`;

/** One partial sum of squares per workgroup. */
const SQUARES = /* wgsl */ `${HEADER}
@group(0) @binding(0) var<uniform> numbers: Numbers;
@group(0) @binding(1) var<storage, read> gradient: array<f32>;
@group(0) @binding(2) var<storage, read_write> partials: array<f32>;
var<workgroup> sums: array<f32, ${WORKGROUP}>;
@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  var sum = 0.0;
  for (var k = 0u; k < ${PER_THREAD}u; k++) {
    let i = group.x * ${PER_WORKGROUP}u + k * ${WORKGROUP}u + local.x;
    if (i < numbers.count) { sum += gradient[i] * gradient[i]; }
  }
  sums[local.x] = sum;
  for (var half = ${WORKGROUP / 2}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (local.x < half) { sums[local.x] += sums[local.x + half]; }
  }
  if (local.x == 0u) { partials[numbers.partial + group.x] = sums[0]; }
}`;

/** norm[0] = sqrt(sum of partials), norm[1] = factor of the clip. */
const NORM = /* wgsl */ `${HEADER}
@group(0) @binding(0) var<uniform> numbers: Numbers;
@group(0) @binding(1) var<storage, read> partials: array<f32>;
@group(0) @binding(2) var<storage, read_write> norm: array<f32>;
var<workgroup> sums: array<f32, ${WORKGROUP}>;
@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(local_invocation_id) local: vec3u) {
  var sum = 0.0;
  for (var i = local.x; i < numbers.partials; i += ${WORKGROUP}u) { sum += partials[i]; }
  sums[local.x] = sum;
  for (var half = ${WORKGROUP / 2}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (local.x < half) { sums[local.x] += sums[local.x + half]; }
  }
  if (local.x == 0u) {
    let total = sqrt(sums[0]);
    norm[0] = total;
    norm[1] = select(1.0, min(1.0, numbers.clip / (total + ${CLIP_EPSILON})), numbers.clip > 0.0);
  }
}`;

const UPDATE = /* wgsl */ `${HEADER}
@group(0) @binding(0) var<uniform> numbers: Numbers;
@group(0) @binding(1) var<storage, read> gradient: array<f32>;
@group(0) @binding(2) var<storage, read_write> weight: array<f32>;
@group(0) @binding(3) var<storage, read_write> m: array<f32>;
@group(0) @binding(4) var<storage, read_write> v: array<f32>;
@group(0) @binding(5) var<storage, read> norm: array<f32>;
@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  for (var k = 0u; k < ${PER_THREAD}u; k++) {
    let i = group.x * ${PER_WORKGROUP}u + k * ${WORKGROUP}u + local.x;
    if (i < numbers.count) {
      let g = gradient[i] * norm[1];
      let mi = numbers.beta1 * m[i] + numbers.oneMinusBeta1 * g;
      let vi = numbers.beta2 * v[i] + numbers.oneMinusBeta2 * g * g;
      m[i] = mi;
      v[i] = vi;
      weight[i] = numbers.keep * weight[i] - numbers.stepSize * mi / (sqrt(vi) / numbers.correction + numbers.epsilon);
    }
  }
}`;

interface Slot {
  readonly name: string;
  readonly size: number;
  readonly isDecayed: boolean;
  /** Where the moments lie in the arenas. */
  readonly offsetBytes: number;
  /** Where the numbers of this parameter lie in the uniform buffer. */
  readonly uniformBytes: number;
  readonly workgroups: number;
  readonly partial: number;
  step: number;
  /** Bind groups of the last step: tfjs hands the same buffers out again, so most of them fit the next. */
  bound: Bound | null;
}

interface Bound {
  readonly gradient: GPUBuffer;
  readonly weight: GPUBuffer;
  readonly squares: GPUBindGroup;
  readonly update: GPUBindGroup;
}

/** The WebGPU form of `makeAdamW`; the active backend must be webgpu. */
export function makeWebGpuAdamW(params: Record<string, tf.Tensor>, options: AdamWOptions): AdamW {
  const backend = activeBackend();
  const { device } = backend;
  const decays = options.decays ?? decaysByDefault;
  const { slots, arenaBytes, partials } = layOut(params, decays);
  const normUniformBytes = slots.length * ALIGN_BYTES;

  const { STORAGE, COPY_SRC, COPY_DST, UNIFORM } = GPUBufferUsage;
  const make = (label: string, size: number, usage: number) => device.createBuffer({ label: `adamw ${label}`, size, usage });
  const m = make('m', arenaBytes, STORAGE | COPY_SRC | COPY_DST);
  const v = make('v', arenaBytes, STORAGE | COPY_SRC | COPY_DST);
  const partialSums = make('partial sums', partials * 4, STORAGE | COPY_DST);
  const norm = make('norm', 8, STORAGE | COPY_SRC);
  const uniforms = make('numbers', normUniformBytes + ALIGN_BYTES, UNIFORM | COPY_DST);
  const pipeline = (label: string, code: string) =>
    device.createComputePipeline({
      label: `adamw ${label}`,
      layout: 'auto',
      compute: { module: device.createShaderModule({ code }), entryPoint: 'main' },
    });
  const squares = pipeline('squares', SQUARES);
  const reduce = pipeline('norm', NORM);
  const update = pipeline('update', UPDATE);
  const uniformAt = (offset: number) => ({ buffer: uniforms, offset, size: ALIGN_BYTES });
  const group = (of: GPUComputePipeline, resources: readonly GPUBindingResource[]) =>
    device.createBindGroup({ layout: of.getBindGroupLayout(0), entries: resources.map((resource, binding) => ({ binding, resource })) });
  const reduceGroup = group(reduce, [uniformAt(normUniformBytes), { buffer: partialSums }, { buffer: norm }]);
  let step = 0;

  /** The numbers of this step, one slot of the uniform buffer per parameter and one for the norm. */
  function writeNumbers(active: readonly Slot[], learningRate: number): void {
    const bytes = new ArrayBuffer(normUniformBytes + ALIGN_BYTES);
    const { beta1, beta2, epsilon } = options;
    for (const slot of active) {
      const { keep, stepSize, correction } = updateScalars(options, slot.step, learningRate, slot.isDecayed);
      new Uint32Array(bytes, slot.uniformBytes, 4).set([slot.size, slot.partial, 0, 0]);
      new Float32Array(bytes, slot.uniformBytes + 16, 8).set([keep, stepSize, correction, epsilon, beta1, 1 - beta1, beta2, 1 - beta2]);
    }
    new Uint32Array(bytes, normUniformBytes, 4).set([0, 0, partials, 0]);
    new Float32Array(bytes, normUniformBytes + 48, 1).set([options.clipNorm ?? 0]);
    device.queue.writeBuffer(uniforms, 0, bytes);
  }

  function bind(slot: Slot, gradient: GPUBuffer, weight: GPUBuffer): Bound {
    if (slot.bound?.gradient === gradient && slot.bound.weight === weight) return slot.bound;
    const moments = { offset: slot.offsetBytes, size: slot.size * 4 };
    const numbers = uniformAt(slot.uniformBytes);
    const resources = [numbers, { buffer: gradient }, { buffer: weight }, { buffer: m, ...moments }, { buffer: v, ...moments }, { buffer: norm }];
    const groups = { squares: group(squares, [numbers, { buffer: gradient }, { buffer: partialSums }]), update: group(update, resources) };
    slot.bound = { gradient, weight, ...groups };
    return slot.bound;
  }

  /** Copies to the CPU; rejects when the device is lost. */
  async function readBack(from: readonly GPUBuffer[], bytes: number, encoder = device.createCommandEncoder()): Promise<Float32Array> {
    const staging = make('read-back', bytes * from.length, GPUBufferUsage.MAP_READ | COPY_DST);
    from.forEach((buffer, i) => encoder.copyBufferToBuffer(buffer, 0, staging, i * bytes, bytes));
    device.queue.submit([encoder.finish()]);
    try {
      await staging.mapAsync(GPUMapMode.READ);
      return new Float32Array(staging.getMappedRange().slice(0));
    } finally {
      staging.destroy();
    }
  }

  return {
    async apply(gradients, learningRate) {
      const names = new Set(checkGradients(params, gradients));
      const active = slots.filter(({ name }) => names.has(name));
      const buffers = active.map((slot) => [slot, bufferOf(backend, gradients[slot.name]), bufferOf(backend, params[slot.name])] as const);
      flush(backend);
      step += 1;
      for (const slot of active) slot.step += 1;
      writeNumbers(active, learningRate);

      const encoder = device.createCommandEncoder({ label: 'adamw' });
      // Sums of parameters without a gradient in this step must not count.
      if (active.length < slots.length) encoder.clearBuffer(partialSums);
      const bound = buffers.map(([slot, gradient, weight]) => ({ workgroups: slot.workgroups, ...bind(slot, gradient, weight) }));
      const pass = encoder.beginComputePass();
      pass.setPipeline(squares);
      for (const groups of bound) {
        pass.setBindGroup(0, groups.squares);
        pass.dispatchWorkgroups(groups.workgroups);
      }
      pass.setPipeline(reduce);
      pass.setBindGroup(0, reduceGroup);
      pass.dispatchWorkgroups(1);
      pass.setPipeline(update);
      for (const groups of bound) {
        pass.setBindGroup(0, groups.update);
        pass.dispatchWorkgroups(groups.workgroups);
      }
      pass.end();
      const gradientNorm = readBack([norm], 4, encoder).then(([value]) => value ?? Number.NaN);
      // Whoever awaits it sees the rejection; a caller that skips this step's norm must not crash the worker by it.
      gradientNorm.catch(() => undefined);
      return { gradientNorm };
    },
    async state(): Promise<AdamWState> {
      const both = await readBack([m, v], arenaBytes);
      const part = (base: number) =>
        Object.fromEntries(slots.map((slot) => [slot.name, both.slice(base + slot.offsetBytes / 4, base + slot.offsetBytes / 4 + slot.size)]));
      return { step, steps: Object.fromEntries(slots.map((slot) => [slot.name, slot.step])), m: part(0), v: part(arenaBytes / 4) };
    },
    load(state) {
      checkState(params, state);
      step = state.step;
      for (const [buffer, arrays] of [
        [m, state.m],
        [v, state.v],
      ] as const) {
        const arena = new Float32Array(arenaBytes / 4);
        for (const slot of slots) arena.set(arrays[slot.name] ?? [], slot.offsetBytes / 4);
        device.queue.writeBuffer(buffer, 0, arena);
      }
      for (const slot of slots) slot.step = state.steps[slot.name] ?? 0;
    },
    dispose() {
      for (const buffer of [m, v, partialSums, norm, uniforms]) buffer.destroy();
    },
  };
}

function layOut(
  params: Record<string, tf.Tensor>,
  decays: (name: string, shape: readonly number[]) => boolean,
): { slots: Slot[]; arenaBytes: number; partials: number } {
  let arenaBytes = 0;
  let partials = 0;
  const slots = Object.entries(params).map(([name, param], index) => {
    const workgroups = Math.ceil(param.size / PER_WORKGROUP);
    const place = { offsetBytes: arenaBytes, uniformBytes: index * ALIGN_BYTES, partial: partials, workgroups };
    arenaBytes += Math.ceil((param.size * 4) / ALIGN_BYTES) * ALIGN_BYTES;
    partials += workgroups;
    return { name, size: param.size, isDecayed: decays(name, param.shape), ...place, step: 0, bound: null };
  });
  return { slots, arenaBytes, partials };
}

function activeBackend(): WebGPUBackend {
  // The caller has checked that the active backend is webgpu, which backend.ts registers as a WebGPUBackend.
  return tf.backend() as unknown as WebGPUBackend;
}

/** The tensor's buffer on the device, with its cached CPU values dropped, since we are about to write it or need the device's copy anyway. */
function bufferOf(backend: WebGPUBackend, tensor: tf.Tensor | undefined): GPUBuffer {
  if (tensor === undefined) throw new Error('internal: adamw lost a tensor');
  backend.uploadToGPU(tensor.dataId);
  const data = backend.tensorMap.get(tensor.dataId);
  // tfjs declares `values` non-null, yet keeps null there for data that is on the device only (WebGPUBackend.createTensorFromGPUData).
  (data as { values: unknown }).values = null;
  if (!(data.resource instanceof GPUBuffer)) throw new Error('internal: adamw: a tensor has no buffer on the device');
  return data.resource;
}

/** Submits what tfjs has recorded so far. */
function flush(backend: WebGPUBackend): void {
  backend.ensureCommandEncoderReady();
  backend.endComputePassEncoder();
  backend.submitQueue();
}
