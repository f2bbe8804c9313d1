/** The numbers of a figure as they are kept and shipped: all readings, what made each run, and the mean over seeds. JSON. */
import type { Evidence, Figure, FigureRun, PaperReading, Panel, Reading } from './figure.ts';
import { judge } from './claims.ts';
import type { JudgedClaim } from './claims.ts';
import type { Scale } from './scale.ts';

export interface FigureResult {
  readonly schema: 1;
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly question: string;
  readonly lookFor: string;
  readonly scale: Scale;
  readonly panels: readonly Panel[];
  readonly readings: readonly Reading[];
  readonly paper: readonly PaperReading[];
  readonly paperModel: string;
  readonly runs: readonly (Pick<Evidence, 'spec' | 'step' | 'made'> & { readonly series: string })[];
  readonly claims: readonly JudgedClaim[];
  readonly command: string;
}

/** A point of a series: the mean over seeds and the interval that is drawn. */
export interface SeriesPoint {
  readonly panel: string;
  readonly series: string;
  readonly x: number;
  readonly mean: number;
  /** Over seeds where there are several: mean ± t times the standard error, 95 %. Of one seed: the interval over examples. Null where neither is known. */
  readonly low: number | null;
  readonly high: number | null;
  readonly seeds: number;
}

export function figureResult(
  figure: Figure,
  scale: Scale,
  found: readonly { readonly run: FigureRun; readonly evidence: Evidence }[],
  command: string,
): FigureResult {
  const { id, title, source, question, lookFor, panels, paper, paperModel } = figure;
  const readings = found.flatMap(({ run, evidence }) => figure.read(run, evidence));
  const points = seriesPoints(readings);
  return {
    ...{ schema: 1, id, title, source, question, lookFor, scale, panels, paper, paperModel, command },
    readings,
    claims: figure.claims.map((claim) => judge(claim, points)),
    runs: found.map(({ run, evidence: { spec, step, made } }) => ({ series: run.series, spec, step, made })),
  };
}

/** 97.5 % points of Student's t with 1, 2, … degrees of freedom; beyond the list the last is close enough. */
const T_95 = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228] as const;

/**
 * Readings of the same panel and series in points, in their order of x. Seeds of a run have the same x, except where x is measured too (a gradient norm):
 * there the k-th readings of the seeds belong together.
 */
export function seriesPoints(readings: readonly Reading[]): readonly SeriesPoint[] {
  const series = groupBy(readings, ({ panel, series: name }) => JSON.stringify([panel, name]));
  return [...series.values()].flatMap((own) => {
    const bySeed = [...groupBy(own, ({ seed }) => String(seed)).values()];
    const most = Math.max(...bySeed.map(({ length }) => length));
    return Array.from({ length: most }, (_, k) => pointOf(bySeed.flatMap((list) => list.slice(k, k + 1)))).sort((a, b) => a.x - b.x);
  });
}

function pointOf(readings: readonly Reading[]): SeriesPoint {
  const [first] = readings;
  if (first === undefined) throw new Error('internal: a point of no reading');
  const { panel, series } = first;
  const seeds = readings.length;
  const values = readings.map(({ value }) => value);
  const mean = meanOf(values);
  const x = meanOf(readings.map((reading) => reading.x));
  if (seeds === 1) return { panel, series, x, mean, low: first.low, high: first.high, seeds };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (seeds - 1);
  const half = (T_95[Math.min(seeds - 1, T_95.length) - 1] ?? 1.96) * Math.sqrt(variance / seeds);
  return { panel, series, x, mean, low: mean - half, high: mean + half, seeds };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value)) ?? [];
    group.push(value);
    groups.set(keyOf(value), group);
  }
  return groups;
}
