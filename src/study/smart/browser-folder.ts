/**
 * Folders that a browser gives, for src/study/smart; in the page and in workers. A folder handle (File System Access API, Chromium) can be posted to a worker; where there
 * is none, a directory upload (`<input type="file" webkitdirectory>`) gives files that can. Both only let us read, and nothing leaves the machine.
 */
import { fault, InputError, toWireError } from '../../lib/errors.ts';
import type { FileSource } from '../data/read/source.ts';
import { blobSource } from '../data/read/source.ts';
import type { FolderEntry, FolderSource } from './folder-source.ts';

/** A part of the API that TypeScript's DOM types lack. */
interface Listable {
  values(): AsyncIterable<FileSystemHandle>;
}

/** A folder of the File System Access API. Folders on the way are asked for once. */
export function handleFolder(root: FileSystemDirectoryHandle): FolderSource {
  const folders = new Map<string, Promise<FileSystemDirectoryHandle | null>>([['', Promise.resolve(root)]]);
  const folderAt = (path: string): Promise<FileSystemDirectoryHandle | null> => {
    const known = folders.get(path);
    if (known !== undefined) return known;
    const [parent, name] = split(path);
    const found = folderAt(parent).then((folder) => (folder === null ? null : orNull(path, () => folder.getDirectoryHandle(name))));
    folders.set(path, found);
    return found;
  };
  return {
    name: root.name,
    async list(path) {
      const folder = await folderAt(path);
      if (folder === null) return null;
      return orNull(path, async () => {
        const entries: FolderEntry[] = [];
        for await (const { name, kind } of (folder as unknown as Listable).values()) entries.push({ name, isFolder: kind === 'directory' });
        return entries;
      });
    },
    async file(path) {
      const [parent, name] = split(path);
      const folder = await folderAt(parent);
      if (folder === null) return null;
      const file = await orNull(path, async () => (await folder.getFileHandle(name)).getFile());
      return file === null ? null : blobSource(path, file);
    },
  };
}

/** The files of a directory upload; each says its path from the chosen folder on. Folders without files are not among them. */
export function uploadedFolder(files: Iterable<File>): FolderSource {
  const sources = new Map<string, FileSource>();
  const folders = new Map<string, Map<string, FolderEntry>>();
  let name = '';
  for (const file of files) {
    const [top = '', ...rest] = file.webkitRelativePath.split('/');
    name = top;
    const path = rest.join('/');
    sources.set(path, blobSource(path, file));
    for (const [i, part] of rest.entries()) {
      const parent = rest.slice(0, i).join('/');
      const entries = folders.get(parent) ?? new Map<string, FolderEntry>();
      entries.set(part, { name: part, isFolder: i < rest.length - 1 });
      folders.set(parent, entries);
    }
  }
  if (sources.size === 0) throw new InputError(fault('folder', 'files', 'none'));
  return {
    name,
    list: (path) => Promise.resolve([...(folders.get(path)?.values() ?? [])]).then((entries) => (entries.length === 0 ? null : entries)),
    file: (path) => Promise.resolve(sources.get(path) ?? null),
  };
}

/** Null where the browser says that there is no such thing; an InputError where it may not be read. */
async function orNull<T>(path: string, read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (thrown) {
    const { name } = toWireError(thrown);
    if (name === 'NotFoundError' || name === 'TypeMismatchError') return null;
    if (name !== 'NotAllowedError' && name !== 'NotReadableError' && name !== 'SecurityError') throw thrown;
    throw new InputError(fault(path === '' ? 'folder' : path, 'leave to read it', 'none', 'choose the folder again and allow it'));
  }
}

/** Folder and last name of a path. */
function split(path: string): readonly [string, string] {
  const at = path.lastIndexOf('/');
  return at === -1 ? ['', path] : [path.slice(0, at), path.slice(at + 1)];
}
