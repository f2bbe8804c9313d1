/** Small statistics of counted outcomes and of measured times. */
import { fault } from './errors.ts';

/** 97.5 % point of the normal distribution: two-sided 95 %. */
const Z_95 = 1.959963984540054;

/**
 * 95 % Wilson score interval of a proportion (Wilson 1927). Unlike p ± 1.96 s it stays inside [0, 1] and does not shrink to a point at 0 or 100 %.
 * Of nothing (`total` 0) nothing is known: [0, 1].
 */
export function wilson(correct: number, total: number): { low: number; high: number } {
  if (!Number.isInteger(correct) || !Number.isInteger(total) || correct < 0 || correct > total) {
    throw new RangeError(fault('wilson', 'whole numbers 0 <= correct <= total', `${correct}, ${total}`));
  }
  if (total === 0) return { low: 0, high: 1 };
  const p = correct / total;
  const zz = Z_95 * Z_95;
  const centre = (p + zz / (2 * total)) / (1 + zz / total);
  const half = (Z_95 / (1 + zz / total)) * Math.sqrt((p * (1 - p)) / total + zz / (4 * total * total));
  // At the ends the formula gives exactly 0 and 1, up to rounding.
  return { low: correct === 0 ? 0 : centre - half, high: correct === total ? 1 : centre + half };
}

/** The middle value, or the mean of the two middle ones; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}
