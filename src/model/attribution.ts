/**
 * Which pixels the loss of some tokens hangs on, by four methods. l_k is the cross-entropy of target token k given the picture and the tokens before it; x is
 * the normalised picture, for which paper white is 0, so white scores 0 in all but the plain gradient.
 *
 * - gradient-input: <d l_k / d x_j, x_j>, summed over the three channels. S2H, appendix J; the paper does not say whether x is the raw or the normalised pixel.
 * - gradient: the same without the factor x_j: what the loss does when the pixel gets brighter.
 * - integrated-gradients: the gradient averaged over the straight way from a white page to the picture, times x_j (Sundararajan et al. 2017, arXiv 1703.01365),
 *   by the midpoint rule in u, where u^3 is how far the way is gone. Its sum is l_k(picture) - l_k(white page) but for the error of the rule, which is told
 *   (`completeness`).
 * - occlusion: l_k(picture) - l_k(picture with a patch painted white), spread evenly over the patch (Zeiler and Fergus 2014, arXiv 1311.2901). No gradient.
 *
 * All have one sign: above 0, the ink raises the loss; below 0, it helps. Several tokens give one map: mean (the paper's "average over the tokens"), sum, or
 * at each pixel the largest of any token by size. Mean and sum need one pass for all tokens, since the gradient of a sum is the sum of the gradients.
 *
 * Letters: H and W pixels, T text tokens, P patches.
 */
import { fault, InputError } from '../lib/errors.ts';
import type { ImageBatch, MicroBatch } from './batch.ts';
import type { Passes } from './passes.ts';
import type { PixelQuestion } from './pixel-maps.ts';

export type AttributionMethod = 'gradient-input' | 'gradient' | 'integrated-gradients' | 'occlusion';
export type Aggregate = 'mean' | 'sum' | 'max';

export interface AttributionQuestion {
  /** Indices t of `micro.targets`, each once, at least one. */
  readonly positions: readonly number[];
  readonly method: AttributionMethod;
  readonly aggregate: Aggregate;
}

export interface Attribution {
  /** Score of each pixel, `[H * W]`, row-major. */
  readonly map: Float32Array;
  /** Of integrated gradients whose tokens are added up; null otherwise. The two are equal but for the error of the midpoint rule. */
  readonly completeness: { readonly attributed: number; readonly difference: number } | null;
}

/**
 * Backward passes of integrated gradients. Ours: layer norms make the loss change fastest next to the white page, so steps of one size miss most of it. On
 * the base `nano-5x10-paths` and 1, 5 and 58 tokens of one example, sum and difference are apart by
 * 16 steps of one size: 88, 15, 45 %; 16 by u^3: 6, 14, 3 %; 32 of one size: 80, 71, 12 %; 32 by u^3: 0.4, 0.1, 0.3 %.
 */
export const INTEGRATION_STEPS = 32;
const WAY_POWER = 3;
/** Most tokens whose maps are computed one by one, for `max`. Ours: with integrated gradients 1,024 backward passes. */
export const MAX_SINGLE_TOKENS = 64;
/** Occluded pictures that go through the model at once. Ours: half a training batch of `micro`, forward only. */
const OCCLUSION_ROWS = 16;
/** Paper; normalised it is 0. */
const WHITE = 255;

type Asked = Pick<Passes, 'pixelMaps' | 'tokenLosses'>;

/**
 * @param micro - one example with a picture.
 * @param steps - of integrated gradients.
 */
export async function attribute(
  passes: Asked,
  micro: MicroBatch,
  { positions, method, aggregate }: AttributionQuestion,
  steps = INTEGRATION_STEPS,
): Promise<Attribution> {
  const { image } = micro;
  if (image === null || micro.batchSize !== 1 || positions.length === 0) {
    const got = { batchSize: micro.batchSize, hasImage: image !== null, positions };
    throw new Error(fault('attribute', 'one example with a picture and at least one position', got));
  }
  if (aggregate === 'max' && positions.length > MAX_SINGLE_TOKENS)
    throw new InputError(fault('attribute', `at most ${MAX_SINGLE_TOKENS} tokens for the largest of any token`, positions.length, 'choose mean'));
  const groups = aggregate === 'max' ? positions.map((position) => [position]) : [positions];
  const maps = method === 'occlusion' ? await occlusionMaps(passes, micro, image, groups) : await gradientMaps(passes, micro, groups, method, steps);
  const factor = aggregate === 'mean' ? 1 / positions.length : 1;
  const map = aggregate === 'max' ? largestOf(maps) : (maps[0] ?? new Float32Array()).map((score) => score * factor);
  if (method !== 'integrated-gradients' || aggregate === 'max') return { map, completeness: null };
  const attributed = map.reduce((sum, score) => sum + score, 0);
  return { map, completeness: { attributed, difference: factor * (await differenceToWhite(passes, micro, image, positions)) } };
}

/** The map of each group of positions, whose losses are summed. */
async function gradientMaps(
  passes: Asked,
  micro: MicroBatch,
  groups: readonly (readonly number[])[],
  method: Exclude<AttributionMethod, 'occlusion'>,
  steps: number,
): Promise<Float32Array[]> {
  const way = method === 'integrated-gradients' ? wayFromWhite(steps) : [{ blend: 1, weight: 1 }];
  const maps: Float32Array[] = [];
  for (const positions of groups) {
    const questions = way.map(({ blend }): PixelQuestion => ({ positions, blend, isTimesInput: method !== 'gradient' }));
    const parts = await passes.pixelMaps(micro, questions);
    const [first = new Float32Array()] = parts;
    maps.push(first.map((_, i) => parts.reduce((sum, part, k) => sum + (way[k]?.weight ?? 0) * (part[i] ?? 0), 0)));
  }
  return maps;
}

