/** A folder that a person chose, as little of it as reading needs: a path of Node (cli/puzzles/node-folder.ts), or what a browser gives (browser-folder.ts). */
import { fault, InputError } from '../../lib/errors.ts';
import type { FileSource } from '../data/read/source.ts';

export interface FolderEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** Paths are names joined by `/`, from the chosen folder on; '' is the folder itself. Both throw InputError where the system does not let us read. */
export interface FolderSource {
  /** Shown as text only. */
  readonly name: string;
  /** What stands in a folder, in any order; null when there is no such folder. */
  list(path: string): Promise<readonly FolderEntry[] | null>;
  /** A file with its size, nothing read yet; null when there is no such file. */
  file(path: string): Promise<FileSource | null>;
}

export function joined(...names: readonly string[]): string {
  return names.filter((name) => name !== '').join('/');
}

/** A whole small file. Throws InputError at `place` when it is gone or larger than `maxBytes`. */
export async function bytesAt(folder: FolderSource, path: string, maxBytes: number, place: string): Promise<Uint8Array> {
  const file = await folder.file(path);
  if (file === null) throw new InputError(fault(place, 'a file', 'nothing there', 'it was moved or deleted after the folder was opened'));
  if (file.bytes > maxBytes) throw new InputError(fault(place, `at most ${maxBytes} bytes`, file.bytes));
  const bytes = new Uint8Array(file.bytes);
  let at = 0;
  for await (const piece of file.chunks()) {
    if (at + piece.length > bytes.length) break;
    bytes.set(piece, at);
    at += piece.length;
  }
  if (at !== bytes.length)
    throw new InputError(fault(place, `${bytes.length} bytes`, 'others', 'the file changed while it was read: open the folder again'));
  return bytes;
}
