/**
 * AdamW on WebGPU, flat: weights, summed gradients and both moments in four arenas of one layout (arena.ts); a step is three dispatches over all
 * parameters, in place, whatever their number. The parameters become views of the weight arena.
 *
 * Why not per tensor: tfjs needs 14 ops for each, and kernels of our own two, 225 dispatches for `nano`; here the bind groups are made
 * once, so that a recorded step (capture.ts) can be replayed with its update in the same pass.
 *
 * What changes from step to step is one small table, written once per step: a row of numbers for each parameter, since each counts its own updates. A
 * second table, never changed, says which parameter a block of the arenas belongs to. Deterministic: the norm is summed in a fixed order, without
 * float atomics, and micro-batches are added in the order of the calls.
 */
import type { AdamW, AdamWOptions, GpuUpdate } from '../adamw-rule.ts';
import { CLIP_EPSILON, checkGradients, checkState, decaysByDefault, updateScalars } from '../adamw-rule.ts';
import type * as tf from '../tf.ts';
import { addToArena, adopt, BLOCK, blocksOf, byName, fill, layOut, makeArena, type ArenaLayout } from './arena.ts';
import { makeDispatch } from './dispatch.ts';
import { PACK_HALF, setHalf } from './half-weights.ts';
import { webgpuBackend } from './kernel.ts';
import { Submission } from './submission.ts';

/*
 * How the threads are cut. Ours, measured on SwiftShader (two busy cores) with the 1.5 M numbers of `nano`: squares with a sum per workgroup 173 ms,
 * since each barrier costs, with a sum per thread 7 ms; update by vectors of four 50 ms, by single numbers 80 ms. On a GPU neighbours read 128 bytes
 * and more in one piece.
 */
const WORKGROUP = 64;
/** Vectors of four whose squares one thread sums, a workgroup apart. */
const SQUARES_PER_THREAD = 32;
/** Threads that share a block of the update: the numbers of its parameter are loaded once by each. */
const THREADS_PER_BLOCK = 8;
const VECTORS_PER_BLOCK = BLOCK / 4;
/** The norm has one workgroup; 256 threads are WebGPU's default limit. */
const NORM_WORKGROUP = 256;

/** One partial sum of squares per thread. Padding is zero. */
const SQUARES = /* wgsl */ `
@group(0) @binding(0) var<storage, read> gradients: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> partials: array<f32>;
@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  var sum = vec4f();
  for (var k = 0u; k < ${SQUARES_PER_THREAD}u; k++) {
    let i = (group.x * ${SQUARES_PER_THREAD}u + k) * ${WORKGROUP}u + local.x;
    if (i < arrayLength(&gradients)) {
      let g = gradients[i];
      sum += g * g;
    }
  }
  partials[id.x] = (sum.x + sum.y) + (sum.z + sum.w);
}`;

/** norm = (sqrt(sum of partials), factor of the clip, 1 where the norm is finite and 0 where not, 0). By its bits, since WGSL may assume it finite. */
const normCode = (clip: number | null): string => /* wgsl */ `
@group(0) @binding(0) var<storage, read> partials: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> norm: array<vec4f>;
var<workgroup> sums: array<f32, ${NORM_WORKGROUP}>;
@compute @workgroup_size(${NORM_WORKGROUP})
fn main(@builtin(local_invocation_id) local: vec3u) {
  var sum = vec4f();
  for (var i = local.x; i < arrayLength(&partials); i += ${NORM_WORKGROUP}u) { sum += partials[i]; }
  sums[local.x] = (sum.x + sum.y) + (sum.z + sum.w);
  for (var half = ${NORM_WORKGROUP / 2}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (local.x < half) { sums[local.x] += sums[local.x + half]; }
  }
  if (local.x == 0u) {
    let total = sqrt(sums[0]);
    let isFinite = (bitcast<u32>(total) & 0x7f800000u) != 0x7f800000u;
    norm[0] = vec4f(total, ${clip === null ? '1.0' : `min(1.0, ${clip} / (total + ${CLIP_EPSILON}))`}, select(0.0, 1.0, isFinite), 0.0);
  }
}`;

/**
 * A row of `table` is (keep, step size, correction, 1 where the parameter is updated and 0 where not). The copy in half precision is written either way: with
 * rows of zeros this fills it.
 */
