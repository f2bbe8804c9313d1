import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { commandOf, parseDatasetOptions } from '../../../cli/dataset/options.ts';
import { callDataset, folderDigests, temporaryFolder } from '../../support/dataset-shell.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

describe('the command line refuses, with one clear line,', () => {
  test.each([
    ['--count 0', /^--count: expected a whole number from 1 to 10000000, got 0$/],
    ['--count -5', /^--count: expected a whole number from 1 to 10000000, got -5$/],
    ['--count 10000001', /^--count: .*got 10000001: make it in parts with --start$/],
    ['--count 1e3', /^--count: .*got 1e3$/],
    ['--count 1e9', /^--count: expected a whole number from 1 to 10000000, got 1e9: make it in parts with --start$/],
    ['--strategy mix --count 1e9', /^--count: .*got 1e9$/],
    ['--count 5 --count=6', /^--count: expected one value, got 5 and 6: give it once$/],
    ['--quiet --seed 1 --quiet', /^--quiet: expected it once, got it twice$/],
    ['--count many', /^--count: .*got many$/],
    ['--start -1', /^--start: .*got -1$/],
    ['--seed 4294967296', /^--seed: /],
    ['--workers 0', /^--workers: /],
    ['--level extreme', /^--level: expected one of simple, medium, hard, got extreme$/],
    ['--level hrad', /^--level: .*got hrad: did you mean hard\?$/],
    ['--task tabel-readout', /^--task: .*: did you mean table-readout\?$/],
    ['--task joint', /^--task: expected one of consecutive-table-readout, .*, got joint: joint goes with --strategy NAME$/],
    ['--strategy mixx', /^--strategy: expected a name that --help lists, got mixx: did you mean mix\?$/],
    ['--strategy nothing-like-it', /^--strategy: expected one of text, image, /],
    ['--supervision text --strategy mix', /^dataset: expected either --strategy or --supervision, got both/],
    ['--strategy mix --level hard', /^dataset: expected either --strategy or --level/],
    ['--strategy mix --no-cot', /use --cot none$/],
    ['--strategy mix --format vlmeval', /^--format: expected llava or jsonl with --strategy, got vlmeval/],
    ['--strategy mix+ --hard-repeats 1.5', /^--hard-repeats: expected a whole number in 1\.\.1000, got 1\.5$/],
    ['--strategy mix+ --epoch-count 1.7', /^--epoch-count: expected a multiple of 0\.5 in 0\.5\.\.20, got 1\.7$/],
    ['--strategy mix+ --hard-repeats 0', /^--hard-repeats: expected a number from 1 to 1000, got 0$/],
    ['--strategy mix+ --cot nnoe', /^--cot: .*did you mean none\?$/],
    ['--hard-repeats 2', /^--hard-repeats: expected --strategy NAME beside it, got none$/],
    ['--format llava --no-pictures', /^--no-pictures: expected --format jsonl, got llava/],
    ['--set rows', /^--set: expected KEY=VALUE, got rows$/],
    [
      '--set rwos=3',
      /^--set rwos: expected a setting of consecutive-table-readout: rows, columns, rowNames, lengths, columnLetters, got rwos: did you mean rows\?$/,
    ],
    ['--set rows=99', /^--set\.rows: expected a whole number from 1 to 12, got 99$/],
    ['--set rows=abc', /^--set\.rows: expected a whole number from 1 to 12, got abc$/],
    ['--set rows=3 --set rows=4', /^--set rows: expected one value, got 3 and 4: give it once$/],
    ['--set rows=', /^--set\.rows: /],
    ['--set grid-navigation.rows=3', /^--set: expected TASK\.KEY=VALUE with consecutive-table-readout/],
    ['--taks x', /^dataset: expected a known option, got --taks: did you mean --task\?$/],
    ['--colour red', /^dataset: expected a known option, got --colour: /],
    ['stray', /^dataset: Unexpected argument 'stray'\. .*--help$/],
    ['--count', /^--count: expected N after it, got nothing: see npm run dataset -- --help$/],
  ])('%s', (args, message) => {
    expect(() => parseDatasetOptions(['--out', 'x', ...args.split(' ')])).toThrow(message);
    expect(() => parseDatasetOptions(['--out', 'x', ...args.split(' ')])).toThrow(/^[^\n]+$/);
  });

  test('no folder', () => {
    expect(() => parseDatasetOptions([])).toThrow('dataset: expected --out DIR, got none');
  });
});

test('the command of a request makes the same request', () => {
  for (const args of [
    '--task grid-navigation --level hard --supervision text --no-cot --start 7 --count 3 --seed 5',
    '--task table-readout --strategy align-mix+ --count 600 --hard-repeats 2 --cot none --format llava',
    '--task joint --strategy mix --count 600 --set grid-navigation.simpleMaxSteps=24',
    '--no-pictures --profile compact --set rows=4',
  ]) {
    const options = parseDatasetOptions(['--out', 'x', ...args.split(' ')]);
    if (options === null) throw new Error('help');
    const again = parseDatasetOptions(['--out', 'x', ...commandOf(options.request).split(' ').slice(4)]);
    expect(again?.request).toEqual(options.request);
  }
});

