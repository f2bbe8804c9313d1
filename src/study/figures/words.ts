/** A recorded figure in words: who measured what, how long it took, and what a panel shows, for captions and for those who do not see the charts. Pure. */
import { fault, InputError } from '../../lib/errors.ts';
import { inPercent } from '../../lib/statistics.ts';
import { seriesPoints } from './figure-result.ts';
import type { FigureResult, SeriesPoint } from './figure-result.ts';
import type { Panel } from './figure.ts';

/** Our readings or the paper's numbers: never in one chart, one table or one sentence. */
export type Whose = 'ours' | 'paper';

/** What is drawn of a point. */
export type PlotPoint = Pick<SeriesPoint, 'series' | 'x' | 'at' | 'mean' | 'low' | 'high'>;

/** More points than this are told by the ends of each series. */
const MAX_TOLD = 12;

/** Throws InputError for a panel that the figure does not have. */
export function panelOf(result: FigureResult, panelId: string): Panel {
  const panel = result.panels.find(({ id }) => id === panelId);
  if (panel === undefined) throw new InputError(fault(`figure ${result.id}, panel`, result.panels.map(({ id }) => id).join(', '), panelId));
  return panel;
}

/** The series of a figure, of ours and of the paper, in order of appearance: their place is their colour in every panel. */
export function seriesNames({ readings, paper }: FigureResult): readonly string[] {
  return [...new Set([...readings, ...paper].map(({ series }) => series))];
}

/** The points of a panel that can be drawn: finite, and above 0 on a logarithmic axis. In order of x within each series. */
export function plotPoints(result: FigureResult, panelId: string, whose: Whose): readonly PlotPoint[] {
  const { isXLogarithmic, isYLogarithmic } = panelOf(result, panelId);
  const ours = (): readonly PlotPoint[] => seriesPoints(result.readings.filter(({ panel }) => panel === panelId));
  const paper = (): readonly PlotPoint[] =>
    result.paper
      .filter(({ panel }) => panel === panelId)
      .map(({ series, x, value }) => ({ series, x, mean: value, low: null, high: null }))
      .sort((a, b) => a.x - b.x);
  const isDrawn = (value: number, isLogarithmic = false): boolean => Number.isFinite(value) && (!isLogarithmic || value > 0);
  return (whose === 'ours' ? ours() : paper()).filter(({ x, mean }) => isDrawn(x, isXLogarithmic) && isDrawn(mean, isYLogarithmic));
}

/** `ours, nano: mean of 3 seeds, 95 % intervals`, `ours, this browser, nano: one seed` or `the paper: Eagle-X2-Llama3-8B`. */
export function whoseText(result: FigureResult, whose: Whose, panelId?: string): string {
  if (whose === 'paper') return `the paper: ${result.paperModel}`;
  const readings = result.readings.filter(({ panel }) => panelId === undefined || panel === panelId);
  const counts = seriesPoints(readings).map(({ seeds: own }) => own);
  const seeds = Math.max(0, ...counts);
  const fewest = Math.min(seeds, ...counts);
  const made = result.cost === undefined ? result.scale : `this browser, ${result.scale}`;
  if (seeds === 0) return `ours, ${made}`;
  const spread = readings.some(({ low }) => low !== null) || seeds > 1 ? ', 95 % intervals' : '';
  return `ours, ${made}: ${seeds === 1 ? 'one seed' : `mean of ${fewest === seeds ? seeds : `${fewest} to ${seeds}`} seeds`}${spread}`;
}

/** What was made, where and in which time, and that these are not the paper's models. */
export function madeText({ scale, runs, plannedRuns, made: words }: FigureResult): string {
  if (words !== undefined) return words;
  const rows = Math.max(0, ...runs.map(({ spec }) => spec.examples));
  const seeds = new Set(runs.map(({ spec }) => spec.seed)).size;
  const hours = runs.reduce((sum, { made }) => sum + made.hours, 0);
  const places = [...new Set(runs.map(({ made }) => made.backend))].join(' and ');
  const commits = [...new Set(runs.map(({ made }) => made.commit.slice(0, 7)).filter((commit) => commit !== ''))];
  const commit = commits.length === 0 ? '' : ` (commit${commits.length === 1 ? '' : 's'} ${commits.join(', ')})`;
  const time = hours < 0.025 ? `${Math.max(1, Math.round(hours * 3600))} s` : hours < 1 ? `${Math.round(hours * 60)} min` : `${hours.toFixed(1)} h`;
  const made = runs.length === 0 ? 'no runs yet' : `${seeds} seed${seeds === 1 ? '' : 's'}, made on ${places} in ${time}${commit}`;
  const part = plannedRuns === undefined ? '' : `, so far ${runs.length} of ${plannedRuns} runs`;
  return `small-scale re-enactment: ${scale}${part}, N up to ${rows.toLocaleString('en')} rows, ${made}, not the paper’s models`;
}

function isPercent(unit: Panel['unit']): boolean {
  return unit === 'percent' || unit === 'share';
}

/** `exact match, %`: the axis of values with its unit. */
export function valueLabel({ yLabel, unit, isYLogarithmic }: Panel): string {
  const label = isPercent(unit) ? `${yLabel}, %` : unit === 'nats' ? `${yLabel}, nats` : yLabel;
  return isYLogarithmic === true ? `${label} (log scale)` : label;
}

/** A value as people read it: percent with one decimal, else three or four figures that matter. */
export function valueText(value: number, unit: Panel['unit']): string {
  if (isPercent(unit)) return value.toFixed(1);
  const size = Math.abs(value);
  if (size !== 0 && size < 1e-3) return value.toExponential(1);
  return size >= 100 ? value.toFixed(1) : value.toFixed(size >= 10 ? 2 : 3);
}

/** An end of an interval: a share of examples is never below 0 or above 100 %, whatever the spread of few seeds says. */
export function boundText(value: number, unit: Panel['unit']): string {
  return valueText(isPercent(unit) ? inPercent(value) : value, unit);
}

/** `6,000`, `0.25`. */
export function xText(x: number): string {
  return Number(x.toPrecision(6)).toLocaleString('en', { maximumFractionDigits: 6 });
}

/** A panel in a few sentences: whose it is, and its points, or where there are many the ends of each series. */
export function panelSummary(result: FigureResult, panelId: string, whose: Whose): string {
  const panel = panelOf(result, panelId);
  const points = plotPoints(result, panelId, whose);
  const head = `${panel.title}; ${whoseText(result, whose, panelId)}.`;
  if (points.length === 0) return `${head} ${nothingText(whose)}`;
  const told = (point: PlotPoint): string => `${valueText(point.mean, panel.unit)}${intervalText(point, panel.unit)} at ${xText(point.x)}`;
  const lines = seriesNames(result).flatMap((series) => {
    const own = points.filter((point) => point.series === series);
    const [first, last] = [own[0], own.at(-1)];
    if (first === undefined || last === undefined) return [];
    if (points.length <= MAX_TOLD || own.length === 1) return [`${series}: ${own.map(told).join(', ')}.`];
    return [`${series}: from ${told(first)} to ${told(last)}, ${own.length} points.`];
  });
  return `${head} ${valueLabel(panel)}, by ${panel.xLabel}. ${lines.join(' ')}`;
}

/** What stands in an empty panel. */
export function nothingText(whose: Whose): string {
  return whose === 'ours' ? 'No readings yet.' : 'The paper states no number here.';
}

function intervalText({ low, high }: PlotPoint, unit: Panel['unit']): string {
  return low === null || high === null ? '' : ` (95 % ${boundText(low, unit)} to ${boundText(high, unit)})`;
}
