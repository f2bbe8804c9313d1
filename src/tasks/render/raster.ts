/**
 * Scene -> pixels, 8-bit RGB, identical bytes on every machine: areas are exact (coverage.ts), glyphs are our own outlines (atlas.ts), colours are mixed in whole numbers
 * (in sRGB values, as matplotlib's Agg does). Not a general renderer: no strokes of curves, no transparency, no clipping paths.
 */
import { fault } from '../../lib/errors.ts';
import { fontMetrics } from './atlas.ts';
import type { Glyph } from './atlas.ts';
import { maskOf } from './coverage.ts';
import type { Mask } from './coverage.ts';
import { lineCorners, PHASES_PER_PX, placeGlyphs } from './layout.ts';
import type { PolygonShape, RectangleShape, Rgb, Scene, TextShape } from './scene.ts';

interface Canvas {
  readonly pixels: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Ours: masks kept; a compact run uses under 400. */
const MAX_CACHED_MASKS = 4096;

/** Ours: below this, `copyWithin` is slower than a loop (measured on Node 20). */
const MIN_COPY_BYTES = 96;

interface CachedMask {
  readonly scaleX: number;
  readonly scaleY: number;
  readonly phase: number;
  readonly mask: Mask | null;
}

const maskCache = new Map<Glyph, CachedMask[]>();
let cachedMasks = 0;

/** The picture of a scene: RGB, row-major, `[H, W, 3]`. The caller owns it. */
export function rasterise(scene: Scene): Uint8Array {
  const pixels = new Uint8Array(scene.widthPx * scene.heightPx * 3);
  rasteriseInto(scene, pixels);
  return pixels;
}

/** The same into a given buffer of exactly `[H, W, 3]` bytes, such as one picture of a batch (`subarray`). Every byte is written. */
export function rasteriseInto(scene: Scene, pixels: Uint8Array): void {
  const { widthPx, heightPx } = scene;
  const bytes = widthPx * heightPx * 3;
  if (pixels.length !== bytes) throw new RangeError(fault('rasteriseInto', `${bytes} bytes for ${widthPx} x ${heightPx} px`, pixels.length));
  const canvas: Canvas = { pixels, widthPx, heightPx };
  fillBlock(canvas, 0, 0, widthPx, heightPx, scene.background);
  for (const shape of scene.shapes) {
    switch (shape.kind) {
      case 'rectangle':
        fillRectangle(canvas, shape);
        break;
      case 'line': {
        const corners = lineCorners(shape);
        if (corners !== null) blend(canvas, maskOf([Float64Array.from(corners.flat())]), 0, 0, shape.stroke);
        break;
      }
      case 'polygon':
        blend(canvas, polygonMask(shape), shape.x ?? 0, shape.y ?? 0, shape.fill);
        break;
      case 'text':
        drawText(canvas, shape);
        break;
      default:
        shape satisfies never;
    }
  }
}

/** Masks of polygons by their points: drawings repeat a few figures in many places. Kept as long as the points are. */
const polygonMasks = new WeakMap<PolygonShape['points'], { readonly mask: Mask | null }>();

function polygonMask({ points, x = 0, y = 0 }: PolygonShape): Mask | null {
  if (!Number.isInteger(x) || !Number.isInteger(y)) throw new RangeError(fault('polygon', 'whole px for x and y', `${x}, ${y}`));
  const known = polygonMasks.get(points);
  if (known !== undefined) return known.mask;
  const mask = maskOf([Float64Array.from(points.flat())]);
  polygonMasks.set(points, { mask });
  return mask;
}

/** Draws a text glyph by glyph; masks are kept per glyph, scales and phase. */
function drawText(canvas: Canvas, shape: TextShape): void {
  const scaleY = shape.sizePx / fontMetrics(shape.font).unitsPerEm;
  const scaleX = scaleY * (shape.stretch ?? 1);
  for (const { glyph, x, y } of placeGlyphs(shape)) {
    const column = Math.floor(x);
    blend(canvas, glyphMask(glyph, scaleX, scaleY, (x - column) * PHASES_PER_PX), column, y, shape.fill);
  }
}

/** Mask of a glyph whose origin lies in pixel (0, 0), `phase` quarters to the right of its left edge. */
function glyphMask(glyph: Glyph, scaleX: number, scaleY: number, phase: number): Mask | null {
  const known = maskCache.get(glyph)?.find((entry) => entry.scaleX === scaleX && entry.scaleY === scaleY && entry.phase === phase);
  if (known !== undefined) return known.mask;
  const mask = maskOf(glyph.contours, { scaleX, scaleY: -scaleY, offsetX: phase / PHASES_PER_PX, offsetY: 0 });
  if (cachedMasks >= MAX_CACHED_MASKS) {
    maskCache.clear();
    cachedMasks = 0;
  }
  const entries = maskCache.get(glyph) ?? [];
  entries.push({ scaleX, scaleY, phase, mask });
  maskCache.set(glyph, entries);
  cachedMasks += 1;
  return mask;
}

/** Whole pixels are written, partly covered ones mixed by their exact area. */
function fillRectangle(canvas: Canvas, { x, y, width, height, fill }: RectangleShape): void {
  const [right, bottom] = [x + width, y + height];
  if (Number.isInteger(x) && Number.isInteger(y) && Number.isInteger(right) && Number.isInteger(bottom)) {
    fillBlock(canvas, x, y, right, bottom, fill);
    return;
  }
  blend(canvas, maskOf([Float64Array.of(x, y, right, y, right, bottom, x, bottom)]), 0, 0, fill);
}

/** Fills columns left..right-1 of rows top..bottom-1, clipped to the picture. */
function fillBlock({ pixels, widthPx, heightPx }: Canvas, left: number, top: number, right: number, bottom: number, fill: Rgb): void {
  const [x1, y1, x2, y2] = [Math.max(0, left), Math.max(0, top), Math.min(widthPx, right), Math.min(heightPx, bottom)];
  if (x1 >= x2 || y1 >= y2) return;
  const rowBytes = (x2 - x1) * 3;
  const start = (y1 * widthPx + x1) * 3;
  // The first row by hand, the rest as copies of it; copying so few bytes at a time would cost more than writing them.
  const writtenRows = rowBytes < MIN_COPY_BYTES ? y2 - y1 : 1;
  for (let row = 0; row < writtenRows; row++) {
    const from = start + row * widthPx * 3;
    for (let i = from; i < from + rowBytes; i += 3) {
      pixels[i] = fill[0];
      pixels[i + 1] = fill[1];
      pixels[i + 2] = fill[2];
    }
  }
  for (let row = writtenRows; row < y2 - y1; row++) pixels.copyWithin(start + row * widthPx * 3, start, start + rowBytes);
}

/** Mixes a colour into the picture by a mask whose origin lies at (originX, originY); clipped. Every index lies inside its array. */
function blend({ pixels, widthPx, heightPx }: Canvas, mask: Mask | null, originX: number, originY: number, colour: Rgb): void {
  if (mask === null) return;
  const { width, height, alpha } = mask;
  const [left, top] = [mask.left + originX, mask.top + originY];
  const [red, green, blue] = colour;
  const [firstColumn, lastColumn] = [Math.max(0, -left), Math.min(width, widthPx - left)];
  const lastRow = Math.min(height, heightPx - top);
  for (let row = Math.max(0, -top); row < lastRow; row++) {
    const end = row * width + lastColumn;
    let at = ((top + row) * widthPx + left + firstColumn) * 3;
    for (let i = row * width + firstColumn; i < end; i++, at += 3) {
      const a = alpha[i] as number;
      if (a === 0) continue;
      if (a === OPAQUE) {
        pixels[at] = red;
        pixels[at + 1] = green;
        pixels[at + 2] = blue;
        continue;
      }
      pixels[at] = mix(pixels[at] as number, red, a);
      pixels[at + 1] = mix(pixels[at + 1] as number, green, a);
      pixels[at + 2] = mix(pixels[at + 2] as number, blue, a);
    }
  }
}

const OPAQUE = 255;

/** Rounded (below * (255 - alpha) + above * alpha) / 255, the division as a shift: exact below 65,535. */
function mix(below: number, above: number, alpha: number): number {
  const sum = below * (OPAQUE - alpha) + above * alpha + 127;
  return (sum + 1 + (sum >> 8)) >> 8;
}
