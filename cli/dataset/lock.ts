/**
 * One process at a time in a folder: a file with its host and number. That of a process which is gone counts for nothing and is taken over. A lock is
 * removed by its owner, or by who holds the takeover file and has looked once more: else two that found the same old lock could both come in, the
 * slower one by removing the lock of the quicker.
 */
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { fault, InputError } from '../../src/lib/errors.ts';

export const LOCK_NAME = 'dataset.lock';
/** There for the moment in which an old lock is replaced. */
export const TAKEOVER_NAME = `${LOCK_NAME}.old`;

/** The locks of this process. Our number in another file is that of an earlier process. */
const held = new Set<string>();

/** Throws InputError while another process writes there. Returns what frees the folder. */
export function lockFolder(dir: string): () => void {
  const path = join(resolve(dir), LOCK_NAME);
  if (!isCreated(path)) {
    checkGone(dir, path);
    takeOver(dir, path);
  }
  held.add(path);
  return () => {
    held.delete(path);
    rmSync(path, { force: true });
  };
}

function takeOver(dir: string, path: string): void {
  const takeover = join(resolve(dir), TAKEOVER_NAME);
  if (!isCreated(takeover)) throw refusal(`${dir}, where another has just begun`, takeover);
  try {
    checkGone(dir, path); // it may have been taken over since we looked
    rmSync(path, { force: true });
    if (!isCreated(path)) throw refusal(`${dir}, where another has just begun`, path);
  } finally {
    rmSync(takeover, { force: true });
  }
}

/** Whether the file was not there and now is, with our number in it. */
function isCreated(path: string): boolean {
  let file: number;
  try {
    file = openSync(path, 'wx');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  try {
    writeSync(file, `${hostname()} ${process.pid}\n`);
  } catch (error) {
    rmSync(path, { force: true }); // a full disk; an empty lock would count
    throw error;
  } finally {
    closeSync(file);
  }
  return true;
}

function checkGone(dir: string, path: string): void {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return; // its owner has just left
    throw error;
  }
  if (text === '') throw refusal(`${dir}, where another has just begun`, path); // between its name and its text
  const [host = '', pid = ''] = text.split(' ');
  if (host !== hostname() || isAlive(Number(pid), path)) throw refusal(`process ${pid} on ${host} in ${dir}`, path);
}

function refusal(got: string, path: string): InputError {
  return new InputError(fault('--out', 'a folder no other process writes to', got, `wait for it, or remove ${path} if it is gone`));
}

function isAlive(pid: number, path: string): boolean {
  if (pid === process.pid) return held.has(path);
  if (!Number.isSafeInteger(pid) || pid < 1) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // there, but somebody else's
  }
}