const updateCode = ({ beta1, beta2, epsilon, halfWeights }: AdamWOptions): string => /* wgsl */ `${halfWeights === true ? PACK_HALF : ''}
@group(0) @binding(0) var<storage, read_write> gradients: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> weights: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> m: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> v: array<vec4f>;
@group(0) @binding(4) var<storage, read> norm: array<vec4f>;
@group(0) @binding(5) var<storage, read> table: array<vec4f>;
@group(0) @binding(6) var<storage, read> parameterOf: array<u32>;
${halfWeights === true ? '@group(0) @binding(7) var<storage, read_write> halves: array<vec2u>;' : ''}
@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let block = id.x / ${THREADS_PER_BLOCK}u;
  if (block >= arrayLength(&parameterOf)) { return; }
  let row = table[parameterOf[block]];
  let whole = norm[0];
  let first = block * ${VECTORS_PER_BLOCK}u + id.x % ${THREADS_PER_BLOCK}u;
  if (row.w * whole.z > 0.0) {
    for (var i = first; i < (block + 1u) * ${VECTORS_PER_BLOCK}u; i += ${THREADS_PER_BLOCK}u) {
      let g = gradients[i] * whole.y;
      let mi = f32(${beta1}) * m[i] + f32(${1 - beta1}) * g;
      let vi = f32(${beta2}) * v[i] + f32(${1 - beta2}) * g * g;
      m[i] = mi;
      v[i] = vi;
      weights[i] = row.x * weights[i] - row.y * mi / (sqrt(vi) / row.z + f32(${epsilon}));
    }
  }
  for (var i = first; i < (block + 1u) * ${VECTORS_PER_BLOCK}u; i += ${THREADS_PER_BLOCK}u) {
    gradients[i] = vec4f();
    ${halfWeights === true ? 'halves[i] = packHalf(weights[i]);' : ''}
  }
}`;

/** The WebGPU form of `makeAdamW`; the active backend must be webgpu. One optimiser at a time may have a parameter. */
export function makeWebGpuAdamW(params: Record<string, tf.Tensor>, options: AdamWOptions): AdamW {
  const backend = webgpuBackend();
  const { device } = backend;
  const layout = layOut(params);
  const { slots } = layout;
  const decays = options.decays ?? decaysByDefault;
  const isDecayed = slots.map(({ name }) => decays(name, params[name]?.shape ?? []));
  const indexOf = new Map(slots.map(({ name }, i) => [name, i]));
  const weights = makeArena(backend, 'weights', layout);
  const gradients = makeArena(backend, 'sums of gradients', layout);
  const m = makeArena(backend, 'adamw m', layout);
  const v = makeArena(backend, 'adamw v', layout);
  // Two halves to the place of one number: a parameter starts at a multiple of 512 bytes there.
  const halves = options.halfWeights === true ? makeArena(backend, 'half weights', { slots: [], length: layout.length / 2 }) : null;
  const adopted = adopt(backend, params, weights);
  const arenas = [gradients, weights, m, v, ...(halves === null ? [] : [halves])];
  const kernels = makeKernels(device, layout, options, [gradients.buffer, ...arenas.slice(1).map(({ buffer }) => buffer)]);
  const ids = slots.map(({ name }) => params[name]?.dataId ?? {});

  const rows = new Float32Array(kernels.table.size / 4);
  const steps = slots.map(() => 0);
  const isTouched = slots.map(() => false);
  let step = 0;

  const gpu: GpuUpdate = {
    normBuffer: kernels.norm,
    arenas: arenas.map(({ buffer }) => buffer),
    encodeUpdate: kernels.encode,
    touch(names) {
      for (const name of names) {
        const i = indexOf.get(name);
        if (i === undefined) throw new Error(`internal: adamw has no parameter ${name}`);
        isTouched[i] = true;
      }
    },
    rememberTouched() {
      const before = [...isTouched];
      return () => before.forEach((mark, i) => (isTouched[i] = mark));
    },
    writeScalars(learningRate) {
      step += 1;
      rows.fill(0);
      for (let i = 0; i < slots.length; i++) {
        if (isTouched[i] !== true) continue;
        isTouched[i] = false;
        steps[i] = (steps[i] ?? 0) + 1;
        const { keep, stepSize, correction } = updateScalars(options, steps[i] ?? 0, learningRate, isDecayed[i] ?? false);
        rows.set([keep, stepSize, correction, 1], i * 4);
        adopted.changed(i);
      }
      device.queue.writeBuffer(kernels.table, 0, rows);
    },
  };

  /** Writes the whole copy in half precision anew. Gradients must be zero: they are set to it. */
  function fillHalves(): void {
    if (halves === null) return;
    device.queue.writeBuffer(kernels.table, 0, new Float32Array(rows.length));
    const submission = new Submission();
    kernels.update(submission.pass());
    submission.submit();
  }

  fillHalves();
  slots.forEach(({ start, size }, i) => {
    if (halves !== null) setHalf(ids[i] ?? {}, { buffer: halves.buffer, offset: start * 2, size: size * 2 });
  });

  return {
    gpu,
    add(more) {
      gpu.touch(checkGradients(params, more));
      addToArena(backend, gradients, more);
    },
    async apply(learningRate) {
      const submission = new Submission();
      gpu.writeScalars(learningRate);
      gpu.encodeUpdate(submission.pass());
      const norm = submission.read({ buffer: kernels.norm, offset: 0, size: 4 });
      submission.submit();
      const gradientNorm = norm.then((bytes) => new Float32Array(bytes)[0] ?? Number.NaN);
      gradientNorm.catch(() => undefined); // whoever awaits it sees the rejection; a caller that skips this step's norm must not crash by it
      return { gradientNorm };
    },
    async weights() {
      const [numbers] = await read([weights.buffer]);
      return byName(numbers ?? new Float32Array(), layout);
    },
    async state() {
      const counts = { step, steps: Object.fromEntries(slots.map(({ name }, i) => [name, steps[i] ?? 0])) };
      const [first = new Float32Array(), second = new Float32Array()] = await read([m.buffer, v.buffer]);
      return { ...counts, m: byName(first, layout), v: byName(second, layout) };
    },
    load(state) {
      checkState(params, state);
      backend.flushPending();
      step = state.step;
      slots.forEach(({ name }, i) => (steps[i] = state.steps[name] ?? 0));
      isTouched.fill(false);
      fill(backend, gradients, {});
      fill(backend, m, state.m);
      fill(backend, v, state.v);
      fillHalves();
    },
    dispose() {
      for (const id of ids) setHalf(id, null);
      adopted.release();
      for (const arena of arenas) arena.dispose();
      kernels.dispose();
    },
  };
}

