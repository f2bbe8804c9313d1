/** What figures take from a run: numbers of its evaluation and of its failure modes as readings of a panel, in percent where they are shares. Pure. */
import { packOutcomes, unpackOutcomes } from '../../lib/outcomes.ts';
import { wilson } from '../../lib/statistics.ts';
import type { Level, Modality, TaskId } from '../../tasks/task.ts';
import type { EvaluationCell, PromptMode, Proportion } from '../events.ts';
import type { Evidence, FigureRun, Reading } from './figure.ts';

/** A cell of the evaluation and the panel that shows it. */
export interface CellPlace {
  readonly panel: string;
  /** One of a joint run's tasks; default the run's own. */
  readonly task?: TaskId;
  readonly level: Level;
  readonly modality: Modality;
  /** Default: asked directly. */
  readonly prompt?: PromptMode;
}

/** The cell of the matrix; undefined when it was not evaluated. */
export function cellAt(
  { spec, evaluation }: Pick<Evidence, 'spec' | 'evaluation'>,
  { task = spec.task.id, level, modality, prompt = 'direct' }: Omit<CellPlace, 'panel'>,
): EvaluationCell | undefined {
  return evaluation?.cells.find(
    (each) => (each.task ?? spec.task.id) === task && each.level === level && each.modality === modality && (each.prompt ?? 'direct') === prompt,
  );
}

/** The accuracy of a cell of the matrix; nothing when it was not evaluated. */
export function accuracyAt(run: FigureRun, evidence: Evidence, at: CellPlace): readonly Reading[] {
  return shareReading(run, at.panel, cellAt(evidence, at)?.accuracy);
}

/**
 * The mean accuracy over cells of the matrix, which is that of all their examples together, since each has as many (else an Error); nothing where one was not evaluated. The
 * interval is Wilson's of them together, and the outcomes stand one cell after another: examples are then taken as drawn from all cells at random, where each cell has its
 * own share of them, so that the interval is too wide, if anything (by the variance of the cells' accuracies; Cochran 1977, Sampling Techniques, section 5.6).
 */
export function meanAccuracyAt(run: FigureRun, evidence: Evidence, panel: string, places: readonly Omit<CellPlace, 'panel'>[]): readonly Reading[] {
  const shares = places.flatMap((place) => cellAt(evidence, place)?.accuracy ?? []);
  if (shares.length < places.length) return [];
  if (new Set(shares.map(({ total }) => total)).size > 1) throw new Error('internal: a mean over cells of different numbers of examples');
  const sumOf = (key: 'correct' | 'total'): number => shares.reduce((sum, share) => sum + share[key], 0);
  const [correct, total] = [sumOf('correct'), sumOf('total')];
  const known = shares.flatMap(({ outcomes }) => outcomes ?? []);
  const outcomes = known.length < shares.length ? {} : { outcomes: packOutcomes(known.flatMap(unpackOutcomes)) };
  return shareReading(run, panel, { correct, total, ...wilson(correct, total), ...outcomes });
}

/** The mean number of tokens that were written in a cell of the matrix; nothing when it was not evaluated. */
export function lengthAt(run: FigureRun, evidence: Evidence, at: CellPlace): readonly Reading[] {
  const tokens = cellAt(evidence, at)?.meanGeneratedTokens;
  return tokens === undefined ? [] : [{ ...placeOf(run, at.panel), value: tokens, low: null, high: null }];
}

/** So many of so many, in percent; nothing of none. */
export function shareReading(run: FigureRun, panel: string, share: Proportion | null | undefined): readonly Reading[] {
  if (share === undefined || share === null || share.total === 0) return [];
  const { correct, total, low, high, outcomes } = share;
  return [
    { ...placeOf(run, panel), value: (100 * correct) / total, low: 100 * low, high: 100 * high, ...(outcomes === undefined ? {} : { outcomes }) },
  ];
}

/** A metric of Appendix K on HARD; nothing when it was not measured or says nothing about these answers. */
export function failureAt(
  run: FigureRun,
  { failures = [] }: Evidence,
  at: { panel: string; modality: Modality; metric: string },
): readonly Reading[] {
  const cell = failures.find(({ level, modality, prompt }) => level === 'hard' && modality === at.modality && prompt === 'direct');
  const metric = cell?.metrics.find(({ key }) => key === at.metric);
  if (metric === undefined || metric.value === null) return [];
  const { value, interval, unit } = metric;
  const factor = unit === 'share' ? 100 : 1;
  const ends = interval === null ? { low: null, high: null } : { low: factor * interval.low, high: factor * interval.high };
  return [{ ...placeOf(run, at.panel), value: factor * value, ...ends }];
}

/** Where the run stands in a panel: at its N, if it has no place of its own. */
export function placeOf({ series, spec, x = spec.examples }: FigureRun, panel: string): Pick<Reading, 'panel' | 'series' | 'seed' | 'x'> {
  return { panel, series, seed: spec.seed, x };
}
