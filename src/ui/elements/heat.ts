/**
 * Arithmetic of the heat overlay: thresholds, colours, sums per cell. Pure; one score per pixel, `[H, W]` row-major.
 * Source of the score and of the 1 % default: S2H Appendix J (gradient of the token's loss times pixel value, summed over the channels; the highest
 * 1 % of the pixels marked).
 */

/** Bins of the threshold search. Ours: 4096 bins place the cut within 0.03 % of the range in under 1 ms (design/product 3.8). */
const BINS = 4096;

/** Reads a score as the overlay does: signed as it is, or its size. */
export const valueOf = (score: number, isSigned: boolean): number => (isSigned ? score : Math.abs(score));

/** How many pixels `topPercent` of `pixels` are, at least 1. */
export function keptPixels(pixels: number, topPercent: number): number {
  return Math.max(1, Math.round((pixels * topPercent) / 100));
}

/**
 * 1 where a pixel is among the `keep` highest, else 0; `[H * W]`. Exact: bins find the cut, the pixels of the bin at the cut are sorted. Ties go to
 * the earlier pixel.
 */
export function topMask(scores: Float32Array, keep: number, isSigned: boolean): Uint8Array {
  const mask = new Uint8Array(scores.length);
  if (keep >= scores.length) return mask.fill(1);
  let low = Infinity;
  let high = -Infinity;
  for (const score of scores) {
    const value = valueOf(score, isSigned);
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const scale = high > low ? (BINS - 1) / (high - low) : 0;
  const binOf = (score: number): number => Math.floor((valueOf(score, isSigned) - low) * scale);
  const counts = new Uint32Array(BINS);
  for (const score of scores) {
    const bin = binOf(score);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  let cut = BINS - 1;
  let above = 0;
  while (cut > 0 && above + (counts[cut] ?? 0) < keep) above += counts[cut--] ?? 0;
  const atCut: number[] = [];
  scores.forEach((score, i) => {
    const bin = binOf(score);
    if (bin > cut) mask[i] = 1;
    else if (bin === cut) atCut.push(i);
  });
  const byValue = (i: number): number => valueOf(scores[i] ?? 0, isSigned);
  atCut.sort((a, b) => byValue(b) - byValue(a) || a - b);
  for (const i of atCut.slice(0, keep - above)) mask[i] = 1;
  return mask;
}

/** Summed score of each patch, and its share of the mask; row-major over the patch grid. */
export interface PatchScore {
  /** 0-based patch row and column. */
  readonly row: number;
  readonly column: number;
  readonly sum: number;
  /** Pixels of the mask inside the patch. */
  readonly kept: number;
}

export function patchScores(scores: Float32Array, mask: Uint8Array, widthPx: number, patchPx: number, isSigned: boolean): PatchScore[] {
  const columns = Math.floor(widthPx / patchPx);
  const rows = Math.floor(scores.length / widthPx / patchPx);
  const sums = new Float64Array(rows * columns);
  const kept = new Uint32Array(rows * columns);
  for (let i = 0; i < scores.length; i++) {
    const row = Math.floor(i / widthPx / patchPx);
    const column = Math.floor((i % widthPx) / patchPx);
    const patch = row * columns + column;
    sums[patch] = (sums[patch] ?? 0) + valueOf(scores[i] ?? 0, isSigned);
    kept[patch] = (kept[patch] ?? 0) + (mask[i] ?? 0);
  }
  return Array.from(sums, (sum, patch) => ({ row: Math.floor(patch / columns), column: patch % columns, sum, kept: kept[patch] ?? 0 }));
}

/** The `count` patches with the highest sums, highest first. */
export function topPatches(patches: readonly PatchScore[], count: number): PatchScore[] {
  return patches.toSorted((a, b) => b.sum - a.sum).slice(0, count);
}

/** Share of the mask that falls on the patches of `wanted` (keys `row,column`), 0..1. */
export function maskShare(patches: readonly PatchScore[], wanted: ReadonlySet<string>): number {
  let inside = 0;
  let total = 0;
  for (const { row, column, kept } of patches) {
    total += kept;
    if (wanted.has(`${row},${column}`)) inside += kept;
  }
  return total === 0 ? 0 : inside / total;
}

/** Largest size of a score, for the colour scale; 0 when all are 0. */
export function largest(scores: Float32Array): number {
  let most = 0;
  for (const score of scores) most = Math.max(most, Math.abs(score));
  return most;
}

/** Okabe-Ito vermillion for scores above 0, blue below; apart for all common kinds of colour blindness. */
const POSITIVE = [213, 94, 0] as const;
const NEGATIVE = [0, 114, 178] as const;
/** The paper marks its pixels red (Appendix J). */
const MASK = [230, 0, 0] as const;

/** RGBA of the overlay, `[H, W, 4]`: the mask in red, or heat whose strength grows with the root of the score (small scores stay visible). */
export function overlayPixels(
  scores: Float32Array,
  mask: Uint8Array,
  look: { overlay: 'mask' | 'heat'; opacity: number; isSigned: boolean },
): Uint8ClampedArray<ArrayBuffer> {
  const out = new Uint8ClampedArray(scores.length * 4);
  const most = largest(scores);
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] ?? 0;
    const strength = look.overlay === 'mask' ? (mask[i] ?? 0) : most === 0 ? 0 : Math.sqrt(Math.abs(score) / most);
    const colour = look.overlay === 'mask' ? MASK : score < 0 && look.isSigned ? NEGATIVE : POSITIVE;
    out.set([...colour, Math.round(255 * look.opacity * strength)], i * 4);
  }
  return out;
}
