/**
 * Charts of recorded figures as SVG text, for the page and for papers: one panel of our readings, one panel of the paper's numbers, and a whole figure as
 * small multiples. Pure: no DOM, no script, no font of its own. Colours: Okabe and Ito (2008), as the runs of the page (ui/styles/tokens.css), never
 * without a dash and a name.
 *
 * Where all points of a panel have one x, series are rows and values go from left to right; else series are lines over x.
 */
import type { FigureResult } from './figure-result.ts';
import type { Panel } from './figure.ts';
import { axisNumber, axisOfValues, linearAxis, spreadLabels } from './plot-axis.ts';
import type { Axis, Span } from './plot-axis.ts';
import { mapsAt, mapsDrawing } from './plot-maps.ts';
import { madeText, nothingText, panelOf, panelSummary, plotPoints, seriesNames, valueLabel, valueText, whoseText } from './words.ts';
import type { PlotPoint, Whose } from './words.ts';

export interface PlotOptions {
  readonly theme: PlotTheme;
  readonly widthPx: number;
  readonly heightPx: number;
}

export type PlotTheme = 'light' | 'dark' | 'print';

export interface SvgSheet {
  readonly svg: string;
  readonly widthPx: number;
  readonly heightPx: number;
}

interface Look {
  readonly ground: string;
  /** Ground of the paper's numbers, so that they are never taken for ours. */
  readonly paperGround: string;
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly colours: readonly string[];
}

const LIGHT_COLOURS = ['#0072b2', '#c04f00', '#00785a', '#a84a83', '#8a6400', '#4b4b4b', '#2f6f80'] as const;
const DARK_COLOURS = ['#56b4e9', '#f0883e', '#2fc79b', '#e29bc2', '#e8c33f', '#c9c9c9', '#93cfda'] as const;
const LOOKS: Readonly<Record<PlotTheme, Look>> = {
  light: { ground: '#ffffff', paperGround: '#f2f0ea', ink: '#1c1d1f', soft: '#55534d', line: '#dfdbd1', colours: LIGHT_COLOURS },
  dark: { ground: '#1c1f23', paperGround: '#111316', ink: '#e8e6e1', soft: '#aeaba3', line: '#33373d', colours: DARK_COLOURS },
  print: { ground: '#ffffff', paperGround: '#ffffff', ink: '#000000', soft: '#404040', line: '#cccccc', colours: LIGHT_COLOURS },
};
const DASHES = ['', '7 4', '2 3', '10 3 2 3', '4 2', '12 5', '1 3'] as const;

const TEXT = { title: 14, small: 12 } as const;
/** Height of a line chart, and of a row of the other kind. Ours. */
const LINES_PX = 280;
const ROW_PX = 30;
const PAD = { top: 68, bottom: 44, left: 46, side: 12 } as const;
/** Whiskers of series with the same x stand beside each other. More points than this have a band instead. */
const DODGE_PX = 5;
const MOST_WHISKERS = 4;
const LABEL_GAP_PX = 15;

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

