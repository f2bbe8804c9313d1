/** `npm run headless -- --figure`: trained, measured, interrupted, gone on with, shared between figures. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseFigureOptions } from '../../cli/figure-options.ts';
import { runHeadless } from '../../cli/headless-run.ts';
import type { FigureResult } from '../../src/study/figures/figure-result.ts';

const folder = mkdtempSync(join(tmpdir(), 'parallax-figures-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function figure(
  id: string,
  out: string,
  onLine: (line: Record<string, unknown>) => void = () => undefined,
  more: readonly string[] = [],
): Promise<{ code: number; lines: Record<string, unknown>[] }> {
  const lines: Record<string, unknown>[] = [];
  const print = (line: object) => {
    lines.push(line as Record<string, unknown>);
    onLine(line as Record<string, unknown>);
  };
  const args = ['--figure', id, '--scale', 'micro', '--seeds', '1', '--out', join(folder, out), '--backend', 'wasm', ...more];
  return { code: await runHeadless(args, print, () => undefined), lines };
}

const read = (out: string, id: string) => JSON.parse(readFileSync(join(folder, out, `${id}.json`), 'utf8')) as FigureResult;

test('an interrupted figure goes on to the same numbers, and another figure takes the runs it shares', async () => {
  expect((await figure('fig-9', 'whole')).code).toBe(0);
  const whole = read('whole', 'fig-9');
  expect(whole.runs.map(({ series }) => series)).toEqual(['Mix', 'Mix+', 'Align-Mix+']);
  expect(whole.readings).toHaveLength(7 * 3 * 2); // panels, runs, steps
  expect(whole.command).toContain('--figure fig-9');

  // Figure 5 measures nothing on the way and shares these runs: after it, Figure 9 must train them again and be as complete.
  expect((await figure('fig-5-tr', 'other')).code).toBe(0);
  expect((await figure('fig-9', 'other')).code).toBe(0);
  expect(read('other', 'fig-9').readings).toEqual(whole.readings);

  // What makes it again is where it was made, not where it is read.
  for (const name of readdirSync(join(folder, 'other/runs'))) {
    const run = join(folder, 'other/runs', name);
    for (const file of readdirSync(run).filter((each) => each.startsWith('evidence-')))
      writeFileSync(join(run, file), readFileSync(join(run, file), 'utf8').replaceAll('"backend": "wasm"', '"backend": "webgpu"'));
  }
  expect((await figure('fig-9', 'other')).code).toBe(0);
  expect(read('other', 'fig-9').command).toBe('npm run headless -- --figure fig-9 --scale micro --seeds 1 --backend webgpu');

  let isStopped = false;
  const stopped = await figure('fig-9', 'parts', ({ kind, step }) => {
    if (isStopped || kind !== 'checkpoint' || step !== 1) return;
    isStopped = true;
    process.emit('SIGTERM');
  });
  expect(stopped.code).toBe(130);
  expect((await figure('fig-9', 'parts')).code).toBe(0);
  expect(read('parts', 'fig-9').readings).toEqual(whole.readings);

  const shared = join(folder, 'whole', 'runs', readdirSync(join(folder, 'whole', 'runs')).find((name) => name.startsWith('mix+-')) ?? '');
  const before = readdirSync(shared).map((name) => statSync(join(shared, name)).mtimeMs);
  const known = ['--figure', 'fig-8', '--scale', 'micro', '--seeds', '1', '--out', join(folder, 'whole'), '--backend', 'wasm', '--known'];
  expect(
    await runHeadless(
      known,
      () => undefined,
      () => undefined,
    ),
  ).toBe(0);
  expect(read('whole', 'fig-8')).toMatchObject({ plannedRuns: 5, runs: [{ series: 'Mix' }, { series: 'Mix+' }, { series: 'Align-Mix+' }] });
  const { code, lines } = await figure('fig-8', 'whole');
  expect(code).toBe(0);
  expect(readdirSync(shared).map((name) => statSync(join(shared, name)).mtimeMs)).toEqual(before);
  expect(lines.filter(({ kind }) => kind === 'figure-run')).toHaveLength(5);
  expect(read('whole', 'fig-8').plannedRuns).toBeUndefined();
  expect(read('whole', 'fig-8').command).toBe('npm run headless -- --figure fig-8 --scale micro --seeds 1 --backend wasm');
  expect(read('whole', 'fig-8').readings.filter(({ series, panel }) => series === 'Mix+' && panel === 'image')).toHaveLength(2);
}, 600_000);

test('a recorded figure in part is made whole: what it has is taken from its file, the rest is trained', async () => {
  const file = join(folder, 'recorded', 'fig-9.json');
  const whole = read('whole', 'fig-9');
  mkdirSync(join(folder, 'recorded'));
  writeFileSync(file, JSON.stringify({ ...whole, runs: whole.runs.slice(1), plannedRuns: 3 }));
  const { code, lines } = await figure('fig-9', 'extended', () => undefined, ['--recorded', join(folder, 'recorded')]);
  expect(code).toBe(0);
  expect(readdirSync(join(folder, 'extended', 'runs')).map((name) => name.split('-')[0])).toEqual(['mix']);
  expect(lines.filter(({ kind }) => kind === 'figure-run')).toHaveLength(3);
  const { runs, readings, claims, plannedRuns } = read('extended', 'fig-9');
  expect({ readings, claims, plannedRuns }).toEqual({ readings: whole.readings, claims: whole.claims, plannedRuns: undefined });
  expect(runs.slice(1)).toEqual(whole.runs.slice(1));

  writeFileSync(file, JSON.stringify({ ...whole, scale: 'nano' }));
  await expect(figure('fig-9', 'none', () => undefined, ['--recorded', join(folder, 'recorded')])).rejects.toThrow(
    /a figure at the scale micro, got nano/,
  );
  await expect(figure('fig-9', 'none', () => undefined, ['--recorded', join(folder, 'nowhere')])).rejects.toThrow(/--recorded: expected a folder/);
}, 240_000);

test('wrong options are refused by name', () => {
  expect(() => parseFigureOptions(['--figure', 'fig-3', '--scale', 'huge'])).toThrow(/--scale: expected nano or micro, got "?huge/);
  expect(() => parseFigureOptions(['--figure', 'fig-3', '--seeds', '1,x'])).toThrow(/--seeds: expected whole numbers/);
  expect(() => parseFigureOptions(['--figure', 'fig-3', '--spec', 'a'])).toThrow(/--spec/);
});
