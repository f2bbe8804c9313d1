import { appendFileSync, chmodSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callDataset, folderDigests, temporaryFolder } from '../../support/dataset-shell.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

const STRATEGY = '--task table-readout --strategy align-mix+ --count 240 --align-rows 60 --profile compact --format llava'.split(' ');
const RECORDS = '--task grid-navigation --supervision image --count 300 --profile compact'.split(' ');
const wholes = new Map<readonly string[], Record<string, string>>();

beforeAll(async () => {
  for (const [i, args] of [STRATEGY, RECORDS].entries()) {
    const dir = folder.path(`whole-${i}`);
    await callDataset(['--out', dir, ...args]);
    wholes.set(args, folderDigests(dir));
  }
});

/** A finished set, harmed. */
async function harmed(name: string, args: readonly string[], harm: (dir: string) => void): Promise<string> {
  const dir = folder.path(name);
  await callDataset(['--out', dir, ...args]);
  harm(dir);
  expect(folderDigests(dir)).not.toEqual(wholes.get(args));
  return dir;
}

/** The path of the `i`-th picture. */
const picture = (dir: string, i: number): string => join(dir, 'images', readdirSync(join(dir, 'images')).toSorted()[i] ?? '');

/** Another byte, and the same length. */
function flip(path: string): void {
  const bytes = readFileSync(path);
  bytes[50] = (bytes[50] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

describe.each([
  ['a strategy', STRATEGY],
  ['records', RECORDS],
])('a finished set of %s is made whole again', (kind, args) => {
  test.each<[harm: string, said: RegExp, change: (dir: string) => void]>([
    ['a picture is gone', /1 of \d+ pictures is missing/, (dir) => rmSync(picture(dir, 7))],
    ['many are gone', /20 of \d+ pictures are missing/, (dir) => Array.from({ length: 20 }, () => rmSync(picture(dir, 11)))],
    ['all are gone', /(\d+) of \1 pictures are missing/, (dir) => rmSync(join(dir, 'images'), { recursive: true })],
    ['a picture was cut', /the pictures have \d+ bytes, not \d+/, (dir) => truncateSync(picture(dir, 3), 20)],
    ['the list is gone', /the list of pictures, images\.sha256, is missing/, (dir) => rmSync(join(dir, 'images.sha256'))],
    ['the list has other bytes', /images\.sha256, is damaged/, (dir) => flip(join(dir, 'images.sha256'))],
    ['the list was cut', /images\.sha256, is damaged/, (dir) => truncateSync(join(dir, 'images.sha256'), 1000)],
    [
      'the list and a picture are gone',
      /images\.sha256, is missing/,
      (dir) => {
        rmSync(join(dir, 'images.sha256'));
        rmSync(picture(dir, 0));
      },
    ],
    [
      'the list is gone and a picture has other bytes',
      /images\.sha256, is missing/,
      (dir) => {
        rmSync(join(dir, 'images.sha256'));
        flip(picture(dir, 5));
      },
    ],
  ])('where %s', async (harm, message, change) => {
    const dir = await harmed(`${kind} ${harm}`, args, change);
    const { isDone, summary, said } = await callDataset(['--out', dir, ...args]);
    expect(said).toMatch(message);
    expect(said).toMatch(/Pictures made again: \d+\. The set is whole\./);
    expect([isDone, summary['state']]).toEqual([true, 'repaired']);
    expect(folderDigests(dir)).toEqual(wholes.get(args));
    expect((await callDataset(['--out', dir, ...args])).summary['state']).toBe('already-finished');
  });
});

test('threads make pictures again as one does', async () => {
  const dir = await harmed('threads', RECORDS, (path) => rmSync(join(path, 'images'), { recursive: true }));
  expect((await callDataset(['--out', dir, ...RECORDS, '--workers', '2'])).summary['state']).toBe('repaired');
  expect(folderDigests(dir)).toEqual(wholes.get(RECORDS));
}, 30_000);

test('a repair that was stopped, or found the disk full, is ended by the same call', async () => {
  const dir = await harmed('stopped', RECORDS, (path) => rmSync(join(path, 'images'), { recursive: true }));
  let asked = 0;
  const stopped = await callDataset(['--out', dir, ...RECORDS], { isStopped: () => ++asked > 6 });
  expect(stopped).toMatchObject({ isDone: false, summary: { state: 'stopped' } });
  const made = readdirSync(join(dir, 'images')).length;
  expect(made).toBeGreaterThan(0);
  expect(made).toBeLessThan(300);
  let pictures = 0;
  const writePicture = (path: string, bytes: Uint8Array) => {
    if (++pictures > 20) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
    writeFileSync(path, bytes);
  };
  await expect(callDataset(['--out', dir, ...RECORDS], { writePicture })).rejects.toThrow(/room on the disk/);
  expect((await callDataset(['--out', dir, ...RECORDS])).summary['state']).toBe('repaired');
  expect(folderDigests(dir)).toEqual(wholes.get(RECORDS));
});

describe('bytes that changed while names and sizes did not', () => {
  test('are found in pictures with --verify, and mended', async () => {
    const dir = await harmed('flipped', RECORDS, (path) => flip(picture(path, 9)));
    expect((await callDataset(['--out', dir, ...RECORDS])).summary['state']).toBe('already-finished');
    const { said, summary } = await callDataset(['--out', dir, ...RECORDS, '--verify']);
    expect(said).toContain('1 of 300 pictures is damaged: what is missing or damaged is made again.');
    expect(summary['state']).toBe('repaired');
    expect(folderDigests(dir)).toEqual(wholes.get(RECORDS));
    expect((await callDataset(['--out', dir, ...RECORDS, '--verify'])).said).toContain('every digest is that of the manifest');
  });

  test('are found in the data with --verify, and refused', async () => {
    const dir = await harmed('flipped data', RECORDS, (path) => flip(join(path, 'grid-navigation-simple-train-compact-image.jsonl')));
    expect((await callDataset(['--out', dir, ...RECORDS])).summary['state']).toBe('already-finished');
    await expect(callDataset(['--out', dir, ...RECORDS, '--verify'])).rejects.toThrow(
      /expected the digest \w+, as in the manifest, got \w+: make the set/,
    );
  });
});

test('a dry run says what is missing and makes nothing', async () => {
  const dir = await harmed('dry', RECORDS, (path) => rmSync(picture(path, 7)));
  const before = folderDigests(dir);
  const { said, summary } = await callDataset(['--out', dir, ...RECORDS, '--dry-run']);
  expect(said).toContain('1 of 300 pictures is missing. Without --dry-run, what is missing or damaged is made again.');
  expect(summary['state']).toBe('dry-run');
  expect(folderDigests(dir)).toEqual(before);
});

test('another version does not mix its pictures in', async () => {
  const dir = await harmed('version', RECORDS, (path) => rmSync(picture(path, 7)));
  const before = folderDigests(dir);
  await expect(callDataset(['--out', dir, ...RECORDS], { generator: { name: 'parallax', version: 'newer', commit: null } })).rejects.toThrow(
    /^--out: expected all pictures, or a set of this version, newer, which makes them again, got .* of test, where 1 of 300 pictures is missing: /,
  );
  expect(folderDigests(dir)).toEqual(before);
});

test('a manifest of other pictures is not made true', async () => {
  const dir = await harmed('other', RECORDS, (path) => {
    const manifest = join(path, 'manifest.json');
    const { pictures } = JSON.parse(readFileSync(manifest, 'utf8')) as { pictures: { sha256: string } };
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace(pictures.sha256, '0'.repeat(64)));
  });
  await expect(callDataset(['--out', dir, ...RECORDS])).rejects.toThrow(
    /expected pictures whose list has the digest 0{64}, .*: make the set in another folder$/,
  );
  expect(existsSync(join(dir, 'images.sha256.part'))).toBe(false);
  expect(readdirSync(dir)).not.toContain('dataset.lock');
});

test('files beside the pictures do no harm, and half pictures are removed by a repair', async () => {
  const dir = await harmed('beside', RECORDS, (path) => writeFileSync(join(path, 'images', '.DS_Store'), 'of a Mac'));
  expect((await callDataset(['--out', dir, ...RECORDS])).summary['state']).toBe('already-finished');
  renameSync(picture(dir, 9), `${picture(dir, 9)}.tmp`);
  expect((await callDataset(['--out', dir, ...RECORDS])).summary['state']).toBe('repaired');
  rmSync(join(dir, 'images', '.DS_Store'));
  expect(folderDigests(dir)).toEqual(wholes.get(RECORDS));
});

test('a whole set in a folder that cannot be written to is finished all the same', async () => {
  const dir = folder.path('read-only');
  await callDataset(['--out', dir, ...RECORDS]);
  const before = statSync(dir).mtimeMs;
  chmodSync(dir, 0o555);
  expect((await callDataset(['--out', dir, ...RECORDS])).summary['state']).toBe('already-finished');
  expect(statSync(dir).mtimeMs).toBe(before); // no lock came and went
  chmodSync(dir, 0o755);
});

test('the journal of a process that died after the manifest is removed', async () => {
  const dir = await harmed('untidy', RECORDS, (path) => appendFileSync(join(path, 'dataset.journal'), 'anything'));
  expect((await callDataset(['--out', dir, ...RECORDS])).summary['state']).toBe('already-finished');
  expect(folderDigests(dir)).toEqual(wholes.get(RECORDS));
});
