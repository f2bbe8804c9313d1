/** What figures take from a run: numbers of its evaluation and of its failure modes as readings of a panel, in percent where they are shares. Pure. */
import type { Level, Modality } from '../../tasks/task.ts';
import type { EvaluationCell, PromptMode, Proportion } from '../events.ts';
import type { Evidence, FigureRun, Reading } from './figure.ts';

/** A cell of the evaluation and the panel that shows it. */
export interface CellPlace {
  readonly panel: string;
  readonly level: Level;
  readonly modality: Modality;
  /** Default: asked directly. */
  readonly prompt?: PromptMode;
}

/** The cell of the matrix; undefined when it was not evaluated. */
export function cellAt({ evaluation }: Evidence, { level, modality, prompt = 'direct' }: Omit<CellPlace, 'panel'>): EvaluationCell | undefined {
  return evaluation?.cells.find((each) => each.level === level && each.modality === modality && (each.prompt ?? 'direct') === prompt);
}

/** The accuracy of a cell of the matrix; nothing when it was not evaluated. */
export function accuracyAt(run: FigureRun, evidence: Evidence, at: CellPlace): readonly Reading[] {
  return shareReading(run, at.panel, cellAt(evidence, at)?.accuracy);
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
