import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { writeBytes } from '../../../cli/dataset/part-file.ts';
import { makeRng } from '../../../src/lib/rng.ts';
import { callDataset, folderDigests, temporaryFolder } from '../../support/dataset-shell.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

const STRATEGY = '--task table-readout --strategy align-mix+ --count 240 --align-rows 60 --profile compact --format llava'.split(' ');
const RECORDS = '--task grid-navigation --supervision image --count 300 --profile compact'.split(' ');
const TEXTS = '--supervision text --count 700 --profile compact'.split(' ');

const whole = new Map<string, Record<string, string>>();

/** What an uninterrupted call writes. */
async function wholeSet(args: readonly string[]): Promise<Record<string, string>> {
  const name = args.join(' ');
  const known = whole.get(name);
  if (known !== undefined) return known;
  const dir = folder.path(`whole-${whole.size}`);
  expect((await callDataset(['--out', dir, ...args])).isDone).toBe(true);
  const digests = folderDigests(dir);
  whole.set(name, digests);
  return digests;
}

/** Stops after so many jobs. */
const stopAfter = (jobs: number) => {
  let asked = 0;
  return { isStopped: () => ++asked > jobs };
};

describe('a call that was stopped is continued to the same bytes', () => {
  test.each([
    ['a strategy with pictures', STRATEGY],
    ['records with pictures', RECORDS],
    ['texts', TEXTS],
  ])('%s', async (name, args) => {
    const dir = folder.path(`stopped ${name}`);
    const states: unknown[] = [];
    for (let jobs = 1; jobs < 60; jobs += 1) {
      const { isDone, summary } = await callDataset(['--out', dir, ...args], stopAfter(2));
      states.push(summary['rows']);
      if (isDone) break;
      expect(existsSync(join(dir, 'manifest.json'))).toBe(false);
    }
    expect(states.length).toBeGreaterThan(2); // it really was stopped on the way
    expect(folderDigests(dir)).toEqual(await wholeSet(args));
  });
});

test('a finished set says so and is not touched', async () => {
  const dir = folder.path('finished');
  await callDataset(['--out', dir, ...TEXTS]);
  const before = readdirSync(dir).map((name) => statSync(join(dir, name)).mtimeMs);
  const { isDone, summary, said } = await callDataset(['--out', dir, ...TEXTS]);
  expect(isDone).toBe(true);
  expect(summary).toMatchObject({ state: 'already-finished', rows: 700 });
  expect(said).toContain('Nothing was changed');
  expect(readdirSync(dir).map((name) => statSync(join(dir, name)).mtimeMs)).toEqual(before);
});

test('a finished set whose file was cut is not called finished', async () => {
  const dir = folder.path('cut');
  const { summary } = await callDataset(['--out', dir, ...TEXTS]);
  const [{ name } = { name: '' }] = summary['files'] as { name: string }[];
  truncateSync(join(dir, name), 100);
  await expect(callDataset(['--out', dir, ...TEXTS])).rejects.toThrow(/expected \d+ bytes, as in the manifest, got 100/);
});

describe('what is on the disk is believed only as far as its digests go', () => {
  /** A folder stopped in the second phase, then harmed. */
  async function harmed(name: string, harm: (dir: string) => void): Promise<void> {
    const dir = folder.path(name);
    const { isDone } = await callDataset(['--out', dir, ...STRATEGY], stopAfter(4));
    expect(isDone).toBe(false);
    harm(dir);
    expect((await callDataset(['--out', dir, ...STRATEGY])).isDone).toBe(true);
    expect(folderDigests(dir)).toEqual(await wholeSet(STRATEGY));
  }

  test('bytes after the last mark', () => harmed('after', (dir) => appendFileSync(join(dir, 'phase-2-main.json.part'), '{"half a row')));
  test('a part that was cut', () => harmed('shorter', (dir) => truncateSync(join(dir, 'phase-2-main.json.part'), 1000)));
  test('a part that is gone', () => harmed('gone', (dir) => rmSync(join(dir, 'phase-2-main.json.part'))));
  test('a part with other bytes', () =>
    harmed('other', (dir) => {
      const path = join(dir, 'phase-2-main.json.part');
      const bytes = readFileSync(path);
      bytes[50] = (bytes[50] ?? 0) ^ 1;
      writeFileSync(path, bytes);
    }));
  test('a finished phase with other bytes', () => harmed('phase', (dir) => appendFileSync(join(dir, 'phase-1-align.json'), ' ')));
  test('a finished phase that is gone', () => harmed('no-phase', (dir) => rmSync(join(dir, 'phase-1-align.json'))));
  test('a picture that was cut', () => harmed('picture', (dir) => truncateSync(join(dir, 'images', readdirSync(join(dir, 'images'))[0] ?? ''), 20)));
  test('half a picture under its temporary name', () =>
    harmed('temporary', (dir) => writeFileSync(join(dir, 'images', 'table-readout-simple-train-1-3.png.tmp'), 'half')));
  test('a journal cut within a line', () =>
    harmed('journal', (dir) => truncateSync(join(dir, 'dataset.journal'), statSync(join(dir, 'dataset.journal')).size - 7)));
  test('a journal with its first line only', () =>
    harmed('head', (dir) => {
      const path = join(dir, 'dataset.journal');
      writeFileSync(path, `${readFileSync(path, 'utf8').split('\n')[0] ?? ''}\n`);
    }));
  test('a list of pictures that is gone', () => harmed('list', (dir) => rmSync(join(dir, 'images.sha256.part'))));
});

