/**
 * tfjs's WebGPU backend with what our engine needs of it: tensors that are views of a larger buffer can be read, and a recording (capture.ts) can put
 * its own buffer manager in place. Everything that reaches behind the public types of tfjs-backend-webgpu 4.22 is in this file and in kernel.ts.
 *
 * Loaded with the backend only (backend.ts); everything else imports its types.
 */
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { backend_util } from '@tensorflow/tfjs-core';

/** A part of a buffer as a tensor's data: `offset` is a multiple of 256. tfjs binds it as it is and never frees it. */
export interface BufferView {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly size: number;
}

/** What a recording must be told of. */
export interface BackendObserver {
  /** A tensor is read back to the CPU. */
  onRead(): void;
  /** The manager that the data of a tensor belongs to, when it is put on the device now. */
  managerFor(dataId: object): WebGPUBackend['bufferManager'];
}

export class OwnBackend extends WebGPUBackend {
  observer: BackendObserver | null = null;
  /** Bytes that recordings hold (capture.ts), apart from those of tensors. */
  recordedBytes = 0;

  override async getBufferData(resource: GPUBuffer | BufferView): Promise<ArrayBuffer> {
    if (this.observer === null && resource instanceof GPUBuffer) return super.getBufferData(resource);
    this.observer?.onRead();
    const { buffer, offset, size } = resource instanceof GPUBuffer ? { buffer: resource, offset: 0, size: resource.size } : resource;
    const bytes = Math.ceil(size / 4) * 4;
    const staging = this.device.createBuffer({ label: 'read a view', size: bytes, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
    this.flush();
    const encoder = this.device.createCommandEncoder();
    encoder.copyBufferToBuffer(buffer, offset, staging, 0, bytes);
    this.queue.submit([encoder.finish()]);
    try {
      await staging.mapAsync(GPUMapMode.READ);
      return staging.getMappedRange().slice(0, size);
    } finally {
      staging.destroy();
    }
  }

  /** Views are not cached on the CPU, as tfjs does after a read: kernels of ours write to their buffers while a read is under way. */
  override async read(dataId: object): Promise<backend_util.BackendValues> {
    const data = this.tensorMap.get(dataId);
    const resource = data?.resource as GPUBuffer | BufferView | null | undefined;
    if (resource === null || resource === undefined || resource instanceof GPUBuffer) return super.read(dataId);
    const bytes = await this.getBufferData(resource);
    return data.dtype === 'float32' ? new Float32Array(bytes) : new Int32Array(bytes);
  }

  override uploadToGPU(dataId: object): void {
    if (this.observer === null) {
      super.uploadToGPU(dataId);
      return;
    }
    const current = this.bufferManager;
    this.bufferManager = this.observer.managerFor(dataId);
    try {
      super.uploadToGPU(dataId);
    } finally {
      this.bufferManager = current;
    }
  }

  /** Submits what tfjs has encoded and not sent yet, when there is any. */
  flushPending(): void {
    if ((this as unknown as { readonly commandEncoder: GPUCommandEncoder | null }).commandEncoder !== null) this.flush();
  }

  /** Submits what tfjs has encoded so far. */
  flush(): void {
    this.ensureCommandEncoderReady();
    this.endComputePassEncoder();
    this.submitQueue();
  }
}
