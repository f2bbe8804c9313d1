/** What a sweep of smarterVLM found, as data: one row per change, its runs, and the claims judged by intervals over seeds. */
import { overSeeds } from '../scores.ts';
import type { Score, SmarterScores } from '../scores.ts';
import type { SmarterSpec } from '../smarter-spec.ts';
import type { PaperRow } from './paper-tables.ts';
import type { SmarterTable } from './tables.ts';

export interface RowRun {
  readonly seed: number;
  readonly spec: SmarterSpec;
  readonly parameters: number;
  readonly bestEpoch: number | null;
  readonly scores: SmarterScores;
  /** Overall S_acc and of each skill on validation items, epoch by epoch (Figures 3 and 4). */
  readonly epochs: readonly {
    readonly epoch: number;
    readonly step: number;
    readonly solved: number;
    readonly skills: Readonly<Record<string, number>>;
  }[];
  readonly losses: readonly number[];
  readonly made: { readonly backend: string; readonly adapter: string; readonly trainedMinutes: number };
}

export interface RowResult {
  readonly id: string;
  readonly label: string;
  readonly paper: PaperRow | null;
  readonly runs: readonly RowRun[];
}

export type Outcome = 'yes' | 'the opposite' | 'not told apart' | 'not measured';

export interface TableResult {
  readonly schema: 1;
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly part: 'val' | 'test';
  readonly scale: string;
  readonly backbone: string;
  readonly command: string;
  readonly commit: string;
  readonly rows: readonly RowResult[];
  readonly claims: readonly {
    readonly text: string;
    readonly isPapers: boolean;
    readonly above: string;
    readonly below: string;
    readonly outcome: Outcome;
  }[];
}

/** Mean over seeds with Student's 95 % interval; of one seed Wilson's over items. Percent. */
export function percentOf(
  runs: readonly RowRun[],
  of: (scores: SmarterScores) => Score | undefined,
): { readonly mean: number; readonly low: number; readonly high: number } | null {
  const found = runs.flatMap(({ scores }) => of(scores) ?? []);
  const [only] = found;
  if (only === undefined) return null;
  if (found.length === 1) return { mean: 100 * only.solved, low: 100 * only.low, high: 100 * only.high };
  const { mean, half } = overSeeds(found.map(({ solved }) => 100 * solved));
  return { mean, low: mean - (half ?? 0), high: mean + (half ?? 0) };
}

export const overall = (scores: SmarterScores): Score => scores.overall;

/** A row is above another when their intervals do not touch. */
export function judged(table: SmarterTable, rows: readonly RowResult[]): TableResult['claims'] {
  const intervalOf = (id: string): ReturnType<typeof percentOf> => percentOf(rows.find((row) => row.id === id)?.runs ?? [], overall);
  return table.claims.map(({ text, above, below, isPapers }) => {
    const [a, b] = [intervalOf(above), intervalOf(below)];
    const outcome: Outcome = a === null || b === null ? 'not measured' : a.low > b.high ? 'yes' : b.low > a.high ? 'the opposite' : 'not told apart';
    return { text, isPapers, above, below, outcome };
  });
}
