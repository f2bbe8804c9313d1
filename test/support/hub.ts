/** A hub of the tiny models of test/golden/hub: their list, a network that answers like the hub or badly, and a store in memory. Works in Node and in a browser. */
import { sha256Hex } from '../../src/lib/hash.ts';
import type { Fetch } from '../../src/study/smarter/hub-download.ts';
import { HUB_HOST } from '../../src/study/smarter/hub-models.ts';
import type { HubModel, HubModels } from '../../src/study/smarter/hub-models.ts';
import type { HubStore } from '../../src/study/smarter/hub-store.ts';

const FILES = {
  dinov2: ['config.json', 'preprocessor_config.json', 'onnx/model.onnx', 'onnx/model_quantized.onnx'],
  siglip: [
    'config.json',
    'preprocessor_config.json',
    'tokenizer.json',
    'tokenizer_config.json',
    ...['vision_model', 'text_model'].flatMap((name) => [`onnx/${name}.onnx`, `onnx/${name}_quantized.onnx`]),
  ],
} as const;

const REVISION = '0123456789abcdef0123456789abcdef01234567';

/** @param read - a file under test/golden/hub/tiny. */
export async function tinyModels(read: (path: string) => Promise<Uint8Array>): Promise<HubModels> {
  const model = async (name: keyof typeof FILES): Promise<HubModel> => {
    const files = FILES[name].map(async (file) => {
      const bytes = await read(`${name}/${file}`);
      return { name: file, bytes: bytes.length, sha256: file === 'config.json' ? null : await sha256Hex(bytes) };
    });
    return { repo: `tiny/${name}`, revision: REVISION, files: await Promise.all(files) };
  };
  return { title: 'tiny models', dinov2: await model('dinov2'), siglip: await model('siglip') };
}

/** The path under test/golden/hub of an address, null for anything but the pinned revision. */
export function goldenPath(url: string): string | null {
  const match = new RegExp(`^${HUB_HOST}(tiny/\\w+)/resolve/${REVISION}/(.+)$`).exec(url);
  return match === null ? null : `${match[1]}/${match[2]}`;
}

/** Answers, one per request: a function of the request, or a status. */
export function network(
  answer: (url: string, request: { readonly from: number; readonly signal: AbortSignal; readonly nth: number }) => Response | Promise<Response>,
): Fetch & {
  readonly asked: string[];
} {
  const asked: string[] = [];
  const fetch: Fetch = async (url, { headers, signal }) => {
    asked.push(url);
    signal?.throwIfAborted();
    const range = /^bytes=(\d+)-$/.exec(new Headers(headers).get('Range') ?? '');
    return answer(url, { from: Number(range?.[1] ?? 0), signal: signal as AbortSignal, nth: asked.length });
  };
  return Object.assign(fetch, { asked });
}

export interface MemoryStore extends HubStore {
  readonly bytes: Map<string, Uint8Array>;
  readonly digests: Map<string, string>;
}

export function memoryStore(): MemoryStore {
  const bytes = new Map<string, Uint8Array>();
  const digests = new Map<string, string>();
  return {
    ...{ bytes, digests },
    read: (url) => Promise.resolve(bytes.get(url) ?? null),
    write: (url, content) => Promise.resolve(void bytes.set(url, content)),
    remove: (url) => Promise.resolve(void bytes.delete(url)),
    forget(url) {
      bytes.delete(url);
      digests.delete(url);
      return Promise.resolve();
    },
    digest: (url) => Promise.resolve(digests.get(url) ?? null),
    keepDigest: (url, sha256) => Promise.resolve(void digests.set(url, sha256)),
    size: () => Promise.resolve([...bytes.values()].reduce((sum, { length }) => sum + length, 0)),
    clear() {
      bytes.clear();
      digests.clear();
      return Promise.resolve();
    },
  };
}

/** A body that gives these parts and then ends, breaks, or waits for ever. */
export function body(parts: readonly Uint8Array[], end: 'end' | 'break' | 'wait', signal?: AbortSignal): ReadableStream<Uint8Array> {
  let given = 0;
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        signal?.addEventListener('abort', () => controller.error(signal.reason));
      },
      pull(controller) {
        const part = parts[given++];
        if (part !== undefined) controller.enqueue(part);
        else if (end === 'end') controller.close();
        else if (end === 'break') controller.error(new TypeError('network error'));
        else return new Promise(() => undefined);
        return undefined;
      },
    },
    { highWaterMark: 0 },
  );
}
