/**
 * Arenas: all parameters of a model, or their gradients or moments, one after the other in one buffer, so that one dispatch or one copy handles them
 * all. Every arena of a model has the same layout. A parameter stays a tensor of its own: its data becomes a view of the arena.
 *
 * Each parameter starts at a multiple of 256 numbers and zeros fill its last block, so that every block of 256 numbers is of one parameter. Ours: 64
 * would do for bindings (256 bytes); with 256 a block is worth handling together; `nano` grows by 0.6 %, `micro` by 9 %.
 */
import { fault, ShapeError } from '../../lib/errors.ts';
import * as tf from '../tf.ts';
import { tensorOfView } from './capture.ts';
import { runKernel } from './kernel.ts';
import type { Kernel } from './kernel.ts';
import type { BufferView, OwnBackend } from './own-backend.ts';

/** Numbers of a block. */
export const BLOCK = 256;

/** Where one parameter lies, in float32 numbers. */
export interface Slot {
  readonly name: string;
  readonly size: number;
  /** A multiple of BLOCK. */
  readonly start: number;
}

export interface ArenaLayout {
  /** In the order of the parameters. */
  readonly slots: readonly Slot[];
  /** Numbers of the whole arena: a multiple of BLOCK. */
  readonly length: number;
}

export interface Arena {
  readonly layout: ArenaLayout;
  readonly buffer: GPUBuffer;
  /** The whole arena, `[length]`. It frees nothing when it is disposed. */
  readonly tensor: tf.Tensor;
  /** Frees the buffer. What uses it must have been submitted. */
  dispose(): void;
}

/** Layout of the parameters in the order of their names in the record. */
export function layOut(params: Readonly<Record<string, tf.Tensor>>): ArenaLayout {
  let length = 0;
  const slots = Object.entries(params).map(([name, { size }]) => {
    const start = length;
    length += blocksOf(size) * BLOCK;
    return { name, size, start };
  });
  return { slots, length: Math.max(length, BLOCK) };
}

/** Blocks that a parameter of `size` numbers takes. */
export function blocksOf(size: number): number {
  return Math.ceil(size / BLOCK);
}

/** An arena of zeros. The caller owns it. Counted among the bytes of the backend. */
export function makeArena(backend: OwnBackend, label: string, layout: ArenaLayout): Arena {
  const bytes = layout.length * 4;
  const manager = backend.bufferManager;
  const buffer = manager.acquireBuffer(bytes, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST, false, false);
  buffer.label = label;
  const tensor = tf.keep(tensorOfView(backend, { buffer, offset: 0, size: bytes }, { shape: [layout.length], dtype: 'float32' }));
  return {
    layout,
    buffer,
    tensor,
    dispose() {
      tensor.dispose();
      manager.releaseBuffer(buffer, false);
      buffer.destroy();
    },
  };
}

/** What we use of tfjs's record of a tensor's data (tfjs-backend-webgpu 4.22). */
interface TensorData {
  values: ArrayLike<number> | null;
  resource: GPUBuffer | BufferView | null;
  readonly external?: boolean;
}

/** The parameters whose data an arena holds. */
export interface Adopted {
  /** Drops what the CPU remembers of parameter number `slot`: the device's numbers are being changed. */
  changed(slot: number): void;
  /** Gives each parameter that still lives a buffer of its own again. */
  release(): void;
}

/**
 * Moves the parameters into an arena of their layout: the same tensors (and all that share their data), the same numbers, as views. Their own buffers
 * are freed. Throws a ShapeError when two parameters share their data.
 */
