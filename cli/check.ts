/** `npm run check`: types, lint, format, and the checks of scripts/check-ground.ts. Runs all of them, then fails if any did. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { groundFaults } from '../scripts/check-ground.ts';
import { ROOT } from './build.ts';

const TOOLS: readonly (readonly [name: string, file: string, ...args: string[]])[] = [
  ['types', 'typescript/bin/tsc', '--noEmit', '-p', '.'],
  ['lint', 'oxlint/bin/oxlint'],
  ['format', 'prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'],
];

let isGood = true;
for (const [name, file, ...args] of TOOLS) {
  const { status } = spawnSync(process.execPath, [join(ROOT, 'node_modules', file), ...args], { cwd: ROOT, stdio: 'inherit' });
  report(name, status === 0);
}
const faults = groundFaults(ROOT);
for (const fault of faults) process.stdout.write(`${fault}\n`);
report('ground', faults.length === 0);
process.exit(isGood ? 0 : 1);

function report(name: string, isPassed: boolean): void {
  process.stdout.write(`check ${name}: ${isPassed ? 'good' : 'FAILED'}\n`);
  isGood &&= isPassed;
}
