/**
 * Which kind of kernels suits the adapter: on software adapters (SwiftShader, llvmpipe) one invocation keeps a tile in registers and no workgroup ever
 * waits at a barrier; on GPUs tiles in workgroup memory are shared. Ours: measured in docs/engine.md. Set once when the device is opened (backend.ts),
 * and by tests that run both kinds on one adapter.
 */
export type KernelFamily = 'software' | 'hardware';

let family: KernelFamily = 'hardware';

export function kernelFamily(): KernelFamily {
  return family;
}

export function setKernelFamily(next: KernelFamily): void {
  family = next;
}