export function adopt(backend: OwnBackend, params: Readonly<Record<string, tf.Tensor>>, arena: Arena): Adopted {
  const { device, tensorMap } = backend;
  const { slots, length } = arena.layout;
  const ids = slots.map(({ name }) => params[name]?.dataId ?? {});
  const twin = ids.findIndex((id, i) => ids.indexOf(id) !== i);
  if (twin >= 0) throw new ShapeError(fault('adopt', 'parameters with data of their own', `${slots[twin]?.name} sharing another's`));
  const found = ids.map((id) => tensorMap.get(id) as unknown as TensorData);

  backend.flushPending();
  const staged = new Float32Array(length);
  slots.forEach(({ start }, i) => staged.set(found[i]?.resource ? [] : (found[i]?.values ?? []), start));
  device.queue.writeBuffer(arena.buffer, 0, staged);
  const encoder = device.createCommandEncoder({ label: 'adopt parameters' });
  slots.forEach(({ start, size }, i) => {
    const resource = found[i]?.resource ?? null;
    if (resource === null) return;
    const { buffer, offset } = resource instanceof GPUBuffer ? { buffer: resource, offset: 0 } : resource;
    encoder.copyBufferToBuffer(buffer, offset, arena.buffer, start * 4, size * 4);
  });
  device.queue.submit([encoder.finish()]);
  found.forEach((data, i) => {
    const { start, size } = slots[i] as Slot; // found has one entry per slot
    if (data.resource instanceof GPUBuffer && data.external !== true) backend.bufferManager.releaseBuffer(data.resource, false);
    data.values = null;
    data.resource = { buffer: arena.buffer, offset: start * 4, size: size * 4 };
  });

  return {
    changed(slot) {
      const data = found[slot];
      if (data !== undefined) data.values = null;
    },
    release() {
      backend.flushPending();
      const back = device.createCommandEncoder({ label: 'release parameters' });
      found.forEach((data, i) => {
        const view = data.resource;
        if (!tensorMap.has(ids[i] ?? {}) || view === null || view instanceof GPUBuffer || view.buffer !== arena.buffer) return;
        const own = backend.bufferManager.acquireBuffer(view.size, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST);
        back.copyBufferToBuffer(view.buffer, view.offset, own, 0, view.size);
        data.resource = own;
      });
      device.queue.submit([back.finish()]);
    },
  };
}

/** Numbers of an arena by name, copied. */
export function byName(numbers: Float32Array, { slots }: ArenaLayout): Record<string, Float32Array> {
  return Object.fromEntries(slots.map(({ name, start, size }) => [name, numbers.slice(start, start + size)]));
}

/** Replaces an arena's numbers, before anything that is submitted later. */
export function fill(backend: OwnBackend, { buffer, layout }: Arena, numbers: Readonly<Record<string, Float32Array>>): void {
  const staged = new Float32Array(layout.length);
  for (const { name, start } of layout.slots) staged.set(numbers[name] ?? [], start);
  backend.device.queue.writeBuffer(buffer, 0, staged);
}

/** Threads of a workgroup of the adding kernel. */
const WORKGROUP = 64;
/** Most tensors in one dispatch, where the device allows so many. Ours: bounds the code; `nano` has 112 parameters. */
const MOST_TENSORS = 31;

/**
 * Adds tensors to their places in the arena: several per dispatch, as many as the device has bindings for. Tensors of like size go together, since the
 * grid follows the largest. They may be disposed on return.
 *
 * @param tensors - float32, by the names and of the sizes of the layout; others of its names may be missing.
 */
export function addToArena(backend: OwnBackend, { tensor: arena, layout }: Arena, tensors: Readonly<Record<string, tf.Tensor>>): void {
  const slots = layout.slots.filter(({ name }) => tensors[name] !== undefined).sort((a, b) => b.size - a.size);
  const most = Math.min(MOST_TENSORS, backend.device.limits.maxStorageBuffersPerShaderStage - 1);
  const fours = slots.filter(({ size }) => size % 4 === 0);
  const ones = slots.filter(({ size }) => size % 4 !== 0);
  for (const group of chunks(fours, most)) runKernel(addKernel(arena, group, tensors, 4));
  for (const group of chunks(ones, most)) runKernel(addKernel(arena, group, tensors, 1));
}

/** One code per number of tensors: where they lie is in `numbers`. `width` 4 adds vectors of four, for sizes that are multiples of it. */
function addKernel(arena: tf.Tensor, slots: readonly Slot[], tensors: Readonly<Record<string, tf.Tensor>>, width: 1 | 4): Kernel {
  const as = width === 4 ? 'vec4f' : 'f32';
  const inputs: Record<string, Kernel['inputs'][string]> = {};
  const numbers: Record<string, readonly ['u32', number]> = {};
  slots.forEach(({ name, start, size }, i) => {
    const tensor = tensors[name];
    if (tensor === undefined) throw new Error(`internal: no tensor for ${name}`);
    inputs[`x${i}`] = { tensor, as };
    numbers[`start${i}`] = ['u32', start / width];
    numbers[`count${i}`] = ['u32', size / width];
  });
  const lines = slots.map((_, i) => `if (id.x < numbers.count${i}) { arena[numbers.start${i} + id.x] += x${i}[id.x]; }`);
  return {
    name: `add ${slots.length} to an arena`,
    code: `@compute @workgroup_size(${WORKGROUP}) fn main(@builtin(global_invocation_id) id: vec3u) {\n${lines.join('\n')}\n}`,
    inputs,
    outputs: {},
    updates: { arena: { tensor: arena, as } },
    numbers,
    workgroups: [Math.ceil((slots[0]?.size ?? 0) / width / WORKGROUP)],
  };
}

function chunks<T>(items: readonly T[], most: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / most) }, (_, i) => items.slice(i * most, (i + 1) * most));
}
