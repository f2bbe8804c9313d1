/** Command line of `npm run headless -- --figure smarter-table1` and the other tables of "On VLM Reasoners". */
import { fault, InputError } from '../src/lib/errors.ts';
import { BACKENDS } from '../src/model/device-info.ts';
import type { BackendName } from '../src/model/device-info.ts';
import { SMARTER_SCALES, SMARTER_SEEDS, smarterTables } from '../src/study/smarter/figures/tables.ts';
import type { SmarterScale, SmarterTable } from '../src/study/smarter/figures/tables.ts';
import { parseCommandLine } from './command-line.ts';
import { oneOf, seedList } from './option-values.ts';

export interface SmarterFigureOptions {
  readonly table: SmarterTable;
  readonly scale: SmarterScale;
  readonly seeds: readonly number[];
  /** Rows to train; the numbers of the others are taken when they are there. */
  readonly rows: readonly string[];
  /** Folder of features and runs. */
  readonly out: string;
  /** Folder of the table's numbers. */
  readonly save: string;
  readonly backend: BackendName;
  /** No training: from the runs that are there. */
  readonly isKnownOnly: boolean;
}

export const SMARTER_FIGURE_HELP = `npm run headless -- --figure smarter-table1 [options]
  --figure ID        ${smarterTables('small')
    .map(({ id }) => id)
    .join(', ')}: a table of "On VLM Reasoners"
  --scale NAME       ${SMARTER_SCALES.join(' or ')}; default small. micro learns nothing: it is for trying out
  --seeds LIST       default ${SMARTER_SEEDS.join(',')}
  --rows LIST        train these alone, such as qf,no-qf; default all; an unknown one lists them
  --out DIR          features and runs; default out/smarter
  --save DIR         where ID.json goes; default the same folder
  --known            no training: from the runs that are there
  --backend NAME     ${BACKENDS.join(', ')}; default wasm
  --help
What it trained is kept: the same command goes on where it was stopped.
Example: npm run headless -- --figure smarter-table1 --scale micro --seeds 0`;

const FIGURE = { name: 'headless', call: 'npm run headless -- --figure smarter-table1', help: SMARTER_FIGURE_HELP };

/** True for a command line of such a table. */
export function isSmarterFigure(args: readonly string[]): boolean {
  return args.some((arg, i) => arg.startsWith('--figure=smarter-') || (arg === '--figure' && args[i + 1]?.startsWith('smarter-') === true));
}

/** Options of a command line, or null when help was asked for. Throws InputError. */
export function parseSmarterFigureOptions(args: readonly string[]): SmarterFigureOptions | null {
  const text = { type: 'string' } as const;
  const options = { figure: text, scale: text, seeds: text, out: text, save: text, known: { type: 'boolean' }, backend: text, rows: text } as const;
  const values = parseCommandLine(FIGURE, args, options);
  if (values === null) return null;
  const scale = oneOf('--scale', SMARTER_SCALES, values.scale ?? 'small');
  const tables = smarterTables(scale);
  const id = oneOf(
    '--figure',
    tables.map((table) => table.id),
    values.figure ?? '',
  );
  const table = tables.find((known) => known.id === id);
  if (table === undefined) throw new Error(`internal: no table ${id}`);
  const ids = table.rows.map((row) => row.id);
  const rows = values.rows?.split(',') ?? ids;
  const unknown = rows.find((row) => !ids.includes(row));
  if (unknown !== undefined) throw new InputError(fault('--rows', ids.join(','), unknown));
  const out = values.out ?? 'out/smarter';
  return {
    ...{ table, scale, rows, out, save: values.save ?? out, isKnownOnly: values.known === true },
    seeds: seedList('--seeds', values.seeds ?? SMARTER_SEEDS.join(',')),
    backend: oneOf('--backend', BACKENDS, values.backend ?? 'wasm'),
  };
}
