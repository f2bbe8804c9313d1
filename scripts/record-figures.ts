/**
 * `npx tsx scripts/record-figures.ts --figures fig-3,fig-9` (see --help): trains and measures the runs of several figures, several at a time, each run once with all that any
 * of the figures asks of it. The numbers then come from `npm run headless -- --figure ID --known --out …`. Goes on where an interrupted command stopped. JSON lines on stdout.
 *
 * A parent hands out runs, in the order of the figures, to as many copies of this file as there are jobs.
 */
import { optionsOrHelp } from '../cli/command-line.ts';
import { oneOf, seedList, wholeNumber } from '../cli/option-values.ts';
import { reportFailure } from '../cli/report-failure.ts';
import { fault, InputError } from '../src/lib/errors.ts';
import { BACKENDS } from '../src/model/device-info.ts';
import { SCALES } from '../src/study/figures/scale.ts';
import type { Options } from './record-figures/jobs.ts';

const HELP = `npx tsx scripts/record-figures.ts --figures LIST [options]
  --figures LIST     such as fig-3,fig-9; an unknown one lists them all
  --scale NAME       ${SCALES.join(' or ')}; default nano
  --seeds LIST       default 1,2,3
  --jobs N           runs at a time, a process each; default 1
  --out DIR          runs and their measurements; default out/figures
  --recorded DIR     runs that DIR/ID.json has are not trained again, such as public/runs; default none
  --backend NAME     ${BACKENDS.join(', ')}; default wasm
  --max-minutes M    stop after so long, with what is finished; default none
  --help
What it trained is kept: the same command goes on where it was stopped. Then the numbers: npm run headless -- --figure ID --known --out DIR (and --recorded DIR, if that was given here)
Example: npx tsx scripts/record-figures.ts --figures fig-3,fig-9 --jobs 3`;

const COMMAND = { name: 'record-figures', call: 'npx tsx scripts/record-figures.ts', help: HELP };

function optionsOf(args: readonly string[]): Options | null {
  const text = { type: 'string' } as const;
  const options = { figures: text, scale: text, seeds: text, jobs: text, out: text, recorded: text, backend: text, 'max-minutes': text };
  const values = optionsOrHelp(COMMAND, args, options);
  if (values === null) return null;
  const { figures, out = 'out/figures', recorded = null, 'max-minutes': minutes } = values;
  if (figures === undefined) throw new InputError(fault('record-figures', '--figures LIST', 'none', `see ${COMMAND.call} --help`));
  const maxMinutes = minutes === undefined ? null : Number(minutes);
  if (maxMinutes !== null && !(maxMinutes > 0)) throw new InputError(fault('--max-minutes', 'a number above 0', minutes));
  return {
    ...{ figures: figures.split(','), out, recorded, maxMinutes },
    scale: oneOf('--scale', SCALES, values.scale ?? 'nano'),
    seeds: seedList('--seeds', values.seeds ?? '1,2,3'),
    jobs: wholeNumber('--jobs', values.jobs ?? '1', 1),
    backend: oneOf('--backend', BACKENDS, values.backend ?? 'wasm'),
  };
}

async function main(args: readonly string[]): Promise<void> {
  const options = optionsOf(args);
  if (options === null) return;
  const { follow, lead } = await import('./record-figures/jobs.ts'); // tfjs comes with it
  if (process.env['RECORD_FIGURES'] === 'copy') await follow(options);
  else process.exitCode = await lead(args, options);
}

main(process.argv.slice(2)).catch(reportFailure);
