/** `npm run check`: types, lint, format, and the checks of scripts/check-ground.ts. Runs all of them, then fails if any did. */
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { groundFaults } from '../scripts/check-ground.ts';
import { optionsOrHelp } from './command-line.ts';
import { reportFailure } from './report-failure.ts';

const ROOT = resolve(import.meta.dirname, '..');

const TOOLS: readonly (readonly [name: string, file: string, ...args: string[]])[] = [
  ['types', 'typescript/bin/tsc', '--noEmit', '-p', '.'],
  ['lint', 'oxlint/bin/oxlint'],
  ['format', 'prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'],
];

const HELP = `npm run check -- [options]
  --help
Runs ${TOOLS.map(([name]) => name).join(', ')} and ground (lockfile, headers, dead links, install size), all of them, and fails if any did.
Format is mended by npx prettier --write FILE`;

/** Returns the exit code. */
function main(args: readonly string[]): number {
  if (optionsOrHelp({ name: 'check', call: 'npm run check --', help: HELP }, args, {}) === null) return 0;
  let isGood = true;
  const report = (name: string, isPassed: boolean): void => {
    process.stdout.write(`check ${name}: ${isPassed ? 'good' : 'FAILED'}\n`);
    isGood &&= isPassed;
  };
  for (const [name, file, ...rest] of TOOLS) {
    const { status } = spawnSync(process.execPath, [join(ROOT, 'node_modules', file), ...rest], { cwd: ROOT, stdio: 'inherit' });
    report(name, status === 0);
  }
  const faults = groundFaults(ROOT);
  for (const fault of faults) process.stdout.write(`${fault}\n`);
  report('ground', faults.length === 0);
  return isGood ? 0 : 1;
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  reportFailure(error);
}
