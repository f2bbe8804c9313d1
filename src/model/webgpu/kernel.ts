/**
 * Runs a compute shader of ours on tensors, inside the command encoder that tfjs's backend has open: so our kernels and tfjs's run in the order of the
 * calls, and a recording (capture.ts) sees both alike.
 *
 * A kernel is named bindings and WGSL; the declarations of the bindings are made here. Shapes that a run keeps are written into the code as constants
 * (one pipeline per shape, made once); what changes from call to call goes into `numbers`.
 */
import { fault } from '../../lib/errors.ts';
import * as tf from '../tf.ts';
import type { BufferView, OwnBackend } from './own-backend.ts';
import { pipelineOf } from './pipeline.ts';

/** Element of a binding: `x: 'f32'` declares `x: array<f32>`. Vectors need a size that is a multiple of theirs. */
export type Element = 'f32' | 'vec2f' | 'vec4f' | 'i32' | 'vec4i' | 'u32' | 'vec2u' | 'vec4u';

export interface KernelInput {
  readonly tensor: tf.Tensor;
  readonly as: Element;
  /** Bound in place of the tensor's data, for `inputs` only; it must last as long as the tensor does. */
  readonly view?: BufferView;
}

export interface KernelOutput {
  readonly shape: readonly number[];
  readonly as: Element;
}

export interface Kernel {
  /** What the profiler shows: 'rms norm backward'. */
  readonly name: string;
  /** WGSL without the declarations of the bindings: constants, functions and `@compute @workgroup_size(…) fn main(…)`. */
  readonly code: string;
  /** WGSL extensions that the code uses; the device must have the features. */
  readonly enables?: readonly string[];
  /** Read-only bindings. Each tensor at most once, and none of them also in `updates`. */
  readonly inputs: Readonly<Record<string, KernelInput>>;
  /** New tensors: what the kernel does not write is undefined. */
  readonly outputs: Readonly<Record<string, KernelOutput>>;
  /** Tensors that are read and written in place. */
  readonly updates?: Readonly<Record<string, KernelInput>>;
  /** Fields of the uniform `numbers`, when there are any. */
  readonly numbers?: Readonly<Record<string, readonly ['u32' | 'i32' | 'f32', number]>>;
  readonly workgroups: readonly [x: number, y?: number, z?: number];
}

/** What we use of the backend that its types keep private (tfjs-backend-webgpu 4.22). */
interface Internals {
  readonly commandEncoder: GPUCommandEncoder | null;
  computePassEncoder: GPUComputePassEncoder | null;
  readonly commandQueueOwnedIds: WeakSet<object>;
  dispatchCountInPass: number;
  readonly uniformPendingDisposal: GPUBuffer[];
}

/** True when tfjs's active backend is ours on WebGPU. */
export function isWebGpu(): boolean {
  return tf.getBackend() === 'webgpu';
}

/** The active backend, which must be webgpu: backend.ts registers an OwnBackend. */
export function webgpuBackend(): OwnBackend {
  if (!isWebGpu()) throw new Error(fault('webgpuBackend', 'the webgpu backend to be active', tf.getBackend()));
  return tf.backend() as unknown as OwnBackend;
}

/**
 * The part of a buffer that holds a tensor's data on the device, uploaded now when it was not there: exactly its numbers, though the buffer may be
 * larger. Its cached CPU copy is dropped when `isWritten`.
 */
export function bindingOf(backend: OwnBackend, tensor: tf.TensorInfo, isWritten: boolean): BufferView {
  backend.uploadToGPU(tensor.dataId);
  const data = backend.tensorMap.get(tensor.dataId);
  // tfjs declares `values` non-null, yet keeps null there for data that is on the device only.
  if (isWritten) (data as { values: unknown }).values = null;
  const resource = data.resource as GPUBuffer | BufferView;
  const bytes = tensor.shape.reduce((product, axis) => product * axis, 4);
  return resource instanceof GPUBuffer ? { buffer: resource, offset: 0, size: Math.max(4, bytes) } : resource;
}

/**
 * Runs the kernel and returns its outputs in the order of `outputs`; the caller owns them (inside a tidy, the tidy does). Not differentiable: it is what
 * custom gradients are made of.
 */
