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
    const [top, bottom] = [row.low * full, row.high * full];
    for (const column of columns) {
      const [left, right] = [column.low * 3, column.high * 3];
      for (let c = 0; c < 3; c++) {
        const above = mixed(pixels[top * 3 + left + c] ?? 0, pixels[top * 3 + right + c] ?? 0, column.share);
        const below = mixed(pixels[bottom * 3 + left + c] ?? 0, pixels[bottom * 3 + right + c] ?? 0, column.share);
        out[to] = Math.round(mixed(above, below, row.share));
        to += 1;
      }
    }
  }
  return out;
}

function mixed(a: number, b: number, share: number): number {
  return a + (b - a) * share;
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
