/** Axes of the figures' charts: where a value stands, and which values get a tick. Pure numbers, no markup. */

export interface Tick {
  readonly at: number;
  readonly px: number;
  readonly text: string;
}

export interface Axis {
  /** The values at the two ends. */
  readonly low: number;
  readonly high: number;
  /** Where a value stands, in px. */
  px(value: number): number;
  readonly ticks: readonly Tick[];
}

/** Pixels of the two ends; `from` may be the greater one (a vertical axis). */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** About so many steps of a linear axis. Ours. */
const STEPS = 4;
const NICE = [1, 2, 2.5, 5, 10] as const;

/** Ours: so many labels stand beside each other on a phone. */
const MOST_COUNTED = 6;

/** A linear axis whose ends are ticks: the range is widened to them. */
export function linearAxis(low: number, high: number, span: Span): Axis {
  const width = high > low ? high - low : Math.abs(high) || 1;
  const top = high > low ? high : low + width;
  const size = 10 ** Math.floor(Math.log10(width / STEPS));
  const step = size * (NICE.find((nice) => nice * size * STEPS >= width * (1 - 1e-9)) ?? 10);
  const [first, last] = [Math.floor(low / step + 1e-9), Math.ceil(top / step - 1e-9)];
  const px = (value: number): number => span.from + ((value - first * step) / ((last - first) * step)) * (span.to - span.from);
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12))).map((at) => tickAt(at, px));
  return { low: first * step, high: last * step, px, ticks };
}

/**
 * An axis of x from the lowest to the highest of `values`, exactly. A few whole numbers (N of a study) are its ticks; for others (a measured norm) round
 * numbers are. On a logarithmic axis all values are above 0.
 */
export function axisOfValues(values: readonly number[], isLogarithmic: boolean, span: Span): Axis {
  const all = [...new Set(values)].sort((a, b) => a - b);
  const [low, high] = [all[0] ?? 1, all.at(-1) ?? 1];
  const scale = isLogarithmic ? Math.log10 : (value: number): number => value;
  const width = scale(high) - scale(low);
  const px = (value: number): number =>
    width === 0 ? (span.from + span.to) / 2 : span.from + ((scale(value) - scale(low)) / width) * (span.to - span.from);
  const round = isLogarithmic ? roundLogarithms(low, high) : linearAxis(low, high, span).ticks.map(({ at }) => at);
  const inside = round.filter((at) => at >= low && at <= high);
  const isCounted = all.length <= MOST_COUNTED && all.every(Number.isInteger);
  const chosen = isCounted || inside.length < 2 ? all : inside;
  return { low, high, px, ticks: chosen.map((at) => tickAt(at, px)) };
}

/** 1, 2 and 5 times the powers of ten; all digits where that gives too few. */
function roundLogarithms(low: number, high: number): readonly number[] {
  const powers = Array.from({ length: Math.ceil(Math.log10(high)) - Math.floor(Math.log10(low)) + 1 }, (_, i) => Math.floor(Math.log10(low)) + i);
  const of = (digits: readonly number[]): number[] =>
    powers.flatMap((power) => digits.map((digit) => Number(`${digit}e${power}`))).filter((at) => at >= low && at <= high);
  const few = of([1, 2, 5]);
  return few.length >= 3 ? few : of([1, 2, 3, 4, 5, 6, 7, 8, 9]);
}

function tickAt(at: number, px: (value: number) => number): Tick {
  return { at, px: px(at), text: axisNumber(at) };
}

/** `6,000`, `160k`, `1.5M`, `0.25`, `2e-5`. */
export function axisNumber(value: number): string {
  const size = Math.abs(value);
  const short = (part: number): string => String(Number(part.toPrecision(4)));
  if (size >= 1e6) return `${short(value / 1e6)}M`;
  if (size >= 1e4) return `${short(value / 1e3)}k`;
  if (size !== 0 && size < 1e-3) return String(Number(value.toPrecision(2)).toExponential());
  return Number(value.toPrecision(4)).toLocaleString('en', { maximumFractionDigits: 6 });
}

/** Moves labels apart so that each has `gap` px, in their order, inside the span where they fit; returns their places in the given order. */
export function spreadLabels(wanted: readonly number[], gap: number, low: number, high: number): readonly number[] {
  const own = Math.min(gap, (high - low) / Math.max(1, wanted.length - 1));
  const order = wanted.map((_, i) => i).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  const places: number[] = [];
  for (const i of order) places.push(Math.max(Math.min(high, Math.max(low, wanted[i] ?? low)), (places.at(-1) ?? -Infinity) + own));
  let ceiling = high;
  for (let k = places.length - 1; k >= 0; k--) {
    places[k] = Math.min(places[k] ?? high, ceiling);
    ceiling = (places[k] ?? high) - own;
  }
  return wanted.map((_, i) => places[order.indexOf(i)] ?? low);
}
