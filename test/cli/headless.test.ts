import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadBase } from '../../cli/bases.ts';
import { parseHeadlessOptions } from '../../cli/headless-options.ts';
import { runHeadless } from '../../cli/headless-run.ts';
import { loadCheckpoint } from '../../cli/run-folder.ts';
import { evenly, recordRuns } from '../../scripts/record-runs/record.ts';
import { decodeBundle } from '../../src/study/bundle.ts';
import { parseRecordedIndex } from '../../src/study/recorded-index.ts';
import { runDigest } from '../../src/study/switch-run.ts';

const folder = mkdtempSync(join(tmpdir(), 'parallax-headless-'));
const SPEC = 'test/golden/headless-tiny.json';

interface Outcome {
  readonly code: number;
  readonly lines: Record<string, unknown>[];
}

/** The command without its process; what it prints. */
async function run(...args: string[]): Promise<Outcome> {
  const lines: Record<string, unknown>[] = [];
  const print = (line: object) => lines.push(JSON.parse(JSON.stringify(line)) as Record<string, unknown>);
  return { code: await runHeadless(['--backend', 'wasm', ...args], print, () => undefined), lines };
}

afterAll(() => rmSync(folder, { recursive: true }));

describe('a run in Node', () => {
  const [whole, parts] = [join(folder, 'whole'), join(folder, 'parts')];

  test('prints JSON lines with the summary last, and saves the weights as a base', async () => {
    const target = join(folder, 'bases', 'tiny');
    const { code, lines } = await run('--spec', SPEC, '--out', whole, '--save-base', target);
    expect(code).toBe(0);
    expect(lines[0]).toMatchObject({ kind: 'run', totalSteps: 3 });
    expect(lines.at(-1)).toMatchObject({ kind: 'summary', state: 'finished', steps: 3, backend: 'wasm', evaluations: [{ step: 3 }] });
    expect(lines.at(-1)?.['command']).toContain(`--spec ${SPEC}`);
    expect(existsSync(join(whole, 'results.json'))).toBe(true);
    const index = JSON.parse(readFileSync(join(folder, 'bases', 'index.json'), 'utf8')) as { bases: Record<string, unknown>[] };
    const { weights, digest } = await loadBase(`${target}.safetensors`);
    expect(index.bases).toMatchObject([{ name: 'tiny', preset: 'micro', digest, file: 'tiny.safetensors', steps: 3 }]);
    expect(Object.keys(weights).some((name) => name.startsWith('reading.'))).toBe(false);
  }, 60_000);

  test('goes on after a stop with the same bits as a run without one', async () => {
    expect((await run('--spec', SPEC, '--out', parts, '--steps', '1')).lines.at(-1)).toMatchObject({ state: 'stopped', steps: 1 });
    await expect(run('--spec', SPEC, '--out', parts)).rejects.toThrow(/--out: expected an empty folder/);
    await expect(run('--spec', SPEC, '--seed', '5', '--out', parts, '--resume')).rejects.toThrow(/the spec of the run in .* got seed 1 -> 5/);
    const resumed = await run('--out', parts, '--resume');
    expect(resumed.lines.at(-1)).toMatchObject({ state: 'finished', steps: 3 });
    const [a, b] = [await loadCheckpoint(whole), await loadCheckpoint(parts)];
    expect(b?.checkpoint.weights).toEqual(a?.checkpoint.weights);
    expect(b?.checkpoint.optimizer).toEqual(a?.checkpoint.optimizer);
    expect(b?.checkpoint.progress.points.map(({ loss }) => loss)).toEqual(a?.checkpoint.progress.points.map(({ loss }) => loss));
  }, 60_000);

  test('evaluates a checkpoint without training', async () => {
    const { code, lines } = await run('--out', parts, '--evaluate-only', '--examples', '1', '--force-convert');
    expect(code).toBe(0);
    expect(lines.at(-1)).toMatchObject({
      state: 'evaluated',
      steps: 3,
      isConversionForced: true,
      evaluations: [{ cells: [{ accuracy: { total: 1 } }, {}, {}, {}, {}, {}] }],
    });
  }, 30_000);

  test('adds the prompted cells, failure modes and losses that are asked for', async () => {
    const { lines } = await run('--out', parts, '--evaluate-only', '--examples', '2', '--prompts', 'convert,direct', '--failures', '--losses');
    const summary = lines.at(-1) as { evaluations: { cells: { prompt: string }[] }[]; failures: object[] };
    expect(summary).toMatchObject({
      isConversionForced: false,
      losses: { step: 3, levels: [{ level: 'simple' }, { level: 'medium' }, { level: 'hard' }] },
    });
    expect(summary.evaluations[0]?.cells.map(({ prompt }) => prompt).join(' ')).toBe(`${'direct '.repeat(6)}convert convert convert`);
    expect(summary.failures).toHaveLength(9);
    expect(summary.failures[8]).toMatchObject({ level: 'hard', modality: 'image', prompt: 'convert', wrong: { correct: 2, total: 2 }, examples: 2 });
    const file = JSON.parse(readFileSync(join(parts, 'evaluation.json'), 'utf8')) as { failures: { examples: object[] }[] };
    expect(file.failures[8]?.examples[1]).toMatchObject({ key: { split: 'eval', level: 'hard', index: 1 }, score: { correct: false } });
  }, 60_000);

  test('fine-tunes from a base, whose digest becomes part of the spec', async () => {
    const { digest } = await loadBase(join(folder, 'bases', 'tiny.safetensors'));
    const { lines } = await run('--spec', SPEC, '--out', join(folder, 'tuned'), '--steps', '1', '--base', join(folder, 'bases', 'tiny.safetensors'));
    expect(lines.at(-1)).toMatchObject({ state: 'stopped', spec: { base: digest } });
    await expect(
      run('--spec', SPEC, '--out', join(folder, 'other'), '--set', 'preset=nano', '--base', join(folder, 'bases', 'tiny.safetensors')),
    ).rejects.toThrow(/base: expected .*choose a file of the same preset/);
  }, 30_000);

  test('trains the phases of a supervision, and goes on from a checkpoint as a run of its own', async () => {
    const phases = ['--set', 'supervision="align-mix+"', '--set', 'alignRows=4', '--set', 'batchSize=2', '--set', 'examples=6', '--steps', '3'];
    const aligned = await run('--spec', SPEC, '--out', join(folder, 'aligned'), ...phases);
    expect(aligned.lines[0]).toMatchObject({ totalSteps: 5, spec: { supervision: 'align-mix+', alignRows: 4 } });
    expect(aligned.lines.at(-1)).toMatchObject({ state: 'stopped', steps: 3 });
    const child = join(folder, 'child');
    const { lines } = await run('--parent', join(folder, 'aligned'), '--set', 'supervision=align-text', '--out', child, '--steps', '4');
    const spec = { supervision: 'align-text', alignRows: 4, parent: { step: 3, supervision: 'align-mix+' } };
    expect(lines.at(-1)).toMatchObject({ state: 'stopped', steps: 4, spec });
    expect((await run('--out', child, '--resume')).lines.at(-1)).toMatchObject({ state: 'finished', steps: 5, spec });
    const early = await run('--parent', join(folder, 'aligned'), '--at-step', '1', '--set', 'supervision=align-text', '--out', join(folder, 'early'));
    expect(early.lines[0]).toMatchObject({ kind: 'note', message: expect.stringContaining('the steps up to it are trained again') as string });
    expect(early.lines.at(-1)).toMatchObject({ state: 'finished', steps: 5, spec: { ...spec, parent: { step: 1, supervision: 'align-mix+' } } });
    await expect(run('--parent', join(folder, 'aligned'), '--at-step', '9', '--out', join(folder, 'none'))).rejects.toThrow(
      '--at-step: expected at most 3, where the parent is, got 9',
    );
    await expect(run('--parent', join(folder, 'aligned'), '--set', 'learningRate=0.1', '--out', join(folder, 'none'))).rejects.toThrow(
      /another supervision alone, got learning rate/,
    );
  }, 60_000);

  test('is saved as a file that the page imports, with its timeline, and recorded to ship', async () => {
    const [out, file] = [join(folder, 'kept'), join(folder, 'exported', 'run')];
    await run('--spec', SPEC, '--out', out, '--save-run', file, '--steps', '2');
    const { lines } = await run('--out', out, '--resume', '--save-run', file);
    expect(lines.find(({ kind }) => kind === 'note')?.['message']).toMatch(/run\.safetensors: the run at step 3 and at 3 steps before it, \d+ bytes/);
    const { name, adapter, checkpoint, snapshots } = await decodeBundle(new Uint8Array(readFileSync(`${file}.safetensors`)));
    const end = await loadCheckpoint(whole);
    expect([name, adapter]).toEqual(['Mix, 12 rows, seed 1', 'wasm']);
    expect(end?.checkpoint).toMatchObject({ weights: checkpoint.weights, optimizer: checkpoint.optimizer });
    expect(snapshots.map(({ step }) => step)).toEqual([0, 1, 2]);
    expect((await loadCheckpoint(out, 2))?.checkpoint).toMatchObject({ weights: snapshots[2]?.weights });

    const save = join(folder, 'shipped');
    await recordRuns({ what: { run: out }, save, backend: 'wasm' });
    const [entry] = parseRecordedIndex(readFileSync(join(save, 'index.json'), 'utf8'));
    expect(entry).toMatchObject({ run: runDigest(checkpoint.spec), name, earlierSteps: 3 });
    const shipped = await decodeBundle(new Uint8Array(readFileSync(join(save, entry?.file ?? ''))));
    expect(shipped.snapshots.map(({ step }) => step)).toEqual([0, 1, 2]);
    await expect(recordRuns({ what: { run: join(folder, 'nowhere') }, save, backend: 'wasm' })).rejects.toThrow(/--run: expected a folder/);
  }, 60_000);

  test('a timeline too long to ship is thinned evenly', () => {
    const steps = Array.from({ length: 24 }, (_, i) => i);
    expect(evenly(steps, 24)).toEqual(steps);
    expect(evenly(steps, 5)).toEqual([0, 6, 12, 17, 23]);
    expect([evenly(steps, 1), evenly(steps, 0), evenly([], 3)]).toEqual([[0], [], []]);
  });

  test('falls back to the older checkpoint when the newest is damaged, and says so', async () => {
    const newest = readdirSync(whole)
      .filter((name) => name.startsWith('checkpoint-'))
      .sort()
      .at(-1);
    const file = join(whole, newest ?? '', 'weights.safetensors');
    const bytes = readFileSync(file);
    bytes[bytes.length - 3] = (bytes[bytes.length - 3] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    const loaded = await loadCheckpoint(whole);
    expect(loaded?.checkpoint.progress.step).toBe(2);
    expect(loaded?.note).toMatch(/checkpoint-00000003 cannot be used/);
  });
});

test('refuses a spec that is wrong, with exit code 2 and one line', () => {
  const args = ['--import', 'tsx', 'cli/headless.ts', '--spec', SPEC, '--out', join(folder, 'bad'), '--set', 'learningRate=NaN'];
  const { status, stdout, stderr } = spawnSync('node', args, { encoding: 'utf8' });
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/learning rate \(learningRate\): expected a number from 1e-7 to 0\.1, got NaN\n$/);
}, 30_000);

