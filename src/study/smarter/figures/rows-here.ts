/** What the trainings that a browser keeps say of the rows of a table, and which are still to be trained. Pure. */
import { canonicalJson } from '../../../lib/canonical-json.ts';
import type { Score } from '../scores.ts';
import type { SmarterProgress } from '../smarter-session.ts';
import type { SmarterSpec } from '../smarter-spec.ts';
import { percentOfScores } from './table-result.ts';
import type { SmarterRow, SmarterTable } from './tables.ts';

/** Of a kept training. */
export interface Kept {
  readonly spec: SmarterSpec;
  readonly progress: Pick<SmarterProgress, 'test' | 'epochs' | 'bestEpoch' | 'trainedMs'>;
}

/** S_acc in percent: mean over seeds with its 95 % interval. */
export interface RowHere {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly seeds: number;
}

/** Null where none of the row's trainings is finished. */
export function rowHere(row: SmarterRow, part: SmarterTable['part'], kept: readonly Kept[], seeds: readonly number[]): RowHere | null {
  const found = seeds.flatMap((seed) => scoreOf(finished(row.spec(seed), kept), part) ?? []);
  const mean = percentOfScores(found);
  return mean === null ? null : { ...mean, seeds: found.length };
}

/** Trainings of a table that are not finished here, seed by seed, so that every row has one before any has two. */
export function specsToTrain({ rows }: SmarterTable, kept: readonly Kept[], seeds: readonly number[]): readonly SmarterSpec[] {
  const wanted = new Map<string, SmarterSpec>();
  for (const seed of seeds) {
    for (const row of rows) {
      const spec = row.spec(seed);
      if (finished(spec, kept) === null) wanted.set(canonicalJson(spec), spec);
    }
  }
  return [...wanted.values()];
}

/** Milliseconds that so many trainings of a table will take, by those that are finished here; null where none is. */
export function sweepMs({ rows }: SmarterTable, kept: readonly Kept[], seeds: readonly number[], trainings: number): number | null {
  const times = rows.flatMap((row) => seeds.flatMap((seed) => finished(row.spec(seed), kept)?.progress.trainedMs ?? []));
  return times.length === 0 ? null : (trainings * times.reduce((sum, ms) => sum + ms, 0)) / times.length;
}

function finished(spec: SmarterSpec, kept: readonly Kept[]): Kept | null {
  const name = canonicalJson(spec);
  return kept.find((each) => each.progress.test !== null && canonicalJson(each.spec) === name) ?? null;
}

/** Of the weights that were kept: those of the best epoch on validation items. */
function scoreOf(kept: Kept | null, part: SmarterTable['part']): Score | null {
  if (kept === null) return null;
  const { test, epochs, bestEpoch } = kept.progress;
  if (part === 'test') return test?.overall ?? null;
  return (epochs.find(({ epoch }) => epoch === bestEpoch) ?? epochs.at(-1))?.val.overall ?? null;
}