/** All panels in one picture, in two columns: ours and the paper's where the paper states numbers, else ours alone. `link` opens the figure with its settings. */
export function sheetSvg(
  result: FigureResult,
  { theme, widthPx, link }: { readonly theme: PlotTheme; readonly widthPx: number; readonly link?: string },
): SvgSheet {
  const look = LOOKS[theme];
  const [margin, gap] = [20, 16];
  const hasPaper = result.paper.length > 0;
  const columns = hasPaper ? 2 : Math.min(2, result.panels.length);
  const cellPx = Math.floor((widthPx - 2 * margin - (columns - 1) * gap) / columns);
  const cells = result.panels.flatMap(({ id }) => (hasPaper ? (['ours', 'paper'] as const) : (['ours'] as const)).map((whose) => ({ id, whose })));
  const sentences = [
    `Re-enacts ${result.source}: ${result.question}`,
    `Ours: ${madeText(result)}.`,
    ...(link === undefined ? [] : [`Again: ${link}`]),
  ];
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

type Size = Pick<PlotOptions, 'widthPx' | 'heightPx'>;

function panelDocument(result: FigureResult, panelId: string, whose: Whose, { theme, ...size }: PlotOptions): string {
  const { title } = panelOf(result, panelId);
  const name = `${result.title}: ${title}, ${whose === 'ours' ? 'ours' : 'the paper'}`;
  return svgDocument(name, panelSummary(result, panelId, whose), size, panelBody(result, panelId, whose, LOOKS[theme], size));
}

function svgDocument(title: string, description: string, { widthPx, heightPx }: Size, body: string): string {
  const box = `width="${widthPx}" height="${heightPx}" viewBox="0 0 ${widthPx} ${heightPx}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${box} role="img" font-family="system-ui, 'Liberation Sans', Arial, sans-serif"><title>${escaped(title)}</title><desc>${escaped(description)}</desc>${body}</svg>\n`;
}

function panelBody(result: FigureResult, panelId: string, whose: Whose, look: Look, size: Size): string {
  const panel = panelOf(result, panelId);
  const points = plotPoints(result, panelId, whose);
  const { widthPx, heightPx } = size;
  const fit = (words: string, fontPx: number): string => shortened(words, widthPx - 2 * PAD.side, fontPx);
  const frame = [
    rect(0, 0, widthPx, heightPx, whose === 'ours' || points.length === 0 ? look.ground : look.paperGround),
    label(PAD.side, 20, fit(panel.title, TEXT.title), { size: TEXT.title, fill: look.ink, isBold: true }),
    label(PAD.side, 37, fit(whoseText(result, whose), TEXT.small), { fill: look.soft }),
  ];
  const lines = linesOf(result, panelId, points);
  const chart: Chart = { panel, lines, look, size, isPaper: whose === 'paper' };
  if (points.length === 0) frame.push(label(PAD.side, PAD.top + 8, nothingText(whose), { fill: look.soft }));
  else frame.push(hasOneX(points) ? rowChart(chart) : lineChart(chart));
  return frame.join('');
}

interface Line {
  readonly name: string;
  readonly style: number;
  readonly points: readonly PlotPoint[];
}

interface Chart {
  readonly panel: Panel;
  readonly lines: readonly Line[];
  readonly look: Look;
  readonly size: Size;
  readonly isPaper: boolean;
}

/** The series of a panel, ours or the paper's, so that both charts have the same rows and margins; a series may have no point among `points`. */
function linesOf(result: FigureResult, panelId: string, points: readonly PlotPoint[]): readonly Line[] {
  const there = new Set([...plotPoints(result, panelId, 'ours'), ...plotPoints(result, panelId, 'paper')].map(({ series }) => series));
  return seriesNames(result)
    .map((name, style) => ({ name, style, points: points.filter(({ series }) => series === name) }))
    .filter(({ name }) => there.has(name));
}

function hasOneX(points: readonly PlotPoint[]): boolean {
  return points.every(({ x }) => x === points[0]?.x);
}

/** Series as lines over x, their names at the right. */
function lineChart({ panel, lines, look, size: { widthPx, heightPx }, isPaper }: Chart): string {
  const labelPx = nameWidth(lines, widthPx);
  const [left, right, top, bottom] = [PAD.left, widthPx - PAD.side - labelPx - 12, PAD.top, heightPx - PAD.bottom];
  const y = valueAxis(panel, lines, { from: bottom, to: top });
  const xs = lines.flatMap(({ points }) => points.map(({ x }) => x));
  const x = axisOfValues(xs, panel.isXLogarithmic, { from: left + 14, to: right - 10 });
  const grid = y.ticks.map((tick) => {
    const rule = segment(left, tick.px, right, tick.px, tick.at === 0 && y.low < 0 ? look.soft : look.line);
    return rule + label(left - 6, tick.px + 4, tick.text, { fill: look.soft, anchor: 'end' });
  });
  const ticks = uncrowded(x).map(
    ({ px, text }) => segment(px, bottom, px, bottom + 5, look.soft) + label(px, bottom + 18, text, { fill: look.soft, anchor: 'middle' }),
  );
  const axes = [
    label(PAD.side, top - 13, shortened(valueLabel(panel), widthPx - 2 * PAD.side, TEXT.small), { fill: look.soft }),
    axisName(`${panel.xLabel}${panel.isXLogarithmic ? ' (log scale)' : ''}`, (left + right) / 2, widthPx, heightPx, look),
  ];
  const drawn = lines.filter(({ points }) => points.length > 0);
  const isBanded = drawn.some(({ points }) => points.length > MOST_WHISKERS);
  const dodgePx = isBanded || new Set(xs).size === xs.length ? 0 : DODGE_PX;
  const places = drawn.map(({ points }) => y.px(points.at(-1)?.mean ?? 0));
  const namePlaces = spreadLabels(places, LABEL_GAP_PX, top, bottom);
  const series = drawn.map((line, i) => {
    const colour = colourOf(look, line);
    const shift = (i - (drawn.length - 1) / 2) * dodgePx;
    const at = line.points.map((point) => ({ point, px: round(x.px(point.x) + shift), py: round(y.px(point.mean)) }));
    const path = at.map(({ px, py }, k) => `${k === 0 ? 'M' : 'L'}${px} ${py}`).join('');
    const intervals = isBanded ? bandOf(at, y) : at.map(({ point, px }) => upright(point, px, y)).join('');
    const ink = isBanded ? `fill="${colour}" fill-opacity="0.14"` : `fill="none" stroke="${colour}" stroke-width="1.5"`;
    const end = `M${(at.at(-1)?.px ?? right) + 6} ${round(places[i] ?? 0)}L${right + 2} ${round(namePlaces[i] ?? 0)}`;
    return group(line.name, [
      intervals === '' ? '' : `<path d="${intervals}" ${ink}/>`,
      at.length < 2 ? '' : `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"${dashOf(line)}/>`,
      ...at.map(({ px, py }) => dot(px, py, isBanded ? 3 : 4, colour, isPaper ? look.paperGround : look.ground)),
      `<path d="${end}" fill="none" stroke="${colour}" stroke-width="0.75" stroke-opacity="0.6"/>`,
      label(right + 6, (namePlaces[i] ?? 0) + 4, shortened(line.name, labelPx + 4, TEXT.small), { fill: colour }),
    ]);
  });
  return [...grid, ...ticks, ...axes, ...series].join('');
}

/** Series as rows, values from left to right: all points have one x, which the axis names. */
function rowChart({ panel, lines, look, size: { widthPx, heightPx }, isPaper }: Chart): string {
  const labelPx = nameWidth(lines, widthPx);
  const [left, right, top, bottom] = [PAD.side + labelPx + 12, widthPx - PAD.side - 44, PAD.top - 18, heightPx - PAD.bottom];
  const value = valueAxis(panel, lines, { from: left, to: right });
  const rowPx = (bottom - top) / lines.length;
  const grid = value.ticks.map(({ px }) => segment(px, top, px, bottom, look.line));
  const ticks = uncrowded(value).map(({ px, text }) => label(px, bottom + 16, text, { fill: look.soft, anchor: 'middle' }));
  const x = lines.flatMap(({ points }) => points).at(0)?.x ?? 0;
  const name = axisName(`${valueLabel(panel)} (${panel.xLabel}: ${axisNumber(x)})`, (left + right) / 2, widthPx, heightPx, look);
  const series = lines.map((line, i) => {
    const [point] = line.points;
    const colour = colourOf(look, line);
    const y = round(top + (i + 0.5) * rowPx);
    const whisker = point === undefined ? '' : lying(point, y, value);
    return group(line.name, [
      label(left - 10, y + 4, shortened(line.name, labelPx, TEXT.small), { fill: colour, anchor: 'end' }),
      whisker === '' ? '' : `<path d="${whisker}" fill="none" stroke="${colour}" stroke-width="1.5"/>`,
      point === undefined ? '' : dot(round(value.px(point.mean)), y, 4, colour, isPaper ? look.paperGround : look.ground),
      label(right + 8, y + 4, point === undefined ? '–' : valueText(point.mean, panel.unit), { fill: look.ink }),
    ]);
  });
  return [...grid, ...ticks, name, ...series].join('');
}

/** Room for the names of series: at most a good third of the chart. */
function nameWidth(lines: readonly Line[], widthPx: number): number {
  return Math.min(widthPx * 0.36, Math.max(...lines.map(({ name }) => widthOf(name, TEXT.small))));
}

/** The name of the axis below, around `middle` where it fits. */
function axisName(words: string, middle: number, widthPx: number, heightPx: number, look: Look): string {
  const shown = shortened(words, widthPx - 2 * PAD.side, TEXT.small);
  const half = widthOf(shown, TEXT.small) / 2;
  const x = Math.max(PAD.side + half, Math.min(widthPx - PAD.side - half, middle));
  return label(x, heightPx - 8, shown, { fill: look.soft, anchor: 'middle' });
}

/**
 * Percent from 0 to 100; else from 0 to the values with their intervals. An interval of very few seeds may be many times wider than what it is about: it
 * widens the axis by the range of the values at most, and is cut at its ends.
 */
function valueAxis({ unit }: Panel, lines: readonly Line[], span: Span): Axis {
  if (unit === 'percent') return linearAxis(0, 100, span);
  const points = lines.flatMap((line) => line.points);
  const means = points.map(({ mean }) => mean);
  const [least, most] = [Math.min(0, ...means), Math.max(0, ...means)];
  const spare = most - least || 1;
  const floor = unit === 'nats' && least === 0 ? 0 : least - spare; // no loss is below 0
  const lows = points.map(({ low, mean }) => Math.max(low ?? mean, floor));
  const highs = points.map(({ high, mean }) => Math.min(high ?? mean, most + spare));
  return linearAxis(Math.min(0, ...lows), Math.max(0, ...highs), span);
}

/** The ends of an interval inside an axis, in px, with whether it really ends there. */
function endsOf({ low, high }: PlotPoint, axis: Axis): readonly { readonly px: number; readonly isEnd: boolean }[] {
  if (low === null || high === null || high < axis.low || low > axis.high) return [];
  return [low, high].map((value) => {
    const inside = Math.min(axis.high, Math.max(axis.low, value));
    return { px: round(axis.px(inside)), isEnd: inside === value };
  });
}

function upright(point: PlotPoint, px: number, axis: Axis): string {
  const ends = endsOf(point, axis);
  if (ends.length === 0) return '';
  return `M${px} ${ends.map((end) => end.px).join('V')}${ends.map(({ px: y, isEnd }) => (isEnd ? `M${px - 4} ${y}h8` : '')).join('')}`;
}

/** The intervals of a line as one area, over the points that have one. */
function bandOf(at: readonly { readonly point: PlotPoint; readonly px: number }[], axis: Axis): string {
  const ends = at.flatMap(({ point, px }) => {
    const [from, to] = endsOf(point, axis);
    return from === undefined || to === undefined ? [] : [{ px, low: from.px, high: to.px }];
  });
  if (ends.length < 2) return '';
  const above = ends.map(({ px, high }) => `${px} ${high}`);
  const below = ends.map(({ px, low }) => `${px} ${low}`).reverse();
  return `M${[...above, ...below].join('L')}Z`;
}

function lying(point: PlotPoint, y: number, axis: Axis): string {
  const [from, to] = endsOf(point, axis);
  if (from === undefined || to === undefined) return '';
  return `M${from.px} ${y}H${to.px}${[from, to].map(({ px, isEnd }) => (isEnd ? `M${px} ${y - 4}v8` : '')).join('')}`;
}

/** Ticks whose labels do not touch the one before. */
function uncrowded({ ticks }: Axis): Axis['ticks'] {
  const kept: Axis['ticks'][number][] = [];
  for (const tick of ticks) {
    const before = kept.at(-1);
    const room = before === undefined ? Infinity : tick.px - before.px;
    if (before === undefined || room >= (widthOf(before.text, TEXT.small) + widthOf(tick.text, TEXT.small)) / 2 + 6) kept.push(tick);
  }
  return kept;
}

function colourOf({ colours }: Look, { style }: Line): string {
  return colours[style % colours.length] ?? '';
}

/** After all colours were used once, they come with the next dash. */
function dashOf({ style }: Line): string {
  const dash = DASHES[(style + Math.floor(style / DASHES.length)) % DASHES.length] ?? '';
  return dash === '' ? '' : ` stroke-dasharray="${dash}"`;
}

function group(name: string, parts: readonly string[]): string {
  return `<g data-series="${escaped(name)}">${parts.join('')}</g>`;
}

function dot(px: number, py: number, radius: number, colour: string, ground: string): string {
  return `<circle cx="${px}" cy="${py}" r="${radius}" fill="${ground}" stroke="${colour}" stroke-width="2.25"/>`;
}

function rect(x: number, y: number, width: number, height: number, fill: string): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${fill}"/>`;
}

