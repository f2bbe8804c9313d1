/**
 * One file of the hub into memory, checked as far as its headers and first bytes go (design/reliability F49, F50, F52): status, a page in place of the file, a pointer in
 * place of the weights, length. A download that breaks or stalls goes on where it stopped when the host allows. Who calls checks the digest.
 */
import { hubError, isPassing } from './hub-error.ts';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface DownloadOptions {
  readonly fetch: Fetch;
  readonly signal: AbortSignal;
  /** Bytes so far, and of the whole file when the host says so. */
  readonly onBytes: (loaded: number, total: number | null) => void;
  readonly stallMs?: number;
  /** Before the second try; twice as long before the third. */
  readonly pauseMs?: number;
}

const STALL_MS = 30_000;
const PAUSE_MS = 1_000;
const TRIES = 3;
const LFS_POINTER = 'version https://git-lfs';

/** Rejects with HubError, or with the signal's reason. */
export async function downloadFile(url: string, options: DownloadOptions): Promise<Uint8Array> {
  const buffer = new GrowingBuffer();
  for (let tried = 1; ; tried++) {
    try {
      await readInto(buffer, url, options);
      const bytes = buffer.bytes();
      checkStart(url, bytes);
      return bytes;
    } catch (error) {
      options.signal.throwIfAborted();
      if (!isPassing(error) || tried === TRIES) throw error;
      await pause((options.pauseMs ?? PAUSE_MS) * tried, options.signal);
    }
  }
}

/** One request for what is missing yet. */
async function readInto(buffer: GrowingBuffer, url: string, { fetch, signal, onBytes, stallMs = STALL_MS }: DownloadOptions): Promise<void> {
  const stall = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const isAlive = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => stall.abort(hubError('stalled', url, `nothing came for ${stallMs / 1000} s.`)), stallMs);
  };
  try {
    isAlive();
    const headers: Record<string, string> = buffer.length > 0 ? { Range: `bytes=${buffer.length}-` } : {};
    const response = await fetch(url, {
      headers,
      signal: AbortSignal.any([signal, stall.signal]),
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
    });
    checkResponse(url, response);
    if (response.status !== 206 || !goesOnAt(response, buffer.length)) buffer.clear();
    const rest = Number(response.headers.get('Content-Length') ?? Number.NaN);
    const total = Number.isFinite(rest) ? buffer.length + rest : null;
    buffer.reserve(total ?? 0);
    const reader = response.body?.getReader();
    for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
      isAlive();
      buffer.add(part.value);
      onBytes(buffer.length, total);
    }
    // Longer is no fault: of a compressed answer the header counts the compressed bytes.
    if (total !== null && buffer.length < total) throw hubError('offline', url, `it ended after ${buffer.length} of ${total} bytes.`);
  } catch (error) {
    signal.throwIfAborted();
    if (stall.signal.aborted) throw stall.signal.reason;
    // What fetch and its body reject with: a TypeError that says nothing (offline, no such host, refused by the page's policy, connection lost).
    throw error instanceof TypeError ? hubError('offline', url, 'it could not be reached, or the connection broke. Are you online?') : error;
  } finally {
    clearTimeout(timer);
  }
}

function checkResponse(url: string, { status, headers }: Response): void {
  if (status >= 500 || status === 429) throw hubError('server', url, `the host answers with status ${status}.`);
  if (status !== 200 && status !== 206) throw hubError('missing', url, `the host does not give it (status ${status}).`);
  if (/text\/html/i.test(headers.get('Content-Type') ?? '')) throw hubError('damaged', url, 'a web page came in its place.');
}

/** Whether a partial answer begins where we stopped. A host that hides the header is believed: the digest finds out. */
function goesOnAt({ headers }: Response, length: number): boolean {
  const range = headers.get('Content-Range');
  return range === null || range.startsWith(`bytes ${length}-`);
}

function checkStart(url: string, bytes: Uint8Array): void {
  const start = new TextDecoder().decode(bytes.subarray(0, 64)).trimStart().toLowerCase();
  if (bytes.length === 0) throw hubError('damaged', url, 'it is empty.');
  if (start.startsWith('<')) throw hubError('damaged', url, 'a web page came in its place.');
  if (start.startsWith(LFS_POINTER)) throw hubError('damaged', url, 'a pointer to the file came in its place.');
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      },
      { once: true },
    );
  });
}

/** Bytes that come in parts, kept in one piece: weights are too large to hold twice. */
class GrowingBuffer {
  #bytes = new Uint8Array(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  clear(): void {
    this.#length = 0;
  }

  reserve(length: number): void {
    if (length <= this.#bytes.length) return;
    const larger = new Uint8Array(length);
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }

  add(part: Uint8Array): void {
    if (this.#length + part.length > this.#bytes.length) this.reserve(Math.max(2 * this.#bytes.length, this.#length + part.length));
    this.#bytes.set(part, this.#length);
    this.#length += part.length;
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
}
