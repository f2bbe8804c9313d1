/**
 * The glyph atlas: outlines of the letters, digits, signs and symbols we draw, read from glyph-data.ts (made by scripts/build-atlas.ts from the DejaVu fonts 2.37).
 * Outlines, not bitmaps: one set serves every size of the rasteriser and the SVG. Only + - * / on doubles, so that every machine gets the same numbers.
 */
import { fault } from '../../lib/errors.ts';
import { GLYPH_DATA } from './glyph-data.ts';
import type { FontName } from './scene.ts';

/** One glyph in font units, y upwards, origin on the baseline. */
export interface Glyph {
  readonly advance: number;
  /** Closed polygons, flattened: x0, y0, x1, y1, … without repeating the first point. Outer and inner contours turn in opposite directions. */
  readonly contours: readonly Float64Array[];
  /** The same outline with its curves: the `d` of an SVG path in font units. */
  readonly path: string;
  /** Bounds of the ink; all 0 for a glyph without ink. */
  readonly ink: { readonly left: number; readonly bottom: number; readonly right: number; readonly top: number };
}

export interface FontMetrics {
  readonly unitsPerEm: number;
  readonly capitalHeight: number;
}

/** Ours: straight pieces per curve. A curve of a 56 px symbol spans some 30 px at most; eight pieces leave it within 0.05 px. */
const PIECES_PER_CURVE = 8;

interface OutlinePoint {
  readonly x: number;
  readonly y: number;
  readonly isOnCurve: boolean;
}

interface FontAtlas {
  readonly metrics: FontMetrics;
  /** The line of glyph-data.ts of each code point. */
  readonly lines: ReadonlyMap<number, string>;
  readonly glyphs: Map<number, Glyph>;
}

const ATLASES: Readonly<Record<FontName, FontAtlas>> = { sans: openAtlas('sans'), 'sans-bold': openAtlas('sans-bold') };

/** Units per em and height of the capitals. */
export function fontMetrics(font: FontName): FontMetrics {
  return ATLASES[font].metrics;
}

/** Every code point a font of the atlas can draw, ascending. */
export function codePointsOf(font: FontName): readonly number[] {
  return [...ATLASES[font].lines.keys()];
}

/** The glyph of a code point; throws RangeError for one the atlas does not hold. */
export function glyphOf(font: FontName, codePoint: number): Glyph {
  const atlas = ATLASES[font];
  const known = atlas.glyphs.get(codePoint);
  if (known !== undefined) return known;
  const line = atlas.lines.get(codePoint);
  if (line === undefined) {
    const name = `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;
    throw new RangeError(fault('glyphOf', `a glyph of the atlas in font ${font}`, name, 'add it to scripts/build-atlas.ts and run the script'));
  }
  const glyph = readGlyph(line);
  atlas.glyphs.set(codePoint, glyph);
  return glyph;
}

function openAtlas(font: FontName): FontAtlas {
  const { unitsPerEm, capitalHeight, glyphs } = GLYPH_DATA[font];
  const lines = new Map(glyphs.map((line): [number, string] => [parseInt(line, 16), line]));
  return { metrics: { unitsPerEm, capitalHeight }, lines, glyphs: new Map() };
}

/** Reads `41 1401 m700 1294l-274-743…`. */
function readGlyph(line: string): Glyph {
  const [, advance = '', outline = ''] = /^\S+ (\d+) ?(.*)$/.exec(line) ?? [];
  const contours = readContours(outline).map(withImpliedPoints);
  const polygons = contours.map(flatten);
  const [xs, ys] = [0, 1].map((axis) => polygons.flatMap((polygon) => [...polygon].filter((_, i) => i % 2 === axis)));
  const ink =
    xs === undefined || ys === undefined || xs.length === 0
      ? { left: 0, bottom: 0, right: 0, top: 0 }
      : { left: Math.min(...xs), bottom: Math.min(...ys), right: Math.max(...xs), top: Math.max(...ys) };
  return { advance: Number(advance), contours: polygons, path: contours.map(pathOf).join(''), ink };
}

function readContours(outline: string): OutlinePoint[][] {
  const contours: OutlinePoint[][] = [];
  let [x, y] = [0, 0];
  for (const [, letter, dx, dy] of outline.matchAll(/([mclq])(-?\d+) ?(-?\d+)/g)) {
    x += Number(dx);
    y += Number(dy);
    const point: OutlinePoint = { x, y, isOnCurve: letter === 'm' || letter === 'l' };
    if (letter === 'm' || letter === 'c') contours.push([point]);
    else contours.at(-1)?.push(point);
  }
  return contours;
}

/** Adds the point half-way between two control points, and turns the contour round to a point on the curve: then no two control points are neighbours. */
function withImpliedPoints(contour: readonly OutlinePoint[]): OutlinePoint[] {
  const whole = contour.flatMap((point, i) => {
    const next = contour[(i + 1) % contour.length];
    if (point.isOnCurve || next === undefined || next.isOnCurve) return [point];
    return [point, { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2, isOnCurve: true }];
  });
  const first = whole.findIndex((point) => point.isOnCurve);
  return [...whole.slice(first), ...whole.slice(0, first)];
}

/** One closed polygon; each curve becomes PIECES_PER_CURVE straight pieces at equal steps of its parameter. */
function flatten(contour: readonly OutlinePoint[]): Float64Array {
  const flat: number[] = [];
  for (const [i, point] of contour.entries()) {
    if (point.isOnCurve) {
      flat.push(point.x, point.y);
      continue;
    }
    const before = contour[i - 1] ?? point;
    const after = contour[(i + 1) % contour.length] ?? point;
    for (let piece = 1; piece < PIECES_PER_CURVE; piece++) {
      const t = piece / PIECES_PER_CURVE;
      const s = 1 - t;
      flat.push(s * s * before.x + 2 * s * t * point.x + t * t * after.x, s * s * before.y + 2 * s * t * point.y + t * t * after.y);
    }
  }
  return Float64Array.from(flat);
}

function pathOf(contour: readonly OutlinePoint[]): string {
  let path = '';
  for (const [i, point] of contour.entries()) {
    if (i === 0) path += `M${point.x} ${point.y}`;
    else if (!point.isOnCurve) {
      const after = contour[(i + 1) % contour.length] ?? point;
      path += `Q${point.x} ${point.y} ${after.x} ${after.y}`;
    } else if (contour[i - 1]?.isOnCurve === true) path += `L${point.x} ${point.y}`;
  }
  return `${path}Z`;
}
