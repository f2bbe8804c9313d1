/** Small statistics of counted outcomes and of measured times. */
import { fault } from './errors.ts';
import { unpackOutcomes } from './outcomes.ts';

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

/** 97.5 % points of Student's t with 1, 2, … degrees of freedom; beyond the list the normal one, which is less by up to 4 %. */
const T_95 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101, 2.093, 2.086, 2.08,
  2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
] as const;

/** A mean, its standard error and half the width of its 95 % interval (Student 1908); both null of one value. Throws a RangeError for none. */
export function meanOfSample(values: readonly number[]): { mean: number; standardError: number | null; half: number | null } {
  const n = values.length;
  if (n === 0) throw new RangeError(fault('meanOfSample', 'one value or more', 'none'));
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { mean, standardError: null, half: null };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const standardError = Math.sqrt(variance / n);
  return { mean, standardError, half: (T_95[n - 2] ?? Z_95) * standardError };
}

/** A measured value with its 95 % interval over examples, where that is known. */
export interface Measured {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
  /** Where the value is a share of right answers: each example's, in order (outcomes.ts). Absent: not known. */
  readonly outcomes?: string | undefined;
  /** The value if all were right: 100 of percentages. Default 1. */
  readonly whole?: number | undefined;
}

/**
 * Mean of what several seeds measured, with its 95 % interval: Student's t over the seeds, no narrower than the examples of one seed allow, since at 0 or 100 % all seeds agree by chance. Of one
 * seed its own interval; null where that is not known. Throws a RangeError for none.
 */
export function meanOfMeasured(values: readonly Measured[]): { mean: number; low: number | null; high: number | null } {
  const { mean, half } = meanOfSample(values.map(({ value }) => value));
  const [first] = values;
  if (half === null) return { mean, low: first?.low ?? null, high: first?.high ?? null };
  const below = meanOfSample(values.map(({ value, low }) => value - (low ?? value))).mean;
  const above = meanOfSample(values.map(({ value, high }) => (high ?? value) - value)).mean;
  return { mean, low: mean - Math.max(half, below), high: mean + Math.max(half, above) };
}

/** The end of an interval of a percentage, where percentages are: Student's interval of few seeds knows no bounds. */
export function inPercent(value: number): number {
  return Math.min(100, Math.max(0, value));
}

/** `pairedDifference` over the seeds that both sides have, and how many they are; null for none, or where nothing is known of one pair. */
export function differenceBySeed<T extends Measured & { readonly seed: number }>(
  above: readonly T[],
  below: readonly T[],
): { mean: number; low: number; high: number; seeds: number } | null {
  const pairs = above.flatMap((one) => below.filter(({ seed }) => seed === one.seed).map((other) => [one, other] as const));
  const found = pairedDifference(pairs);
  return found === null ? null : { ...found, seeds: pairs.length };
}

/**
 * Mean of `a - b` over pairs (one per seed) with its 95 % interval, which holds two errors, added as squares: that of the seeds (Student's t over the pairs) and that of the examples. Where the
 * outcomes of all are known, the examples are paired too (`matchedHalf`). Else square and add of each side's own interval (Newcombe 1998, method 10; the mean over pairs and not less, since
 * all seeds may be measured on the same examples), which takes the two sides as independent and is wide where both answer the same examples. Of one pair: over examples alone, null where
 * those are not known. Null for no pair.
 */
export function pairedDifference(pairs: readonly (readonly [a: Measured, b: Measured])[]): { mean: number; low: number; high: number } | null {
  if (pairs.length === 0) return null;
  const { mean, half } = meanOfSample(pairs.map(([a, b]) => a.value - b.value));
  const matched = matchedHalf(pairs);
  if (matched !== null) {
    const whole = Math.hypot(half ?? 0, matched);
    return { mean, low: mean - whole, high: mean + whole };
  }
  const reach = (side: number | null, { value }: Measured): number | null => (side === null ? null : side - value);
  const together = (x: number | null, y: number | null): number[] => (x === null || y === null ? [] : [Math.hypot(x, y)]);
  const down = pairs.flatMap(([a, b]) => together(reach(a.low, a), reach(b.high, b)));
  const up = pairs.flatMap(([a, b]) => together(reach(a.high, a), reach(b.low, b)));
  const isKnown = down.length === pairs.length && up.length === pairs.length;
  if (half === null && !isKnown) return null;
  const withSeeds = (sides: readonly number[]): number => Math.hypot(half ?? 0, isKnown ? meanOfSample(sides).mean : 0);
  return { mean, low: mean - withSeeds(down), high: mean + withSeeds(up) };
}

/**
 * Half the width of the 95 % interval of `a - b` over examples, paired in their order: of each example the difference, averaged over the pairs; the normal interval of their mean, with
 * half a pair added to each of the four cells of the table of matched pairs, so that few or no differences do not look like certainty (Agresti and Min, Statistics in Medicine 24, 2005). Null
 * where the outcomes of a side are not known. Right for sides that answered other examples too: then the pairs have nothing in common, and it is as wide as that of independent sides.
 */
function matchedHalf(pairs: readonly (readonly [a: Measured, b: Measured])[]): number | null {
  const known = pairs.flatMap(([{ outcomes: a }, { outcomes: b }]) =>
    a === undefined || b === undefined ? [] : [[unpackOutcomes(a), unpackOutcomes(b)] as const],
  );
  const examples = known[0]?.[0].length ?? 0;
  if (known.length < pairs.length || known.some(([a, b]) => a.length !== examples || b.length !== examples)) return null;
  let sum = 0;
  let squares = 1; // of half a pair where only a is right, and half where only b is
  for (let i = 0; i < examples; i++) {
    const difference = known.reduce((total, [a, b]) => total + Number(a[i] ?? false) - Number(b[i] ?? false), 0) / known.length;
    sum += difference;
    squares += difference ** 2;
  }
  const count = examples + 2;
  return (pairs[0]?.[0].whole ?? 1) * Z_95 * Math.sqrt((squares / count - (sum / count) ** 2) / count);
}

/** The middle value, or the mean of the two middle ones; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}
