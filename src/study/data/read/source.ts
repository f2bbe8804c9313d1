/** A file as a stream of bytes: a File of the page, or a path (cli/file-source.ts). */
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
    for (let at = 0; at < blob.size; at += CHUNK_BYTES) yield new Uint8Array(await blob.slice(at, at + CHUNK_BYTES).arrayBuffer());
  }
  return { name, bytes: blob.size, chunks };
}
