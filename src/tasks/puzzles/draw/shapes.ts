/** Shapes that puzzle pictures are drawn with, as shapes of a Scene. Lengths in px of the 224 px picture. */
import { captioned } from '../../render/scene.ts';
import type { LineShape, PolygonShape, Rgb, Scene, Shape, TextShape } from '../../render/scene.ts';
import type { Point } from './geometry.ts';
import { circle, distance, regularPolygon } from './geometry.ts';

/** Side of every picture. */
export const PICTURE_PX = 224;

/** All that matters lies between these: DINOv2's centre crop cuts the rest (spec/smarter-vlm 1.1). */
export const INNER_PX = { low: 16, high: 208 } as const;

export const WHITE: Rgb = [255, 255, 255];
export const BLACK: Rgb = [0, 0, 0];

/** Colours that people name alike, apart for most forms of colour blindness in lightness too. */
export const COLOURS = {
  red: [214, 39, 40],
  blue: [31, 88, 180],
  green: [44, 140, 60],
  yellow: [250, 205, 50],
  orange: [245, 130, 32],
  purple: [130, 60, 160],
  pink: [240, 150, 195],
  brown: [125, 80, 45],
  grey: [150, 150, 150],
} as const satisfies Record<string, Rgb>;
export type ColourName = keyof typeof COLOURS;
export const COLOUR_NAMES = Object.keys(COLOURS) as ColourName[]; // the record's own keys

/** Black or white, whichever stands out more on a fill. */
export function inkOn([red, green, blue]: Rgb): Rgb {
  return 3 * red + 6 * green + blue > 1250 ? BLACK : WHITE;
}

/** A 224 x 224 px picture on white. `what` names it in a few words without giving the answer away. */
export function picture(shapes: readonly Shape[], what: string): Scene {
  const size = { widthPx: PICTURE_PX, heightPx: PICTURE_PX, background: WHITE };
  return captioned({ ...size, shapes }, () => ({ title: what, description: `Puzzle picture: ${what}.` }));
}

export function filled(points: readonly Point[], fill: Rgb): PolygonShape {
  return { kind: 'polygon', points, fill };
}

/** Copies of polygons some whole px away. They share their points, and so are rasterised once. */
export function moved(shapes: readonly PolygonShape[], x: number, y: number): readonly PolygonShape[] {
  return shapes.map((shape) => ({ ...shape, x: (shape.x ?? 0) + x, y: (shape.y ?? 0) + y }));
}

export function disc(x: number, y: number, radiusPx: number, fill: Rgb): PolygonShape {
  return filled(circle(x, y, radiusPx), fill);
}

const dotPoints = new Map<number, readonly Point[]>();

/** A disc around whole px: all of one radius share their points and are rasterised once. */
export function dot(x: number, y: number, radiusPx: number, fill: Rgb): PolygonShape {
  const points = dotPoints.get(radiusPx) ?? circle(0, 0, radiusPx);
  dotPoints.set(radiusPx, points);
  return { kind: 'polygon', x, y, points, fill };
}

/** A ring of a line width around a radius. */
export function ring(x: number, y: number, radiusPx: number, widthPx: number, stroke: Rgb): PolygonShape {
  const outer = circle(x, y, radiusPx + widthPx / 2);
  const inner = circle(x, y, radiusPx - widthPx / 2);
  return filled(bridged(outer, inner), stroke);
}

export function line([x1, y1]: Point, [x2, y2]: Point, widthPx: number, stroke: Rgb): LineShape {
  return { kind: 'line', x1, y1, x2, y2, widthPx, stroke };
}

/** Straight strokes through the points, corners rounded by small discs: a curve of many points shows no seams. */
export function polyline(points: readonly Point[], widthPx: number, stroke: Rgb, isClosed = false): readonly Shape[] {
  const ends = isClosed ? [...points, ...points.slice(0, 1)] : points;
  const strokes = ends.slice(1).map((to, i) => line(ends[i] ?? to, to, widthPx, stroke));
  const corners = isClosed ? points : points.slice(1, -1);
  return [...strokes, ...corners.map(([x, y]) => filled(regularPolygon(ROUNDING_CORNERS, x, y, widthPx / 2), stroke))];
}

/** Enough for a few px: the 48 of a circle would be most of the time of a picture with curves. */
const ROUNDING_CORNERS = 12;

/** The outline of a closed polygon. */
export function outlined(points: readonly Point[], widthPx: number, stroke: Rgb): readonly Shape[] {
  return polyline(points, widthPx, stroke, true);
}

/** Dashes from end to end, beginning and ending with a dash. */
export function dashed(from: Point, to: Point, widthPx: number, stroke: Rgb, dashPx = 6): readonly Shape[] {
  const length = distance(from, to);
  const dashes = Math.max(1, Math.round((length / dashPx + 1) / 2));
  const part = 1 / (2 * dashes - 1);
  const at = (share: number): Point => [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])];
  return Array.from({ length: dashes }, (_, i) => line(at(2 * i * part), at((2 * i + 1) * part), widthPx, stroke));
}

/** A straight arrow; its head is four line widths long. */
export function arrow(from: Point, to: Point, widthPx: number, stroke: Rgb): readonly Shape[] {
  const length = distance(from, to);
  const [ux, uy]: Point = [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
  const head = Math.min(4 * widthPx, length);
  const [bx, by]: Point = [to[0] - head * ux, to[1] - head * uy];
  const half = head * 0.6;
  const tip = filled([to, [bx - half * uy, by + half * ux], [bx + half * uy, by - half * ux]], stroke);
  return [line(from, [bx, by], widthPx, stroke), tip];
}

/** Words centred on (x, y). */
export function words(text: string, x: number, y: number, sizePx = 16, fill: Rgb = BLACK, font: TextShape['font'] = 'sans-bold'): TextShape {
  return { kind: 'text', text, x, y, sizePx, font, anchor: 'middle', centre: 'capitals', fill };
}

/** The area between two outlines of one direction. The bridge between them is crossed both ways and has no width. */
function bridged(outer: readonly Point[], inner: readonly Point[]): readonly Point[] {
  return [...outer, ...outer.slice(0, 1), ...inner.slice(0, 1), ...inner.slice(1).reverse(), ...inner.slice(0, 1)];
}
