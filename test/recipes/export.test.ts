/**
 * The recipe reads what `npm run dataset` writes: the phases of a strategy become its trainer runs, and a model is asked in an evaluation file what it
 * was asked in training. Files are made by the command line itself.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const RECIPE = join(ROOT, 'recipes/trl');
const folder = mkdtempSync(join(tmpdir(), 'parallax-recipe-export-'));

afterAll(() => rmSync(folder, { recursive: true }));

/** Makes a set, and gives its folder. */
function exported(name: string, options: string): string {
  const out = join(folder, name);
  execFileSync('node', ['--import', 'tsx', 'cli/dataset.ts', '--out', out, '--seed', '1', ...options.split(' ')], { cwd: ROOT, stdio: 'pipe' });
  return out;
}

function python(...args: string[]): string {
  return execFileSync('python3', args, { cwd: RECIPE, encoding: 'utf8', env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } });
}

/** Prints whether questions, and pictures where there are some, of a LLaVA and of a VLMEvalKit file are the same. */
const COMPARE = `
import sys
from pathlib import Path
from data import read_questions, read_records
records, questions = read_records(Path(sys.argv[1]), Path(sys.argv[1]).parent), read_questions(Path(sys.argv[2]))
for record, question in zip(records, questions):
    picture = None if record.image is None else Path(record.image).read_bytes()
    print(record.question == question.question, picture == question.image, picture is not None)
`;

const hasPython = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))']).status === 0;

describe.skipIf(!hasPython)(`the recipe${hasPython ? '' : ' (skipped: no python3 of 3.9 or newer here)'}`, { timeout: 90_000 }, () => {
  test('has one trainer run a phase, which begins with the model of the run before', () => {
    const data = exported('phases', '--task table-readout --strategy tw-align-mix+ --count 12 --warm-up-rows 4 --align-rows 4 --format llava');
    const copy = join(data, 'recipe', 'run.py'); // finds the manifest of the folder around it
    const runs = python(copy, '--out', join(folder, 'models'), '--dry-run').trim().split('\n');
    expect(runs).toHaveLength(3);
    expect(runs[0]).toMatch(/phase-1-warm-up\.json .*--trains language-model$/);
    expect(runs[1]).toMatch(/phase-2-align\.json .*--trains all --model \S+\/1-warm-up\/final$/);
    expect(runs[2]).toMatch(/phase-3-main\.json .*--trains all --model \S+\/2-align\/final$/);
  });

  test('trains Mix→Mix+ in one run, since optimiser and schedule go on', () => {
    const data = exported('switch', '--task table-readout --strategy mix-to-mix+ --count 24 --format llava');
    const runs = python('run.py', '--manifest', join(data, 'manifest.json'), '--out', join(folder, 'models'), '--dry-run').trim().split('\n');
    expect(runs).toHaveLength(1);
    expect(runs[0]).toMatch(/--data \S+\/phase-1-before-switch\.json \S+\/phase-2-main\.json /);
    expect(runs[0]).not.toContain('--shuffle');
  });

  test.each([
    ['grid-navigation', 'text'],
    ['grid-navigation', 'image'],
    ['table-readout', 'image'],
  ])('asks %s, %s, in evaluation as in training', (task, supervision) => {
    const one = `--task ${task} --supervision ${supervision} --level hard --split eval --count 2`;
    const fileOf = (out: string, ending: string) =>
      join(out, readdirSync(out).find((name) => name.endsWith(ending) && name !== 'manifest.json') ?? '');
    const taught = fileOf(exported(`${task}-${supervision}-llava`, `${one} --format llava`), '.json');
    const asked = fileOf(exported(`${task}-${supervision}-vlmeval`, `${one} --format vlmeval`), '.tsv');
    const row = supervision === 'text' ? 'True True False' : 'True True True';
    expect(python('-c', COMPARE, taught, asked).trim().split('\n')).toEqual([row, row]);
  });
});
