/**
 * How much of each pixel a shape covers: exact areas of polygons, by the signed-area method. Every edge adds, row by row, its height to the pixels right of it; a running
 * sum along the row then is the covered area. Contours that turn the other way cut holes; where contours overlap the area is clipped to 1.
 *
 * Only + - * / and floor, min, max, round on doubles: the same bytes on every machine. Not for polygons that cross themselves: there areas of opposite sign cancel.
 */
import { fault } from '../../lib/errors.ts';

/** Coverage of a block of pixels, 0..255, row-major; `left` and `top` place it. */
export interface Mask {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly alpha: Uint8Array;
}

/** Ours: larger shapes than any picture we draw are a mistake, and would take the memory of the page. */
const MAX_SIDE_PX = 8192;

/**
 * Coverage of closed polygons whose vertices are `offset + scale * (x, y)`.
 *
 * @param polygons - Each x0, y0, x1, y1, … without repeating the first point.
 * @returns Null where there is no polygon with an area.
 */
export function maskOf(
  polygons: readonly Float64Array[],
  place: { readonly scaleX: number; readonly scaleY: number; readonly offsetX: number; readonly offsetY: number } = NO_CHANGE,
): Mask | null {
  const moved = polygons.map((polygon) =>
    polygon.map((value, i) => (i % 2 === 0 ? place.offsetX + place.scaleX * value : place.offsetY + place.scaleY * value)),
  );
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const polygon of moved) {
    for (let i = 0; i + 1 < polygon.length; i += 2) {
      const [x, y] = [at(polygon, i), at(polygon, i + 1)];
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  if (right <= left || bottom <= top) return null;
  const [originX, originY] = [Math.floor(left), Math.floor(top)];
  const [width, height] = [Math.floor(right) + 1 - originX, Math.floor(bottom) + 1 - originY];
  // Also true for NaN, which compares false.
  if (!(width <= MAX_SIDE_PX && height <= MAX_SIDE_PX)) {
    throw new RangeError(fault('maskOf', `a shape of at most ${MAX_SIDE_PX} px a side`, `${width} x ${height}`));
  }

  const stride = width + 1; // the last column takes what lies right of the last pixel
  const areas = new Float64Array(stride * height);
  for (const polygon of moved) {
    const last = polygon.length - 2;
    for (let i = 0; i <= last; i += 2) {
      const j = i === last ? 0 : i + 2;
      addEdge(areas, stride, at(polygon, i) - originX, at(polygon, i + 1) - originY, at(polygon, j) - originX, at(polygon, j + 1) - originY);
    }
  }

  const alpha = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    let sum = 0;
    for (let column = 0; column < width; column++) {
      sum += at(areas, row * stride + column);
      alpha[row * width + column] = Math.round(255 * Math.min(1, Math.max(sum, -sum)));
    }
  }
  return { left: originX, top: originY, width, height, alpha };
}

const NO_CHANGE = { scaleX: 1, scaleY: 1, offsetX: 0, offsetY: 0 } as const;

/** Adds one edge; coordinates count from the block's corner, and lie inside it. */
function addEdge(areas: Float64Array, stride: number, x1: number, y1: number, x2: number, y2: number): void {
  if (y1 === y2) return;
  const isDown = y2 > y1;
  const [xTop, yTop, xBottom, yBottom] = isDown ? [x1, y1, x2, y2] : [x2, y2, x1, y1];
  const slope = (xBottom - xTop) / (yBottom - yTop); // px to the right per px down
  const [low, high] = [Math.min(x1, x2), Math.max(x1, x2)];
  const firstRow = Math.floor(yTop);
  for (let row = firstRow; row < yBottom; row++) {
    const from = Math.max(yTop, row);
    const to = Math.min(yBottom, row + 1);
    // Clamped, so that rounding never leads outside the edge.
    const xFrom = Math.min(high, Math.max(low, xTop + (from - yTop) * slope));
    const xTo = Math.min(high, Math.max(low, xTop + (to - yTop) * slope));
    const height = isDown ? to - from : from - to;
    addSpan(areas, row * stride, Math.min(xFrom, xTo), Math.max(xFrom, xTo), height);
  }
}

/** The part of an edge inside one row of pixels: it runs from x = a to x = b >= a over `height` (negative when it goes up). */
function addSpan(areas: Float64Array, rowStart: number, a: number, b: number, height: number): void {
  const first = Math.floor(a);
  const last = Math.floor(b);
  for (let column = first; column <= last; column++) {
    const from = Math.max(a, column);
    const to = Math.min(b, column + 1);
    if (to === from && b > a) continue;
    const share = b > a ? (height * (to - from)) / (b - a) : height;
    const right = share * (column + 1 - (from + to) / 2); // area right of the edge inside this pixel
    areas[rowStart + column] = at(areas, rowStart + column) + right;
    areas[rowStart + column + 1] = at(areas, rowStart + column + 1) + share - right;
  }
}

function at(values: Float64Array, index: number): number {
  return values[index] ?? 0;
}