/** Midpoints of `steps` equal parts of u, as shares of the way and their parts of the integral. */
function wayFromWhite(steps: number): { readonly blend: number; readonly weight: number }[] {
  return Array.from({ length: steps }, (_, k) => {
    const u = (k + 0.5) / steps;
    return { blend: u ** WAY_POWER, weight: (WAY_POWER * u ** (WAY_POWER - 1)) / steps };
  });
}

/** At each pixel the score of largest size, with its sign. */
function largestOf(maps: readonly Float32Array[]): Float32Array {
  const [first = new Float32Array()] = maps;
  return first.map((_, i) => maps.reduce((most, map) => (Math.abs(map[i] ?? 0) > Math.abs(most) ? (map[i] ?? 0) : most), 0));
}

/** Summed loss of the picture less that of a white page. */
async function differenceToWhite(passes: Asked, micro: MicroBatch, image: ImageBatch, positions: readonly number[]): Promise<number> {
  const white = image.pixels.slice().fill(WHITE);
  let difference = 0;
  for (const [sign, pixels] of [[1, image.pixels] as const, [-1, white] as const]) {
    const losses = await passes.tokenLosses(rowsOf(micro, image, [pixels], positions));
    difference += sign * summedAt(losses, positions);
  }
  return difference;
}

function summedAt(losses: Float32Array, positions: readonly number[]): number {
  return positions.reduce((sum, position) => sum + (losses[position] ?? Number.NaN), 0);
}

/** What each patch takes from the summed loss of each group of positions: one forward pass per patch that is not white already. */
async function occlusionMaps(passes: Asked, micro: MicroBatch, image: ImageBatch, groups: readonly (readonly number[])[]): Promise<Float32Array[]> {
  const { patchPx, gridRows, gridColumns } = image;
  const T = micro.textLength;
  const maps = groups.map(() => new Float32Array(gridRows * gridColumns * patchPx * patchPx));
  const patches = inkedPatches(image);
  for (let start = 0; start < patches.length; start += OCCLUSION_ROWS - 1) {
    const part = patches.slice(start, start + OCCLUSION_ROWS - 1);
    // The picture itself, then one without each patch; always as many rows, so that there is one recording.
    const pictures = Array.from({ length: OCCLUSION_ROWS }, (_, row) => withoutPatch(image, part[row - 1] ?? null));
    const losses = await passes.tokenLosses(rowsOf(micro, image, pictures, groups.flat()));
    const row = (i: number): Float32Array => losses.subarray(i * T, (i + 1) * T);
    part.forEach((patch, i) => {
      groups.forEach((group, g) => {
        const effect = summedAt(row(0), group) - summedAt(row(i + 1), group);
        for (const pixel of pixelsOf(image, patch)) (maps[g] as Float32Array)[pixel] = effect / (patchPx * patchPx); // one map for each group
      });
    });
  }
  return maps;
}

/** Row-major numbers of the patches that are not white all over. */
function inkedPatches(image: ImageBatch): number[] {
  const { gridRows, gridColumns, pixels } = image;
  const isInked = (pixel: number): boolean => pixels.subarray(pixel * 3, pixel * 3 + 3).some((value) => value !== WHITE);
  return Array.from({ length: gridRows * gridColumns }, (_, patch) => patch).filter((patch) => pixelsOf(image, patch).some(isInked));
}

/** The picture with a patch painted white; null = as it is. */
function withoutPatch(image: ImageBatch, patch: number | null): Uint8Array {
  if (patch === null) return image.pixels;
  const pixels = image.pixels.slice();
  for (const pixel of pixelsOf(image, patch)) pixels.fill(WHITE, pixel * 3, pixel * 3 + 3);
  return pixels;
}

/** Row-major numbers of the pixels of a patch. */
function pixelsOf({ patchPx, gridColumns }: ImageBatch, patch: number): number[] {
  const [top, left] = [Math.floor(patch / gridColumns) * patchPx, (patch % gridColumns) * patchPx];
  return Array.from({ length: patchPx * patchPx }, (_, i) => (top + Math.floor(i / patchPx)) * gridColumns * patchPx + left + (i % patchPx));
}

/** The example once per picture; what counted before still does, and `positions` too. */
function rowsOf(micro: MicroBatch, image: ImageBatch, pictures: readonly Uint8Array[], positions: readonly number[]): MicroBatch {
  const B = pictures.length;
  const repeat = (values: Int32Array): Int32Array => {
    const all = new Int32Array(values.length * B);
    for (let b = 0; b < B; b++) all.set(values, b * values.length);
    return all;
  };
  const counted = micro.lossWeights.map((weight, t) => (positions.includes(t) ? 1 : weight));
  const [lossWeights, kinds] = [new Float32Array(counted.length * B), new Uint8Array(micro.kinds.length * B)];
  const pixels = new Uint8Array(image.pixels.length * B);
  pictures.forEach((picture, b) => {
    pixels.set(picture, b * image.pixels.length);
    lossWeights.set(counted, b * counted.length);
    kinds.set(micro.kinds, b * micro.kinds.length);
  });
  return {
    batchSize: B,
    textLength: micro.textLength,
    tokens: repeat(micro.tokens),
    lines: repeat(micro.lines),
    columns: repeat(micro.columns),
    targets: repeat(micro.targets),
    lossWeights,
    kinds,
    image: { ...image, pixels, patchTokens: repeat(image.patchTokens) },
  };
}
