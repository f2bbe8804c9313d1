import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { openFile } from '../../cli/file-source.ts';
import { parseScoreOptions } from '../../cli/score-options.ts';
import { writeText } from '../../cli/score-output.ts';
import type { WriteText } from '../../cli/score-output.ts';
import { runScore } from '../../cli/score-run.ts';
import { InputError } from '../../src/lib/errors.ts';
import type { ScoreReport } from '../../src/study/data/read/report.ts';
import { TASK_IDS } from '../../src/tasks/task.ts';
import { callDataset } from '../support/dataset-shell.ts';

const folder = mkdtempSync(join(tmpdir(), 'parallax-score-'));
const golden = (name: string): string => `test/golden/import/${name}`;
afterAll(() => rmSync(folder, { recursive: true }));

/** What it prints and announces. */
async function score(...args: string[]): Promise<{ readonly printed: string; readonly announced: string[] }> {
  const printed: string[] = [];
  const announced: string[] = [];
  await runScore(
    args,
    (text) => printed.push(text),
    (text) => announced.push(text),
  );
  return { printed: printed.join('\n'), announced };
}

test('announces the size, prints the tables, and writes the report, the Markdown and each row', async () => {
  const [json, markdown, rows] = ['report.json', 'tables.md', 'rows.jsonl'].map((name) => join(folder, name));
  if (json === undefined || markdown === undefined || rows === undefined) throw new Error('three names');
  const data = golden('model_OurEval_TableReadout_SIMPLE_image.tsv');
  const { printed, announced } = await score('--data', data, '--json', json, '--markdown', markdown, '--rows', rows);
  expect(announced[0]).toMatch(/^Reading model_OurEval_TableReadout_SIMPLE_image\.tsv, \d+ bytes$/);
  expect(printed).toMatch(/\| Table Readout +\| +simple \| +image \| +3 \| +33\.3 \[6\.1, 79\.2\]/);
  expect(readFileSync(markdown, 'utf8').trimEnd()).toBe(printed);
  const report = JSON.parse(readFileSync(json, 'utf8')) as ScoreReport;
  expect(report).toMatchObject({ kind: 'parallax-score', version: 1, groups: [{ score: { exactMatch: { right: 1, of: 3 } } }] });
  const lines = readFileSync(rows, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.map(({ id, isRight, prediction }) => [id, isRight, prediction])).toEqual([
    ['0', true, '9,7,3,4,1,4,0,6,2'],
    ['1', false, '9,7,8,4,1,4,0,6,2'],
    ['2', false, ''],
  ]);
});

test('joins two files by their ids', async () => {
  const { printed } = await score(
    '--data',
    golden('OurEval_TableReadout_SIMPLE_image.tsv'),
    '--predictions',
    golden('model_OurEval_TableReadout_SIMPLE_image.tsv'),
  );
  expect(printed).toContain('- Predictions: column prediction, joined by the column index.');
});

test('the command itself: the message alone on stderr, and exit code 2, for bad input', async () => {
  const bad = join(folder, 'bad.tsv');
  writeFileSync(bad, 'index\tquestion\tanswer\n1\tx\n');
  const command = promisify(execFile)('node', ['--import', 'tsx', 'cli/score.ts', '--data', bad]);
  await expect(command).rejects.toMatchObject({ code: 2, stdout: '' });
  const { stderr } = (await command.catch((error: unknown) => error)) as { stderr: string };
  expect(stderr.trim().split('\n')).toEqual([
    'Reading bad.tsv, 26 bytes',
    'bad.tsv, row 1 (line 2), column answer: expected 3 fields, got 2 fields: fields with tabs or line breaks must be quoted',
  ]);
}, 30_000);

test('a file that breaks in the middle leaves no half list of rows', async () => {
  const question = 'The image shows the sales data of different products in different months.';
  const bad = join(folder, 'TableReadout.tsv');
  writeFileSync(bad, `index\tquestion\tanswer\n1\t${question}\t1\n2\t${question}\tx\n`);
  await expect(score('--data', bad, '--rows', join(folder, 'half.jsonl'))).rejects.toThrow('TableReadout.tsv, row 2');
  expect(readdirSync(folder).filter((name) => name.startsWith('half'))).toEqual([]);
});

