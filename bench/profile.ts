/** Where the time of a captured step goes: its dispatches, kernel by kernel (src/model/webgpu/profiler.ts). */
import type { Command } from '../src/model/webgpu/capture.ts';
import { webgpuBackend } from '../src/model/webgpu/kernel.ts';
import type { KernelProfile } from '../src/model/kernel-profile.ts';
import { profileCommands } from '../src/model/webgpu/profiler.ts';
import type { Engine } from './engine.ts';

/**
 * Watches one step, then times what it dispatched. Right only for steps that are played from a recording, whose buffers last, and after the first one, which
 * records. The device ends up with weights that were trained some more.
 */
export async function profileStep(engine: Engine, rounds: number): Promise<KernelProfile> {
  const { commands, stop } = watchDispatches();
  try {
    await engine.start();
  } finally {
    stop();
  }
  await engine.loss();
  return profileCommands(webgpuBackend().device, commands, rounds, () => performance.now());
}

/** Writes down every dispatch of every pass until `stop`. */
function watchDispatches(): { readonly commands: Command[]; stop(): void } {
  const { prototype } = GPUComputePassEncoder;
  const { setPipeline, setBindGroup, dispatchWorkgroups } = prototype;
  const commands: Command[] = [];
  const bound = new WeakMap<object, { pipeline?: GPUComputePipeline; group?: GPUBindGroup }>();
  const stateOf = (pass: object) => {
    const state = bound.get(pass) ?? {};
    bound.set(pass, state);
    return state;
  };
  prototype.setPipeline = function (this: GPUComputePassEncoder, pipeline): undefined {
    stateOf(this).pipeline = pipeline;
    setPipeline.call(this, pipeline);
  };
  prototype.setBindGroup = function (this: GPUComputePassEncoder, index: number, group: GPUBindGroup): undefined {
    stateOf(this).group = group;
    (setBindGroup as (...args: unknown[]) => void).call(this, index, group);
  };
  prototype.dispatchWorkgroups = function (this: GPUComputePassEncoder, x, y = 1, z = 1): undefined {
    const { pipeline, group } = stateOf(this);
    if (pipeline === undefined || group === undefined) throw new Error('internal: a dispatch without bindings');
    commands.push({ kind: 'dispatch', pipeline, group, x, y, z });
    dispatchWorkgroups.call(this, x, y, z);
  };
  return { commands, stop: () => void Object.assign(prototype, { setPipeline, setBindGroup, dispatchWorkgroups }) };
}
