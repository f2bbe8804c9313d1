/**
 * ONNX Runtime Web's WebGPU provider on a model of one MatMul, operands and result in GPU buffers. On a device of ours, so that counting and waiting are the
 * same as for the others. The JSPI build of its WebAssembly part: it is the smallest (17 MB), and where the browser has no JSPI the row says so.
 */
import type { GemmShape } from '../protocol.ts';
import type { Multiplier } from './measure.ts';
import { onnxMatMul } from './onnx-matmul.ts';

/** A factory of multipliers that share one device. Throws when ONNX Runtime cannot start here. */
export async function openOrt(): Promise<(shape: GemmShape, a: Float32Array, b: Float32Array) => Promise<Multiplier>> {
  if (typeof document === 'undefined' && typeof importScripts === 'undefined') throw new Error('ONNX Runtime Web runs in browsers only');
  if (!('Suspending' in WebAssembly))
    throw new Error('this browser has no WebAssembly JSPI, which the build of ONNX Runtime used here needs (Chrome 137)');
  const [ort, { default: wasm }] = await Promise.all([
    import('onnxruntime-web/jspi'),
    import('onnxruntime-web/ort-wasm-simd-threaded.jspi.wasm?url'),
  ]);
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = { wasm: new URL(wasm, self.location.origin).href };
  ort.env.logLevel = 'error';
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) throw new Error('no WebGPU adapter');
  const device = await adapter.requestDevice({
    requiredFeatures: (['shader-f16', 'subgroups'] as const).filter((feature) => adapter.features.has(feature)),
    requiredLimits: {
      maxBufferSize: adapter.limits.maxBufferSize,
      maxStorageBufferBindingSize: adapter.limits.maxStorageBufferBindingSize,
      maxStorageBuffersPerShaderStage: adapter.limits.maxStorageBuffersPerShaderStage,
      maxComputeWorkgroupStorageSize: adapter.limits.maxComputeWorkgroupStorageSize,
      maxComputeInvocationsPerWorkgroup: adapter.limits.maxComputeInvocationsPerWorkgroup,
      maxComputeWorkgroupSizeX: adapter.limits.maxComputeWorkgroupSizeX,
      maxComputeWorkgroupSizeY: adapter.limits.maxComputeWorkgroupSizeY,
      maxComputeWorkgroupSizeZ: adapter.limits.maxComputeWorkgroupSizeZ,
    },
  });
  return async ({ M, K, L }, left, right) => {
    const session = await ort.InferenceSession.create(onnxMatMul({ M, K, L }), { executionProviders: [{ name: 'webgpu', device }] });
    const buffers: GPUBuffer[] = [];
    const onDevice = (values: Float32Array | null, dims: readonly number[]) => {
      const size = Math.ceil(((dims[0] ?? 0) * (dims[1] ?? 0) * 4) / 16) * 16;
      const buffer = device.createBuffer({ size, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST });
      if (values !== null) device.queue.writeBuffer(buffer, 0, values as Float32Array<ArrayBuffer>);
      buffers.push(buffer);
      return ort.Tensor.fromGpuBuffer(buffer, { dataType: 'float32', dims });
    };
    const feeds = { a: onDevice(left, [M, K]), b: onDevice(right, [K, L]) };
    const fetches = { y: onDevice(null, [M, L]) };
    return {
      async run(count) {
        for (let i = 0; i < count; i++) await session.run(feeds, fetches);
      },
      wait: async () => void (await device.queue.onSubmittedWorkDone()),
      async first() {
        const staging = device.createBuffer({ size: 16, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
        const encoder = device.createCommandEncoder();
        encoder.copyBufferToBuffer(buffers[2] as GPUBuffer, 0, staging, 0, 16);
        device.queue.submit([encoder.finish()]);
        await staging.mapAsync(GPUMapMode.READ);
        const [first] = new Float32Array(staging.getMappedRange());
        staging.destroy();
        return first ?? Number.NaN;
      },
      dispose() {
        void session.release();
        for (const buffer of buffers) buffer.destroy();
      },
    };
  };
}
