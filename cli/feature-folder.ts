/**
 * Features in a folder, for `npm run smarter`: each process appends to a file of its own, and reads all that are there. A record is the SHA-256 of its key, the number of bytes
 * (32 bits, little-endian), and the halves. One that broke off, because the command was interrupted, ends its file: what stands before it counts.
 */
import { createHash } from 'node:crypto';
import { appendFileSync, closeSync, existsSync, fstatSync, mkdirSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { FeatureKeeper } from '../src/study/smarter/feature-cache.ts';

interface Place {
  readonly file: number;
  readonly at: number;
  readonly bytes: number;
}

const DIGEST_BYTES = 32;
const HEAD_BYTES = DIGEST_BYTES + 4;
const SUFFIX = '.features';

/** What a training needs of the cache; `close` gives the files back. */
export interface FolderCache extends FeatureKeeper {
  close(): void;
}

export function openFeatureFolder(folder: string): FolderCache {
  mkdirSync(folder, { recursive: true });
  const files: number[] = [];
  const places = new Map<string, Place>();
  for (const name of readdirSync(folder).filter((each) => each.endsWith(SUFFIX))) {
    const file = openSync(join(folder, name), 'r');
    files.push(file);
    for (const [key, place] of recordsOf(file)) places.set(key, place);
  }
  let own: { readonly file: number; end: number } | null = null;
  let problem: string | null = null;

  function append(entries: readonly (readonly [string, Uint16Array])[]): void {
    own ??= { file: openSync(freeName(folder), 'ax+'), end: 0 };
    for (const [key, halves] of entries) {
      const digest = digestOf(key);
      const head = Buffer.alloc(HEAD_BYTES);
      head.set(digest);
      head.writeUInt32LE(halves.byteLength, DIGEST_BYTES);
      appendFileSync(own.file, Buffer.concat([head, Buffer.from(halves.buffer, halves.byteOffset, halves.byteLength)]));
      places.set(digest.toString('hex'), { file: own.file, at: own.end + HEAD_BYTES, bytes: halves.byteLength });
      own.end += HEAD_BYTES + halves.byteLength;
    }
  }

  return {
    get: (keys) =>
      Promise.resolve(
        keys.map((key) => {
          const place = places.get(digestOf(key).toString('hex'));
          if (place === undefined) return null;
          const halves = new Uint16Array(place.bytes / 2);
          readSync(place.file, halves, 0, place.bytes, place.at);
          return halves;
        }),
      ),
    put(entries) {
      try {
        if (problem === null) append(entries);
      } catch (error) {
        problem = `Features are not kept in ${folder}: ${error instanceof Error ? error.message : String(error)}`;
      }
      return Promise.resolve();
    },
    problem: () => problem,
    close() {
      for (const file of own === null ? files : [...files, own.file]) closeSync(file);
    },
  };
}

function* recordsOf(file: number): Generator<readonly [string, Place]> {
  const { size } = fstatSync(file);
  const head = Buffer.alloc(HEAD_BYTES);
  for (let at = 0; at + HEAD_BYTES <= size;) {
    readSync(file, head, 0, HEAD_BYTES, at);
    const bytes = head.readUInt32LE(DIGEST_BYTES);
    at += HEAD_BYTES;
    if (at + bytes > size) return;
    yield [head.toString('hex', 0, DIGEST_BYTES), { file, at, bytes }];
    at += bytes;
  }
}

function freeName(folder: string): string {
  for (let i = 0; ; i++) {
    const name = join(folder, `${process.pid}-${i}${SUFFIX}`);
    if (!existsSync(name)) return name;
  }
}

function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
