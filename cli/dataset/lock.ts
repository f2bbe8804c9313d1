/** One process at a time in a folder: a file with its number. That of a process which is gone counts for nothing. */
import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fault, InputError } from '../../src/lib/errors.ts';

export const LOCK_NAME = 'dataset.lock';

/** Throws InputError while another process writes there. Returns what frees the folder. */
export async function lockFolder(dir: string): Promise<() => Promise<void>> {
  const path = join(dir, LOCK_NAME);
  const text = `${hostname()} ${process.pid}\n`;
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      await writeFile(path, text, { flag: 'wx' });
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const [host = '', pid = ''] = readFileSync(path, 'utf8').trim().split(' ');
      if (host !== '' && (host !== hostname() || isAlive(Number(pid)))) {
        const cure = `wait for it, or remove ${path} if it is gone`;
        throw new InputError(fault('--out', 'a folder no other process writes to', `process ${pid} on ${host} in ${dir}`, cure));
      }
      await rm(path, { force: true });
    }
  }
  throw new InputError(fault('--out', 'a folder no other process writes to', dir, 'another has just begun there'));
}

function isAlive(pid: number): boolean {
  if (pid === process.pid || !Number.isSafeInteger(pid) || pid < 1) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // there, but somebody else's
  }
}
