import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { folderDigests, temporaryFolder } from '../support/dataset-shell.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function start(...args: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'cli/dataset.ts', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (bytes: Buffer) => (out += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (err += bytes.toString()));
  const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, out, err })));
  return { child, ended };
}

test('prints one JSON line and nothing else on stdout', async () => {
  const dir = folder.path('line');
  const { code, out, err } = await start('--out', dir, '--supervision', 'text', '--count', '20').ended;
  expect(code).toBe(0);
  expect(err).toBe('');
  expect(out.endsWith('}\n')).toBe(true);
  const summary = JSON.parse(out) as { state: string; rows: number; files: { name: string; sha256: string }[] };
  expect(summary).toMatchObject({ state: 'finished', rows: 20 });
  for (const { name, sha256 } of summary.files) expect(folderDigests(dir)[name]).toBe(sha256);
});

test('bad input ends with code 2, one line, and no folder', async () => {
  const dir = folder.path('bad');
  const { code, out, err } = await start('--out', dir, '--count', '-3').ended;
  expect({ code, out, err }).toEqual({ code: 2, out: '', err: '--count: expected a whole number from 1 to 10000000, got -3\n' });
  expect(existsSync(dir)).toBe(false);
});

test('threads write the bytes of one', async () => {
  const args = '--task table-readout --strategy align-mix+ --count 120 --align-rows 30 --format llava --profile compact --quiet'.split(' ');
  for (const workers of ['1', '3'])
    expect((await start('--out', folder.path(`threads-${workers}`), ...args, '--workers', workers).ended).code).toBe(0);
  expect(folderDigests(folder.path('threads-3'))).toEqual(folderDigests(folder.path('threads-1')));
}, 60_000);

test('a signal stops it between rows, and the same command goes on', async () => {
  const dir = folder.path('signal');
  const args = ['--out', dir, '--supervision', 'text', '--profile', 'compact', '--count', '20000', '--workers', '1'];
  const { child, ended } = start(...args);
  const part = join(dir, 'consecutive-table-readout-simple-train-compact-text.jsonl.part');
  while (!existsSync(part) && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill('SIGINT');
  const { code, out, err } = await ended;
  expect(code).toBe(130);
  const { state, rows } = JSON.parse(out) as { state: string; rows: number };
  expect(state).toBe('stopped');
  expect(rows).toBeLessThan(20_000);
  expect(err).toContain('The same command goes on from there');
  const lines = readFileSync(part, 'utf8').split('\n');
  expect(lines).toHaveLength(rows + 1); // whole rows only
}, 60_000);

test('shows its help', async () => {
  const { code, out } = await start('--help').ended;
  expect(code).toBe(0);
  for (const word of ['--strategy', '--hard-repeats', '--dry-run', 'vlmeval']) expect(out).toContain(word);
});
