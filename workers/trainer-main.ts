/** What the trainer worker is made of: the service over this worker's device, store, clock and renderers. Loaded by trainer.worker.ts. */
import { fault, InputError, toWireError } from '../src/lib/errors.ts';
import { chooseBackend, openBackend } from '../src/model/backend.ts';
import type { Engine } from '../src/model/backend.ts';
import type { BackendName } from '../src/model/device-info.ts';
import { openRunStore } from '../src/study/run-store.ts';
import { totalSteps } from '../src/study/run-spec-schema.ts';
import { answer } from './calls.ts';
import { openKernelChoices } from './kernel-choices.ts';
import type { CallMessage, FromWorker } from './protocol.ts';
import { makeRendererPool, rendererCount } from './renderer-pool.ts';
import { makeTrainerService } from './trainer-service.ts';

const BUILD = typeof __COMMIT__ === 'undefined' ? 'dev' : __COMMIT__;

function post(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  postMessage(message, { transfer });
}

const now = () => new Date().toISOString();
const makeId = () => crypto.randomUUID();
/** Absent over plain http, where runs of several tabs are kept apart by the owner's id alone. */
const locks = (navigator as { locks?: LockManager }).locks ?? null;
const store = openRunStore({ locks, now, makeId, build: BUILD });

const choices = openKernelChoices('parallax-kernels');
let engine: Engine | null = null;

const handlers = makeTrainerService({
  ...{ store, now, makeId, build: BUILD, openEngine, readBaseFile, storage },
  emit(event) {
    post(event);
    if (event.type === 'event' && event.event.kind === 'checkpoint' && engine !== null) void choices.keep(engine);
  },
  clock: () => performance.now(),
  batches: (spec) =>
    makeRendererPool({
      ...{ spec, totalSteps: totalSteps(spec), workers: rendererCount(navigator.hardwareConcurrency) },
      open: () => new Worker(new URL('./renderer.worker.ts', import.meta.url), { type: 'module', name: 'renderer' }),
    }),
});

async function openEngine(prefer: BackendName | null): Promise<Engine> {
  engine = await bestEngine(prefer);
  await choices.recall(engine);
  return engine;
}

/** The backend asked for, or the best: when WebGPU is there but does not open, wasm. */
async function bestEngine(prefer: BackendName | null): Promise<Engine> {
  const name = await chooseBackend(prefer);
  if (prefer !== null || name !== 'webgpu') return openBackend(name);
  try {
    return await openBackend(name);
  } catch (error) {
    const wasm = await openBackend('wasm');
    return { ...wasm, info: { ...wasm.info, reason: `WebGPU did not start (${toWireError(error).message}).` } };
  }
}

async function readBaseFile(name: string): Promise<Uint8Array> {
  const response = await fetch(`${import.meta.env.BASE_URL}base/${name}`);
  if (!response.ok)
    throw new InputError(fault('base', `the file base/${name}`, `status ${response.status}`, 'choose "from scratch", or reload the page'));
  return new Uint8Array(await response.arrayBuffer());
}

async function storage(): Promise<{ persisted: boolean; usageBytes: number | null; quotaBytes: number | null }> {
  const manager = (navigator as { storage?: StorageManager }).storage;
  if (manager === undefined) return { persisted: false, usageBytes: null, quotaBytes: null };
  const [persisted, { usage, quota }] = await Promise.all([manager.persisted(), manager.estimate()]);
  return { persisted, usageBytes: usage ?? null, quotaBytes: quota ?? null };
}

/** Answers one call; never rejects. */
export async function receive(message: CallMessage): Promise<void> {
  const { reply, transfer } = await answer(handlers, message);
  post(reply, transfer);
}
