/** What the counter counts, on a WebGPU that only pretends. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { countGpu, type GpuCounts } from '../../bench/gpu-counter.ts';

class PretendedBuffer {
  readonly size: number;
  constructor(size: number) {
    this.size = size;
  }
  destroy(): void {}
}

let device: { createBuffer(descriptor: { size: number }): PretendedBuffer };
let queue: { submit(list: readonly unknown[]): void; writeBuffer(...args: unknown[]): void };
let pass: { dispatchWorkgroups(x: number): void };
let read: () => GpuCounts;

beforeAll(() => {
  expect(countGpu()).toBeNull(); // Node has no WebGPU by itself
  const proto = (methods: object) =>
    class {
      static {
        Object.assign(this.prototype, methods);
      }
    };
  const kinds = {
    GPUBuffer: PretendedBuffer,
    GPUDevice: proto({ createBuffer: ({ size }: { size: number }) => new PretendedBuffer(size) }),
    GPUQueue: proto({ submit: () => undefined, writeBuffer: () => undefined }),
    GPUComputePassEncoder: proto({ dispatchWorkgroups: () => undefined, dispatchWorkgroupsIndirect: () => undefined }),
  };
  for (const [name, kind] of Object.entries(kinds)) vi.stubGlobal(name, kind);
  read = countGpu()!;
  device = new kinds.GPUDevice() as unknown as typeof device;
  queue = new kinds.GPUQueue() as unknown as typeof queue;
  pass = new kinds.GPUComputePassEncoder() as unknown as typeof pass;
});
afterAll(() => vi.unstubAllGlobals());

test('dispatches, submits and uploads are counted from one reading to the next', () => {
  read();
  pass.dispatchWorkgroups(1);
  pass.dispatchWorkgroups(2);
  queue.submit([]);
  queue.writeBuffer({}, 0, new Float32Array(10)); // all 40 bytes
  queue.writeBuffer({}, 0, new Float32Array(10), 2, 3); // three numbers
  queue.writeBuffer({}, 0, new ArrayBuffer(16), 4); // 12 bytes
  expect(read()).toMatchObject({ dispatches: 2, submits: 1, uploadBytes: 40 + 12 + 12 });
  expect(read()).toMatchObject({ dispatches: 0, submits: 0, uploadBytes: 0 });
});

test('bytes alive rise with buffers and fall with destroy; the peak stays until it is read', () => {
  const before = read().liveBytes;
  const kept = device.createBuffer({ size: 100 });
  const brief = device.createBuffer({ size: 50 });
  brief.destroy();
  brief.destroy(); // allowed, and frees nothing more
  expect(read()).toMatchObject({ buffers: 2, bufferBytes: 150, liveBytes: before + 100, peakBytes: before + 150 });
  expect(read()).toMatchObject({ liveBytes: before + 100, peakBytes: before + 100 });
  kept.destroy();
  expect(read().liveBytes).toBe(before);
});
