/** `npm test`: finds Chromium or installs it, then runs all tests: in Node, in that Chromium, and end to end on the built page. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { optionsOrHelp } from './command-line.ts';
import { oneOf } from './option-values.ts';
import { reportFailure } from './report-failure.ts';

const KINDS = ['node', 'browser', 'e2e'] as const;
type Kind = (typeof KINDS)[number];

const HELP = `npm test -- [options]
  --only KIND        ${KINDS.join(', ')}: tests in Node, in Chromium, or end to end on the built page; default all three
  --help
Chromium is the one of CHROMIUM_PATH, else one that is found, else it is installed. One file: npx vitest run --project node FILE
Example: npm test -- --only node`;

const say = (line: string) => void process.stdout.write(`${line}\n`);

/** Returns the exit code: that of Vitest when a test fails. */
async function main(args: readonly string[]): Promise<number> {
  const values = optionsOrHelp({ name: 'test', call: 'npm test --', help: HELP }, args, { only: { type: 'string' } });
  if (values === null) return 0;
  const wanted = values.only === undefined ? KINDS : [oneOf('--only', KINDS, values.only)];
  const { ROOT, buildIfNeeded } = await import('./build.ts');
  const environment: NodeJS.ProcessEnv = { ...process.env };
  if (wanted.includes('browser') || wanted.includes('e2e')) {
    const { needBrowser } = await import('./find-browser.ts');
    const browser = needBrowser(say);
    say(`Browser tests use ${browser.path} (found: ${browser.source}).`);
    environment['CHROMIUM_PATH'] = browser.path;
  }
  const vitest = (kinds: readonly Kind[]): number => {
    const projects = kinds.flatMap((kind) => ['--project', kind]);
    const line = [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', ...projects];
    return spawnSync(process.execPath, line, { cwd: ROOT, env: environment, stdio: 'inherit' }).status ?? 1;
  };
  const inOneRun = wanted.filter((kind) => kind !== 'e2e');
  const code = inOneRun.length === 0 ? 0 : vitest(inOneRun);
  if (code !== 0 || !wanted.includes('e2e')) return code;
  await buildIfNeeded(say);
  return vitest(['e2e']);
}

main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
}, reportFailure);