test.each([
  [['--out', 'x'], /--spec FILE or --resume/],
  [['--spec', SPEC], /--out DIR/],
  [['--spec', 'no-such-file.json', '--out', 'x'], /--spec: expected a file that can be read, got no-such-file\.json/],
  [['--spec', 'README.md', '--out', 'x'], /README\.md: expected JSON/],
  [['--spec', SPEC, '--out', 'x', '--backend', 'cuda'], /--backend: expected webgpu, wasm, cpu, got cuda/],
  [['--spec', SPEC, '--out', 'x', '--steps', '-1'], /--steps/],
  [['--spec', SPEC, '--out', 'x', '--steps', '1e99'], /--steps: expected a whole number from 1 on, got 1e99/],
  [['--spec', SPEC, '--out', 'x', '--max-minutes', '0'], /--max-minutes: expected a number above 0, got 0/],
  [['--spec', SPEC, '--out', 'x', '--set', 'task.rows.deep=1'], /--set: expected a field of the spec/],
  [['--spec', SPEC, '--out', 'x', '--losses'], /--losses: expected --evaluate-only with it, got none/],
  [['--out', 'x', '--evaluate-only', '--prompts', 'direct,loud'], /--prompts: expected direct, convert, got direct,loud/],
  [['--out', 'x', '--evaluate-only', '--prompts', 'direct', '--force-convert'], /--prompts or --force-convert, got both/],
  [['--spec', SPEC, '--out', 'x', '--parent', 'y'], /--parent: expected no --spec, --base, --resume or --evaluate-only beside it/],
  [['--spec', SPEC, '--out', 'x', '--at-step', '3'], /--at-step: expected --parent with it/],
  [['--out', 'x', '--parent', 'y', '--at-step', '0'], /--at-step: expected a whole number from 1 on/],
  [['--spec', SPEC, '--out', 'x', '--loud'], /headless: expected a known option, got --loud: /],
])('refuses %j', async (args, message) => {
  await expect(parseHeadlessOptions(args)).rejects.toThrow(message);
});

test('puts --seed and --set into the spec', async () => {
  const options = await parseHeadlessOptions(['--spec', SPEC, '--out', 'x', '--seed', '7', '--set', 'evaluation.examples=5', '--set', 'preset=nano']);
  expect(options?.spec).toMatchObject({ seed: 7, preset: 'nano', evaluation: { examples: 5 } });
});

test('names the base that is missing', async () => {
  await expect(loadBase('no-such-base')).rejects.toThrow(
    /--base: expected a file, or a name or digest of public\/base\/index\.json, got no-such-base/,
  );
});
