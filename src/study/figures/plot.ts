/**
 * Recorded figures as SVG text, for the page and for papers: one panel of our readings, one panel of the paper's numbers, and a whole figure as small
 * multiples. Pure: no DOM, no script.
 */
import type { FigureResult } from './figure-result.ts';
import { hasOneX, lineChart, LINES_PX, PAD, rowChart, ROW_PX } from './plot-charts.ts';
import type { Chart, Line } from './plot-charts.ts';
import { LOOKS } from './plot-look.ts';
import type { Look, PlotTheme } from './plot-look.ts';
import { mapsAt, mapsDrawing } from './plot-maps.ts';
import { label, rect, shortened, svgDocument, TEXT, wrapped } from './plot-svg.ts';
import type { Size } from './plot-svg.ts';
import { madeText, nothingText, panelOf, panelSummary, plotPoints, seriesNames, whoseText } from './words.ts';
import type { PlotPoint, Whose } from './words.ts';

export interface PlotOptions extends Size {
  readonly theme: PlotTheme;
}

export interface SvgSheet {
  readonly svg: string;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Our readings of a panel: means over seeds with their 95 % intervals. Throws InputError for a panel that is not there. */
export function figureSvg(result: FigureResult, panelId: string, options: PlotOptions): string {
  return panelDocument(result, panelId, 'ours', options);
}

/** The paper's numbers of a panel, as a chart of its own. */
export function paperSvg(result: FigureResult, panelId: string, options: PlotOptions): string {
  return panelDocument(result, panelId, 'paper', options);
}

/** The height that suits a panel, the same for ours and the paper's. */
export function panelHeight(result: FigureResult, panelId: string): number {
  const sides = (['ours', 'paper'] as const).map((whose) => plotPoints(result, panelId, whose)).filter((points) => points.length > 0);
  return sides.every(hasOneX) ? PAD.top + PAD.bottom + ROW_PX * Math.max(1, linesOf(result, panelId, []).length) : LINES_PX;
}

/** All panels in one picture, in two columns: ours and the paper's where the paper states numbers, else ours alone. `links` open the figure, or each of its runs, with all settings. */
export function sheetSvg(
  result: FigureResult,
  { theme, widthPx, links = [] }: { readonly theme: PlotTheme; readonly widthPx: number; readonly links?: readonly string[] },
): SvgSheet {
  const look = LOOKS[theme];
  const [margin, gap] = [20, 16];
  const hasPaper = result.paper.length > 0;
  const columns = hasPaper ? 2 : Math.min(2, result.panels.length);
  const cellPx = Math.floor((widthPx - 2 * margin - (columns - 1) * gap) / columns);
  const cells = result.panels.flatMap(({ id }) => (hasPaper ? (['ours', 'paper'] as const) : (['ours'] as const)).map((whose) => ({ id, whose })));
  const question = result.source === '' ? result.question : `Re-enacts ${result.source}: ${result.question}`;
  const sentences = [question, `Ours: ${madeText(result)}.`, ...links.map((link) => `Again: ${link}`)];
  const head = sentences.flatMap((sentence) => wrapped(sentence, widthPx - 2 * margin, TEXT.small));
  let y = 44 + head.length * 17 + 8;
  const drawn: string[] = [];
  for (let first = 0; first < cells.length; first += columns) {
    const row = cells.slice(first, first + columns);
    const heightPx = Math.max(...row.map(({ id }) => panelHeight(result, id)));
    for (const [i, { id, whose }] of row.entries()) {
      const size = { widthPx: cellPx, heightPx };
      const place = `x="${margin + i * (cellPx + gap)}" y="${y}"`;
      drawn.push(`<svg ${place} width="${cellPx}" height="${heightPx}">${panelBody(result, id, whose, look, size)}</svg>`);
    }
    y += heightPx + gap;
  }
  const maps = mapsOf(result, look, widthPx - 2 * margin);
  if (maps !== null)
    drawn.push(
      label(margin, y + 14, MAPS_LEGEND, { fill: look.ink }),
      `<svg x="${margin}" y="${y + LEGEND_PX}" width="${widthPx - 2 * margin}" height="${maps.heightPx}">${maps.body}</svg>`,
    );
  const heightPx = y + (maps === null ? 0 : LEGEND_PX + maps.heightPx) + margin - gap;
  const body = [
    rect(0, 0, widthPx, heightPx, look.ground),
    label(margin, 34, result.title, { size: 18, fill: look.ink, isBold: true }),
    ...head.map((line, i) => label(margin, 56 + i * 17, line, { fill: look.soft })),
    ...drawn,
  ];
  return { svg: svgDocument(result.title, `${result.question} Ours: ${madeText(result)}.`, { widthPx, heightPx }, body.join('')), widthPx, heightPx };
}

const MAPS_LEGEND =
  'Where it looks, one example: darker where more of the 1 % of pixels lie that move the loss most; outlined: what the words speak of.';
const LEGEND_PX = 26;

/** Where a model looks at the end of its training, on one example; null for a figure without maps. */
function mapsOf({ maps = [] }: FigureResult, look: Look, widthPx: number): { readonly body: string; readonly heightPx: number } | null {
  if (maps.length === 0) return null;
  const [own = '', mark = ''] = look.colours;
  const text = (x: number, y: number, words: string, fill: string): string => label(x, y, words, { fill });
  return mapsDrawing(mapsAt(maps), { widthPx, ink: { ink: look.ink, soft: look.soft, line: look.line, mark, own }, text });
}

function panelDocument(result: FigureResult, panelId: string, whose: Whose, { theme, ...size }: PlotOptions): string {
  const { title } = panelOf(result, panelId);
  const name = `${result.title}: ${title}, ${whose === 'ours' ? 'ours' : 'the paper'}`;
  return svgDocument(name, panelSummary(result, panelId, whose), size, panelBody(result, panelId, whose, LOOKS[theme], size));
}

function panelBody(result: FigureResult, panelId: string, whose: Whose, look: Look, size: Size): string {
  const panel = panelOf(result, panelId);
  const points = plotPoints(result, panelId, whose);
  const { widthPx, heightPx } = size;
  const fit = (words: string, fontPx: number): string => shortened(words, widthPx - 2 * PAD.side, fontPx);
  const frame = [
    rect(0, 0, widthPx, heightPx, whose === 'ours' || points.length === 0 ? look.ground : look.paperGround),
    label(PAD.side, 20, fit(panel.title, TEXT.title), { size: TEXT.title, fill: look.ink, isBold: true }),
    label(PAD.side, 37, fit(whoseText(result, whose, panelId), TEXT.small), { fill: look.soft }),
  ];
  const lines = linesOf(result, panelId, points);
  const chart: Chart = { panel, lines, look, size, isPaper: whose === 'paper' };
  if (points.length === 0) frame.push(label(PAD.side, PAD.top + 8, nothingText(whose), { fill: look.soft }));
  else frame.push(hasOneX(points) ? rowChart(chart) : lineChart(chart));
  return frame.join('');
}

/** The series of a panel, ours or the paper's, so that both charts have the same rows and margins; a series may have no point among `points`. */
function linesOf(result: FigureResult, panelId: string, points: readonly PlotPoint[]): readonly Line[] {
  const there = new Set([...plotPoints(result, panelId, 'ours'), ...plotPoints(result, panelId, 'paper')].map(({ series }) => series));
  return seriesNames(result)
    .map((name, style) => ({ name, style, points: points.filter(({ series }) => series === name) }))
    .filter(({ name }) => there.has(name));
}
