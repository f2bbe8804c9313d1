/**
 * The gate of runs that keep a copy of their weights in half precision (`weightStorage: 'f16'`): products read the copy and add up in f32, the optimiser
 * keeps the weights in f32 (webgpu/half-weights.ts). It changes results, so a run says so in its spec, and is refused where it cannot be kept.
 */
import { DeviceError, fault } from '../lib/errors.ts';
import type { Engine } from '../model/backend.ts';
import { halfWeightsParity } from '../model/webgpu/half-parity.ts';
import type { RunSpec } from './run-spec.ts';

/** Throws a DeviceError when the run needs half precision and this device has none, or computes it wrongly (the adapter's own products are tried). */
export async function checkWeightStorage({ weightStorage }: Pick<RunSpec, 'weightStorage'>, { info }: Pick<Engine, 'info'>): Promise<void> {
  if (weightStorage === undefined) return;
  const cure = 'set weights in products to f32, or train on WebGPU';
  if (info.backend !== 'webgpu') throw new DeviceError(fault('run spec, weights in products (weightStorage)', 'WebGPU for f16', info.backend, cure));
  const { ok, reason } = await halfWeightsParity();
  if (!ok) throw new DeviceError(fault('run spec, weights in products (weightStorage)', 'f16 that passes its test', reason ?? 'a failed test', cure));
}
