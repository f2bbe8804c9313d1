/**
 * A dispatch over buffers of our own, its bindings made once, to be encoded into a pass beside played recordings (submission.ts). For kernels on tensors there is
 * `runKernel` (kernel.ts).
 */
import type { BufferView } from './own-backend.ts';
import { pipelineOf } from './pipeline.ts';

export interface DispatchSource {
  readonly label: string;
  /** WGSL with all its declarations: group 0, bindings counted from 0 in the order of `bindings`. */
  readonly code: string;
  readonly bindings: readonly (GPUBuffer | BufferView)[];
  readonly workgroups: number;
}

/** Encodes it. */
export type Dispatch = (pass: GPUComputePassEncoder) => void;

export function makeDispatch(device: GPUDevice, { label, code, bindings, workgroups }: DispatchSource): Dispatch {
  const pipeline = pipelineOf(device, label, code);
  const entries = bindings.map((view, binding) => ({ binding, resource: view instanceof GPUBuffer ? { buffer: view } : view }));
  const group = device.createBindGroup({ label, layout: pipeline.getBindGroupLayout(0), entries });
  return (pass) => {
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(workgroups);
  };
}
