/**
 * Files of the hub as transformers.js gets them: only those of the list, from the store or downloaded, and never a byte whose digest is wrong (design/reliability F49 to F53).
 *
 * ONNX Runtime says "protobuf parsing failed" to a damaged file and computes silently wrong numbers with one flipped bit, so nothing reaches it unchecked. Bytes of the store
 * are checked each time too: a damaged copy is thrown away and downloaded again. A file without a recorded digest must look like what it is (hub-check.ts) before it and its
 * digest are kept, and is dropped when its model cannot be made of it: nothing that is wrong may stay for ever.
 */
import { DeviceError, toWireError } from '../../lib/errors.ts';
import { sha256Hex } from '../../lib/hash.ts';
import { contentProblem } from './hub-check.ts';
import { downloadFile } from './hub-download.ts';
import type { Fetch } from './hub-download.ts';
import { fileOf, HubError, hubError } from './hub-error.ts';
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
  /**
   * Makes something of a model's files. Where that fails for no reason of its own (the hub, the device, memory, a stop), the files of the model that came without a recorded
   * digest are to blame: they are dropped, and it rejects with a HubError that names them.
   */
  readonly using: <T>(model: HubModel, work: () => Promise<T>) => Promise<T>;
}

export function openHubFiles(options: HubFilesOptions): HubFiles {
  const { host, models, store, signal } = options;
  const warnings = new Set<string>();
  const count = makeCounter(options);
  /** Settings are asked for several times and are small. Weights are asked for once and are not: they must not stay. */
  const settings = new Map<string, Promise<Uint8Array>>();
  /** Addresses of the files that were given out without a recorded digest, by model. */
  const unproven = new Map<HubModel, Set<string>>();

  async function load(model: HubModel, file: HubFile): Promise<Uint8Array> {
    const url = hubUrl(host, model, file.name);
    const known = file.sha256 ?? (await inStore(() => store.digest(url), null));
    const kept = known === null ? null : await inStore(() => store.read(url), null);
    const isSound = kept === null || problemOf(file, kept) === null;
    if (kept !== null && isSound && (await sha256Hex(kept)) === known) {
      count(file, kept.length, kept.length);
      return kept;
    }
    // Where they cannot be the file at all, the digest of the first download is as wrong as its bytes.
    if (kept !== null) await inStore(() => (isSound ? store.remove(url) : store.forget(url)), undefined);
    const wanted = isSound ? known : null;
    const bytes = await downloadFile(url, { ...options, onBytes: (loaded, total) => count(file, loaded, total) });
    const problem = problemOf(file, bytes);
    if (problem !== null) throw hubError('damaged', url, problem);
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
    const key = hubUrl(host, model, file.name);
    if (file.sha256 === null) unproven.set(model, (unproven.get(model) ?? new Set<string>()).add(key));
    if (file.name.endsWith('.onnx')) return load(model, file);
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
    async using(model, work) {
      try {
        return await work();
      } catch (error) {
        signal.throwIfAborted();
        const urls = [...(unproven.get(model) ?? [])];
        if (!isOfContent(error) || urls.length === 0) throw error;
        for (const url of urls) await inStore(() => store.forget(url), undefined);
        throw unusable(urls, error);
      }
    },
  };
}

/** Null for a file that has a digest to be checked by. */
function problemOf({ name, sha256 }: HubFile, bytes: Uint8Array): string | null {
  return sha256 === null ? contentProblem(name, bytes) : null;
}

/** Not said by the hub, the device or the memory: then by what stands in the files. */
function isOfContent(error: unknown): boolean {
  return !(error instanceof HubError || error instanceof DeviceError || error instanceof RangeError || isOfDevice(error));
}

/** What ONNX Runtime throws for a device that cannot, or that has no memory left, has no class of its own. */
function isOfDevice(error: unknown): boolean {
  return /does not support fp16|bad_alloc|out of memory|no available backend|device.{0,20}lost/i.test(toWireError(error).message);
}

function unusable([first = '', ...others]: readonly string[], error: unknown): HubError {
  const which = others.length === 0 ? 'It is' : `It and ${others.map(fileOf).join(', ')} are`;
  const why = toWireError(error).message;
  return hubError('damaged', first, `no model can be made of it (${why}). ${which} dropped; the next Train downloads the file again.`);
}

function mismatch({ sha256 }: HubFile): string {
  return sha256 === null
    ? 'the download is not the file that this browser got the first time, and is not used. Clear the downloaded models to begin anew.'
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