test('a disk that fills up: a message, the part is kept, and the same call goes on', async () => {
  for (const bytesFree of [0, 700, 90_000, 300_000]) {
    const dir = folder.path(`full-${bytesFree}`);
    let left = bytesFree;
    const full = () => Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    const write: typeof writeBytes = async (handle, bytes, position) => {
      const fits = bytes.subarray(0, Math.max(0, left));
      await writeBytes(handle, fits, position);
      left -= fits.length;
      if (fits.length < bytes.length) throw full();
    };
    await expect(callDataset(['--out', dir, ...TEXTS], { write })).rejects.toThrow(
      new RegExp(
        `^dataset: expected room on the disk, got none left: what was made is kept in .*full-${bytesFree}; free some and give the same command again$`,
      ),
    );
    expect(readdirSync(dir)).toEqual(['consecutive-table-readout-simple-train-compact-text.jsonl.part', 'dataset.journal']);
    const { isDone } = await callDataset(['--out', dir, ...TEXTS]);
    expect(isDone).toBe(true);
    expect(folderDigests(dir)).toEqual(await wholeSet(TEXTS));
  }
});

test('a disk that fills up within a picture leaves none of it', async () => {
  const dir = folder.path('full-picture');
  let pictures = 0;
  const writePicture = (path: string, bytes: Uint8Array) => {
    if (++pictures > 70) {
      writeFileSync(`${path}.tmp`, bytes.subarray(0, 20));
      throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
    }
    writeFileSync(path, bytes);
  };
  await expect(callDataset(['--out', dir, ...RECORDS], { writePicture })).rejects.toThrow(/room on the disk/);
  await callDataset(['--out', dir, ...RECORDS]);
  expect(folderDigests(dir)).toEqual(await wholeSet(RECORDS));
});

describe('killed at any moment, the same command ends in the same bytes', () => {
  const args = '--task grid-navigation --supervision image --count 90 --quiet'.split(' ');
  const start = (dir: string, workers: number) =>
    spawn(process.execPath, ['--import', 'tsx', 'cli/dataset.ts', '--out', dir, ...args, '--workers', String(workers)], { stdio: 'ignore' });
  const ended = (child: ReturnType<typeof start>) => new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));

  test.each([1, 2])(
    'with %i threads',
    async (workers) => {
      const rng = makeRng('test', 'dataset', 'kill', workers);
      const reference = folder.path(`kill-reference-${workers}`);
      expect(await ended(start(reference, workers))).toBe(0);
      const dir = folder.path(`kill-${workers}`);
      const pictures = () => (existsSync(join(dir, 'images')) ? readdirSync(join(dir, 'images')).length : 0);
      let kills = 0;
      for (const part of [0, 0.2, 0.4, 0.6, 0.8]) {
        const enough = Math.floor(90 * (part + 0.15 * rng.unit()));
        const child = start(dir, workers);
        const exit = ended(child);
        while (pictures() <= enough && child.exitCode === null) await wait(1);
        await wait(10 * rng.unit()); // and then within a picture, a line, a mark
        if (child.exitCode === null && child.kill('SIGKILL')) kills += 1;
        await exit;
        if (existsSync(join(dir, 'manifest.json'))) break;
      }
      expect(kills).toBeGreaterThan(2);
      expect(await ended(start(dir, workers))).toBe(0);
      expect(folderDigests(dir)).toEqual(folderDigests(reference));
    },
    180_000,
  );
});
