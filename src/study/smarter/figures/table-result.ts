/** What a sweep of smarterVLM found, as data: one row per change, its runs, and the claims judged by intervals over seeds. */
import { differenceBySeed, inPercent, meanOfMeasured } from '../../../lib/statistics.ts';
import type { Measured } from '../../../lib/statistics.ts';
import type { Score, SmarterScores } from '../scores.ts';
import type { SmarterSpec } from '../smarter-spec.ts';
import type { PaperRow } from './paper-row.ts';
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

export interface Claim {
  readonly text: string;
  readonly isPapers: boolean;
  readonly above: string;
  readonly below: string;
  readonly outcome: Outcome;
  /** Above less below in points of percent, over the seeds that both have; not there where none is common, and in tables made before it was. */
  readonly difference?: { readonly mean: number; readonly low: number; readonly high: number; readonly seeds: number };
}

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
  readonly claims: readonly Claim[];
}

/** Mean over seeds with Student's 95 % interval, no narrower than Wilson's over the items of one seed. Percent, within 0 and 100. */
export function percentOf(
  runs: readonly RowRun[],
  of: (scores: SmarterScores) => Score | undefined,
): { readonly mean: number; readonly low: number; readonly high: number } | null {
  return percentOfScores(runs.flatMap(({ scores }) => of(scores) ?? []));
}

/** The same of scores, one of each seed; null of none. */
export function percentOfScores(found: readonly Score[]): { readonly mean: number; readonly low: number; readonly high: number } | null {
  if (found.length === 0) return null;
  const { mean, low, high } = meanOfMeasured(
    found.map(({ solved, low: from, high: to }) => ({ value: 100 * solved, low: 100 * from, high: 100 * to })),
  );
  return { mean, low: inPercent(low ?? mean), high: inPercent(high ?? mean) };
}

export const overall = (scores: SmarterScores): Score => scores.overall;

/** A row is above another when the 95 % interval of their difference, seed by seed, is above 0. */
export function judged(table: SmarterTable, rows: readonly RowResult[]): readonly Claim[] {
  const runsOf = (id: string): readonly RowRun[] => rows.find((row) => row.id === id)?.runs ?? [];
  return table.claims.map(({ text, above, below, isPapers }) => {
    const found = differenceBySeed(runsOf(above).map(measured), runsOf(below).map(measured));
    if (found === null) return { text, isPapers, above, below, outcome: 'not measured' };
    const outcome: Outcome = found.low > 0 ? 'yes' : found.high < 0 ? 'the opposite' : 'not told apart';
    const difference = { mean: 100 * found.mean, low: 100 * found.low, high: 100 * found.high, seeds: found.seeds };
    return { text, isPapers, above, below, outcome, difference };
  });
}

/** The means that a claim compares, in percent: over the seeds that both rows have, as its difference; of a row alone over all of its own. */
export function claimMeans(
  rows: readonly RowResult[],
  { above, below }: Pick<Claim, 'above' | 'below'>,
): readonly [above: number | null, below: number | null] {
  const [first = [], second = []] = [above, below].map((id) => rows.find((row) => row.id === id)?.runs);
  const mean = (own: readonly RowRun[], other: readonly RowRun[]): number | null => {
    const common = own.filter(({ seed }) => other.some((run) => run.seed === seed));
    return percentOf(common.length === 0 ? own : common, overall)?.mean ?? null;
  };
  return [mean(first, second), mean(second, first)];
}

/** `0.8 (-0.9 to 2.4), 1 seed`; '' where none is known. */
export function differenceText(difference: Claim['difference']): string {
  if (difference === undefined) return '';
  const { mean, low, high, seeds } = difference;
  return `${mean.toFixed(1)} (${low.toFixed(1)} to ${high.toFixed(1)}), ${seeds} seed${seeds === 1 ? '' : 's'}`;
}

const measured = ({ seed, scores: { overall: score, outcomes } }: RowRun): Measured & { readonly seed: number } => ({
  ...{ seed, value: score.solved, low: score.low, high: score.high, outcomes },
});
