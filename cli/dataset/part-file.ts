/** A file in the making: NAME.part, with the digest of what was written, renamed to NAME when it is whole. */
import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open, rename } from 'node:fs/promises';

/** How bytes reach the disk; tests put a disk that is full in its place. */
export type WriteBytes = (handle: FileHandle, bytes: Uint8Array, position: number) => Promise<void>;

export const writeBytes: WriteBytes = async (handle, bytes, position) => {
  for (let at = 0; at < bytes.length;) at += (await handle.write(bytes, at, bytes.length - at, position + at)).bytesWritten;
};

export interface PartFile {
  append(bytes: Uint8Array): Promise<void>;
  bytes(): number;
  /** Of everything so far. */
  sha256(): string;
  close(): Promise<void>;
  /** Onto the disk, then under its own name. */
  finish(): Promise<void>;
}

export function partNameOf(path: string): string {
  return `${path}.part`;
}

/** Opens NAME.part cut to its first `keptBytes`, to go on after them. */
export async function openPart(path: string, keptBytes: number, write: WriteBytes): Promise<PartFile> {
  const part = partNameOf(path);
  const hash = createHash('sha256');
  if (keptBytes > 0) for await (const piece of createReadStream(part, { end: keptBytes - 1 })) hash.update(piece as Buffer);
  const handle = await open(part, keptBytes > 0 ? 'r+' : 'w');
  await handle.truncate(keptBytes);
  let size = keptBytes;
  return {
    async append(bytes) {
      await write(handle, bytes, size);
      hash.update(bytes);
      size += bytes.length;
    },
    bytes: () => size,
    sha256: () => hash.copy().digest('hex'),
    close: () => handle.close(),
    async finish() {
      await handle.sync();
      await handle.close();
      await rename(part, path);
    },
  };
}

/** Digest of a whole file; null when it cannot be read. */
export async function fileDigest(path: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    for await (const piece of createReadStream(path)) hash.update(piece as Buffer); // the stream has no encoding
  } catch {
    return null;
  }
  return hash.digest('hex');
}

/** Digests of the first `sizes` bytes of a file, in one pass; those beyond its end are absent. */
export async function prefixDigests(path: string, sizes: readonly number[]): Promise<ReadonlyMap<number, string>> {
  const wanted = [...new Set(sizes)].toSorted((a, b) => a - b);
  const found = new Map<number, string>();
  const hash: Hash = createHash('sha256');
  let [at, next] = [0, 0];
  const take = () => {
    while (next < wanted.length && wanted[next] === at) {
      found.set(at, hash.copy().digest('hex'));
      next += 1;
    }
  };
  take();
  try {
    for await (const piece of createReadStream(path)) {
      let rest = piece as Buffer; // the stream has no encoding
      while (rest.length > 0 && next < wanted.length) {
        const cut = Math.min(rest.length, (wanted[next] ?? 0) - at);
        hash.update(rest.subarray(0, cut));
        rest = rest.subarray(cut);
        at += cut;
        take();
      }
      if (next === wanted.length) break;
    }
  } catch {
    // no such file, or one that cannot be read: what was found so far is all there is
  }
  return found;
}
