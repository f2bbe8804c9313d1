/**
 * Files of the hub as transformers.js gets them: only those of the list, from the store or downloaded, and never a byte whose digest is wrong (design/reliability F49 to F53).
 *
 * ONNX Runtime says "protobuf parsing failed" to a damaged file and computes silently wrong numbers with one flipped bit, so nothing reaches it unchecked. Bytes of the store
 * are checked each time too: a damaged copy is thrown away and downloaded again.
 */
import { sha256Hex } from '../../lib/hash.ts';
import { downloadFile } from './hub-download.ts';
import type { Fetch } from './hub-download.ts';
import { hubError } from './hub-error.ts';
import { fileAt, hubUrl } from './hub-models.ts';
import type { HubFile, HubModel } from './hub-models.ts';
import type { HubStore } from './hub-store.ts';

export interface HubProgress {
  /** The file that bytes came for. */
  readonly file: string;
  readonly loadedBytes: number;
  /** Of all files together; about, until all sizes are known. */
  readonly totalBytes: number;
}

export interface HubFilesOptions {
  readonly host: string;
  readonly models: readonly HubModel[];
  /** Files that will be asked for: the whole of the progress. */
  readonly expected: readonly HubFile[];
  readonly fetch: Fetch;
  readonly store: HubStore;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: HubProgress) => void;
  readonly stallMs?: number;
  readonly pauseMs?: number;
}

export interface HubFiles {
  /** In the place of `fetch`. Rejects with HubError or InputError, or with the signal's reason. */
  readonly fetch: (url: string) => Promise<Response>;
  /** What went less than well, for people; nothing twice. */
  readonly warnings: () => readonly string[];
}

export function openHubFiles(options: HubFilesOptions): HubFiles {
  const { host, models, store, signal } = options;
  const warnings = new Set<string>();
  const count = makeCounter(options);
  /** Settings are asked for several times and are small. Weights are asked for once and are not: they must not stay. */
  const settings = new Map<string, Promise<Uint8Array>>();

  async function load(model: HubModel, file: HubFile): Promise<Uint8Array> {
    const url = hubUrl(host, model, file.name);
    const wanted = file.sha256 ?? (await inStore(() => store.digest(url), null));
    const kept = wanted === null ? null : await inStore(() => store.read(url), null);
    if (kept !== null && (await sha256Hex(kept)) === wanted) {
      count(file, kept.length, kept.length);
      return kept;
    }
    if (kept !== null) await inStore(() => store.remove(url), undefined);
    const bytes = await downloadFile(url, { ...options, onBytes: (loaded, total) => count(file, loaded, total) });
    const digest = await sha256Hex(bytes);
    if (wanted !== null && digest !== wanted) throw hubError('damaged', url, mismatch(file));
    if (file.sha256 === null) await inStore(() => store.keepDigest(url, digest), undefined);
    signal.throwIfAborted();
    await inStore(() => store.write(url, bytes), undefined);
    return bytes;
  }

  /** The store is a convenience: without it, or when it is full, the models are used from memory. */
  async function inStore<T>(work: () => Promise<T>, otherwise: T): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const why = error instanceof Error && error.name === 'QuotaExceededError' ? 'there is no room' : 'the browser refuses';
      warnings.add(`The downloaded models cannot be kept (${why}). They are used from memory now, and the next visit downloads them again.`);
      return otherwise;
    }
  }

  async function read(url: string): Promise<Uint8Array> {
    const { model, file } = fileAt(host, models, url);
    if (file.name.endsWith('.onnx')) return load(model, file);
    const key = hubUrl(host, model, file.name);
    const known = settings.get(key) ?? load(model, file);
    settings.set(key, known);
    return known;
  }

  return {
    async fetch(url) {
      const bytes = await read(url);
      return new Response(bytes as Uint8Array<ArrayBuffer>, { headers: { 'Content-Length': String(bytes.length) } });
    },
    warnings: () => [...warnings],
  };
}

function mismatch({ sha256 }: HubFile): string {
  return sha256 === null
    ? 'the download is not the file that this browser got the first time, and is not used.'
    : 'the download is damaged: its SHA-256 is not the one that this page expects.';
}

/** Adds up what the files have reached. */
function makeCounter({ expected, onProgress }: HubFilesOptions): (file: HubFile, loaded: number, total: number | null) => void {
  const sizes = new Map(expected.map((file) => [file, { loaded: 0, total: file.bytes }]));
  return (file, loaded, total) => {
    sizes.set(file, { loaded, total: Math.max(loaded, total ?? file.bytes) });
    const all = [...sizes.values()];
    onProgress({
      file: file.name,
      loadedBytes: all.reduce((sum, each) => sum + each.loaded, 0),
      totalBytes: all.reduce((sum, each) => sum + each.total, 0),
    });
  };
}