export function runKernel(kernel: Kernel): tf.Tensor[] {
  const backend = webgpuBackend();
  const internals = backend as unknown as Internals;
  const { device } = backend;
  const outputs = Object.values(kernel.outputs).map(({ shape, as }) => backend.makeTensorInfo([...shape], typeOf(as)));
  const updates = Object.values(kernel.updates ?? {});
  const touched = [...Object.values(kernel.inputs).map(({ tensor }) => tensor), ...outputs, ...updates.map(({ tensor }) => tensor)];
  const written = new Set<tf.TensorInfo>([...outputs, ...updates.map(({ tensor }) => tensor)]);
  const views = Object.values(kernel.inputs).map(({ view }) => view);
  const resources: GPUBindingResource[] = touched.map((tensor, i) => views[i] ?? bindingOf(backend, tensor, written.has(tensor)));
  const uniform = uniformOf(backend, internals, kernel.numbers);
  if (uniform !== null) resources.push({ buffer: uniform });
  const pipeline = pipelineOf(device, kernel.name, moduleOf(kernel));
  const group = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: resources.map((resource, binding) => ({ binding, resource })),
  });
  for (const { dataId } of touched) internals.commandQueueOwnedIds.add(dataId);
  backend.ensureCommandEncoderReady();
  if (internals.commandEncoder === null) throw new Error('internal: runKernel: no command encoder');
  internals.computePassEncoder ??= internals.commandEncoder.beginComputePass({});
  internals.computePassEncoder.setPipeline(pipeline);
  internals.computePassEncoder.setBindGroup(0, group);
  internals.computePassEncoder.dispatchWorkgroups(...(kernel.workgroups as [number, number?, number?]));
  internals.dispatchCountInPass++;
  if (internals.dispatchCountInPass >= DISPATCHES_PER_SUBMIT) backend.flush();
  return outputs.map((output) => tf.engine().makeTensorFromTensorInfo(output));
}

/** tfjs's own default (`WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE`). */
const DISPATCHES_PER_SUBMIT = 15;

function typeOf(element: Element): 'float32' | 'int32' {
  return element.endsWith('f') || element === 'f32' ? 'float32' : 'int32';
}

/** Declarations of the bindings, in the order in which `runKernel` binds them. */
export function declarations({ inputs, outputs, updates = {}, numbers }: Pick<Kernel, 'inputs' | 'outputs' | 'updates' | 'numbers'>): string {
  const lines: string[] = [];
  const add = (access: string, name: string, type: string) => lines.push(`@group(0) @binding(${lines.length}) var<${access}> ${name}: ${type};`);
  for (const [name, { as }] of Object.entries(inputs)) add('storage, read', name, `array<${as}>`);
  for (const [name, { as }] of Object.entries({ ...outputs, ...updates })) add('storage, read_write', name, `array<${as}>`);
  if (numbers === undefined) return `${lines.join('\n')}\n`;
  add('uniform', 'numbers', 'Numbers');
  const fields = Object.entries(numbers).map(([name, [type]]) => `${name}: ${type},`);
  return `struct Numbers { ${fields.join(' ')} }\n${lines.join('\n')}\n`;
}

/** The whole WGSL module of a kernel. */
function moduleOf(kernel: Kernel): string {
  const enables = (kernel.enables ?? []).map((name) => `enable ${name};\n`).join('');
  return enables + declarations(kernel) + kernel.code;
}

function uniformOf(backend: OwnBackend, internals: Internals, numbers: Kernel['numbers']): GPUBuffer | null {
  if (numbers === undefined) return null;
  const fields = Object.values(numbers);
  const bytes = new ArrayBuffer(Math.ceil((fields.length * 4) / 16) * 16);
  const view = new DataView(bytes);
  fields.forEach(([type, value], i) => {
    if (type === 'f32') view.setFloat32(i * 4, value, true);
    else if (type === 'i32') view.setInt32(i * 4, value, true);
    else view.setUint32(i * 4, value, true);
  });
  const buffer = backend.bufferManager.acquireBuffer(bytes.byteLength, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
  backend.queue.writeBuffer(buffer, 0, bytes);
  internals.uniformPendingDisposal.push(buffer);
  return buffer;
}
