/**
 * `npm test`: finds Chromium or installs it, then runs all tests: in Node, in that Chromium, and end to end on the built page.
 * `npm test -- --only node` (or browser, e2e) runs one kind.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT, buildIfNeeded } from './build.ts';
import { needBrowser } from './find-browser.ts';

const KINDS = ['node', 'browser', 'e2e'] as const;
type Kind = (typeof KINDS)[number];

const say = (line: string) => void process.stdout.write(`${line}\n`);
const { values } = parseArgs({ options: { only: { type: 'string' } } });
const wanted = KINDS.filter((kind) => values.only === undefined || values.only === kind);
if (wanted.length === 0) {
  process.stderr.write(`test: expected --only ${KINDS.join(', ')}, got ${values.only}: leave it out to run all\n`);
  process.exit(1);
}

const environment: NodeJS.ProcessEnv = { ...process.env };
if (wanted.includes('browser') || wanted.includes('e2e')) {
  const browser = needBrowser(say);
  say(`Browser tests use ${browser.path} (found: ${browser.source}).`);
  environment['CHROMIUM_PATH'] = browser.path;
}

const inOneRun = wanted.filter((kind) => kind !== 'e2e');
if (inOneRun.length > 0) vitest(inOneRun);
if (wanted.includes('e2e')) {
  await buildIfNeeded(say);
  vitest(['e2e']);
}

/** Runs Vitest on some projects; ends this process with its status when a test fails. */
function vitest(kinds: readonly Kind[]): void {
  const args = [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', ...kinds.flatMap((kind) => ['--project', kind])];
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, env: environment, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
