/** A folder of this machine for src/study/smart. */
import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fault, InputError } from '../../src/lib/errors.ts';
import type { FolderSource } from '../../src/study/smart/folder-source.ts';
import { openFile } from '../file-source.ts';

/** Throws InputError when there is no such folder. */
export async function nodeFolder(root: string): Promise<FolderSource> {
  const info = await orNull(root, () => stat(root));
  if (info === null) throw new InputError(fault('--smart-dir', 'a folder', `${root}, which is not there`));
  if (!info.isDirectory())
    throw new InputError(fault('--smart-dir', 'a folder', `${root}, which is a file`, 'unpack the release and name its folder'));
  return {
    name: basename(resolve(root)),
    async list(path) {
      const found = await orNull(path, () => readdir(join(root, path), { withFileTypes: true }));
      if (found === null) return null;
      // What a link points to counts, as people keep large data sets behind links.
      const isFolder = async (name: string): Promise<boolean> => (await orNull(name, () => stat(join(root, path, name))))?.isDirectory() === true;
      return Promise.all(
        found.map(async (entry) => ({
          name: entry.name,
          isFolder: entry.isSymbolicLink() ? await isFolder(entry.name) : entry.isDirectory(),
        })),
      );
    },
    async file(path) {
      const there = await orNull(path, () => stat(join(root, path)));
      return there === null || there.isDirectory() ? null : { ...(await openFile(join(root, path))), name: path };
    },
  };
}

/** Null for what is not there; InputError for what may not be read. */
async function orNull<T>(path: string, read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return null;
    if (code === 'EACCES' || code === 'EPERM')
      throw new InputError(fault(path, 'leave to read it', 'no permission', 'change its rights, or give a copy'));
    throw thrown;
  }
}
