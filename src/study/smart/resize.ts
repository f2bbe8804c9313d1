/**
 * A picture of any size as 224 x 224 px: the short side to 224 with a triangle filter, as wide as the step where the picture shrinks, then the middle is cut out. The
 * release's pictures are square, so nothing is cut off. The weights are those of PIL's bilinear `resize`, by which the reference loader shrinks (spec/smarter-vlm 1.1);
 * sums are doubles, rounded after each direction, so every machine gives the same bytes.
 */
import type { Pixels } from './png-pixels.ts';

export const SIDE_PX = 224;

/** Which source pixels make one target pixel: `weights` from `first` on, together 1. */
interface Tap {
  readonly first: number;
  readonly weights: Float64Array;
}

/** @returns RGB, `[224, 224, 3]`; the caller owns it. */
export function toSquare(picture: Pixels, sidePx: number = SIDE_PX): Uint8Array {
  const { widthPx, heightPx } = picture;
  const short = Math.min(widthPx, heightPx);
  const scaled = resize(picture, Math.floor((sidePx * widthPx) / short), Math.floor((sidePx * heightPx) / short));
  return middle(scaled, sidePx);
}

/** Sizes of 1 px or more. */
export function resize(picture: Pixels, widthPx: number, heightPx: number): Pixels {
  if (widthPx === picture.widthPx && heightPx === picture.heightPx) return picture;
  const { rgb, widthPx: sourceWidth, heightPx: sourceHeight } = picture;
  const wide = along(rgb, tapsOf(sourceWidth, widthPx), { lines: sourceHeight, lineIn: sourceWidth * 3, lineOut: widthPx * 3, step: 3 });
  return { widthPx, heightPx, rgb: along(wide, tapsOf(sourceHeight, heightPx), { lines: widthPx, lineIn: 3, lineOut: 3, step: widthPx * 3 }) };
}

/** Lengths of the filter in one direction. */
export function tapsOf(from: number, to: number): Tap[] {
  const scale = from / to;
  const reach = Math.max(1, scale);
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - reach + 0.5));
    const end = Math.min(from, Math.floor(centre + reach + 0.5));
    const raw = Array.from({ length: end - first }, (_, k) => Math.max(0, 1 - Math.abs((first + k - centre + 0.5) / reach)));
    const sum = raw.reduce((total, weight) => total + weight, 0);
    return { first, weights: Float64Array.from(raw, (weight) => weight / sum) };
  });
}

/** Where the lines of a pass lie: a row is a line whose pixels are `step` 3 apart, a column one whose pixels are a row apart. */
interface Lines {
  readonly lines: number;
  readonly lineIn: number;
  readonly lineOut: number;
  readonly step: number;
}

function along(source: Uint8Array, taps: readonly Tap[], { lines, lineIn, lineOut, step }: Lines): Uint8Array {
  const target = new Uint8Array(lines * taps.length * 3);
  for (const [i, { first, weights }] of taps.entries()) {
    for (let line = 0; line < lines; line++) {
      let [red, green, blue] = [0.5, 0.5, 0.5];
      let at = line * lineIn + first * step;
      for (let k = 0; k < weights.length; k++, at += step) {
        const weight = weights[k] ?? 0;
        red += weight * (source[at] ?? 0);
        green += weight * (source[at + 1] ?? 0);
        blue += weight * (source[at + 2] ?? 0);
      }
      const to = line * lineOut + i * step;
      target[to] = red; // cut to whole numbers; never above 255.5
      target[to + 1] = green;
      target[to + 2] = blue;
    }
  }
  return target;
}

function middle({ rgb, widthPx, heightPx }: Pixels, sidePx: number): Uint8Array {
  if (widthPx === sidePx && heightPx === sidePx) return rgb.slice();
  const [left, top] = [(widthPx - sidePx) >> 1, (heightPx - sidePx) >> 1];
  const square = new Uint8Array(sidePx * sidePx * 3);
  for (let y = 0; y < sidePx; y++) {
    const start = ((top + y) * widthPx + left) * 3;
    square.set(rgb.subarray(start, start + sidePx * 3), y * sidePx * 3);
  }
  return square;
}
