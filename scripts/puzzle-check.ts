/**
 * Every puzzle family put through its solver, and what can be guessed from the options alone: `npx tsx scripts/puzzle-check.ts` (see --help). Writes docs/results/puzzles.json.
 * All but the pictures per second is the same on every machine.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { optionsOrHelp } from '../cli/command-line.ts';
import { numbers, whole } from '../cli/puzzles/options.ts';
import { reportFailure } from '../cli/report-failure.ts';
import { FAMILIES, familyOf } from '../src/tasks/puzzles/families.ts';
import type { FamilyCheck } from './puzzle-check/check-family.ts';

/** Any fixed seed: ours; the tests take another. */
const SEED = 1;

const HELP = `npx tsx scripts/puzzle-check.ts [options]
  --instances N      of each family, 500 or more, since fewer are too few for the limits; default 5000
  --families LIST    numbers, such as 14,43; default all
  --out FILE         default docs/results/puzzles.json
  --help
Exit status 1 when a family fails: a solver disagrees, letters are uneven, or in uniform-rank mode the median option is right more often than in a quarter of the
instances.
Example: npx tsx scripts/puzzle-check.ts --families 14 --out /dev/null`;

async function main(args: readonly string[]): Promise<void> {
  const text = { type: 'string' } as const;
  const line = { name: 'puzzle-check', call: 'npx tsx scripts/puzzle-check.ts', help: HELP };
  const values = optionsOrHelp(line, args, { instances: text, families: text, out: text });
  if (values === null) return;
  const instances = whole('--instances', values.instances ?? '5000', 500, 1_000_000);
  const known = FAMILIES.map(({ id }) => id);
  const ids = values.families === undefined ? known : numbers(values.families, (id) => known.includes(id), `numbers of ${known.join(', ')}`);
  const out = values.out ?? 'docs/results/puzzles.json';
  // Solvers and formatter are slow to load.
  const { checkFamily } = await import('./puzzle-check/check-family.ts');
  const { format, resolveConfig } = await import('prettier');
  const checks = ids.map((id) => {
    const check = checkFamily(familyOf(id), SEED, instances);
    process.stdout.write(`${lineOf(check)}\n`);
    return check;
  });
  const command = `npx tsx scripts/puzzle-check.ts --instances ${instances}${values.families === undefined ? '' : ` --families ${ids.join(',')}`}`;
  await mkdir(dirname(out), { recursive: true });
  const json = JSON.stringify({ kind: 'parallax-puzzle-check', version: 1, command, seed: SEED, families: checks });
  await writeFile(out, await format(json, { ...(await resolveConfig(out)), parser: 'json' }));
  if (checks.some(({ isGood }) => !isGood)) process.exitCode = 1;
}

function lineOf({ id, name, isGood, failures, chiSquare, majorityShare, medianShare, picturesPerSecond: rate, firstFailure }: FamilyCheck): string {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const median = medianShare === null ? '' : `, median ${percent(medianShare.uniformRank)} (published ${percent(medianShare.published)})`;
  const head = `${isGood ? 'good' : 'BAD '} ${String(id).padStart(3)} ${name}: ${failures} failures, letters ${chiSquare.toFixed(1)}`;
  return `${head}, majority ${percent(majorityShare)}${median}, ${rate} pictures/s${firstFailure === null ? '' : `; ${firstFailure}`}`;
}

main(process.argv.slice(2)).catch(reportFailure);
