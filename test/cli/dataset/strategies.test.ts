import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readManifest } from '../../../src/study/data/write/manifest.ts';
import { planOf } from '../../../src/study/strategies/plan.ts';
import { rowAt } from '../../../src/study/strategies/rows.ts';
import { exampleAt } from '../../../src/tasks/examples.ts';
import { defaultTaskSpec } from '../../../src/tasks/task-spec.ts';
import { callDataset, folderDigests, temporaryFolder } from '../../support/dataset-shell.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

interface LlavaRecord {
  readonly id: string;
  readonly image?: string;
  readonly conversations: readonly { readonly from: string; readonly value: string }[];
}

const ARGS = '--task joint --strategy tw-align-mix+ --count 300 --align-rows 30 --warm-up-rows 24 --profile compact --format llava --seed 4'.split(
  ' ',
);

test('a strategy has one file a phase, with its rows in training order', async () => {
  const dir = folder.path('joint');
  await callDataset(['--out', dir, ...ARGS]);
  const manifest = readManifest(readFileSync(join(dir, 'manifest.json'), 'utf8'), 'manifest.json');
  const plan = planOf('tw-align-mix+', { task: 'joint', rows: 300, seed: 4, alignRows: 30, warmUpRows: 24 });
  expect(manifest.strategy).toBe('tw-align-mix+');
  expect(manifest.phases.map(({ name, file, rows, trains, order, epochs }) => ({ name, file, rows, trains, order, epochs }))).toEqual([
    { name: 'warm-up', file: 'phase-1-warm-up.json', rows: 24, trains: 'language-model', order: 'sequential', epochs: 1 },
    { name: 'align', file: 'phase-2-align.json', rows: 30, trains: 'all', order: 'sequential', epochs: 1 },
    { name: 'main', file: 'phase-3-main.json', rows: 300, trains: 'all', order: 'sequential', epochs: 1 },
  ]);
  const pictures = new Set<string>();
  for (const [phase, { file, rows }] of manifest.phases.entries()) {
    const records = JSON.parse(readFileSync(join(dir, file), 'utf8')) as LlavaRecord[];
    expect(records).toHaveLength(rows);
    expect(new Set(records.map(({ id }) => id)).size).toBe(rows);
    for (const [position, { image, conversations }] of records.entries()) {
      const { kind, cotShare, ...key } = rowAt(plan, phase, position);
      const example = exampleAt(key, defaultTaskSpec(key.task));
      expect(conversations[1]?.value).toBe(example.response(kind, 'compact', cotShare));
      expect(conversations[0]?.value).toBe(`${kind === 'text' ? '' : '<image>\n'}${example.prompt(kind, 'compact')}`);
      expect(image === undefined).toBe(kind === 'text');
      if (image !== undefined) pictures.add(image);
    }
  }
  expect(manifest.pictures?.count).toBe(pictures.size);
  for (const image of pictures) expect(existsSync(join(dir, image))).toBe(true);
});

test('every picture of the list is there and whole, by the tool of the system too', async () => {
  const dir = folder.path('joint');
  const { pictures } = readManifest(readFileSync(join(dir, 'manifest.json'), 'utf8'), 'manifest.json');
  const digests = folderDigests(dir);
  const lines = readFileSync(join(dir, 'images.sha256'), 'utf8').trimEnd().split('\n');
  expect(lines).toHaveLength(pictures?.count ?? 0);
  for (const line of lines) expect(digests[line.slice(66)]).toBe(line.slice(0, 64));
  expect(digests['images.sha256']).toBe(pictures?.sha256);
  expect(Object.keys(digests).filter((name) => name.startsWith('images/'))).toHaveLength(lines.length);
  if (process.platform === 'linux') execFileSync('sha256sum', ['--check', '--quiet', 'images.sha256'], { cwd: dir });
});

test('the recipe lies beside a LLaVA export and names the command that made it', async () => {
  const dir = folder.path('joint');
  if (!existsSync('recipes/trl/README.md')) return;
  const readme = readFileSync(join(dir, 'recipe/README.md'), 'utf8');
  expect(readme).toContain(
    'npm run dataset -- --task joint --strategy tw-align-mix+ --align-rows 30 --warm-up-rows 24 --profile compact --format llava --count 300 --seed 4 --out DIR\n',
  );
  expect(existsSync(join(dir, 'recipe/train.py'))).toBe(true);
  expect(existsSync(join(dir, 'recipe/test_data.py'))).toBe(false);
});

test('a shrinking CoT stands in the rows', async () => {
  const dir = folder.path('cot');
  await callDataset(`--out ${dir} --strategy mix --count 60 --cot none --profile compact`.split(' '));
  const rows = readFileSync(join(dir, 'phase-1-main.jsonl'), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>); // prettier-ignore
  expect(rows.every(({ cotShare }) => cotShare === 0)).toBe(true);
  expect(new Set(rows.map(({ supervision }) => supervision))).toEqual(new Set(['text', 'image', 'image-via-text']));
});
