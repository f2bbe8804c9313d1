/** A recorded figure as CSV: every reading of ours, then every number of the paper, told apart in the column `source`. */
import { csvText } from '../../lib/csv.ts';
import type { CsvCell } from '../../lib/csv.ts';
import type { FigureResult } from './figure-result.ts';
import type { PaperReading, Reading } from './figure.ts';

const COLUMNS = [
  'source',
  'model',
  'figure',
  'panel',
  'series',
  'seed',
  'checkpoint',
  'x_label',
  'x',
  'y_label',
  'unit',
  'value',
  'low95',
  'high95',
] as const;

/** The paper's numbers have neither seed, checkpoint nor interval. `checkpoint`: the step, where x is not it. `link` (the page's address of the figure and its settings) is a last column. */
export function figureCsv(result: FigureResult, link?: string): string {
  const last = link === undefined ? [] : [link];
  const panels = new Map(result.panels.map((panel) => [panel.id, panel]));
  const row = (source: string, model: string, reading: PaperReading & Partial<Reading>): CsvCell[] => {
    const { panel, series, seed, at, x, value, low, high } = reading;
    const { xLabel, yLabel, unit } = panels.get(panel) ?? {};
    return [source, model, result.id, panel, series, seed, at, xLabel, x, yLabel, unit, value, low, high, ...last];
  };
  const ours = result.readings.map((reading) => row('ours', `${result.scale} (small-scale re-enactment)`, reading));
  const paper = result.paper.map((reading) => row('paper', result.paperModel, reading));
  return csvText([[...COLUMNS, ...last.map(() => 'link')], ...ours, ...paper]);
}
