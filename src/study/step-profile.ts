/** What a run's training step is made of and what its kernels cost: for developers, shown in the page's drawer. Plain data. */
import type { BackendName } from '../model/device-info.ts';
import type { KernelProfile } from '../model/kernel-profile.ts';
import type { PassesState } from '../model/passes.ts';

export interface StepProfile {
  /** Steps done; the next one is what the kernel times are of. */
  readonly step: number;
  readonly backend: BackendName;
  /** As the device names itself; '' on wasm and cpu. */
  readonly adapter: string;
  /** Bytes in use now, those of recordings included. */
  readonly deviceBytes: number;
  /** How steps are run. */
  readonly passes: PassesState;
  /** Submits to the GPU per step; null where nobody counts. */
  readonly submits: number | null;
  /** Null when they were not asked for or cannot be had. */
  readonly kernels: KernelProfile | null;
  /** Why kernel times that were asked for are missing, in a sentence; else null. */
  readonly missing: string | null;
}
