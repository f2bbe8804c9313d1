/**
 * Runs a piece of work once on tfjs's WebGPU backend while every dispatch and copy is written down, and plays it again with other inputs: one encoder,
 * one pass, one submit, no tfjs in between. Kernels of tfjs and of ours are captured alike, because the device's own encoder is what is watched.
 *
 * What makes it right (design: docs/engine.md):
 * - Shapes are static, and the work depends on values in no way but through tensors: it is called once.
 * - While recording, buffers come from a CaptureMemory, which captures that run one after the other share. A freed buffer may serve again later in the
 *   same recording, since the order of commands stays; a buffer that the CPU filled (uniforms, constants) never does, since its contents must last, and outputs are
 *   copied to a buffer of their own by a last dispatch.
 * - Tensors from outside (parameters) keep their buffers, and stay with their own manager even when they reach the device only now.
 * - Inputs lie in one buffer that a replay overwrites; outputs stay where they are until the next replay.
 *
 * A piece of work that reads back, writes to buffers from outside or asks for commands not known here has still run once, but cannot be played again:
 * `refusal` says why, and the caller goes on eagerly.
 */
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { fault, ShapeError } from '../../lib/errors.ts';
import * as tf from '../tf.ts';
import { runKernel, webgpuBackend } from './kernel.ts';
import type { BufferView, OwnBackend } from './own-backend.ts';

export type InputArray = Int32Array | Float32Array;

export interface InputShape {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
}

/** One line of a recording. */
export type Command =
  | {
      readonly kind: 'dispatch';
      readonly pipeline: GPUComputePipeline;
      readonly group: GPUBindGroup;
      readonly x: number;
      readonly y: number;
      readonly z: number;
    }
  | {
      readonly kind: 'copy';
      readonly from: GPUBuffer;
      readonly fromOffset: number;
      readonly to: GPUBuffer;
      readonly toOffset: number;
      readonly size: number;
    }
  | { readonly kind: 'clear'; readonly buffer: GPUBuffer; readonly offset: number; readonly size: number | undefined };

export interface Capture {
  readonly label: string;
  readonly commands: readonly Command[];
  /** Why it cannot be played again; null when it can. */
  readonly refusal: string | null;
  /** Where the results of the last run lie. */
  readonly outputs: Readonly<Record<string, BufferView>>;
  /** Dispatches of one run. */
  readonly dispatches: number;
  /** Bytes of the buffers that this capture has for itself: inputs, constants, outputs. What it shares is counted by its CaptureMemory. */
  readonly bytes: number;
  /** Puts new inputs in place for the next run; all of them, of the recorded sizes. */
  write(inputs: Readonly<Record<string, InputArray>>): void;
  /** Frees the buffers. What was submitted before still runs. */
  dispose(): void;
}

/** Offsets of bindings are multiples of this many bytes (WebGPU's default limit). */
const ALIGN_BYTES = 256;

/**
 * Runs `work` now, on `inputs`, and records it.
 *
 * @param work - gets one tensor per input, which it must not dispose; returns the tensors to keep as outputs, float32 or int32. Everything else that
 *   it makes must be freed when it returns (use a tidy).
 * @returns a capture that the caller owns. Its outputs hold the results of this first run.
 */
