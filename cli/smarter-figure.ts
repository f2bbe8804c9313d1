/**
 * `npm run headless -- --figure smarter-table1 [--scale small|micro] [--seeds 0,42,7] [--rows qf,no-qf] [--out out/smarter] [--save public/smarter] [--known] [--backend wasm]`: trains every row of a
 * table of "On VLM Reasoners" that is not there yet, and writes its numbers. Features and runs are kept in `--out`; an interrupted command goes on where it was.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fault, InputError } from '../src/lib/errors.ts';
import { openBackend } from '../src/model/backend.ts';
import { BACKENDS } from '../src/model/device-info.ts';
import { judged } from '../src/study/smarter/figures/table-result.ts';
import { paperRow } from '../src/study/smarter/figures/paper-tables.ts';
import type { RowResult, RowRun, TableResult } from '../src/study/smarter/figures/table-result.ts';
import { SMARTER_SCALES, SMARTER_SEEDS, smarterTables } from '../src/study/smarter/figures/tables.ts';
import type { SmarterTable } from '../src/study/smarter/figures/tables.ts';
import { sha256Hex } from '../src/lib/hash.ts';
import { canonicalJson } from '../src/lib/canonical-json.ts';
import { trainSmarter } from './smarter-run.ts';
import type { SmarterSummary } from './smarter-run.ts';

interface Shell {
  readonly print: (line: object) => void;
  readonly commit: string | null;
  readonly clock: () => number;
}

/** Losses kept of a run: enough for a picture. */
const CURVE_POINTS = 200;

export function isSmarterFigure(args: readonly string[]): boolean {
  return args.some((arg, i) => arg.startsWith('--figure=smarter-') || (arg === '--figure' && args[i + 1]?.startsWith('smarter-') === true));
}

/** Returns the exit code: 0 done, 130 interrupted. Throws InputError for a bad command line, and the error of a run that fails. */
export async function runSmarterFigure(args: readonly string[], { print, commit, clock }: Shell): Promise<number> {
  const text = { type: 'string' } as const;
  const options = { figure: text, scale: text, seeds: text, out: text, save: text, known: { type: 'boolean' }, backend: text, rows: text } as const;
  const { values } = parseArgs({ args: [...args], options });
  const scale = SMARTER_SCALES.find((name) => name === (values.scale ?? 'small'));
  const backend = BACKENDS.find((name) => name === (values.backend ?? 'wasm'));
  if (scale === undefined) throw new InputError(fault('--scale', SMARTER_SCALES.join(' or '), values.scale));
  if (backend === undefined) throw new InputError(fault('--backend', BACKENDS.join(', '), values.backend));
  const tables = smarterTables(scale);
  const table = tables.find(({ id }) => id === values.figure);
  if (table === undefined) throw new InputError(fault('--figure', tables.map(({ id }) => id).join(', '), values.figure));
  const ids = table.rows.map(({ id }) => id);
  const asked = values.rows?.split(',') ?? ids;
  const unknown = asked.find((id) => !ids.includes(id));
  if (unknown !== undefined) throw new InputError(fault('--rows', ids.join(','), unknown));
  const seeds = (values.seeds ?? SMARTER_SEEDS.join(',')).split(',').map(Number);
  if (seeds.some((seed) => !Number.isSafeInteger(seed) || seed < 0))
    throw new InputError(fault('--seeds', 'whole numbers, such as 0,42,7', values.seeds));
  const folder = values.out ?? 'out/smarter';
  const save = values.save ?? folder;
  await mkdir(join(folder, 'summaries'), { recursive: true });
  await mkdir(save, { recursive: true });
  const abort = new AbortController();
  const interrupt = (): void => abort.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt);
  const engine = await openBackend(backend);
  const command = `npm run headless -- --figure ${table.id} --scale ${scale} --seeds ${seeds.join(',')} --backend ${backend}`;
  const found = new Map<string, RowRun[]>(table.rows.map(({ id }) => [id, []]));
  let backbone = '';
  try {
    // Seed by seed, so that an interrupted sweep has whole columns.
    for (const seed of seeds) {
      for (const row of table.rows) {
        const isAsked = asked.includes(row.id) && values.known !== true;
        const spec = row.spec(seed);
        const file = join(folder, 'summaries', `${(await sha256Hex(new TextEncoder().encode(canonicalJson(spec)))).slice(0, 16)}.json`);
        if (!existsSync(file)) {
          if (!isAsked) continue;
          print({ event: 'row', table: table.id, row: row.id, seed });
          const made = await trainSmarter(spec, { folder, smartDir: null, engine, signal: abort.signal, print, clock });
          if (made === null) return 130;
          await writeJson(file, made);
        }
        const summary = JSON.parse(await readFile(file, 'utf8')) as SmarterSummary; // our own file
        backbone = summary.backbone;
        found.get(row.id)?.push(rowRun(summary, table.part, seed));
        await writeJson(join(save, `${table.id}.json`), resultOf(table, found, { scale, backbone, command, commit: commit ?? '' }));
      }
    }
  } finally {
    engine.close();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupt);
  }
  const { rows, claims } = resultOf(table, found, { scale, backbone, command, commit: commit ?? '' });
  print({ event: 'table', id: table.id, rows: rows.map(({ id, runs }) => [id, ...runs.map(({ scores }) => scores.overall.solved)]), claims });
  return 0;
}

function rowRun(summary: SmarterSummary, part: 'val' | 'test', seed: number): RowRun {
  const { spec, parameters, bestEpoch, test, epochs, losses, made } = summary;
  const scores = part === 'test' ? test : (epochs.find(({ epoch }) => epoch === bestEpoch)?.val ?? null);
  if (scores === null) throw new Error('internal: a finished run without scores');
  const curve = epochs.map(({ epoch, step, val }) => ({
    ...{ epoch, step, solved: val.overall.solved },
    skills: Object.fromEntries(val.skills.map(({ skill, solved }) => [skill, solved])),
  }));
  const every = Math.max(1, Math.ceil(losses.length / CURVE_POINTS));
  const thinned = losses.filter((_, i) => i % every === 0).map((loss) => Number(loss.toFixed(4)));
  return { seed, spec, parameters, bestEpoch, scores, epochs: curve, losses: thinned, made };
}

function resultOf(
  table: SmarterTable,
  found: ReadonlyMap<string, readonly RowRun[]>,
  about: Pick<TableResult, 'scale' | 'backbone' | 'command' | 'commit'>,
): TableResult {
  const { id, title, source, part } = table;
  const rows = table.rows.map((row): RowResult => ({ id: row.id, label: row.label, paper: paperRow(id, row.paper), runs: found.get(row.id) ?? [] }));
  return { schema: 1, id, title, source, part, ...about, rows, claims: judged(table, rows) };
}

/** Whole or not at all. */
async function writeJson(file: string, value: object): Promise<void> {
  await writeFile(`${file}.part`, `${JSON.stringify(value)}\n`);
  await rename(`${file}.part`, file);
}
