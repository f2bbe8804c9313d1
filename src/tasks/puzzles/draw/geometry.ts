/**
 * Points for puzzle pictures. Only + - * / and square roots, so that a picture is the same bytes on every machine: directions come from a table that is multiplied up
 * from one tenth of a degree. Angles are in tenths of a degree, clockwise on the screen, 0 to the right.
 */

export type Point = readonly [x: number, y: number];

export const FULL_TURN = 3600;

/** Cosine and sine of a tenth of a degree, to the last bit of a double. */
const TENTH: Point = [0.9999984769132877, 0.0017453283658983088];

const DIRECTIONS: readonly Point[] = ((): Point[] => {
  const eighth: Point[] = [[1, 0]];
  for (let i = 1; i <= FULL_TURN / 8; i++) eighth.push(turned(eighth[i - 1] ?? [1, 0], TENTH));
  const at = (i: number): Point => eighth[i] ?? [1, 0];
  const quarter = Array.from({ length: FULL_TURN / 4 }, (_, i): Point => {
    if (i <= FULL_TURN / 8) return at(i);
    const [y, x] = at(FULL_TURN / 4 - i);
    return [x, y];
  });
  return [
    ...quarter,
    ...quarter.map(([x, y]): Point => [-y, x]),
    ...quarter.map(([x, y]): Point => [-x, -y]),
    ...quarter.map(([x, y]): Point => [y, -x]),
  ];
})();

/** Unit vector of a whole number of tenths of a degree. */
export function direction(tenths: number): Point {
  const found = DIRECTIONS[((tenths % FULL_TURN) + FULL_TURN) % FULL_TURN];
  if (found === undefined) throw new RangeError(`direction: expected whole tenths of a degree, got ${tenths}`);
  return found;
}

/** Points around (x, y): each is turned by `tenths`, multiplied by `scale`, then moved. */
export function placed(points: readonly Point[], x: number, y: number, scale = 1, tenths = 0): readonly Point[] {
  const turn = direction(tenths);
  return points.map((point): Point => {
    const [px, py] = turned(point, turn);
    return [x + scale * px, y + scale * py];
  });
}

/** A regular polygon with its first corner upwards, then turned by `tenths`. */
export function regularPolygon(corners: number, x: number, y: number, radiusPx: number, tenths = 0): readonly Point[] {
  return Array.from({ length: corners }, (_, i) => along(x, y, radiusPx, -FULL_TURN / 4 + tenths + Math.round((i * FULL_TURN) / corners)));
}

/** A star with `rays` points, the first upwards, then turned by `tenths`. */
export function star(rays: number, x: number, y: number, radiusPx: number, innerShare: number, tenths = 0): readonly Point[] {
  return Array.from({ length: 2 * rays }, (_, i) =>
    along(x, y, i % 2 === 0 ? radiusPx : radiusPx * innerShare, -FULL_TURN / 4 + tenths + Math.round((i * FULL_TURN) / (2 * rays))),
  );
}

const CIRCLE_CORNERS = 48;

/** A circle as a polygon: it differs from the curve by 1/460 of the radius at most. */
export function circle(x: number, y: number, radiusPx: number): readonly Point[] {
  return ellipse(x, y, radiusPx, radiusPx);
}

export function ellipse(x: number, y: number, radiusX: number, radiusY: number, tenths = 0): readonly Point[] {
  const unit = Array.from({ length: CIRCLE_CORNERS }, (_, i): Point => {
    const [c, s] = direction((i * FULL_TURN) / CIRCLE_CORNERS);
    return [c * radiusX, s * radiusY];
  });
  return placed(unit, x, y, 1, tenths);
}

/** The sector from one angle to a larger one, its tip first. */
export function sector(x: number, y: number, radiusPx: number, from: number, to: number): readonly Point[] {
  return [[x, y], ...arc(x, y, radiusPx, from, to)];
}

/** Points of an arc from one angle to a larger one, both ends included, some 5 degrees apart. */
export function arc(x: number, y: number, radiusPx: number, from: number, to: number): readonly Point[] {
  const steps = Math.max(1, Math.ceil((to - from) / 50));
  return Array.from({ length: steps + 1 }, (_, i) => along(x, y, radiusPx, Math.round(from + ((to - from) * i) / steps)));
}

/** The point at a distance and an angle from (x, y). */
export function along(x: number, y: number, distance: number, tenths: number): Point {
  const [c, s] = direction(tenths);
  return [x + distance * c, y + distance * s];
}

export function distance([ax, ay]: Point, [bx, by]: Point): number {
  return Math.sqrt((ax - bx) ** 2 + (ay - by) ** 2);
}

/** Distance of a point from the straight line between two points, ends included. */
export function distanceToSegment(point: Point, from: Point, to: Point): number {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const square = dx * dx + dy * dy;
  const share = square === 0 ? 0 : Math.min(1, Math.max(0, ((point[0] - from[0]) * dx + (point[1] - from[1]) * dy) / square));
  return distance(point, [from[0] + share * dx, from[1] + share * dy]);
}

/** Distance of a point from the outline of a closed polygon. */
export function distanceToOutline(point: Point, polygon: readonly Point[]): number {
  return Math.min(...polygon.map((corner, i) => distanceToSegment(point, corner, polygon[(i + 1) % polygon.length] ?? corner)));
}

/** True when the point is inside the closed polygon (even-odd). */
export function isInside([x, y]: Point, polygon: readonly Point[]): boolean {
  let isIn = false;
  polygon.forEach(([ax, ay], i) => {
    const [bx, by] = polygon[(i + 1) % polygon.length] ?? [ax, ay];
    if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) isIn = !isIn;
  });
  return isIn;
}

function turned([x, y]: Point, [c, s]: Point): Point {
  return [x * c - y * s, x * s + y * c];
}