/** Copies to the CPU, in one submit; rejects when the device is lost. */
async function read(buffers: readonly GPUBuffer[]): Promise<Float32Array[]> {
  const submission = new Submission();
  const copies = buffers.map((buffer) => submission.read({ buffer, offset: 0, size: buffer.size }));
  submission.submit();
  return (await Promise.all(copies)).map((bytes) => new Float32Array(bytes));
}

interface Kernels {
  readonly table: GPUBuffer;
  readonly norm: GPUBuffer;
  encode(pass: GPUComputePassEncoder): void;
  /** The update alone. */
  update(pass: GPUComputePassEncoder): void;
  dispose(): void;
}

/** Pipelines, bind groups and the small buffers of the three dispatches. `arenas`: gradients, weights, m, v, and the copy in half precision if there is. */
function makeKernels(device: GPUDevice, layout: ArenaLayout, options: AdamWOptions, arenas: readonly [GPUBuffer, ...GPUBuffer[]]): Kernels {
  const { STORAGE, COPY_SRC, COPY_DST } = GPUBufferUsage;
  const make = (label: string, size: number, usage: number) => device.createBuffer({ label: `adamw ${label}`, size, usage: STORAGE | usage });
  const squaresGroups = Math.ceil(layout.length / (4 * WORKGROUP * SQUARES_PER_THREAD));
  const partials = make('partial sums', squaresGroups * WORKGROUP * 4, 0);
  const norm = make('norm', 16, COPY_SRC);
  const table = make('table', Math.max(1, layout.slots.length) * 16, COPY_DST);
  const owners = Uint32Array.from(layout.slots.flatMap(({ size }, i) => Array.from({ length: blocksOf(size) }, () => i)));
  const parameterOf = make('parameter of block', Math.max(4, owners.byteLength), COPY_DST);
  device.queue.writeBuffer(parameterOf, 0, owners);

  const dispatch = (label: string, code: string, bindings: readonly GPUBuffer[], workgroups: number) =>
    makeDispatch(device, { label: `adamw ${label}`, code, bindings, workgroups });
  const squares = dispatch('squares', SQUARES, [arenas[0], partials], squaresGroups);
  const total = dispatch('norm', normCode(options.clipNorm), [partials, norm], 1);
  const bindings = [...arenas.slice(0, 4), norm, table, parameterOf, ...arenas.slice(4)];
  const update = dispatch('update', updateCode(options), bindings, Math.ceil((owners.length * THREADS_PER_BLOCK) / WORKGROUP));
  return {
    table,
    norm,
    update,
    encode(pass) {
      squares(pass);
      total(pass);
      update(pass);
    },
    dispose() {
      for (const buffer of [partials, norm, table, parameterOf]) buffer.destroy();
    },
  };
}
