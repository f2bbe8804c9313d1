/** scripts/record-figures.ts: several figures, several processes, each run once; and what it says when nothing can run. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { commitHash } from '../../cli/commit.ts';
import { runHeadless } from '../../cli/headless-run.ts';
import type { FigureResult } from '../../src/study/figures/figure-result.ts';

const folder = mkdtempSync(join(tmpdir(), 'parallax-record-'));
afterAll(() => rmSync(folder, { recursive: true }));

function record(out: string, ...args: string[]): { status: number | null; lines: Record<string, unknown>[]; stderr: string } {
  // VK_DRIVER_FILES: no WebGPU in Node, whatever the machine has.
  const env = { ...process.env, VK_DRIVER_FILES: join(folder, 'no-driver.json'), PARALLAX_COMMIT: 'abc123' };
  const command = ['--import', 'tsx', 'scripts/record-figures.ts', '--scale', 'micro', '--seeds', '1', '--out', join(folder, out), ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { env, encoding: 'utf8' });
  const lines = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { status, lines, stderr };
}

test('the runs of two figures, each once, with all that either asks for', async () => {
  const { status, lines } = record('out', '--figures', 'table-8,fig-30', '--jobs', '2');
  expect(status).toBe(0);
  const names = readdirSync(join(folder, 'out/runs'));
  expect(lines[0]).toEqual({ event: 'jobs', runs: names.length, jobs: 2 });
  expect(lines.filter(({ event, failure }) => event === 'run' && failure === undefined)).toHaveLength(names.length);
  for (const id of ['table-8', 'fig-30']) {
    const args = ['--figure', id, '--scale', 'micro', '--seeds', '1', '--out', join(folder, 'out'), '--save', folder, '--known'];
    const code = await runHeadless(
      args,
      () => undefined,
      () => undefined,
    );
    expect(code).toBe(0);
    const { plannedRuns, runs } = JSON.parse(readFileSync(join(folder, `${id}.json`), 'utf8')) as FigureResult;
    expect([id, plannedRuns, runs[0]?.made.commit]).toEqual([id, undefined, 'abc123']);
  }
}, 240_000);

test('runs of a recorded figure are not trained again', () => {
  const { status, lines } = record('again', '--figures', 'table-8', '--recorded', folder); // table-8.json of the test before
  expect([status, lines]).toEqual([0, [{ event: 'jobs', runs: 0, jobs: 1 }]]);
}, 60_000);

test('where no backend opens it ends with 1 and its reason, and a bad number with 2', () => {
  const none = record('none', '--figures', 'table-8', '--backend', 'webgpu');
  expect(none.status).toBe(1);
  expect(none.stderr).toContain('DeviceError: openBackend:');
  const bad = record('none', '--figures', 'table-8', '--jobs', '0.4');
  expect([bad.status, bad.stderr]).toEqual([2, '--jobs: expected a whole number from 1 on, got 0.4\n']);
}, 60_000);

test('PARALLAX_COMMIT names the commit of a copy that is no repository', () => {
  const before = process.env['PARALLAX_COMMIT'];
  process.env['PARALLAX_COMMIT'] = 'abc123';
  expect(commitHash()).toBe('abc123');
  process.env['PARALLAX_COMMIT'] = '';
  expect(commitHash()).not.toBe('');
  if (before === undefined) delete process.env['PARALLAX_COMMIT'];
  else process.env['PARALLAX_COMMIT'] = before;
});
