/** A path as a stream of bytes for src/study/data/read, after checking that it is a file. */
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { fault, InputError } from '../src/lib/errors.ts';
import { CHUNK_BYTES } from '../src/study/data/read/limits.ts';
import type { FileSource } from '../src/study/data/read/source.ts';
import { MANIFEST_NAME } from '../src/study/data/write/manifest.ts';

/** Names of a folder's files in a message. */
const MAX_NAMES = 5;

/** Throws InputError when there is no such file, or it is a folder; so does reading one that goes away or may not be read. */
export async function openFile(path: string): Promise<FileSource> {
  const found = await stat(path).catch((thrown: unknown) => refuse(path, thrown));
  if (found.isDirectory()) {
    const names = (await readdir(path)).filter((name) => /\.(tsv|csv|jsonl?)$/i.test(name) && name !== MANIFEST_NAME).sort();
    const cure = names.length === 0 ? 'give a TSV, CSV, JSON or JSON-lines file' : `give one of its files: ${names.slice(0, MAX_NAMES).join(', ')}`;
    throw new InputError(fault(path, 'a file', 'a folder', cure));
  }
  return { name: basename(path), bytes: found.size, chunks: () => chunksOf(path) };
}

async function* chunksOf(path: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of createReadStream(path, { highWaterMark: CHUNK_BYTES })) yield piece as Buffer; // the stream has no encoding
  } catch (thrown) {
    refuse(path, thrown);
  }
}

function refuse(path: string, thrown: unknown): never {
  switch ((thrown as NodeJS.ErrnoException).code) {
    case 'ENOENT':
    case 'ENOTDIR':
      throw new InputError(fault(path, 'a file', 'nothing there'));
    case 'EACCES':
    case 'EPERM':
      throw new InputError(fault(path, 'a file that may be read', 'no permission', 'change its rights, or give a copy'));
    default:
      throw thrown;
  }
}
