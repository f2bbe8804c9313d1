/** Arithmetic of the curves: thinning that keeps every spike, tables for people, joined columns for the chart. Pure. */

import { csvText } from '../../lib/csv.ts';

/** One line of a chart. `steps` ascend; a value that is not there is NaN. */
export interface Curve {
  readonly label: string;
  /** Colour and dash, 0..5. */
  readonly style: number;
  readonly steps: readonly number[];
  readonly values: readonly number[];
}

export interface Thinned {
  readonly steps: number[];
  readonly values: number[];
}

/**
 * At most about `maxPoints` points: the lowest and the highest of each bucket in their order, so that no spike is lost (never a random sample), and
 * always the first and the last.
 */
export function thin(steps: readonly number[], values: readonly number[], maxPoints: number): Thinned {
  const n = Math.min(steps.length, values.length);
  if (n <= maxPoints) return { steps: steps.slice(0, n), values: values.slice(0, n) };
  const buckets = Math.max(1, Math.floor((maxPoints - 2) / 2));
  const chosen = new Set([0, n - 1]);
  for (let bucket = 0; bucket < buckets; bucket++) {
    const start = Math.floor((bucket * n) / buckets);
    const end = Math.floor(((bucket + 1) * n) / buckets);
    let [low, high] = [start, start];
    for (let i = start; i < end; i++) {
      const value = values[i] ?? NaN;
      if (value < (values[low] ?? NaN)) low = i;
      if (value > (values[high] ?? NaN)) high = i;
    }
    chosen.add(low).add(high);
  }
  const order = [...chosen].sort((a, b) => a - b);
  return { steps: order.map((i) => steps[i] ?? NaN), values: order.map((i) => values[i] ?? NaN) };
}

/** Columns on one axis: the sorted union of all steps, and per curve its value there; null = no point (the line passes over it). */
export function joinCurves(curves: readonly Thinned[]): { steps: number[]; columns: (number | null)[][] } {
  const steps = [...new Set(curves.flatMap((curve) => curve.steps))].sort((a, b) => a - b);
  const columns = curves.map((curve) => {
    const at = new Map(curve.steps.map((step, i) => [step, curve.values[i] ?? NaN]));
    return steps.map((step) => {
      const value = at.get(step);
      return value === undefined || Number.isNaN(value) ? null : value;
    });
  });
  return { steps, columns };
}

/** Rows of a table of at most `maxRows`: evenly spaced steps, always the last. */
export function sampleRows(steps: readonly number[], maxRows: number): number[] {
  if (steps.length <= maxRows) return steps.map((_, i) => i);
  return Array.from({ length: maxRows }, (_, row) => Math.round((row * (steps.length - 1)) / (maxRows - 1)));
}

/** All points of all curves as CSV, one row per step. */
export function toCsv(curves: readonly Curve[]): string {
  const { steps, columns } = joinCurves(curves.map(({ steps, values }) => ({ steps: [...steps], values: [...values] })));
  return csvText([['step', ...curves.map(({ label }) => label)], ...steps.map((step, row) => [step, ...columns.map((column) => column[row])])]);
}

/** What a curve did, in one sentence. */
export function describeCurve({ label, steps, values }: Curve): string {
  const [first, last] = [values[0], values.at(-1)];
  if (first === undefined || last === undefined) return `${label}: no points yet.`;
  const trend = last < first ? 'fell' : last > first ? 'rose' : 'stayed';
  return `${label}: ${trend} from ${shortNumber(first)} to ${shortNumber(last)} by step ${steps.at(-1) ?? 0}.`;
}

/** A tick of a logarithmic axis, `0.0001` and not 0; those between the powers of ten have none. */
export function logTick(value: number | null): string {
  return value === null ? '' : String(Number(value.toPrecision(3)));
}

/** Three figures that matter. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value !== 0 && Math.abs(value) < 0.001) return value.toExponential(1);
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 3);
}
