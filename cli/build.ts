/**
 * Builds the two pages, the notebook and the bench, into dist/ and checks what came out (scripts/check-dist.ts).
 *
 * The digest of everything that goes in is kept beside the build, so that `npm start` and `npm test` build only when something changed.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkDist, hubScriptBytes, pageScriptBytes } from '../scripts/check-dist.ts';
import { optionsOrHelp } from './command-line.ts';
import { reportFailure } from './report-failure.ts';
import { commitHash } from './vite-plugins.ts';

export const ROOT = resolve(import.meta.dirname, '..');
export const DIST = join(ROOT, 'dist');
const STAMP = join(ROOT, '.cache/build-inputs');
const INPUTS = [
  'index.html',
  'bench.html',
  'bench',
  'src',
  'workers',
  'public',
  'vite.config.ts',
  'cli/vite-plugins.ts',
  'tsconfig.json',
  'package-lock.json',
];

const HELP = `npm run build -- [options]
  --help
Builds the two pages, the notebook and the bench, into dist/ and checks them: no raw decorators, no inline code, the size of the JavaScript.
npm start and npm test build by themselves when something changed.`;

/** Builds when the inputs differ from those of the build in dist/; says so through `say`. */
export async function buildIfNeeded(say: (line: string) => void): Promise<void> {
  const isFresh = existsSync(join(DIST, 'index.html')) && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === inputsDigest();
  if (isFresh) return;
  say('Building the page (a few seconds; only when something changed)…');
  await buildPage();
}

/** Builds, checks the result and remembers what went in. */
export async function buildPage(): Promise<void> {
  const digest = inputsDigest();
  const { build } = await import('vite');
  await build({ root: ROOT, logLevel: 'warn' });
  // On its own: built together, the notebook would be cut into what both pages share, twenty files and 5 kB more at its start.
  await build({
    root: ROOT,
    logLevel: 'warn',
    build: { emptyOutDir: false, copyPublicDir: false, rolldownOptions: { input: join(ROOT, 'bench.html') } },
  });
  const problems = checkDist(DIST);
  if (problems.length > 0) throw new Error(`build: the built page is not as it must be:\n  ${problems.join('\n  ')}`);
  const { start, all } = pageScriptBytes(DIST, readFileSync(join(DIST, 'index.html'), 'utf8'));
  process.stdout.write(
    `Built dist/. JavaScript on the page thread, gzipped: ${kilobytes(start)} at start, ${kilobytes(all)} with what is loaded on demand.\n` +
      `On demand in a worker, for models of the hub: ${kilobytes(hubScriptBytes(DIST))}.\n`,
  );
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  writeFileSync(STAMP, digest);
}

/** SHA-256 over the names and contents of all inputs, and the commit that is compiled in. */
function inputsDigest(): string {
  const hash = createHash('sha256').update(commitHash());
  for (const input of INPUTS) {
    for (const file of filesUnder(join(ROOT, input))) hash.update(`\0${file.slice(ROOT.length)}\0`).update(readFileSync(file));
  }
  return hash.digest('hex');
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

function filesUnder(path: string): string[] {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path)
    .toSorted()
    .flatMap((name) => filesUnder(join(path, name)));
}

async function main(args: readonly string[]): Promise<void> {
  if (optionsOrHelp({ name: 'build', call: 'npm run build --', help: HELP }, args, {}) !== null) await buildPage();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main(process.argv.slice(2)).catch(reportFailure);
