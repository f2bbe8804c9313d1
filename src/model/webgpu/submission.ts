/**
 * One submit to the GPU: captures played one after the other in one compute pass, kernels of others (AdamW) in the same pass, and copies of results
 * for the CPU at its end. Inputs are written before, so a capture can run only once per submit: `run` submits what there is and begins again when the same one
 * comes twice.
 */
import type { Capture } from './capture.ts';
import { webgpuBackend } from './kernel.ts';
import type { BufferView, OwnBackend } from './own-backend.ts';

interface Read {
  readonly from: BufferView;
  readonly resolve: (bytes: ArrayBuffer) => void;
  readonly reject: (error: unknown) => void;
}

/** Buffers for reading back, by size, free to use: mapping one costs more than keeping it. */
const STAGING = new WeakMap<GPUDevice, Map<number, GPUBuffer[]>>();

export class Submission {
  readonly #backend: OwnBackend;
  #encoder: GPUCommandEncoder | null = null;
  #pass: GPUComputePassEncoder | null = null;
  #played = new Set<Capture>();
  readonly #reads: Read[] = [];

  constructor() {
    this.#backend = webgpuBackend();
    this.#backend.flushPending();
  }

  /** Plays a capture on the inputs given, or on those that are there. */
  run(capture: Capture, inputs?: Parameters<Capture['write']>[0]): void {
    if (capture.refusal !== null) throw new Error(`internal: ${capture.label} cannot be played again: it ${capture.refusal}`);
    if (inputs !== undefined) {
      if (this.#played.has(capture)) this.submit();
      this.#played.add(capture);
      capture.write(inputs);
    }
    let pipeline: GPUComputePipeline | null = null;
    for (const command of capture.commands) {
      if (command.kind === 'dispatch') {
        if (this.#pass === null) pipeline = null;
        const pass = this.pass();
        if (command.pipeline !== pipeline) pass.setPipeline(command.pipeline);
        pipeline = command.pipeline;
        pass.setBindGroup(0, command.group);
        pass.dispatchWorkgroups(command.x, command.y, command.z);
      } else if (command.kind === 'copy') {
        this.#open().copyBufferToBuffer(command.from, command.fromOffset, command.to, command.toOffset, command.size);
      } else this.#open().clearBuffer(command.buffer, command.offset, command.size);
    }
  }

  /** Says that a capture has just run outside of this object, on inputs of its own: what is read of it is copied before it runs again. */
  hasRun(capture: Capture): void {
    this.#played.add(capture);
  }

  /** The compute pass, for kernels that are not captured. */
  pass(): GPUComputePassEncoder {
    this.#encoder ??= this.#backend.device.createCommandEncoder();
    this.#pass ??= this.#encoder.beginComputePass();
    return this.#pass;
  }

  /** The bytes of a result as they are at the next submit, or when its recording is about to run again. Rejects when the device is lost. */
  read(from: BufferView): Promise<ArrayBuffer> {
    const promise = new Promise<ArrayBuffer>((resolve, reject) => this.#reads.push({ from, resolve, reject }));
    promise.catch(() => undefined); // who awaits it sees the rejection; who does not must not crash by it
    return promise;
  }

  /** Sends everything. The object may be used again for a next submit. */
  submit(): void {
    const reads = this.#reads.splice(0);
    if (reads.length > 0) this.#readAll(reads);
    else this.#send();
  }

  /** An encoder without an open pass. */
  #open(): GPUCommandEncoder {
    this.#pass?.end();
    this.#pass = null;
    this.#encoder ??= this.#backend.device.createCommandEncoder();
    return this.#encoder;
  }

  #send(): void {
    this.#played = new Set();
    if (this.#encoder === null) return;
    const encoder = this.#open();
    this.#encoder = null;
    this.#backend.queue.submit([encoder.finish()]);
  }

  #readAll(reads: readonly Read[]): void {
    const { device } = this.#backend;
    const offsets: number[] = [];
    let bytes = 0;
    for (const { from } of reads) {
      offsets.push(bytes);
      bytes += Math.ceil(from.size / 4) * 4;
    }
    const staging = takeStaging(device, 2 ** Math.ceil(Math.log2(Math.max(256, bytes)))); // few sizes, found again
    const encoder = this.#open();
    reads.forEach(({ from }, i) => encoder.copyBufferToBuffer(from.buffer, from.offset, staging, offsets[i] ?? 0, Math.ceil(from.size / 4) * 4));
    this.#send();
    staging.mapAsync(GPUMapMode.READ).then(
      () => {
        const mapped = staging.getMappedRange();
        reads.forEach(({ from, resolve }, i) => resolve(mapped.slice(offsets[i] ?? 0, (offsets[i] ?? 0) + from.size)));
        staging.unmap();
        giveStagingBack(device, staging);
      },
      (error: unknown) => {
        staging.destroy();
        for (const { reject } of reads) reject(error);
      },
    );
  }
}

function takeStaging(device: GPUDevice, bytes: number): GPUBuffer {
  const free = STAGING.get(device)?.get(bytes)?.pop();
  return free ?? device.createBuffer({ label: 'read-back', size: bytes, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
}

/** Largest buffer that is kept for the next read: those of a step are small, checkpoints read whole arenas. */
const MAX_STAGING_BYTES = 1024 * 1024;
/** Most buffers of a size that are kept: steps that wait for their numbers. */
const MAX_STAGING_BUFFERS = 8;

/** Keeps a few per size and device; sizes follow the shapes of captures, of which there are few. */
function giveStagingBack(device: GPUDevice, staging: GPUBuffer): void {
  const sizes = STAGING.get(device) ?? new Map<number, GPUBuffer[]>();
  STAGING.set(device, sizes);
  const free = sizes.get(staging.size) ?? [];
  if (free.length < MAX_STAGING_BUFFERS && staging.size <= MAX_STAGING_BYTES) free.push(staging);
  else staging.destroy();
  sizes.set(staging.size, free);
}
