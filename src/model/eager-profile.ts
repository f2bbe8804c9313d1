/**
 * How long each kernel of tfjs takes while some work runs eagerly, on wasm and cpu: tfjs's own profiler, added up by name. What runs outside tfjs's kernels
 * (AdamW of these backends is plain JavaScript) is not seen. On WebGPU see webgpu/profiler.ts.
 */
import { profileOf, type KernelProfile } from './kernel-profile.ts';
import * as tf from './tf.ts';

/** Runs `work` once and times the kernels it calls. `work` disposes what it makes. */
export async function profileEagerly(work: () => void): Promise<KernelProfile> {
  const failures: unknown[] = [];
  const { kernels } = await tf.profile(() => {
    try {
      work();
    } catch (error) {
      failures.push(error); // thrown from in here it would leave tfjs profiling for good
    }
    return [];
  });
  if (failures.length > 0) throw failures[0];
  const calls = new Map<string, number>();
  const ms = new Map<string, number>();
  for (const { name, kernelTimeMs } of kernels) {
    // tfjs also times each operation with a gradient of its own as a whole, under the name of its scope; the kernels inside are here themselves.
    if (tf.getKernel(name, tf.getBackend()) === undefined) continue;
    const time = await kernelTimeMs; // a number, or what went wrong
    calls.set(name, (calls.get(name) ?? 0) + 1);
    ms.set(name, (ms.get(name) ?? 0) + (typeof time === 'number' ? time : 0));
  }
  const note = `Operations of tfjs on ${tf.getBackend()}, one forward and backward pass; the optimiser is not among them.`;
  return profileOf(calls, (name) => ms.get(name) ?? 0, 1, note);
}
