/** A file as a stream of bytes: a File of the page, or a path (cli/file-source.ts). */
import { fault, InputError } from '../../../lib/errors.ts';
import { CHUNK_BYTES } from './limits.ts';

export interface FileSource {
  /** Shown as text only. */
  readonly name: string;
  /** Known before anything is read. */
  readonly bytes: number;
  /** The bytes from the start, in pieces of about a megabyte. May be called again. */
  chunks(): AsyncIterable<Uint8Array>;
}

/** A File or Blob, read slice by slice: the browser keeps it on disk. */
export function blobSource(name: string, blob: Blob): FileSource {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < blob.size; at += CHUNK_BYTES) yield await bytesOf(name, blob.slice(at, at + CHUNK_BYTES));
  }
  return { name, bytes: blob.size, chunks };
}

async function bytesOf(name: string, piece: Blob): Promise<Uint8Array> {
  try {
    return new Uint8Array(await piece.arrayBuffer());
  } catch (thrown) {
    // What browsers say of a file that is no longer as it was when it was chosen.
    if (!(thrown instanceof DOMException) || !['NotReadableError', 'NotFoundError'].includes(thrown.name)) throw thrown;
    throw new InputError(fault(name, 'the file that was chosen', 'none that can be read', 'it changed or is gone, choose it again'));
  }
}
