/**
 * Arithmetic of a map of pixel scores, `[H, W]` row-major: which pixels are marked, what falls on which part of the picture. Pure.
 * Source of the 1 % default: S2H Appendix J, "the highest 1 % of the pixels". Shares against areas are ours; the paper measures nothing.
 */

/** How a score is read. Signed: as it is; marked are the highest, as in the paper. Negative: the size of those below 0. */
export type Sign = 'signed' | 'absolute' | 'positive' | 'negative';

/** Pixels: so many percent of them. Mass: the fewest that hold so many percent of what all scores add up to. */
export type ThresholdKind = 'pixels' | 'mass';

/** Bins of the threshold search. Ours: 4096 bins place the cut within 0.03 % of the range in under 1 ms (design/product 3.8). */
const BINS = 4096;

/** What pixels are ordered by. */
export function valueOf(score: number, sign: Sign): number {
  if (sign === 'signed') return score;
  return sign === 'absolute' ? Math.abs(score) : Math.max(0, sign === 'positive' ? score : -score);
}

/** What a pixel adds to the mass that a threshold keeps, at least 0: of signed scores only those above 0 are "high". */
export function massOf(score: number, sign: Sign): number {
  return Math.max(0, valueOf(score, sign));
}

/** How many pixels a threshold keeps, at least 1 where there is any. Of positive or negative scores alone, none that is 0. */
export function keptPixels(scores: Float32Array, kind: ThresholdKind, percent: number, sign: Sign): number {
  const masses = scores.map((score) => massOf(score, sign)).filter((mass) => mass > 0);
  const least = Math.min(1, scores.length);
  if (kind === 'pixels') {
    const wanted = Math.max(least, Math.round((scores.length * percent) / 100));
    return sign === 'positive' || sign === 'negative' ? Math.min(masses.length, wanted) : wanted;
  }
  masses.sort();
  const target = (masses.reduce((sum, mass) => sum + mass, 0) * percent) / 100;
  let [kept, held] = [0, 0];
  while (kept < masses.length && (kept < 1 || held < target)) held += masses[masses.length - 1 - kept++] ?? 0;
  return kept;
}

/**
 * 1 where a pixel is among the `keep` highest, else 0; `[H * W]`. Exact: bins find the cut, the pixels of the bin at the cut are sorted. Ties go to
 * the earlier pixel.
 */
export function topMask(scores: Float32Array, keep: number, sign: Sign): Uint8Array {
  const mask = new Uint8Array(scores.length);
  if (keep >= scores.length) return mask.fill(1);
  let low = Infinity;
  let high = -Infinity;
  for (const score of scores) {
    const value = valueOf(score, sign);
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const scale = high > low ? (BINS - 1) / (high - low) : 0;
  const binOf = (score: number): number => Math.floor((valueOf(score, sign) - low) * scale);
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
  const byValue = (i: number): number => valueOf(scores[i] ?? 0, sign);
  atCut.sort((a, b) => byValue(b) - byValue(a) || a - b);
  for (const i of atCut.slice(0, keep - above)) mask[i] = 1;
  return mask;
}

/** What falls on a patch of the picture. */
export interface PatchScore {
  /** 0-based patch row and column. */
  readonly row: number;
  readonly column: number;
  /** Summed value. */
  readonly sum: number;
  /** Summed size: of all scores, or of those of the sign. */
  readonly mass: number;
  /** Pixels of the mask inside the patch. */
  readonly kept: number;
}

/** The patches of a map, row-major over the patch grid. */
export function patchScores(scores: Float32Array, mask: Uint8Array, widthPx: number, patchPx: number, sign: Sign): PatchScore[] {
  const columns = Math.floor(widthPx / patchPx);
  const rows = Math.floor(scores.length / widthPx / patchPx);
  const [sums, masses] = [new Float64Array(rows * columns), new Float64Array(rows * columns)];
  const kept = new Uint32Array(rows * columns);
  for (let i = 0; i < scores.length; i++) {
    const row = Math.floor(i / widthPx / patchPx);
    const column = Math.floor((i % widthPx) / patchPx);
    const patch = row * columns + column;
    sums[patch] = (sums[patch] ?? 0) + valueOf(scores[i] ?? 0, sign);
    masses[patch] = (masses[patch] ?? 0) + valueOf(scores[i] ?? 0, sign === 'signed' ? 'absolute' : sign);
    kept[patch] = (kept[patch] ?? 0) + (mask[i] ?? 0);
  }
  return Array.from(sums, (sum, patch) => ({
    row: Math.floor(patch / columns),
    column: patch % columns,
    sum,
    mass: masses[patch] ?? 0,
    kept: kept[patch] ?? 0,
  }));
}

/** The `count` patches with the most mass, most first: what shares are of. A sum would leave out a place whose scores below 0 are the strongest. */
export function topPatches(patches: readonly PatchScore[], count: number): PatchScore[] {
  return patches.toSorted((a, b) => b.mass - a.mass).slice(0, count);
}

/** Part of a whole that falls on some patches, by three measures, 0..1; null where there is nothing to share. */
export interface Share {
  readonly mass: number | null;
  readonly kept: number | null;
  readonly area: number;
}

/** @param wanted - row-major numbers of patches, each once or more. */
export function shareOf(patches: readonly PatchScore[], wanted: Iterable<number>): Share {
  const inside = [...new Set(wanted)].flatMap((i) => patches[i] ?? []);
  const part = (of: (patch: PatchScore) => number): number | null => {
    const total = patches.reduce((sum, patch) => sum + of(patch), 0);
    return total === 0 ? null : inside.reduce((sum, patch) => sum + of(patch), 0) / total;
  };
  return { mass: part(({ mass }) => mass), kept: part(({ kept }) => kept), area: inside.length / Math.max(1, patches.length) };
}

/**
 * Part of what is drawn that lies on some patches, 0..1: of the pixels that are not white. White scores 0 by gradient times input, so a map that says nothing
 * falls on a place by this part and not by its area. Null of an empty picture.
 *
 * @param pixels - 8-bit RGB, `[H, W, 3]`.
 * @param wanted - row-major numbers of patches, each once or more.
 */
export function inkShare(pixels: Uint8Array, widthPx: number, patchPx: number, wanted: Iterable<number>): number | null {
  const columns = Math.floor(widthPx / patchPx);
  const inside = new Set(wanted);
  let [all, own] = [0, 0];
  for (let i = 0; i < pixels.length / 3; i++) {
    if (pixels[3 * i] === 255 && pixels[3 * i + 1] === 255 && pixels[3 * i + 2] === 255) continue;
    all += 1;
    const patch = Math.floor(i / widthPx / patchPx) * columns + Math.floor((i % widthPx) / patchPx);
    if (inside.has(patch)) own += 1;
  }
  return all === 0 ? null : own / all;
}

/** Part of the pixels whose value is beyond the scale of colours. Ours: without it a few pixels of a gradient leave all others pale. */
const BEYOND_SCALE = 0.005;

/** Top of a scale of colours: the value that few pixels exceed, of either sign when both are shown; 0 when none is above 0. */
export function scaleTop(scores: Float32Array, sign: Sign): number {
  const values = scores.map((score) => (sign === 'signed' ? Math.abs(score) : valueOf(score, sign))).sort();
  const [low = 0, high = 0] = [values[Math.ceil(values.length * (1 - BEYOND_SCALE)) - 1], values.at(-1)];
  return low > 0 ? low : high;
}