export function capture(
  label: string,
  memory: CaptureMemory,
  shapes: Readonly<Record<string, InputShape>>,
  inputs: Readonly<Record<string, InputArray>>,
  work: (inputs: Readonly<Record<string, tf.Tensor>>) => Readonly<Record<string, tf.Tensor>>,
): Capture {
  const backend = webgpuBackend();
  const arena = makeInputArena(backend, label, shapes);
  let recording: ReturnType<typeof startRecording> | null = null;
  let tensors: Record<string, tf.Tensor> = {};
  let made: tf.NamedTensorMap = {};
  let results: OutputArena;
  let recorded: Recorded;
  try {
    arena.write(inputs);
    backend.flush();
    recording = startRecording(backend, memory);
    tensors = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, tensorOfView(backend, arena.view(name), shape)]));
    made = tf.tidy(() => work(tensors) as tf.NamedTensorMap);
    results = keepOutputs(backend, label, made);
    tf.dispose(made);
    recorded = recording.stop();
  } catch (error) {
    tf.dispose(made);
    recording?.stop().destroy();
    arena.destroy();
    throw error;
  } finally {
    tf.dispose(tensors);
  }
  const { commands, refusal, bytes: constants, destroy } = recorded;
  const bytes = constants + arena.bytes + results.bytes;
  backend.recordedBytes += bytes;
  let isDisposed = false;
  return {
    label,
    commands,
    refusal,
    outputs: results.views,
    dispatches: commands.filter(({ kind }) => kind === 'dispatch').length,
    bytes,
    write: arena.write,
    dispose() {
      if (isDisposed) return;
      isDisposed = true;
      backend.recordedBytes -= bytes;
      destroy();
      arena.destroy();
      results.destroy();
    },
  };
}

interface OutputArena {
  readonly views: Readonly<Record<string, BufferView>>;
  readonly bytes: number;
  destroy(): void;
}

/** Threads of a workgroup that copies outputs, and the numbers that one thread copies at most. */
const COPY_WORKGROUP = 64;
const COPIES_PER_THREAD = 64;

/** Copies the outputs, in one dispatch that is recorded too, to a buffer that no other capture writes to. */
function keepOutputs(backend: OwnBackend, label: string, outputs: tf.NamedTensorMap): OutputArena {
  const named = Object.entries(outputs);
  const largest = Math.max(1, ...named.map(([, { size }]) => size));
  let bytes = 0;
  const views: Record<string, { offset: number; size: number }> = {};
  for (const [name, { size }] of named) {
    views[name] = { offset: bytes, size: size * 4 };
    bytes += Math.ceil((size * 4) / ALIGN_BYTES) * ALIGN_BYTES;
  }
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC;
  const buffer = backend.device.createBuffer({ label: `outputs of ${label}`, size: Math.max(bytes, ALIGN_BYTES), usage });
  if (named.length > 0) {
    const target = tensorOfView(backend, { buffer, offset: 0, size: buffer.size }, { shape: [buffer.size / 4], dtype: 'int32' });
    const copies = named.map((_, i) => `if (i < numbers.size${i}) { kept[numbers.start${i} + i] = x${i}[i]; }`);
    const groups = Math.ceil(largest / (COPY_WORKGROUP * Math.min(COPIES_PER_THREAD, Math.ceil(largest / COPY_WORKGROUP))));
    runKernel({
      name: 'keep outputs',
      inputs: Object.fromEntries(named.map(([, tensor], i) => [`x${i}`, { tensor, as: 'u32' as const }])),
      outputs: {},
      updates: { kept: { tensor: target, as: 'u32' } },
      numbers: {
        largest: ['u32', largest],
        stride: ['u32', groups * COPY_WORKGROUP],
        ...Object.fromEntries(
          named.flatMap(([name, { size }], i) => [
            [`size${i}`, ['u32', size] as const],
            [`start${i}`, ['u32', (views[name]?.offset ?? 0) / 4] as const],
          ]),
        ),
      },
      workgroups: [groups],
      code: `@compute @workgroup_size(${COPY_WORKGROUP}) fn main(@builtin(global_invocation_id) id: vec3u) {
        for (var i = id.x; i < numbers.largest; i += numbers.stride) { ${copies.join('\n')} }
      }`,
    });
    target.dispose();
  }
  return {
    views: Object.fromEntries(Object.entries(views).map(([name, view]) => [name, { buffer, ...view }])),
    bytes: buffer.size,
    destroy: () => buffer.destroy(),
  };
}

