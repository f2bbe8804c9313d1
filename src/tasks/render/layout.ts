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

/** Width of a line of text in px: the sum of its advances, before any stretching. */
export function textWidthPx(text: string, font: FontName, sizePx: number): number {
  let units = 0;
  for (const codePoint of drawnCodePoints(text)) units += glyphOf(font, codePoint).advance;
  return (units * sizePx) / fontMetrics(font).unitsPerEm;
}

/** The glyphs of a text with their origins. */
export function placeGlyphs(shape: TextShape): readonly PlacedGlyph[] {
  const { text, font, sizePx, stretch = 1, anchor } = shape;
  const { unitsPerEm } = fontMetrics(font);
  const width = stretch * textWidthPx(text, font, sizePx);
  const left = anchor === 'start' ? shape.x : anchor === 'middle' ? shape.x - width / 2 : shape.x - width;
  const y = Math.floor(shape.y + riseUnits(shape) * (sizePx / unitsPerEm) + 0.5);
  const placed: PlacedGlyph[] = [];
  let units = 0;
  for (const codePoint of drawnCodePoints(text)) {
    const glyph = glyphOf(font, codePoint);
    const x = left + (stretch * units * sizePx) / unitsPerEm;
    placed.push({ codePoint, glyph, x: Math.floor(x * PHASES_PER_PX + 0.5) / PHASES_PER_PX, y });
    units += glyph.advance;
  }
  return placed;
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
function riseUnits({ text, font, centre }: TextShape): number {
  switch (centre) {
    case 'capitals':
      return fontMetrics(font).capitalHeight / 2;
    case 'box': {
      let [bottom, top] = [Infinity, -Infinity];
      for (const codePoint of drawnCodePoints(text)) {
        const { contours, ink } = glyphOf(font, codePoint);
        if (contours.length === 0) continue;
        bottom = Math.min(bottom, ink.bottom);
        top = Math.max(top, ink.top);
      }
      return top < bottom ? 0 : (top + bottom) / 2;
    }
    default:
      return centre satisfies never;
  }
}

function* drawnCodePoints(text: string): Generator<number> {
  for (const character of text) {
    const codePoint = character.codePointAt(0) ?? 0;
    if (!VARIATION_SELECTORS.has(codePoint)) yield codePoint;
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
