import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { lockFolder } from '../../../cli/dataset/lock.ts';
import { writeBytes } from '../../../cli/dataset/part-file.ts';
import { callDataset, folderDigests, temporaryFolder } from '../../support/dataset-shell.ts';

const folder = temporaryFolder();
afterAll(folder.remove);
afterEach(() => vi.restoreAllMocks());

const ARGS = '--supervision text --count 700 --profile compact'.split(' ');
const OTHER = `${hostname()} ${process.ppid}\n`; // lives as long as this test
const GONE = `${hostname()} 999999999\n`;
const REFUSED = /^--out: expected a folder no other process writes to, got /;

function emptyFolder(name: string): { readonly dir: string; readonly lock: string } {
  const dir = folder.path(name);
  mkdirSync(dir);
  return { dir, lock: join(dir, 'dataset.lock') };
}

test('the second caller in a folder is refused, and may come in when the first has left', () => {
  const { dir, lock } = emptyFolder('twice');
  const unlock = lockFolder(dir);
  expect(() => lockFolder(dir)).toThrow(REFUSED);
  unlock();
  expect(existsSync(lock)).toBe(false);
  lockFolder(dir)();
});

test('the lock of a process that is gone is taken over, and nothing is left of it', () => {
  const { dir } = emptyFolder('gone');
  for (const text of [GONE, `${hostname()} ${process.pid}\n`]) {
    writeFileSync(join(dir, 'dataset.lock'), text); // the second: our own number, given to an earlier process
    lockFolder(dir)();
    expect(readdirSync(dir)).toEqual([]);
  }
});

test('of two that find the lock of a process that is gone, the slower one leaves the lock of the quicker alone', () => {
  const { dir, lock } = emptyFolder('race');
  writeFileSync(lock, GONE);
  vi.spyOn(process, 'kill').mockImplementationOnce(() => {
    writeFileSync(lock, OTHER); // the quicker one, just while we ask whether the old one lives
    throw Object.assign(new Error('ESRCH'), { code: 'ESRCH' });
  });
  expect(() => lockFolder(dir)).toThrow(REFUSED);
  expect(readFileSync(lock, 'utf8')).toBe(OTHER);
  expect(readdirSync(dir)).toEqual(['dataset.lock']);
});

test('a takeover by another is waited for, and what to remove is said', () => {
  const { dir, lock } = emptyFolder('takeover');
  writeFileSync(lock, GONE);
  writeFileSync(`${lock}.old`, OTHER);
  expect(() => lockFolder(dir)).toThrow(/another has just begun: wait for it, or remove .*dataset\.lock\.old if it is gone$/);
  expect(readFileSync(lock, 'utf8')).toBe(GONE);
});

test('a lock without a word in it is being written: it counts', () => {
  const { dir, lock } = emptyFolder('empty');
  writeFileSync(lock, '');
  expect(() => lockFolder(dir)).toThrow(/remove .*dataset\.lock if it is gone$/);
});

/** Both callers are in this process; each is called at a point of the other's way where it may be interrupted. */
test('a call that comes while another writes is refused, and the set of the first is whole', async () => {
  const reference = folder.path('reference');
  await callDataset(['--out', reference, ...ARGS]);
  const dir = folder.path('during');
  await callDataset(['--out', dir, ...ARGS], stopAfter(2));
  let refusals = 0;
  const write: typeof writeBytes = async (handle, bytes, position) => {
    const before = folderDigests(dir);
    await expect(callDataset(['--out', dir, ...ARGS])).rejects.toThrow(REFUSED);
    expect(folderDigests(dir)).toEqual(before);
    refusals += 1;
    await writeBytes(handle, bytes, position);
  };
  expect((await callDataset(['--out', dir, ...ARGS], { write })).isDone).toBe(true);
  expect(refusals).toBeGreaterThan(2);
  expect(folderDigests(dir)).toEqual(folderDigests(reference));
});

test('a call that was overtaken by another from start to end finds the set finished, and leaves it so', async () => {
  for (const isStopped of [false, true]) {
    const dir = folder.path(`overtaken-${isStopped}`);
    if (isStopped) await callDataset(['--out', dir, ...ARGS], stopAfter(2));
    let whole: Record<string, string> | null = null;
    let wasRefused = false;
    const free = async () => {
      try {
        if (whole === null && (await callDataset(['--out', dir, ...ARGS])).isDone) whole = folderDigests(dir);
      } catch (error) {
        wasRefused = REFUSED.test((error as Error).message);
      }
      return 1e12;
    };
    const { isDone, summary } = await callDataset(['--out', dir, ...ARGS], { free });
    expect(isDone).toBe(true);
    expect(whole !== null || wasRefused).toBe(true);
    if (whole !== null) expect([summary['state'], folderDigests(dir)]).toEqual(['already-finished', whole]);
    expect((await callDataset(['--out', dir, ...ARGS])).summary).toMatchObject({ state: 'already-finished' });
  }
});

test('a dry run takes no lock and changes nothing, of a stopped set either', async () => {
  const dir = folder.path('dry');
  await callDataset(['--out', dir, ...ARGS], stopAfter(2));
  writeFileSync(join(dir, 'dataset.lock'), OTHER);
  const part = join(dir, 'consecutive-table-readout-simple-train-compact-text.jsonl.part');
  writeFileSync(part, `${readFileSync(part, 'utf8')}half a row`);
  const before = folderDigests(dir);
  expect((await callDataset(['--out', dir, ...ARGS, '--dry-run'])).summary).toMatchObject({ state: 'dry-run' });
  expect(folderDigests(dir)).toEqual(before);
});

function stopAfter(jobs: number): { isStopped: () => boolean } {
  let asked = 0;
  return { isStopped: () => ++asked > jobs };
}
