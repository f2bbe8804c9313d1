/**
 * Pictures as the published preprocessors of the hub make them, up to the pixel values: shortest edge, bicubic, centre crop.
 *
 * transformers.js resizes with a canvas in a browser, which is bilinear, differs between browsers, and is noise under protection from fingerprinting. The models were trained on
 * Pillow's bicubic (a = -0.5, rows first, 8 bits between the two passes), so that is what this is. The wrapped pixels of the paper's code (spec/smarter-vlm 1.1) are not copied.
 */

/** 8-bit RGB, row by row. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** `[height, width, 3]`. */
  readonly data: Uint8Array;
}

/** What a preprocessor_config.json asks for; null: not asked for. */
export interface PixelPlan {
  readonly resize: { readonly shortestEdge: number } | { readonly width: number; readonly height: number } | null;
  readonly crop: { readonly width: number; readonly height: number } | null;
}

export function prepare(picture: Picture, { resize, crop }: PixelPlan): Picture {
  const resized = resize === null ? picture : resizeBicubic(picture, targetOf(picture, resize));
  return crop === null ? resized : centreCrop(resized, crop);
}

function targetOf({ width, height }: Picture, resize: NonNullable<PixelPlan['resize']>): { readonly width: number; readonly height: number } {
  if ('width' in resize) return resize;
  const scale = resize.shortestEdge / Math.min(width, height);
  return { width: Math.trunc(width * scale), height: Math.trunc(height * scale) };
}

const CHANNELS = 3;
const BITS = 22; // of the weights' fixed point, as in Pillow

export function resizeBicubic(picture: Picture, { width, height }: { readonly width: number; readonly height: number }): Picture {
  const wide = width === picture.width ? picture : resizeRows(picture, width);
  return height === picture.height ? wide : transpose(resizeRows(transpose(wide), height));
}

function resizeRows({ width: from, height, data }: Picture, width: number): Picture {
  const out = new Uint8ClampedArray(height * width * CHANNELS);
  const taps = Array.from({ length: width }, (_, x) => tapsOf(x, from, width));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const { first, weights } = taps[x] ?? { first: 0, weights: [] };
      for (let c = 0; c < CHANNELS; c++) {
        let sum = 2 ** (BITS - 1);
        for (let i = 0; i < weights.length; i++) sum += (weights[i] ?? 0) * (data[(y * from + first + i) * CHANNELS + c] ?? 0);
        out[(y * width + x) * CHANNELS + c] = Math.floor(sum / 2 ** BITS);
      }
    }
  }
  return { width, height, data: new Uint8Array(out.buffer) };
}

/** Which pixels of a row of `from` make pixel x of `to`, and how much of each. */
function tapsOf(x: number, from: number, to: number): { readonly first: number; readonly weights: readonly number[] } {
  const scale = from / to;
  const stretch = Math.max(scale, 1);
  const centre = (x + 0.5) * scale;
  const first = Math.max(0, Math.trunc(centre - 2 * stretch + 0.5));
  const end = Math.min(from, Math.trunc(centre + 2 * stretch + 0.5));
  const raw = Array.from({ length: end - first }, (_, i) => cubic((first + i + 0.5 - centre) / stretch));
  const sum = raw.reduce((a, b) => a + b, 0);
  return { first, weights: raw.map((weight) => Math.round((weight / sum) * 2 ** BITS)) };
}

/** Keys 1981 with a = -0.5. */
function cubic(x: number): number {
  const a = -0.5;
  const t = Math.abs(x);
  if (t < 1) return ((a + 2) * t - (a + 3)) * t * t + 1;
  return t < 2 ? (((t - 5) * t + 8) * t - 4) * a : 0;
}

function transpose({ width, height, data }: Picture): Picture {
  const out = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < CHANNELS; c++) out[(x * height + y) * CHANNELS + c] = data[(y * width + x) * CHANNELS + c] ?? 0;
    }
  }
  return { width: height, height: width, data: out };
}

/** The middle; black where the picture is smaller. */
function centreCrop(
  { width: from, height: fromHeight, data }: Picture,
  { width, height }: { readonly width: number; readonly height: number },
): Picture {
  const out = new Uint8Array(width * height * CHANNELS);
  const left = Math.floor((from - width) / 2);
  const top = Math.floor((fromHeight - height) / 2);
  for (let y = Math.max(0, -top); y < Math.min(height, fromHeight - top); y++) {
    const begin = Math.max(0, -left);
    const end = Math.min(width, from - left);
    const row = ((y + top) * from + left) * CHANNELS;
    out.set(data.subarray(row + begin * CHANNELS, row + end * CHANNELS), (y * width + begin) * CHANNELS);
  }
  return { width, height, data: out };
}