describe('nothing is written', () => {
  const refused = async (args: string, message: RegExp, changes = {}) => {
    await expect(callDataset(args.split(' '), changes)).rejects.toThrow(message);
  };

  test('into a folder with foreign files, which are named', async () => {
    const dir = folder.path('foreign');
    mkdirSync(dir);
    for (const name of ['a.txt', 'b.txt', 'c.txt', 'd.txt', 'e.txt']) writeFileSync(join(dir, name), 'mine');
    await refused(
      `--out ${dir}`,
      /^--out: expected an empty folder, or one of this data set, got .*foreign with a\.txt, b\.txt, c\.txt and 2 more: name another folder$/,
    );
    expect(readdirSync(dir)).toHaveLength(5);
  });

  test('over a file, or below one', async () => {
    const path = folder.path('file');
    writeFileSync(path, 'mine');
    await refused(`--out ${path}`, /which is a file/);
    await refused(`--out ${path}/below`, /^--out: expected a folder/);
  });

  test.skipIf(process.getuid?.() === 0)('where this user may not write', async () => {
    const dir = folder.path('locked');
    mkdirSync(dir);
    chmodSync(dir, 0o555);
    await refused(`--out ${dir}/new`, /^--out: expected a folder that can be written to/);
  });

  test('where a folder cannot be made', async () => {
    await refused('--out /proc/parallax-dataset', /^--out: expected a folder that can be made/, { free: async () => 1e12 });
  });

  test('on a disk that is too small: needed and available are said', async () => {
    const dir = folder.path('small');
    await refused(`--out ${dir} --count 100000`, /^--out: expected about \d+\.?\d* GB of disk, got 2\.00 GB free at /, { free: async () => 2e9 });
    expect(existsSync(dir)).toBe(false);
  });

  test('for a level that the task does not have', async () => {
    const dir = folder.path('level');
    await refused(`--out ${dir} --task table-readout --level medium`, /^--level: expected simple, hard for table-readout, got medium$/);
    await refused(`--out ${dir} --task table-readout --strategy mix+ --count 600 --hard-level medium`, /medium/);
    await refused(`--out ${dir} --strategy mix --count 1`, /^rows: expected at least 3/);
    expect(existsSync(dir)).toBe(false);
  });

  test('over another set, finished or not', async () => {
    const dir = folder.path('other');
    await callDataset(`--out ${dir} --supervision text --count 5`.split(' '));
    const before = folderDigests(dir);
    await refused(
      `--out ${dir} --supervision text --count 6`,
      /^--out: expected the data set in .*other, made by `npm run dataset -- .*--count 5 .*`, got `.*--count 6 .*`: name another folder$/,
    );
    await refused(`--out ${dir} --supervision text --count 5 --set rows=4`, /name another folder$/);
    expect(folderDigests(dir)).toEqual(before);

    const stopped = folder.path('stopped');
    let calls = 0;
    await callDataset(`--out ${stopped} --supervision text --count 900`.split(' '), { isStopped: () => ++calls > 3 });
    await refused(`--out ${stopped} --supervision text --count 901`, /name another folder$/);
    await refused(`--out ${stopped} --supervision text --count 900`, /^--out: expected a set begun by this version, newer/, {
      generator: { name: 'parallax', version: 'newer', commit: null },
    });
  });

  test('while another process writes there', async () => {
    const dir = folder.path('busy');
    mkdirSync(dir);
    const { hostname } = await import('node:os');
    writeFileSync(join(dir, 'dataset.lock'), `${hostname()} ${process.ppid}\n`);
    await refused(`--out ${dir} --supervision text`, /^--out: expected a folder no other process writes to, got process \d+ on /);
    writeFileSync(join(dir, 'dataset.lock'), `${hostname()} 999999999\n`); // gone
    expect((await callDataset(`--out ${dir} --supervision text`.split(' '))).isDone).toBe(true);
    expect(readdirSync(dir)).not.toContain('dataset.lock');
  });

  test('in a dry run for more than the disk has, which is said', async () => {
    const dir = folder.path('dry-small');
    const args = `--out ${dir} --count 100000 --dry-run`.split(' ');
    const { isDone, said, summary } = await callDataset(args, { free: async () => 2e9 });
    expect(isDone).toBe(true);
    expect(said).toMatch(/About \d+\.?\d* GB of disk, 2\.00 GB free\. That is not enough: free some, /);
    expect(summary).toMatchObject({ state: 'dry-run', fits: false });
    const roomy = await callDataset(args, { free: async () => 2e12 });
    expect(roomy.said).not.toContain('not enough');
    expect(roomy.summary).toMatchObject({ fits: true });
  });

  test('in a dry run, which says what would be', async () => {
    const dir = folder.path('dry');
    const { said, summary } = await callDataset(
      `--out ${dir} --task table-readout --strategy align-mix+ --count 1200 --align-rows 100 --dry-run`.split(' '),
    );
    expect(said).toContain('Phase 1: Align-, 100 rows');
    expect(said).toContain('phase-2-main.jsonl: 1200 rows');
    expect(said).toMatch(/About \d+\.?\d* MB of disk/);
    expect(summary).toMatchObject({
      state: 'dry-run',
      rows: 1300,
      pictures: 200,
      files: [{ name: 'phase-1-align.jsonl', rows: 100 }, { rows: 1200 }],
    });
    expect(existsSync(dir)).toBe(false);
  });
});
