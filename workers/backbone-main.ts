/** What the backbone worker is made of: the service over this worker's network, store and device. Loaded by backbone.worker.ts. */
import { fault, InputError } from '../src/lib/errors.ts';
import { loadHubBackbone } from '../src/study/smarter/hub-backbone.ts';
import type { HubDevice } from '../src/study/smarter/hub-backbone.ts';
import { hubModels } from '../src/study/smarter/hub-models.ts';
import { openHubStore } from '../src/study/smarter/hub-store.ts';
import type { BackboneCallMessage, BackboneChoice, FromBackboneWorker } from './backbone-protocol.ts';
import { answerBackbone, makeBackboneService } from './backbone-service.ts';
import type { OpenedBackbone } from './backbone-service.ts';

/** Often enough for a bar to look smooth. */
const PROGRESS_EVERY_MS = 100;

function post(message: FromBackboneWorker, transfer: ArrayBuffer[] = []): void {
  postMessage(message, { transfer });
}

const handlers = makeBackboneService((choice) => (choice.kind === 'embedded' ? openEmbedded() : openHub(choice)));

async function openHub({ vision, dtype, device: wanted }: Extract<BackboneChoice, { kind: 'hub' }>): Promise<OpenedBackbone> {
  const device = wanted ?? (await bestDevice());
  let toldAt = Number.NEGATIVE_INFINITY;
  const { backbone, warnings } = await loadHubBackbone(hubModels(vision), {
    ...{ dtype, device, store: openHubStore(), runtimePath: `${import.meta.env.BASE_URL}ort/` },
    fetch: (url, init) => fetch(url, init),
    signal: new AbortController().signal, // whoever cancels ends this worker
    onProgress(progress) {
      const now = performance.now();
      if (now - toldAt < PROGRESS_EVERY_MS && progress.loadedBytes < progress.totalBytes) return;
      toldAt = now;
      post({ progress });
    },
  });
  return { backbone, device, warnings };
}

/** tfjs is loaded only for the encoders that are ours. */
async function openEmbedded(): Promise<OpenedBackbone> {
  const [{ bestEngine }, { loadEmbeddedBackbone }] = await Promise.all([
    import('./worker-host.ts'),
    import('../src/study/smarter/embedded-backbone.ts'),
  ]);
  const { info } = await bestEngine(null);
  return { backbone: await loadEmbeddedBackbone(readEncoderFile), device: info.backend, warnings: [] };
}

async function readEncoderFile(name: string): Promise<Uint8Array> {
  const response = await fetch(`${import.meta.env.BASE_URL}encoders/${name}`);
  if (!response.ok) throw new InputError(fault('backbone', `the file encoders/${name}`, `status ${response.status}`, 'reload the page'));
  return new Uint8Array(await response.arrayBuffer());
}

async function bestDevice(): Promise<HubDevice> {
  const { gpu } = navigator as { gpu?: GPU };
  return ((await gpu?.requestAdapter()) ?? null) === null ? 'wasm' : 'webgpu';
}

/** Answers one call; never rejects. */
export async function receive(message: BackboneCallMessage): Promise<void> {
  const { reply, transfer } = await answerBackbone(handlers, message);
  post(reply, transfer);
}
