/**
 * Views of a picture for self-distillation: crops, brought to the side of the view, with other brightness and other colours. No mirroring and no blur (ours): puzzles know left
 * from right, and their digits are small. Bytes, deterministic.
 */
import type { Rng } from '../../lib/rng.ts';

/** A view of an area: square, in px of the picture. */
interface Crop {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

/** Shares of the picture's side. */
export const LARGE_SHARE = [0.75, 1] as const;
export const SMALL_SHARE = [0.35, 0.6] as const;

/**
 * A random view as 8-bit RGB `[sidePx, sidePx, 3]`.
 *
 * @param pixels - `[S, S, 3]`.
 * @param share - least and largest side of the crop, as shares of S.
 */
export function randomView(pixels: Uint8Array, sidePx: number, share: readonly [number, number], rng: Rng): Uint8Array {
  const full = Math.sqrt(pixels.length / 3);
  const side = full * (share[0] + (share[1] - share[0]) * rng.unit());
  const crop = { x: (full - side) * rng.unit(), y: (full - side) * rng.unit(), side };
  return recoloured(resized(pixels, crop, sidePx), rng);
}

/** Bilinear, each new pixel at the middle of its place. */
export function resized(pixels: Uint8Array, { x, y, side }: Crop, sidePx: number): Uint8Array {
  const full = Math.sqrt(pixels.length / 3);
  const out = new Uint8Array(sidePx * sidePx * 3);
  const places = (from: number): { low: number; high: number; share: number }[] =>
    Array.from({ length: sidePx }, (_, i) => {
      const at = Math.min(full - 1, Math.max(0, from + ((i + 0.5) * side) / sidePx - 0.5));
      const low = Math.floor(at);
      return { low, high: Math.min(full - 1, low + 1), share: at - low };
    });
  const columns = places(x);
  let to = 0;
  for (const row of places(y)) {
    for (const column of columns) {
      for (let c = 0; c < 3; c++) {
        const at = (r: number, k: number): number => pixels[(r * full + k) * 3 + c] ?? 0;
        const top = at(row.low, column.low) + (at(row.low, column.high) - at(row.low, column.low)) * column.share;
        const bottom = at(row.high, column.low) + (at(row.high, column.high) - at(row.high, column.low)) * column.share;
        out[to] = Math.round(top + (bottom - top) * row.share);
        to += 1;
      }
    }
  }
  return out;
}

/** Channels in another order, then another contrast around paper white. Paper stays white. */
function recoloured(pixels: Uint8Array, rng: Rng): Uint8Array {
  const [r = 0, g = 1, b = 2] = rng.chance(0.5) ? rng.shuffle([0, 1, 2]) : [0, 1, 2];
  const contrast = 0.7 + 0.3 * rng.unit();
  const tone = Uint8Array.from({ length: 256 }, (_, value) => Math.round(255 - (255 - value) * contrast));
  const out = new Uint8Array(pixels.length);
  for (let i = 0; i < pixels.length; i += 3) {
    out[i] = tone[pixels[i + r] ?? 0] ?? 0;
    out[i + 1] = tone[pixels[i + g] ?? 0] ?? 0;
    out[i + 2] = tone[pixels[i + b] ?? 0] ?? 0;
  }
  return out;
}
