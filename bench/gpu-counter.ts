/**
 * Counts what a piece of code asks of WebGPU, by wrapping the methods of the prototypes that the runtime gives: works for every library on the
 * page, in Chromium and in Node's Dawn alike. Null where there is no WebGPU.
 */

export interface GpuCounts {
  dispatches: number;
  submits: number;
  /** Buffers made, and their bytes. */
  buffers: number;
  bufferBytes: number;
  /** Bytes that the CPU hands to the GPU by writeBuffer. */
  uploadBytes: number;
}

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** Installs the wrappers for the rest of the process; call once, after the device exists. Returns a reader that gives the counts since its last call. */
export function countGpu(): (() => GpuCounts) | null {
  if (typeof GPUDevice === 'undefined') return null;
  const zero = (): GpuCounts => ({ dispatches: 0, submits: 0, buffers: 0, bufferBytes: 0, uploadBytes: 0 });
  let counts = zero();
  wrap(GPUComputePassEncoder.prototype, 'dispatchWorkgroups', () => void counts.dispatches++);
  wrap(GPUComputePassEncoder.prototype, 'dispatchWorkgroupsIndirect', () => void counts.dispatches++);
  wrap(GPUQueue.prototype, 'submit', () => void counts.submits++);
  wrap(GPUDevice.prototype, 'createBuffer', ([descriptor]) => {
    counts.buffers++;
    counts.bufferBytes += (descriptor as GPUBufferDescriptor).size;
  });
  wrap(GPUQueue.prototype, 'writeBuffer', ([, , data, offset, size]) => {
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

function wrap(prototype: object, name: string, note: (args: readonly unknown[]) => void): void {
  const method = Reflect.get(prototype, name) as Method;
  Reflect.set(prototype, name, function (this: unknown, ...args: unknown[]): unknown {
    note(args);
    return method.apply(this, args);
  });
}
