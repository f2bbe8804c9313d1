/** Every command answers `--help`, and says in one line what it does not know. Each is run as a person runs it, its two calls at a time. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runHeadless } from '../../cli/headless-run.ts';

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A command run by its file, as `npm run` and `npx tsx` do, without their time. */
function ended(file: string, option: string): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ['--import', 'tsx', file, option], { timeout: 60_000 }, (_, out, err) =>
      resolve({ code: child.exitCode, out, err }),
    );
  });
}

/** How a person calls each command, and its file. */
function commands(): (readonly [call: string, file: string])[] {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  const ofNpm = Object.entries(scripts).flatMap(([name, line]) => {
    const file = /^tsx (\S+)$/.exec(line)?.[1]; // the other is Vite's own
    return file === undefined ? [] : [[`${name === 'start' || name === 'test' ? 'npm' : 'npm run'} ${name} --`, file] as const];
  });
  const files = readdirSync('scripts').map((name) => join('scripts', name));
  const takeOptions = files.filter((file) => file.endsWith('.ts') && readFileSync(file, 'utf8').includes('process.argv.slice('));
  const others = takeOptions.filter((file) => !ofNpm.some(([, known]) => known === file));
  return [...ofNpm, ...others.map((file) => [`npx tsx ${file}`, file] as const)];
}

test('nobody reads a command line in a way of its own', () => {
  const files = ['cli', 'scripts', 'bench'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  );
  const parsing = files.filter((file) => file.endsWith('.ts') && readFileSync(file, 'utf8').includes('parseArgs('));
  expect(parsing).toEqual(['cli/command-line.ts']);
});

test.each(commands())(
  '%s',
  async (call, file) => {
    const [help, unknown] = await Promise.all([ended(file, '--help'), ended(file, '--no-such-option')]);
    expect(help).toMatchObject({ code: 0, err: '' });
    expect(help.out.startsWith(call)).toBe(true);
    expect(help.out).toMatch(/^ {2}--help$/m);
    expect(unknown).toMatchObject({ code: 2, out: '' });
    expect(unknown.err).toMatch(/^[\w-]+: expected a known option, got --no-such-option: see np[mx] .* --help\n$/);
  },
  60_000,
);

test.each([
  [['--help'], /--figure ID [^]*--spec FILE [^]*\nnpm run headless -- --figure ID /],
  [['--figure', 'fig-3', '--help'], /^npm run headless -- --figure ID [^]*--known /],
  [['--figure', 'smarter-table1', '--help'], /^npm run headless -- --figure smarter-table1 [^]*--rows LIST /],
])('npm run headless -- %j', async (args, help) => {
  let said = '';
  expect(
    await runHeadless(
      args,
      () => undefined,
      (text) => (said += text),
    ),
  ).toBe(0);
  expect(said).toMatch(help);
  await expect(
    runHeadless(
      args.with(-1, '--no-such-option'),
      () => undefined,
      () => undefined,
    ),
  ).rejects.toThrow(/^headless: expected a known option, got --no-such-option: see npm run headless -- (--figure \S+ )?--help$/);
});