/** A tensor over a part of a buffer that somebody else owns. */
export function tensorOfView(backend: OwnBackend, view: BufferView, { shape, dtype }: InputShape): tf.Tensor {
  const info = backend.makeTensorInfo([...shape], dtype);
  (backend.tensorMap.get(info.dataId) as { resource: unknown }).resource = view;
  return tf.engine().makeTensorFromTensorInfo(info);
}

interface InputArena {
  readonly bytes: number;
  view(name: string): BufferView;
  write(inputs: Readonly<Record<string, InputArray>>): void;
  destroy(): void;
}

/** A free buffer serves for a request of at least this part of its size. */
const LEAST_USE = 0.5;

/**
 * Buffers for the intermediates of captures that never run at the same time: each takes the smallest free buffer that is large enough and not more than
 * twice what it asks for, so that captures of other shapes find one another's. Dispose it after its captures.
 */
export class CaptureMemory {
  bytes = 0;
  readonly #all: GPUBuffer[] = [];
  /** By usage. */
  readonly #free = new Map<GPUBufferUsageFlags, Set<GPUBuffer>>();
  readonly #backend: OwnBackend;

  constructor() {
    this.#backend = webgpuBackend();
  }

  take(size: number, usage: GPUBufferUsageFlags): GPUBuffer {
    const rounded = roundedSize(size);
    const free = this.#free.get(usage) ?? new Set<GPUBuffer>();
    let best: GPUBuffer | null = null;
    for (const buffer of free) {
      if (buffer.size >= rounded && buffer.size * LEAST_USE <= rounded && (best === null || buffer.size < best.size)) best = buffer;
    }
    if (best !== null) {
      free.delete(best);
      return best;
    }
    const buffer = this.#backend.device.createBuffer({ label: 'captured', size: rounded, usage });
    this.#all.push(buffer);
    this.bytes += rounded;
    this.#backend.recordedBytes += rounded;
    return buffer;
  }

  give(buffer: GPUBuffer): void {
    const free = this.#free.get(buffer.usage) ?? new Set<GPUBuffer>();
    free.add(buffer);
    this.#free.set(buffer.usage, free);
  }

  dispose(): void {
    for (const buffer of this.#all.splice(0)) buffer.destroy();
    this.#free.clear();
    this.#backend.recordedBytes -= this.bytes;
    this.bytes = 0;
  }
}

/** Up to a multiple of an eighth of the power of two below it, at least 256 bytes. */
function roundedSize(bytes: number): number {
  const step = Math.max(256, 2 ** (Math.floor(Math.log2(Math.max(1, bytes))) - 3));
  return Math.ceil(bytes / step) * step;
}

/** All inputs in one buffer, so that a replay has one write. */
function makeInputArena({ device }: OwnBackend, label: string, shapes: Readonly<Record<string, InputShape>>): InputArena {
  let bytes = 0;
  const places = new Map<string, { offset: number; length: number }>();
  for (const [name, { shape }] of Object.entries(shapes)) {
    const length = shape.reduce((product, axis) => product * axis, 1);
    places.set(name, { offset: bytes, length });
    bytes += Math.max(1, Math.ceil((length * 4) / ALIGN_BYTES)) * ALIGN_BYTES;
  }
  const staged = new Uint8Array(bytes);
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
  const buffer = device.createBuffer({ label: `inputs of ${label}`, size: Math.max(bytes, ALIGN_BYTES), usage });
  const placeOf = (name: string) => {
    const place = places.get(name);
    if (place === undefined) throw new Error(fault('capture', `inputs ${[...places.keys()].join(', ')}`, name));
    return place;
  };
  return {
    bytes: buffer.size,
    view(name) {
      const { offset, length } = placeOf(name);
      return { buffer, offset, size: Math.max(4, length * 4) };
    },
    write(inputs) {
      for (const [name, { offset, length }] of places) {
        const array = inputs[name];
        if (array?.length !== length) throw new ShapeError(fault(`capture ${label}`, `${length} values of ${name}`, array?.length ?? 'none'));
        staged.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), offset);
      }
      if (bytes > 0) device.queue.writeBuffer(buffer, 0, staged);
    },
    destroy: () => buffer.destroy(),
  };
}

