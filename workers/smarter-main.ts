/** What the smarterVLM worker is made of. Loaded by trainer.worker.ts under the name `smarter`. */
import { fault, InputError, toWireError } from '../src/lib/errors.ts';
import { handleFolder, uploadedFolder } from '../src/study/smart/browser-folder.ts';
import { openDatabase } from '../src/study/database.ts';
import { loadEmbeddedBackbone } from '../src/study/smarter/embedded-backbone.ts';
import { FEATURE_DATABASE, openFeatureCache } from '../src/study/smarter/feature-cache.ts';
import { hubChoice } from '../src/study/smarter/smarter-spec.ts';
import { openSmarterStore } from '../src/study/smarter/smarter-store.ts';
import { openRemoteBackbone } from './backbone-client.ts';
import type { BackboneChoice } from './backbone-protocol.ts';
import type { FromSmarterWorker, SmarterCallMessage, SmarterCalls } from './smarter-protocol.ts';
import { makeSmarterService } from './smarter-service.ts';
import { bestEngine } from './worker-host.ts';

function post(message: FromSmarterWorker, transfer: Transferable[] = []): void {
  postMessage(message, { transfer });
}

async function readEncoderFile(name: string): Promise<Uint8Array> {
  const response = await fetch(`${import.meta.env.BASE_URL}encoders/${name}`);
  if (!response.ok) throw new InputError(fault('encoders', `the file encoders/${name}`, `status ${response.status}`, 'reload the page'));
  return new Uint8Array(await response.arrayBuffer());
}

function backboneChoice(name: string): BackboneChoice {
  const hub = hubChoice(name);
  return hub === null ? { kind: 'embedded' } : { kind: 'hub', ...hub };
}

const features = openDatabase(FEATURE_DATABASE);

const handlers = makeSmarterService({
  emit: (event) => post({ event }),
  openEngine: () => bestEngine(null),
  async openBackbone(name, signal, onProgress) {
    const choice = backboneChoice(name);
    if (choice.kind === 'embedded') return loadEmbeddedBackbone(readEncoderFile);
    const open = (): Worker => new Worker(new URL('./backbone.worker.ts', import.meta.url), { type: 'module', name: 'backbone' });
    const { backbone, warnings } = await openRemoteBackbone(open, choice, { signal, onProgress });
    for (const message of warnings) post({ event: { kind: 'note', message } });
    return backbone;
  },
  store: openSmarterStore(),
  openCache: () => openFeatureCache(features),
  folder: (source) => (source instanceof FileSystemDirectoryHandle ? handleFolder(source) : uploadedFolder(source)),
  clock: () => performance.now(),
  now: () => new Date().toISOString(),
  makeId: () => crypto.randomUUID(),
  yieldToOthers: () => new Promise((resolve) => setTimeout(resolve)),
});

function dispatch<K extends keyof SmarterCalls>({ name, args }: SmarterCallMessage): Promise<SmarterCalls[keyof SmarterCalls]['out']> {
  // By K, `name` and `args` belong to one call; TypeScript cannot follow a union through an index, so it is told once, here.
  const handler = handlers[name as K] as (args: SmarterCalls[K]['in']) => Promise<SmarterCalls[K]['out']>;
  return handler(args as SmarterCalls[K]['in']);
}

/** Answers one call; never rejects. */
export async function receive(message: SmarterCallMessage): Promise<void> {
  try {
    const value = await dispatch(message);
    post({ id: message.id, value });
  } catch (thrown) {
    post({ id: message.id, error: toWireError(thrown) });
  }
}
