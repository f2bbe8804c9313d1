/**
 * `npm run headless -- --figure smarter-table1`: trains every row of a table of "On VLM Reasoners" that is not there yet, and writes its numbers. Features and runs are kept in
 * `--out`; an interrupted command goes on where it was.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openBackend } from '../src/model/backend.ts';
import { judged } from '../src/study/smarter/figures/table-result.ts';
import { paperRow } from '../src/study/smarter/figures/paper-tables.ts';
import type { RowResult, RowRun, TableResult } from '../src/study/smarter/figures/table-result.ts';
import type { SmarterTable } from '../src/study/smarter/figures/tables.ts';
import { sha256Hex } from '../src/lib/hash.ts';
import { canonicalJson } from '../src/lib/canonical-json.ts';
import type { SmarterFigureOptions } from './smarter-figure-options.ts';
import { trainSmarter } from './smarter-run.ts';
import type { SmarterSummary } from './smarter-run.ts';

interface Shell {
  readonly print: (line: object) => void;
  readonly commit: string | null;
  readonly clock: () => number;
}

/** Losses kept of a run: enough for a picture. */
const CURVE_POINTS = 200;

/** Returns the exit code: 0 done, 130 interrupted. Throws the error of a run that fails. */
export async function runSmarterFigure(options: SmarterFigureOptions, { print, commit, clock }: Shell): Promise<number> {
  const { table, scale, seeds, out: folder, save, backend } = options;
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
        const isAsked = options.rows.includes(row.id) && !options.isKnownOnly;
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
