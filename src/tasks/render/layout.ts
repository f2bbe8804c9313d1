/**
 * Where things lie: the geometry that the rasteriser and the SVG share, so that both draw the same picture. Glyph origins are snapped to whole pixels
 * down the page and to quarters along the line: a glyph of a size then has four masks wherever it stands. No kerning.
 */
import { fontMetrics, glyphOf } from './atlas.ts';
import type { Glyph } from './atlas.ts';
import type { FontName, LineShape, TextShape } from './scene.ts';

export interface PlacedGlyph {
  readonly codePoint: number;
  readonly glyph: Glyph;
  /** Origin of the glyph in px from the top left: x in quarters, y (the baseline) whole. */
  readonly x: number;
  readonly y: number;
}

/** Variation selectors 15 and 16 choose between drawing and emoji style; the atlas has one style. */
const VARIATION_SELECTORS: ReadonlySet<number> = new Set([0xfe0e, 0xfe0f]);

/** Glyph origins lie on these parts of a pixel. Ours: evenly spaced letters matter at 7 px, and four masks per glyph are cheap. */
export const PHASES_PER_PX = 4;

/** A text as glyphs, before it has a size or a place. */
interface Run {
  readonly glyphs: readonly { readonly codePoint: number; readonly glyph: Glyph }[];
  /** Sum of the advances, in font units. */
  readonly units: number;
}

/** Ours: runs kept; tables write a few hundred different words. */
const MAX_CACHED_RUNS = 4096;

const runCache: Readonly<Record<FontName, Map<string, Run>>> = { sans: new Map(), 'sans-bold': new Map() };

/** Width of a line of text in px: the sum of its advances, before any stretching. */
export function textWidthPx(text: string, font: FontName, sizePx: number): number {
  return (runOf(text, font).units * sizePx) / fontMetrics(font).unitsPerEm;
}

/** The glyphs of a text with their origins. */
export function placeGlyphs(shape: TextShape): readonly PlacedGlyph[] {
  const { font, sizePx, stretch = 1, anchor } = shape;
  const run = runOf(shape.text, font);
  const pxPerUnit = sizePx / fontMetrics(font).unitsPerEm;
  const widthPx = stretch * run.units * pxPerUnit;
  const left = anchor === 'start' ? shape.x : anchor === 'middle' ? shape.x - widthPx / 2 : shape.x - widthPx;
  const y = Math.floor(shape.y + riseUnits(run, shape) * pxPerUnit + 0.5);
  let units = 0;
  return run.glyphs.map(({ codePoint, glyph }) => {
    const x = left + stretch * units * pxPerUnit;
    units += glyph.advance;
    return { codePoint, glyph, x: Math.floor(x * PHASES_PER_PX + 0.5) / PHASES_PER_PX, y };
  });
}

function runOf(text: string, font: FontName): Run {
  const runs = runCache[font];
  const known = runs.get(text);
  if (known !== undefined) return known;
  const codePoints = Array.from(text, (character) => character.codePointAt(0) ?? 0).filter((codePoint) => !VARIATION_SELECTORS.has(codePoint));
  const glyphs = codePoints.map((codePoint) => ({ codePoint, glyph: glyphOf(font, codePoint) }));
  const run = { glyphs, units: glyphs.reduce((sum, { glyph }) => sum + glyph.advance, 0) };
  if (runs.size >= MAX_CACHED_RUNS) runs.clear();
  runs.set(text, run);
  return run;
}

/** The four corners of a line of some width, in order; null for a line without length. */
export function lineCorners({ x1, y1, x2, y2, widthPx }: LineShape): readonly (readonly [number, number])[] | null {
  const [dx, dy] = [x2 - x1, y2 - y1];
  if (dx === 0 && dy === 0) return null;
  const scale = widthPx / 2 / lengthOf(dx, dy);
  const [nx, ny] = [-dy * scale, dx * scale];
  return [
    [x1 + nx, y1 + ny],
    [x2 + nx, y2 + ny],
    [x2 - nx, y2 - ny],
    [x1 - nx, y1 - ny],
  ];
}

/** How far the baseline lies below the vertical centre, in font units. */
function riseUnits({ glyphs }: Run, { font, centre }: TextShape): number {
  switch (centre) {
    case 'capitals':
      return fontMetrics(font).capitalHeight / 2;
    case 'box': {
      const inks = glyphs.filter(({ glyph }) => glyph.contours.length > 0).map(({ glyph }) => glyph.ink);
      if (inks.length === 0) return 0;
      return (Math.max(...inks.map(({ top }) => top)) + Math.min(...inks.map(({ bottom }) => bottom))) / 2;
    }
    default:
      return centre satisfies never;
  }
}

/** Length of a vector by Newton's iteration for the square root: + - * / only, exact for vectors along an axis. */
function lengthOf(dx: number, dy: number): number {
  const [a, b] = [Math.max(dx, -dx), Math.max(dy, -dy)];
  if (a === 0 || b === 0) return a + b;
  const square = a * a + b * b;
  let length = a + b; // at most sqrt(2) too long: six halvings of the digits are plenty
  for (let i = 0; i < 6; i++) length = (length + square / length) / 2;
  return length;
}
