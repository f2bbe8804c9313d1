/**
 * How much of the chain of thought a row keeps: all, nothing, or less and less along the run ("internalising", S2H section I.7 and Table 13, after Deng
 * et al. 2024). Rows must then be trained in their order. The answer always stays; Image-via-Text rows keep their conversion too
 * (tasks/records.ts cuts the text).
 *
 * The paper's schedule: the first 30% of the rows keep everything, the next 40% are cut into 101 equal slices that keep 100%, 99%, …, 0% of the
 * characters, the last 30% keep nothing. The authors' scripts/combine_data.py (at 9cba59a) divides by 10 where it means 100: slices 0 to 90 keep
 * everything and the last ten keep 90%, 80%, …, 0%. That is `internalised-authors`.
 */
export const COT_MODES = ['full', 'none', 'internalised', 'internalised-authors'] as const;
export type CotMode = (typeof COT_MODES)[number];

const SLICES = 101;

export function isInternalised(mode: CotMode): boolean {
  return mode === 'internalised' || mode === 'internalised-authors';
}

/** Whether every one of the 101 slices has a row. */
export function hasRowsToInternalise(rows: number): boolean {
  const { start, end } = fadingRows(rows);
  return end - start >= SLICES;
}

/** Fewest rows for which `hasRowsToInternalise` holds. */
export const MIN_INTERNALISED_ROWS = 252;

/** The part of the CoT (1 = all) that row `position` of `rows` keeps; a whole number of hundredths. */
export function cotShareAt(mode: CotMode, position: number, rows: number): number {
  switch (mode) {
    case 'full':
      return 1;
    case 'none':
      return 0;
    case 'internalised':
    case 'internalised-authors': {
      const { start, end } = fadingRows(rows);
      if (position < start) return 1;
      if (position >= end) return 0;
      // Slices differ by one row at most. The authors' are all as long as the shortest, and the last one takes what is left.
      if (mode === 'internalised') return (SLICES - 1 - Math.floor(((position - start) * SLICES) / (end - start))) / 100;
      const slice = Math.min(SLICES - 1, Math.floor((position - start) / Math.floor((end - start) / SLICES)));
      return Math.min(1, (SLICES - 1 - slice) / 10);
    }
    default:
      mode satisfies never;
      throw new Error(`internal: no CoT mode ${String(mode)}`);
  }
}

/** The rows whose CoT fades: from 30% to 70%. */
function fadingRows(rows: number): { start: number; end: number } {
  return { start: Math.floor((rows * 3) / 10), end: Math.floor((rows * 7) / 10) };
}
