/**
 * `npx tsx scripts/record-runs.ts --figure ID` (see --help): the finished runs of a figure, or one run of any kind (--run), as files that ship with the page, weights in half precision
 * (src/study/recorded-run.ts). Each is evaluated again with the rounded weights; a run that has more or fewer right in any cell, by more than 2 % of its examples, is
 * refused. By how much is written beside it, in index.json.
 */
import { optionsOrHelp } from '../cli/command-line.ts';
import { oneOf, wholeNumber } from '../cli/option-values.ts';
import { reportFailure } from '../cli/report-failure.ts';
import { fault, InputError } from '../src/lib/errors.ts';
import { BACKENDS } from '../src/model/device-info.ts';
import { SCALES } from '../src/study/figures/scale.ts';

const HELP = `npx tsx scripts/record-runs.ts --figure ID [options]
  --figure ID        fig-3, fig-4, fig-5-tr, … ; an unknown one lists them all
  --run DIR          in place of --figure: the run that npm run headless -- --spec FILE --out DIR left, with its timeline if --save-run was given
  --scale NAME       ${SCALES.join(' or ')}; default nano
  --seed N           default 1
  --series LIST      such as Mix+,Align-Mix+; default all; an unknown one lists them
  --out DIR          the finished runs, as npm run headless -- --figure ID leaves them; default out/figures
  --save DIR         where the files and index.json go; default public/runs/weights
  --backend NAME     evaluates the rounded weights: ${BACKENDS.join(', ')}; default wasm
  --help
Example: npx tsx scripts/record-runs.ts --figure fig-9 --series Mix+,Align-Mix+`;

const COMMAND = { name: 'record-runs', call: 'npx tsx scripts/record-runs.ts', help: HELP };

async function main(args: readonly string[]): Promise<void> {
  const text = { type: 'string' } as const;
  const values = optionsOrHelp(COMMAND, args, {
    figure: text,
    run: text,
    scale: text,
    seed: text,
    series: text,
    out: text,
    save: text,
    backend: text,
  });
  if (values === null) return;
  const { figure, run, out = 'out/figures', save = 'public/runs/weights' } = values;
  if ((figure === undefined) === (run === undefined))
    throw new InputError(fault('record-runs', '--figure ID or --run DIR', figure === undefined ? 'neither' : 'both', `see ${COMMAND.call} --help`));
  const scale = oneOf('--scale', SCALES, values.scale ?? 'nano');
  const backend = oneOf('--backend', BACKENDS, values.backend ?? 'wasm');
  const seed = wholeNumber('--seed', values.seed ?? '1', 0);
  const { recordRuns } = await import('./record-runs/record.ts'); // tfjs comes with it
  const what = run === undefined ? { figure: figure ?? '', scale, seed, series: values.series?.split(',') ?? null, out } : { run };
  await recordRuns({ what, save, backend });
}

main(process.argv.slice(2)).catch(reportFailure);