interface Recorded {
  readonly commands: readonly Command[];
  readonly refusal: string | null;
  readonly bytes: number;
  destroy(): void;
}

/** Watches the device until `stop`, which submits what is pending and puts everything back. */
function startRecording(backend: OwnBackend, memory: CaptureMemory): { stop(): Recorded } {
  const { device, queue } = backend;
  const regular = backend.bufferManager;
  const pool = new CapturePool(device, regular, memory);
  const commands: Command[] = [];
  let refusal: string | null = null;
  const refuse = (reason: string): void => {
    refusal ??= reason;
  };
  pool.onForeignRelease = () => refuse('frees a tensor that it was given');
  // tfjs counts the ids of its tensors: a lower one is a tensor from outside.
  const marker = backend.makeTensorInfo([], 'float32').dataId;
  backend.disposeData(marker);
  const firstId = idOf(marker);
  backend.observer = {
    onRead: () => refuse('reads back in the middle'),
    managerFor: (dataId) => (idOf(dataId) < firstId ? regular : (pool as unknown as WebGPUBackend['bufferManager'])),
  };
  backend.bufferManager = pool as unknown as WebGPUBackend['bufferManager'];
  const { createCommandEncoder } = device;
  device.createCommandEncoder = (descriptor) => watchEncoder(createCommandEncoder.call(device, descriptor), commands, refuse);
  const { writeBuffer } = queue;
  queue.writeBuffer = (buffer: GPUBuffer, ...rest: unknown[]): undefined => {
    if (!pool.keeps(buffer)) refuse('writes to a buffer whose contents it cannot keep');
    (writeBuffer as (...args: unknown[]) => void).call(queue, buffer, ...rest);
  };
  return {
    stop() {
      backend.flush();
      Reflect.deleteProperty(device, 'createCommandEncoder');
      Reflect.deleteProperty(queue, 'writeBuffer');
      backend.observer = null;
      backend.bufferManager = regular;
      pool.end();
      return { commands, refusal, bytes: pool.bytesKept, destroy: () => pool.dispose() };
    },
  };
}

/** tfjs's WebGPU backend makes ids `{ id: number }`, counted up. */
function idOf(dataId: object): number {
  return (dataId as { readonly id: number }).id;
}

type Refuse = (reason: string) => void;

/** Methods of a command encoder that a recording cannot replay. */
const UNKNOWN_COMMANDS = ['copyBufferToTexture', 'copyTextureToBuffer', 'copyTextureToTexture', 'resolveQuerySet', 'beginRenderPass'] as const;

function watchEncoder(encoder: GPUCommandEncoder, commands: Command[], refuse: Refuse): GPUCommandEncoder {
  const { beginComputePass, copyBufferToBuffer, clearBuffer } = encoder;
  encoder.beginComputePass = (descriptor) => watchPass(beginComputePass.call(encoder, descriptor), commands, refuse);
  encoder.copyBufferToBuffer = (...args: unknown[]): undefined => {
    const [from, fromOffset, to, toOffset, size] = args;
    if (args.length === 5) commands.push({ kind: 'copy', from, fromOffset, to, toOffset, size } as Command);
    else refuse('copies whole buffers');
    (copyBufferToBuffer as (...all: unknown[]) => void).apply(encoder, args);
  };
  encoder.clearBuffer = (buffer, offset, size): undefined => {
    commands.push({ kind: 'clear', buffer, offset: offset ?? 0, size });
    clearBuffer.call(encoder, buffer, offset, size);
  };
  for (const name of UNKNOWN_COMMANDS) {
    const method = encoder[name] as (...args: unknown[]) => unknown;
    Reflect.set(encoder, name, (...args: unknown[]) => {
      refuse(`uses ${name}`);
      return method.apply(encoder, args);
    });
  }
  return encoder;
}

