/**
 * One panel as a chart: series as lines over x, or, where all points have one x, series as rows and values from left to right. Both as SVG text without the
 * frame around them (plot.ts).
 */
import type { Panel } from './figure.ts';
import { axisNumber, axisOfValues, linearAxis, spreadLabels } from './plot-axis.ts';
import type { Axis, Span } from './plot-axis.ts';
import { colourOf, dashOf } from './plot-look.ts';
import type { Look } from './plot-look.ts';
import { dot, group, label, round, segment, shortened, TEXT, widthOf } from './plot-svg.ts';
import type { Size } from './plot-svg.ts';
import { valueLabel, valueText } from './words.ts';
import type { PlotPoint } from './words.ts';

/** Height of a line chart, and of a row of the other kind. Ours. */
export const LINES_PX = 280;
export const ROW_PX = 30;
export const PAD = { top: 68, bottom: 44, left: 46, side: 12 } as const;
/** More points than this are a line alone. */
const MOST_DOTS = 60;
/** Whiskers of series with the same x stand beside each other. More points than this have a band instead. */
const DODGE_PX = 5;
const MOST_WHISKERS = 4;
const LABEL_GAP_PX = 15;

export interface Line {
  readonly name: string;
  readonly style: number;
  readonly points: readonly PlotPoint[];
}

export interface Chart {
  readonly panel: Panel;
  readonly lines: readonly Line[];
  readonly look: Look;
  readonly size: Size;
  readonly isPaper: boolean;
}

export function hasOneX(points: readonly PlotPoint[]): boolean {
  return points.every(({ x }) => x === points[0]?.x);
}

/** Series as lines over x, their names at the right. */
export function lineChart({ panel, lines, look, size: { widthPx, heightPx }, isPaper }: Chart): string {
  const labelPx = nameWidth(lines, widthPx);
  const [left, right, top, bottom] = [PAD.left, widthPx - PAD.side - labelPx - 12, PAD.top, heightPx - PAD.bottom];
  const y = valueAxis(panel, lines, { from: bottom, to: top });
  const xs = lines.flatMap(({ points }) => points.map(({ x }) => x));
  const x = named(axisOfValues(xs, panel.isXLogarithmic, { from: left + 14, to: right - 10 }), panel);
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
      ...(at.length > MOST_DOTS ? [] : at).map(({ point, px, py }) =>
        dot(px, py, isBanded ? 3 : 4, colour, isPaper ? look.paperGround : look.ground, stepText(point)),
      ),
      `<path d="${end}" fill="none" stroke="${colour}" stroke-width="0.75" stroke-opacity="0.6"/>`,
      label(right + 6, (namePlaces[i] ?? 0) + 4, shortened(line.name, labelPx + 4, TEXT.small), { fill: colour }),
    ]);
  });
  return [...grid, ...ticks, ...axes, ...series].join('');
}

/** Series as rows, values from left to right: all points have one x, which the axis names. */
export function rowChart({ panel, lines, look, size: { widthPx, heightPx }, isPaper }: Chart): string {
  const labelPx = nameWidth(lines, widthPx);
  const [left, right, top, bottom] = [PAD.side + labelPx + 12, widthPx - PAD.side - 44, PAD.top - 18, heightPx - PAD.bottom];
  const value = valueAxis(panel, lines, { from: left, to: right });
  const rowPx = (bottom - top) / lines.length;
  const grid = value.ticks.map(({ px }) => segment(px, top, px, bottom, look.line));
  const ticks = uncrowded(value).map(({ px, text }) => label(px, bottom + 16, text, { fill: look.soft, anchor: 'middle' }));
  const x = lines.flatMap(({ points }) => points).at(0)?.x ?? 0;
  const name = axisName(`${valueLabel(panel)} (${panel.xLabel}: ${panel.xNames?.[x] ?? axisNumber(x)})`, (left + right) / 2, widthPx, heightPx, look);
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

/** An axis whose ticks have names instead of numbers, where the panel has some. */
function named(axis: Axis, { xNames }: Panel): Axis {
  return xNames === undefined ? axis : { ...axis, ticks: axis.ticks.map((tick) => ({ ...tick, text: xNames[tick.at] ?? tick.text })) };
}

/** What a point is of, where its place on the axis does not say it. */
function stepText({ at }: PlotPoint): string {
  return at === undefined ? '' : `step ${Math.round(at)}`;
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
 * Percent from 0 to 100; the range of the values on a logarithmic axis; else from 0 to the values with their intervals. An interval of very few seeds may be many times wider than what it is about: it
 * widens the axis by the range of the values at most, and is cut at its ends.
 */
function valueAxis({ unit, isYLogarithmic = false }: Panel, lines: readonly Line[], span: Span): Axis {
  if (unit === 'percent') return linearAxis(0, 100, span);
  const points = lines.flatMap((line) => line.points);
  const means = points.map(({ mean }) => mean);
  if (isYLogarithmic) return axisOfValues(means, true, span);
  const [least, most] = [Math.min(0, ...means), Math.max(0, ...means)];
  const spare = most - least || 1;
  const floor = unit !== 'score' && least === 0 ? 0 : least - spare; // no loss and no share is below 0
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
