/** The numbers of a figure as they are kept and shipped: all readings, what made each run, and the mean over seeds. JSON. */
import type { Evidence, Figure, FigureMap, PaperReading, Panel, Reading } from './figure.ts';
import { meanOfMeasured, meanOfSample } from '../../lib/statistics.ts';
import type { Measured } from '../../lib/statistics.ts';
import { judge } from './claims.ts';
import type { JudgedClaim } from './claims.ts';
import type { RunPart } from './run-part.ts';
import type { Scale } from './scale.ts';

/** Stands where recorded figures name their scale. */
export const LIVE_SCALE = 'runs of this browser';

export interface FigureResult {
  readonly schema: 1;
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly question: string;
  readonly lookFor: string;
  readonly scale: Scale | typeof LIVE_SCALE | 'small';
  /** What was made, in words, where `runs` do not say it. */
  readonly made?: string | undefined;
  readonly panels: readonly Panel[];
  readonly readings: readonly Reading[];
  readonly paper: readonly PaperReading[];
  readonly paperModel: string;
  readonly runs: readonly (Pick<Evidence, 'spec' | 'step' | 'made'> & { readonly series: string })[];
  readonly claims: readonly JudgedClaim[];
  /** Of figures that show where a model looks. */
  readonly maps?: readonly FigureMap[] | undefined;
  /** Runs that the figure is to have, while `runs` are fewer: it is not finished. */
  readonly plannedRuns?: number | undefined;
  readonly command: string;
  /** Only of figures that a browser made: what its runs were to cost, and what they did. Milliseconds; runs that were there before are left out. */
  readonly cost?: { readonly estimatedMs: number; readonly actualMs: number } | undefined;
}

/** A point of a series: the mean over seeds and the interval that is drawn. */
export interface SeriesPoint {
  readonly panel: string;
  readonly series: string;
  readonly x: number;
  /** The step, where x is something else. */
  readonly at?: number | undefined;
  readonly mean: number;
  /** 95 %. Over seeds where there are several (Student's t), but no narrower than over examples. Of one seed: over examples. Null where neither is known. */
  readonly low: number | null;
  readonly high: number | null;
  readonly seeds: number;
  readonly values: readonly SeedValue[];
}

/** What one seed has at a point. */
export interface SeedValue extends Measured {
  readonly seed: number;
  readonly x: number;
}

export function figureResult(
  figure: Figure,
  scale: Scale,
  parts: readonly RunPart[],
  { command, plannedRuns }: Pick<FigureResult, 'command' | 'plannedRuns'>,
): FigureResult {
  const { id, title, source, question, lookFor, panels, paper, paperModel } = figure;
  const readings = parts.flatMap((part) => part.readings);
  const points = seriesPoints(readings);
  const maps = parts.flatMap((part) => part.maps);
  return {
    ...{ schema: 1, id, title, source, question, lookFor, scale, panels, paper, paperModel, command, plannedRuns },
    readings,
    claims: figure.claims.map((claim) => judge(claim, points)),
    ...(maps.length === 0 ? {} : { maps }),
    runs: parts.map(({ run }) => run),
  };
}

/** Readings of the same panel, series and place (`at`) in points, in their order of x. */
export function seriesPoints(readings: readonly Reading[]): readonly SeriesPoint[] {
  const series = groupBy(readings, ({ panel, series: name }) => JSON.stringify([panel, name]));
  return [...series.values()].flatMap((own) => [...groupBy(own, ({ at, x }) => String(at ?? x)).values()].map(pointOf).sort((a, b) => a.x - b.x));
}

function pointOf(readings: readonly Reading[]): SeriesPoint {
  const [first] = readings;
  if (first === undefined) throw new Error('internal: a point of no reading');
  const { panel, series, at } = first;
  const values = readings.map(({ seed, x, value, low, high, outcomes }) => ({
    seed,
    x,
    value,
    low,
    high,
    ...(outcomes === undefined ? {} : { outcomes, whole: 100 }),
  }));
  const { mean: x } = meanOfSample(values.map((each) => each.x));
  return { panel, series, x, at, ...meanOfMeasured(values), seeds: values.length, values };
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