function watchPass(pass: GPUComputePassEncoder, commands: Command[], refuse: Refuse): GPUComputePassEncoder {
  const { setPipeline, setBindGroup, dispatchWorkgroups, dispatchWorkgroupsIndirect } = pass;
  let pipeline: GPUComputePipeline | null = null;
  let group: GPUBindGroup | null = null;
  pass.setPipeline = (next): undefined => {
    pipeline = next;
    setPipeline.call(pass, next);
  };
  pass.setBindGroup = (index: number, next: GPUBindGroup | null | undefined, ...rest: unknown[]): undefined => {
    if (index !== 0 || rest.length > 0) refuse('uses several bind groups or dynamic offsets');
    group = next ?? null;
    (setBindGroup as (...args: unknown[]) => void).call(pass, index, next, ...rest);
  };
  pass.dispatchWorkgroups = (x, y = 1, z = 1): undefined => {
    if (pipeline === null || group === null) refuse('dispatches without bindings');
    else commands.push({ kind: 'dispatch', pipeline, group, x, y, z });
    dispatchWorkgroups.call(pass, x, y, z);
  };
  pass.dispatchWorkgroupsIndirect = (...args): undefined => {
    refuse('dispatches indirectly');
    dispatchWorkgroupsIndirect.apply(pass, args);
  };
  return pass;
}

/** Stands in for tfjs's BufferManager while a recording runs. */
class CapturePool {
  onForeignRelease: () => void = () => undefined;
  /** Bytes of what the CPU filled. */
  bytesKept = 0;
  readonly #device: GPUDevice;
  readonly #regular: WebGPUBackend['bufferManager'];
  readonly #memory: CaptureMemory;
  /** Filled by the CPU: not for others. */
  readonly #kept = new Set<GPUBuffer>();
  readonly #lent = new Set<GPUBuffer>();
  /** Lent in this recording, now or before. */
  readonly #known = new Set<GPUBuffer>();

  constructor(device: GPUDevice, regular: WebGPUBackend['bufferManager'], memory: CaptureMemory) {
    this.#device = device;
    this.#regular = regular;
    this.#memory = memory;
  }

  /** True for buffers that nothing else of the recording is written to. */
  keeps(buffer: GPUBuffer): boolean {
    return this.#kept.has(buffer);
  }

  get numBytesUsed(): number {
    return this.#regular.numBytesUsed;
  }

  get numBytesAllocated(): number {
    return this.#regular.numBytesAllocated;
  }

  acquireBuffer(size: number, usage: GPUBufferUsageFlags, mappedAtCreation = false): GPUBuffer {
    if (mappedAtCreation || (usage & GPUBufferUsage.UNIFORM) !== 0) {
      const filled = this.#device.createBuffer({ label: 'captured constant', size, usage, mappedAtCreation });
      this.#kept.add(filled);
      this.bytesKept += size;
      return filled;
    }
    const buffer = this.#memory.take(size, usage);
    this.#lent.add(buffer);
    this.#known.add(buffer);
    return buffer;
  }

  releaseBuffer(buffer: GPUBuffer, reuse = true): void {
    if (this.#kept.has(buffer)) return;
    if (this.#lent.delete(buffer)) this.#memory.give(buffer);
    else if (!this.#known.has(buffer)) {
      this.onForeignRelease();
      this.#regular.releaseBuffer(buffer, reuse);
    }
  }

  /** The recording is over: what is not kept may serve the next. */
  end(): void {
    for (const buffer of this.#lent) this.#memory.give(buffer);
    this.#lent.clear();
  }

  dispose(): void {
    for (const buffer of this.#kept) buffer.destroy();
    this.#kept.clear();
  }
}
