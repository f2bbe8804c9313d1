import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { parseDatasetOptions } from '../../cli/dataset-options.ts';
import { exampleAt } from '../../src/tasks/examples.ts';

const folder = mkdtempSync(join(tmpdir(), 'parallax-dataset-'));
const run = (...args: string[]) => promisify(execFile)('node', ['--import', 'tsx', 'cli/dataset.ts', '--out', folder, ...args]);

afterAll(() => rmSync(folder, { recursive: true }));

test('streams prompts, responses and truths that are those of the generator', async () => {
  const { stdout } = await run('--level', 'hard', '--supervision', 'text', '--count', '3', '--start', '5', '--seed', '9');
  const { file } = JSON.parse(stdout) as { file: string };
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  expect(lines).toHaveLength(3);
  const last = JSON.parse(lines[2] ?? '') as Record<string, unknown>;
  const table = { rows: 5, columns: 10, rowNames: 100 };
  const example = exampleAt({ task: 'consecutive-table-readout', level: 'hard', split: 'train', seed: 9, index: 7 }, table);
  expect(last).toEqual({
    id: 'consecutive-table-readout-hard-train-9-7',
    key: example.key,
    contentId: example.contentId,
    profile: 'paper',
    supervision: 'text',
    prompt: example.prompt('text', 'paper'),
    response: example.response('text', 'paper'),
    truth: example.truth,
  });
}, 30_000);

test('writes LLaVA conversations whose pictures are there', async () => {
  const { stdout } = await run('--profile', 'compact', '--supervision', 'image-via-text', '--format', 'llava', '--count', '2');
  const { file } = JSON.parse(stdout) as { file: string };
  const records = JSON.parse(readFileSync(file, 'utf8')) as { image: string; conversations: { from: string; value: string }[] }[];
  expect(records).toHaveLength(2);
  for (const { image, conversations } of records) {
    expect(readFileSync(join(folder, image)).subarray(1, 4).toString()).toBe('PNG');
    expect(conversations.map(({ from }) => from)).toEqual(['human', 'gpt']);
    expect(conversations[0]?.value).toMatch(/^<image>\n/);
    expect(conversations[1]?.value).toMatch(/^convert table /);
  }
}, 30_000);

test.each([
  [['--count', '0'], /--count: expected a whole number from 1 to 10000000, got 0/],
  [['--count', 'many'], /--count/],
  [['--level', 'extreme'], /--level: expected one of simple, medium, hard, got extreme/],
  [['--task', 'chess'], /--task/],
  [['--format', 'llava', '--no-pictures'], /--no-pictures/],
  [['--colour', 'red'], /dataset: Unknown option '--colour'/],
])('refuses %j with one clear line', (args, message) => {
  expect(() => parseDatasetOptions(['--out', folder, ...args])).toThrow(message);
});

test('needs a folder', () => {
  expect(() => parseDatasetOptions([])).toThrow(/--out DIR/);
});
