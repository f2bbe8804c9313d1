/**
 * Counts what a piece of code asks of WebGPU, by wrapping the methods of the prototypes that the runtime gives: works for every library on the
 * page, in Chromium and in Node's Dawn alike. Null where there is no WebGPU.
 *
 * Bytes are those of the buffers' descriptors. A buffer counts as alive until `destroy`; one that is only left to the garbage collector counts for ever,
 * as it does on the GPU until some later collection.
 */

export interface GpuCounts {
  dispatches: number;
  submits: number;
  /** Buffers made, and their bytes. */
  buffers: number;
  bufferBytes: number;
  /** Bytes that the CPU hands to the GPU by writeBuffer. */
  uploadBytes: number;
  /** Bytes of all buffers alive, now and at most since the last reading. */
  liveBytes: number;
  peakBytes: number;
}

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** Installs the wrappers for the rest of the process; call once, before the device exists. Returns a reader that gives the counts since its last call. */
export function countGpu(): (() => GpuCounts) | null {
  if (typeof GPUDevice === 'undefined') return null;
  const alive = new WeakMap<object, number>();
  let live = 0;
  const zero = (): GpuCounts => ({ dispatches: 0, submits: 0, buffers: 0, bufferBytes: 0, uploadBytes: 0, liveBytes: live, peakBytes: live });
  let counts = zero();
  wrap(GPUComputePassEncoder.prototype, 'dispatchWorkgroups', () => void counts.dispatches++);
  wrap(GPUComputePassEncoder.prototype, 'dispatchWorkgroupsIndirect', () => void counts.dispatches++);
  wrap(GPUQueue.prototype, 'submit', () => void counts.submits++);
  wrap(GPUDevice.prototype, 'createBuffer', (_, [descriptor], buffer) => {
    const { size } = descriptor as GPUBufferDescriptor;
    counts.buffers++;
    counts.bufferBytes += size;
    live += size;
    alive.set(buffer as object, size);
    counts.liveBytes = live;
    counts.peakBytes = Math.max(counts.peakBytes, live);
  });
  wrap(GPUBuffer.prototype, 'destroy', (buffer) => {
    live -= alive.get(buffer as object) ?? 0;
    alive.delete(buffer as object);
    counts.liveBytes = live;
  });
  wrap(GPUQueue.prototype, 'writeBuffer', (_, [, , data, offset, size]) => {
    const bytes = data as ArrayBufferView | ArrayBuffer;
    const unit = ArrayBuffer.isView(bytes) && 'BYTES_PER_ELEMENT' in bytes ? Number(bytes.BYTES_PER_ELEMENT) : 1;
    counts.uploadBytes += size === undefined ? bytes.byteLength - Number(offset ?? 0) * unit : Number(size) * unit;
  });
  return () => {
    const read = counts;
    counts = zero();
    return read;
  };
}

function wrap(prototype: object, name: string, note: (self: unknown, args: readonly unknown[], result: unknown) => void): void {
  const method = Reflect.get(prototype, name) as Method;
  Reflect.set(prototype, name, function (this: unknown, ...args: unknown[]): unknown {
    const result = method.apply(this, args);
    note(this, args, result);
    return result;
  });
}
