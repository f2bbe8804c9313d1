/** Command line of `npm run headless -- --figure ID`. */
import { parseArgs } from 'node:util';
import { fault, InputError } from '../src/lib/errors.ts';
import { BACKENDS } from '../src/model/device-info.ts';
import type { BackendName } from '../src/model/device-info.ts';
import { SCALES } from '../src/study/figures/scale.ts';
import type { Scale } from '../src/study/figures/scale.ts';

export interface FigureOptions {
  readonly figure: string;
  readonly scale: Scale;
  readonly seeds: readonly number[];
  /** Folder of the runs. */
  readonly out: string;
  /** Folder of the figure's numbers. */
  readonly save: string;
  readonly backend: BackendName;
  /** No training: from the runs that are measured already. */
  readonly isKnownOnly: boolean;
  readonly logEvery: number;
}

export const FIGURE_HELP = `npm run headless -- --figure ID [options]
  --figure ID        fig-3, fig-4, fig-5-tr, … ; an unknown one lists them all
  --scale NAME       ${SCALES.join(' or ')}; default nano
  --seeds LIST       default 1,2,3
  --out DIR          runs and their measurements; default out/figures
  --save DIR         where ID.json goes; default the same folder
  --known            no training: from the runs that are there
  --backend NAME     ${BACKENDS.join(', ')}; default wasm
  --log-every N      steps per line of the log; default 50`;

/** True for a command line of a figure. */
export function isFigureCommand(args: readonly string[]): boolean {
  return args.some((arg) => arg === '--figure' || arg.startsWith('--figure='));
}

/** Throws InputError. */
export function parseFigureOptions(args: readonly string[]): FigureOptions {
  const text = { type: 'string' } as const;
  const options = {
    figure: text,
    scale: text,
    seeds: text,
    out: text,
    save: text,
    backend: text,
    known: { type: 'boolean' },
    'log-every': text,
  } as const;
  const values = parsed(() => parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values);
  const out = values.out ?? 'out/figures';
  const scale = SCALES.find((name) => name === (values.scale ?? 'nano'));
  if (scale === undefined) throw new InputError(fault('--scale', SCALES.join(' or '), values.scale));
  const backend = BACKENDS.find((name) => name === (values.backend ?? 'wasm'));
  if (backend === undefined) throw new InputError(fault('--backend', BACKENDS.join(', '), values.backend));
  const seeds = (values.seeds ?? '1,2,3').split(',').map(Number);
  if (seeds.some((seed) => !Number.isSafeInteger(seed) || seed < 0))
    throw new InputError(fault('--seeds', 'whole numbers, such as 1,2,3', values.seeds));
  const logEvery = Number(values['log-every'] ?? '50');
  if (!Number.isSafeInteger(logEvery) || logEvery < 1) throw new InputError(fault('--log-every', 'a whole number from 1 on', values['log-every']));
  return { figure: values.figure ?? '', scale, seeds, out, save: values.save ?? out, backend, isKnownOnly: values.known === true, logEvery };
}

function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new InputError(`headless: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
