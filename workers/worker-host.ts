/** What a worker that trains has of its browser: the best device, bases from the server, renderer workers, locks. Used by trainer-main.ts and figure-main.ts. */
import { fault, InputError, toWireError } from '../src/lib/errors.ts';
import { chooseBackend, openBackend } from '../src/model/backend.ts';
import type { Engine } from '../src/model/backend.ts';
import type { BackendName } from '../src/model/device-info.ts';
import { totalSteps } from '../src/study/run-spec-schema.ts';
import type { RunSpec } from '../src/study/run-spec.ts';
import { makeRendererPool, rendererCount } from './renderer-pool.ts';
import type { RendererPool } from './renderer-pool.ts';

export const BUILD = typeof __COMMIT__ === 'undefined' ? 'dev' : __COMMIT__;

/** Absent over plain http, where runs of several tabs are kept apart by the owner's id alone. */
export const locks = (navigator as { locks?: LockManager }).locks ?? null;

/** The backend asked for, or the best: when WebGPU is there but does not open, wasm. */
export async function bestEngine(prefer: BackendName | null): Promise<Engine> {
  const name = await chooseBackend(prefer);
  if (prefer !== null || name !== 'webgpu') return openBackend(name);
  try {
    return await openBackend(name);
  } catch (error) {
    const wasm = await openBackend('wasm');
    return { ...wasm, info: { ...wasm.info, reason: `WebGPU did not start (${toWireError(error).message}).` } };
  }
}

export async function readBaseFile(name: string): Promise<Uint8Array> {
  const response = await fetch(`${import.meta.env.BASE_URL}base/${name}`);
  if (!response.ok)
    throw new InputError(fault('base', `the file base/${name}`, `status ${response.status}`, 'choose "from scratch", or reload the page'));
  return new Uint8Array(await response.arrayBuffer());
}

/** Renderer workers that make the batches of a run. */
export function openBatches(spec: RunSpec): RendererPool {
  return makeRendererPool({
    ...{ spec, totalSteps: totalSteps(spec), workers: rendererCount(navigator.hardwareConcurrency) },
    open: () => new Worker(new URL('./renderer.worker.ts', import.meta.url), { type: 'module', name: 'renderer' }),
  });
}
