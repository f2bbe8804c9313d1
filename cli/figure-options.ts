/** Command line of `npm run headless -- --figure ID`. */
import { BACKENDS } from '../src/model/device-info.ts';
import type { BackendName } from '../src/model/device-info.ts';
import { SCALES } from '../src/study/figures/scale.ts';
import type { Scale } from '../src/study/figures/scale.ts';
import { parseCommandLine } from './command-line.ts';
import { oneOf, seedList, wholeNumber } from './option-values.ts';

export interface FigureOptions {
  readonly figure: string;
  readonly scale: Scale;
  readonly seeds: readonly number[];
  /** Folder of the runs. */
  readonly out: string;
  /** Folder of the figure's numbers. */
  readonly save: string;
  readonly backend: BackendName;
  /** Folder with the figure as it was recorded, of which the runs are taken; null = none. */
  readonly recorded: string | null;
  /** No training: from the runs that are measured already. */
  readonly isKnownOnly: boolean;
  readonly logEvery: number;
}

export const FIGURE_HELP = `npm run headless -- --figure ID [options]
  --figure ID        fig-3, fig-4, fig-5-tr, … ; an unknown one lists them all
                     the tables of smarterVLM have other options: --figure smarter-table1 --help
  --scale NAME       ${SCALES.join(' or ')}; default nano
  --seeds LIST       default 1,2,3
  --out DIR          runs and their measurements; default out/figures
  --save DIR         where ID.json goes; default the same folder
  --recorded DIR     runs that DIR/ID.json has are taken from it and not trained again, such as public/runs; default none
  --known            no training: from the runs that are there
  --backend NAME     ${BACKENDS.join(', ')}; default wasm
  --log-every N      steps per line of the log; default 50
  --help
What it trained is kept: the same command goes on where it was stopped.
Example: npm run headless -- --figure fig-3 --seeds 1`;

const FIGURE = { name: 'headless', call: 'npm run headless -- --figure ID', help: FIGURE_HELP };

/** True for a command line of a figure. */
export function isFigureCommand(args: readonly string[]): boolean {
  return args.some((arg) => arg === '--figure' || arg.startsWith('--figure='));
}

/** Options of a command line, or null when help was asked for. Throws InputError. */
export function parseFigureOptions(args: readonly string[]): FigureOptions | null {
  const text = { type: 'string' } as const;
  const options = {
    figure: text,
    scale: text,
    seeds: text,
    out: text,
    save: text,
    recorded: text,
    backend: text,
    known: { type: 'boolean' },
    'log-every': text,
  } as const;
  const values = parseCommandLine(FIGURE, args, options);
  if (values === null) return null;
  const out = values.out ?? 'out/figures';
  return {
    figure: values.figure ?? '',
    scale: oneOf('--scale', SCALES, values.scale ?? 'nano'),
    seeds: seedList('--seeds', values.seeds ?? '1,2,3'),
    out,
    save: values.save ?? out,
    recorded: values.recorded ?? null,
    backend: oneOf('--backend', BACKENDS, values.backend ?? 'wasm'),
    isKnownOnly: values.known === true,
    logEvery: wholeNumber('--log-every', values['log-every'] ?? '50', 1),
  };
}
