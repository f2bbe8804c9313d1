/**
 * Features in a folder, for `npm run smarter`: each process appends to a file of its own, and reads all that are there. A record is the SHA-256 of its key, the number of bytes
 * (32 bits, little-endian), and the halves. One that broke off, because the command was interrupted, ends its file: what stands before it counts.
 */
import { existsSync } from 'node:fs';
import { mkdir, open, readdir } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256Hex } from '../src/lib/hash.ts';
import type { FeatureKeeper } from '../src/study/smarter/feature-cache.ts';

interface Place {
  readonly file: FileHandle;
  readonly at: number;
  readonly bytes: number;
}

const DIGEST_BYTES = 32;
const HEAD_BYTES = DIGEST_BYTES + 4;
const SUFFIX = '.features';

/** What a training needs of the cache; `close` gives the files back. */
export interface FolderCache extends FeatureKeeper {
  close(): Promise<void>;
}

export async function openFeatureFolder(folder: string): Promise<FolderCache> {
  await mkdir(folder, { recursive: true });
  const files: FileHandle[] = [];
  /** By the digest of the key, hex. */
  const places = new Map<string, Place>();
  for (const name of (await readdir(folder)).filter((each) => each.endsWith(SUFFIX))) {
    const file = await open(join(folder, name), 'r');
    files.push(file);
    for await (const [digest, place] of recordsOf(file)) places.set(digest, place);
  }
  let own: { readonly file: FileHandle; end: number } | null = null;
  let problem: string | null = null;

  async function append(entries: readonly (readonly [string, Uint16Array])[]): Promise<void> {
    if (own === null) {
      own = { file: await open(freeName(folder), 'ax+'), end: 0 };
      files.push(own.file);
    }
    for (const [key, halves] of entries) {
      const digest = await digestOf(key);
      const head = Buffer.alloc(HEAD_BYTES);
      head.set(Buffer.from(digest, 'hex'));
      head.writeUInt32LE(halves.byteLength, DIGEST_BYTES);
      await own.file.appendFile(Buffer.concat([head, Buffer.from(halves.buffer, halves.byteOffset, halves.byteLength)]));
      places.set(digest, { file: own.file, at: own.end + HEAD_BYTES, bytes: halves.byteLength });
      own.end += HEAD_BYTES + halves.byteLength;
    }
  }

  return {
    get: (keys) =>
      Promise.all(
        keys.map(async (key) => {
          const place = places.get(await digestOf(key));
          if (place === undefined) return null;
          const halves = new Uint16Array(place.bytes / 2);
          return (await isRead(place.file, halves, place.at)) ? halves : null;
        }),
      ),
    async put(entries) {
      try {
        if (problem === null) await append(entries);
      } catch (error) {
        problem = `Features are not kept in ${folder}: ${error instanceof Error ? error.message : String(error)}`;
      }
    },
    problem: () => problem,
    async close() {
      for (const file of files) await file.close();
    },
  };
}

async function* recordsOf(file: FileHandle): AsyncGenerator<readonly [string, Place]> {
  const { size } = await file.stat();
  const head = Buffer.alloc(HEAD_BYTES);
  for (let at = 0; await isRead(file, head, at);) {
    const bytes = head.readUInt32LE(DIGEST_BYTES);
    at += HEAD_BYTES;
    if (at + bytes > size) return;
    yield [head.toString('hex', 0, DIGEST_BYTES), { file, at, bytes }];
    at += bytes;
  }
}

/** Fills `into` from `at` on; false where the file ends before. */
async function isRead(file: FileHandle, into: Uint8Array | Uint16Array, at: number): Promise<boolean> {
  const { bytesRead } = await file.read(into, 0, into.byteLength, at);
  return bytesRead === into.byteLength;
}

function freeName(folder: string): string {
  for (let i = 0; ; i++) {
    const name = join(folder, `${process.pid}-${i}${SUFFIX}`);
    if (!existsSync(name)) return name;
  }
}

const digestOf = (key: string): Promise<string> => sha256Hex(new TextEncoder().encode(key));
