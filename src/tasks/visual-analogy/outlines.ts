/**
 * Outlines of shapes and lines as polygons, in px of the authors' 160 px panel (spec/s2h 4.8). The authors draw with OpenCV into pixels; these are the same figures as
 * vectors. Only + - * / and square roots: the same points on every machine, so circles come from the rational points of the unit circle instead of sines.
 */
import { LINE_TYPES } from './attributes.ts';

export type Point = readonly [x: number, y: number];
export type Polygon = readonly Point[];

/** Side of the authors' panel. */
export const CANVAS = 160;
const HALF = CANVAS / 2;

/** Circular lines have this radius. */
const CIRCLE_LINE_RADIUS = 32;

/** Points of a quarter circle; 64 in all differ from the circle by 1/400 of the radius at most. */
const QUARTER = 16;

const UNIT_CIRCLE: Polygon = ((): Point[] => {
  const quarter = Array.from({ length: QUARTER }, (_, i): Point => {
    const t = i / QUARTER; // tangent of half the angle
    return [(1 - t * t) / (1 + t * t), (2 * t) / (1 + t * t)];
  });
  return [
    ...quarter,
    ...quarter.map(([x, y]): Point => [-y, x]),
    ...quarter.map(([x, y]): Point => [-x, -y]),
    ...quarter.map(([x, y]): Point => [y, -x]),
  ];
})();

/** Shapes of size 1 around (0, 0), in the order of SHAPE_TYPES. The circle is given by its radius instead. */
const UNIT_SHAPES: readonly (Polygon | 'circle')[] = [
  'circle',
  polygon('-.5 -.5  .5 -.5  .5 .5  -.5 .5'),
  polygon('0 -.5  .577 .5  -.577 .5'),
  polygon('0 -.5  .525 -.12  .324 .496  -.324 .496  -.525 -.12'),
  polygon('.5 0  .25 .45  -.25 .45  -.5 0  -.25 -.45  .25 -.45'),
];

/** A shape of a size around (0, 0), grown outwards by `growPx` (inwards where negative). */
export function shapeOutline(type: number, sizePx: number, growPx: number): Polygon {
  const unit = UNIT_SHAPES[type];
  if (unit === undefined) throw new Error(`internal: shapeOutline: no shape type ${type}`);
  if (unit === 'circle') return scaled(UNIT_CIRCLE, sizePx / 2 + growPx);
  return grown(scaled(unit, sizePx), growPx);
}

/** Straight lines from end to end, and closed figures, in the order of LINE_TYPES. */
const LINES: readonly (Polygon | 'circle')[] = [
  polygon('0 0  1 1'),
  polygon('0 1  1 0'),
  polygon('0 .5  1 .5'),
  polygon('.5 0  .5 1'),
  polygon('.5 0  1 .5  .5 1  0 .5'),
  'circle',
  polygon('0 0  1 0  .5 1'),
  polygon('0 0  1 .5  0 1'),
  polygon('0 1  .5 0  1 1'),
  polygon('1 0  1 1  0 .5'),
];

/** The stroke of a line type, cut off at the panel's edges. A closed figure is a ring: its polygon runs round, crosses over, and runs back inside. */
export function lineOutline(type: number, widthPx: number): Polygon {
  const path = LINES[type];
  if (path === undefined) throw new Error(`internal: lineOutline: no line type ${type} of ${LINE_TYPES.length}`);
  const half = widthPx / 2;
  if (path === 'circle') {
    const around = (radius: number): Polygon => moved(scaled(UNIT_CIRCLE, radius), HALF, HALF);
    return ring(around(CIRCLE_LINE_RADIUS + half), around(CIRCLE_LINE_RADIUS - half));
  }
  const points = scaled(path, CANVAS);
  const [from, to] = points;
  if (points.length === 2 && from !== undefined && to !== undefined) return clipped(stroke(from, to, widthPx));
  return clipped(ring(grown(points, half), grown(points, -half)));
}

/** A polygon multiplied, then moved. */
export function placed(points: Polygon, scale: number, x: number, y: number): Polygon {
  return points.map(([px, py]): Point => [x + scale * px, y + scale * py]);
}

function scaled(points: Polygon, scale: number): Polygon {
  return placed(points, scale, 0, 0);
}

function moved(points: Polygon, x: number, y: number): Polygon {
  return placed(points, 1, x, y);
}

/** A straight stroke that runs past both ends, for cutting. */
function stroke([x1, y1]: Point, [x2, y2]: Point, widthPx: number): Polygon {
  const [ux, uy] = unitOf(x2 - x1, y2 - y1);
  const half = widthPx / 2;
  const [nx, ny] = [-uy * half, ux * half];
  const [ax, ay, bx, by] = [x1 - ux * widthPx, y1 - uy * widthPx, x2 + ux * widthPx, y2 + uy * widthPx];
  return [
    [ax + nx, ay + ny],
    [bx + nx, by + ny],
    [bx - nx, by - ny],
    [ax - nx, ay - ny],
  ];
}

/** A convex polygon with every edge moved outwards by `growPx`; corners stay sharp. */
function grown(points: Polygon, growPx: number): Polygon {
  const side = signedArea(points) > 0 ? 1 : -1;
  const normals = points.map((point, i): Point => {
    const next = at(points, i + 1);
    const [ux, uy] = unitOf(next[0] - point[0], next[1] - point[1]);
    return [uy * side, -ux * side];
  });
  return points.map(([x, y], i): Point => {
    const [ax, ay] = at(normals, i + points.length - 1);
    const [bx, by] = at(normals, i);
    const reach = growPx / (1 + ax * bx + ay * by);
    return [x + (ax + bx) * reach, y + (ay + by) * reach];
  });
}

/** The area between two outlines of one direction. The bridge between them is crossed both ways and has no width. */
function ring(outer: Polygon, inner: Polygon): Polygon {
  return [...outer, at(outer, 0), at(inner, 0), ...inner.slice(1).reverse(), at(inner, 0)];
}

/** The part inside the panel (Sutherland and Hodgman: one edge after the other). */
function clipped(points: Polygon): Polygon {
  let kept = points;
  for (const axis of [0, 1] as const) {
    kept = cut(kept, (point) => point[axis]);
    kept = cut(kept, (point) => CANVAS - point[axis]);
  }
  return kept;
}

/** The part where `depth` is not negative. */
function cut(points: Polygon, depth: (point: Point) => number): Polygon {
  return points.flatMap((point, i) => {
    const next = at(points, i + 1);
    const [here, there] = [depth(point), depth(next)];
    const kept: Point[] = here >= 0 ? [point] : [];
    if (here >= 0 !== there >= 0) {
      const share = here / (here - there);
      kept.push([point[0] + share * (next[0] - point[0]), point[1] + share * (next[1] - point[1])]);
    }
    return kept;
  });
}

function signedArea(points: Polygon): number {
  return points.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = at(points, i + 1);
    return sum + x * nextY - nextX * y;
  }, 0);
}

function unitOf(dx: number, dy: number): Point {
  const length = Math.sqrt(dx * dx + dy * dy);
  return [dx / length, dy / length];
}

/** Round and round. */
function at(points: Polygon, i: number): Point {
  const point = points[i % points.length];
  if (point === undefined) throw new Error('internal: a polygon without points');
  return point;
}

function polygon(text: string): Polygon {
  const numbers = text.split(/ +/).map(Number);
  return Array.from({ length: numbers.length / 2 }, (_, i): Point => [numbers[2 * i] ?? 0, numbers[2 * i + 1] ?? 0]);
}