function segment(x1: number, y1: number, x2: number, y2: number, stroke: string): string {
  return `<path d="M${round(x1)} ${round(y1)}L${round(x2)} ${round(y2)}" stroke="${stroke}" stroke-width="1"/>`;
}

interface TextStyle {
  readonly fill: string;
  readonly size?: number;
  readonly isBold?: boolean;
  readonly anchor?: 'middle' | 'end';
}

function label(x: number, y: number, words: string, { fill, size = TEXT.small, isBold = false, anchor }: TextStyle): string {
  const more = `${isBold ? ' font-weight="600"' : ''}${anchor === undefined ? '' : ` text-anchor="${anchor}"`}`;
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" fill="${fill}"${more}>${escaped(words)}</text>`;
}

/** About the width of a text: the mean letter of common sans-serif fonts is 0.56 of the size. */
function widthOf(words: string, fontPx: number): number {
  return words.length * fontPx * 0.56;
}

function shortened(words: string, widthPx: number, fontPx: number): string {
  const most = Math.max(1, Math.floor(widthPx / (fontPx * 0.56)));
  return words.length <= most ? words : `${words.slice(0, most - 1).trimEnd()}…`;
}

function wrapped(words: string, widthPx: number, fontPx: number): readonly string[] {
  const lines: string[] = [];
  for (const word of words.split(' ')) {
    const longer = `${lines.at(-1) ?? ''} ${word}`.trim();
    if (lines.length > 0 && widthOf(longer, fontPx) <= widthPx) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function round(px: number): number {
  return Math.round(px * 100) / 100;
}

/** Text of any origin as XML text or attribute; characters that XML cannot hold are dropped. */
function escaped(words: string): string {
  const known: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return [...words]
    .filter((letter) => letter >= ' ' && letter !== '\uFFFE' && letter !== '\uFFFF' && !/^[\uD800-\uDFFF]$/.test(letter))
    .map((letter) => known[letter] ?? letter)
    .join('');
}