describe('what is there is never lost', () => {
  const place = (name: string): string => {
    const at = join(folder, name);
    mkdirSync(at);
    copyFileSync(golden('model_OurEval_TableReadout_SIMPLE_image.tsv'), join(at, 'data.tsv'));
    return at;
  };

  test('an output that is an input, by whatever path, is refused before anything is read', async () => {
    const at = place('own');
    const data = join(at, 'data.tsv');
    symlinkSync('data.tsv', join(at, 'link.tsv'));
    symlinkSync('.', join(at, 'here'));
    const before = readFileSync(data);
    for (const option of ['--json', '--markdown', '--rows']) {
      for (const path of [data, join(at, 'link.tsv'), join(at, 'here', 'data.tsv'), `${at}/./here/../own/data.tsv`]) {
        const message = `${option}: expected another file than that of --data, got ${path}: what is there would be lost`;
        await expect(score('--data', data, option, path)).rejects.toMatchObject({ name: 'InputError', message });
        await expect(score('--data', 'none.tsv', '--predictions', data, option, path)).rejects.toThrow(/none\.tsv|--predictions, got/);
      }
    }
    copyFileSync(data, join(at, 'x.part'));
    await expect(score('--data', join(at, 'x.part'), '--json', join(at, 'x'))).rejects.toThrow('another file than that of --data');
    expect(readFileSync(data).equals(before)).toBe(true);
    expect(readdirSync(at).sort()).toEqual(['data.tsv', 'here', 'link.tsv', 'x.part']);
  });

  test('two outputs in one file are refused', async () => {
    const at = place('twice');
    const path = join(at, 'out');
    const call = score('--data', join(at, 'data.tsv'), '--json', path, '--rows', join(at, '..', 'twice', 'out'));
    await expect(call).rejects.toThrow('--rows: expected another file than that of --json');
    expect(existsSync(path)).toBe(false);
  });

  test('an earlier report outlives bad input', async () => {
    const at = place('earlier');
    const names = ['report.json', 'tables.md', 'rows.jsonl'];
    for (const name of names) writeFileSync(join(at, name), 'earlier');
    const outputs = ['--json', join(at, 'report.json'), '--markdown', join(at, 'tables.md'), '--rows', join(at, 'rows.jsonl')];
    const bad = join(at, 'bad.tsv');
    writeFileSync(bad, `${readFileSync(join(at, 'data.tsv'), 'utf8')}9\n`);
    await expect(score('--data', bad, ...outputs)).rejects.toThrow('bad.tsv, row 4');
    for (const name of names) expect(readFileSync(join(at, name), 'utf8')).toBe('earlier');
    expect(readdirSync(at).filter((name) => name.endsWith('.part'))).toEqual([]);
    await score('--data', join(at, 'data.tsv'), ...outputs);
    for (const name of names) expect(readFileSync(join(at, name), 'utf8')).not.toBe('earlier');
    expect(readdirSync(at).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  test.each(['--json', '--markdown', '--rows'])('a disk that fills up under %s is told, and the other outputs stay as they were', async (full) => {
    const at = place(`full${full}`);
    const outputs = { '--json': join(at, 'report.json'), '--markdown': join(at, 'tables.md'), '--rows': join(at, 'rows.jsonl') };
    for (const path of Object.values(outputs)) writeFileSync(path, 'earlier');
    const opening = { '--json': '{\n', '--markdown': '**', '--rows': '{"number"' }[full];
    const write: WriteText = (handle, text) =>
      text.startsWith(opening ?? '?')
        ? Promise.reject(Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' }))
        : writeText(handle, text);
    const call = runScore(['--data', join(at, 'data.tsv'), ...Object.entries(outputs).flat()], () => undefined, () => undefined, write); // prettier-ignore
    await expect(call).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringMatching(`^${full}: expected room on the disk, got none left at .*part: free some, or name a file on another disk$`),
    });
    for (const path of Object.values(outputs)) expect(readFileSync(path, 'utf8')).toBe('earlier');
    expect(readdirSync(at).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  test('an output that is a folder, or whose .part is one, is refused before anything is read', async () => {
    const at = place('folders');
    mkdirSync(join(at, 'out'));
    mkdirSync(join(at, 'x.part'));
    await expect(score('--data', 'none.tsv', '--json', join(at, 'out'))).rejects.toThrow('--json: expected a file, got a folder at');
    const call = score('--data', join(at, 'data.tsv'), '--rows', join(at, 'x'));
    await expect(call).rejects.toMatchObject({
      name: 'InputError',
      message: `--rows: expected a file, got a folder at ${join(at, 'x.part')}: name another file`,
    });
  });

  test('a pipe is written to as it is', async () => {
    const pipe = join(place('pipe'), 'rows');
    await promisify(execFile)('mkfifo', [pipe]);
    const reader = promisify(execFile)('cat', [pipe], { timeout: 10_000 });
    await score('--data', golden('model_OurEval_TableReadout_SIMPLE_image.tsv'), '--rows', pipe);
    expect((await reader).stdout.trim().split('\n')).toHaveLength(3);
  });

  test('a link stays a link, and the file behind it is replaced', async () => {
    const at = place('link');
    writeFileSync(join(at, 'real.json'), 'earlier');
    symlinkSync('real.json', join(at, 'report.json'));
    await score('--data', join(at, 'data.tsv'), '--json', join(at, 'report.json'));
    expect(readFileSync(join(at, 'real.json'), 'utf8')).toContain('parallax-score');
  });
});

test('an input that goes away or cannot be read is told as bad input', async () => {
  const path = join(folder, 'going.tsv');
  writeFileSync(path, 'id\tanswer\n1\t2\n');
  const file = await openFile(path);
  rmSync(path);
  const read = async (): Promise<void> => {
    for await (const _ of file.chunks());
  };
  await expect(read()).rejects.toMatchObject({ name: 'InputError', message: `${path}: expected a file, got nothing there` });
});

interface Answered {
  readonly id: string;
  readonly prediction: string;
}

/** Makes a set with `npm run dataset`; its files, and the answers that stand in them. */
async function exported(name: string, ...args: string[]): Promise<{ readonly path: string; readonly answers: readonly Answered[] }[]> {
  const out = join(folder, name);
  await callDataset(['--out', out, '--quiet', '--workers', '1', ...args]);
  const names = readdirSync(out).filter((file) => /\.(jsonl|json|tsv)$/.test(file) && file !== 'manifest.json');
  return names.map((file) => ({ path: join(out, file), answers: answersIn(readFileSync(join(out, file), 'utf8')) }));
}

function answersIn(text: string): Answered[] {
  interface Turns {
    readonly id: string;
    readonly conversations: readonly { readonly value: string }[];
  }
  if (text.startsWith('[')) return (JSON.parse(text) as Turns[]).map(({ id, conversations }) => ({ id, prediction: conversations[1]?.value ?? '' }));
  if (!text.startsWith('{')) return [];
  const records = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly id: string; readonly response: string });
  return records.map(({ id, response }) => ({ id, prediction: response }));
}

/** All rows are known by their key, and the answers, in another order, are right. */
async function expectAllRight(path: string, answers: readonly Answered[]): Promise<void> {
  const [predictions, json] = [join(folder, 'said.jsonl'), join(folder, 'said.json')];
  writeFileSync(
    predictions,
    answers
      .map((answer) => JSON.stringify(answer))
      .toReversed()
      .join('\n'),
  );
  await score('--data', path, '--predictions', predictions, '--json', json);
  const { join: joined, groups, goldRefused } = JSON.parse(readFileSync(json, 'utf8')) as ScoreReport;
  expect([path, joined?.by, joined?.missing.count, joined?.unused.count, goldRefused.count]).toEqual([path, 'id', 0, 0, 0]);
  for (const { rows, exactRows, goldAccepted, score: result } of groups) {
    expect([path, exactRows, goldAccepted, result?.accuracy.right]).toEqual([path, rows, rows, rows]);
  }
  expect(groups.reduce((sum, { rows }) => sum + rows, 0)).toBe(answers.length);
}

describe('takes what `npm run dataset` writes', () => {
  test.each(TASK_IDS)('%s: records in each format, with their CoT and without', async (task) => {
    const common = ['--task', task, '--count', '3', '--level', 'hard', '--split', 'eval'];
    const [lines] = await exported(`${task}-jsonl`, ...common, '--supervision', 'image-via-text', '--no-pictures');
    const [table] = await exported(`${task}-vlmeval`, ...common, '--supervision', 'text', '--format', 'vlmeval');
    const [bare] = await exported(`${task}-bare`, ...common, '--supervision', 'image-via-text', '--no-pictures', '--no-cot');
    const [turns] = await exported(`${task}-llava`, ...common, '--supervision', 'image', '--format', 'llava', '--profile', 'compact');
    if (lines === undefined || table === undefined || bare === undefined || turns === undefined) throw new Error('four sets of one file each');
    for (const { path, answers } of [lines, bare, turns]) await expectAllRight(path, answers);
    const answers = lines.answers.map(({ prediction }, i) => ({ id: `0_${i}`, prediction }));
    await expectAllRight(table.path, answers);
  });

  test('each phase of a strategy over three tasks, in LLaVA’s form', async () => {
    const args = '--task joint --strategy tw-align-mix+ --warm-up-rows 12 --align-rows 12 --count 20 --format llava --profile compact';
    const phases = await exported('strategy', ...args.split(' '));
    expect(phases.length).toBeGreaterThan(2);
    for (const { path, answers } of phases) await expectAllRight(path, answers);
  });
});

describe('refuses with one clear line', () => {
  test('a place that is not there, before anything is read', async () => {
    await expect(score('--data', 'none.tsv', '--json', join(folder, 'no', 'x.json'))).rejects.toThrow(
      '--json: expected a path in a folder that exists',
    );
  });

  test('a folder, naming what is in it', async () => {
    mkdirSync(join(folder, 'set'));
    writeFileSync(join(folder, 'set', 'eval.tsv'), 'x');
    writeFileSync(join(folder, 'set', 'manifest.json'), '{}');
    await expect(score('--data', join(folder, 'set'))).rejects.toThrow(/set: expected a file, got a folder: give one of its files: eval\.tsv$/);
  });

  test('a file that is not there', async () => {
    await expect(score('--data', join(folder, 'none.tsv'))).rejects.toThrow(/none\.tsv: expected a file, got nothing there/);
  });

  test.each([
    [[], 'score: expected --data FILE, got none: npm run score -- --help'],
    [['--data', 'x', '--task', 'chess'], `--task: expected one of ${TASK_IDS.join(', ')}, got chess`],
    [['--data', 'x', '--level', 'easy'], '--level: expected one of simple, medium, hard, got easy'],
    [['--data', 'x', '--colour', 'red'], 'score: expected a known option, got --colour: see npm run score -- --help'],
    [['--data'], '--data: expected FILE after it, got nothing: see npm run score -- --help'],
    [['--data', '--json', 'x'], '--data: expected FILE after it, got nothing: see npm run score -- --help'],
    [['--data', ''], '--data: expected FILE after it, got nothing: see npm run score -- --help'],
    [['--data', 'x', '--json'], '--json: expected OUT after it, got nothing: see npm run score -- --help'],
    [['--data', 'x', '--task='], '--task: expected NAME after it, got nothing: see npm run score -- --help'],
    [['--data', 'x', '--skip-bad=yes'], "score: Option '--skip-bad' does not take an argument. See npm run score -- --help"],
    [['x.tsv'], "score: Unexpected argument 'x.tsv'. This command does not take positional arguments. See npm run score -- --help"],
  ])('%j', (args, message) => {
    expect(() => parseScoreOptions(args)).toThrow(new InputError(message));
  });
});

test('tasks and levels may be written in any spelling', () => {
  expect(parseScoreOptions(['--data', 'x', '--task', 'GridNavigation', '--level', 'HARD'])).toMatchObject({ task: 'grid-navigation', level: 'hard' });
  expect(parseScoreOptions(['--help'])).toBeNull();
});
