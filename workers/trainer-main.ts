/** What the trainer worker is made of: the service over this worker's device, store, clock and renderers. Loaded by trainer.worker.ts. */
import type { Engine } from '../src/model/backend.ts';
import type { BackendName } from '../src/model/device-info.ts';
import { openRunStore } from '../src/study/run-store.ts';
import { answer } from './calls.ts';
import { openKernelChoices } from './kernel-choices.ts';
import type { CallMessage, FromWorker } from './protocol.ts';
import { makeTrainerService } from './trainer-service.ts';
import { bestEngine, BUILD, locks, openBatches, readBaseFile } from './worker-host.ts';

function post(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  postMessage(message, { transfer });
}

const now = () => new Date().toISOString();
const makeId = () => crypto.randomUUID();
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
  batches: openBatches,
});

async function openEngine(prefer: BackendName | null): Promise<Engine> {
  engine = await bestEngine(prefer);
  await choices.recall(engine);
  return engine;
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
