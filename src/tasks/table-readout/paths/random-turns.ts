/**
 * Random turns (spec/s2h 2.3 a), SIMPLE only: 1 to 4 straight segments between two cells that are at least 4 rows and 4 columns apart (one segment:
 * 4 apart on its line). Three segments from S to E, the first along the row, which overshoots E:
 *
 *   S 1 1 1 1 1 1      Segment 1 goes to any column beyond S on the side of E that is more than 1 away from E's column; 2 goes to E's row, 3 to E.
 *   . . . . . . 2
 *   . . . . . . 2      With four segments the first two are free like this, and the last two end in E's row and column. With two there is no free
 *   . . . . . . 2      one: an L.
 *   . . . . E 3 3
 *
 * Facts of the authors' code kept: candidates for a start that appear in both of its lists count twice, and line 0 is never the end of a path that
 * goes up or left. For one segment the code draws the axis anew with the ends until they are far enough apart, so the longer axis is more frequent.
 * Draws that the code repeats until they fit are drawn among those that fit: the same distribution without a loop.
 */
import type { Rng } from '../../../lib/rng.ts';
import type { Cell } from '../../tables/table.ts';
import type { Size } from './course.ts';

/** Least distance of the ends on each axis (authors' code). */
const MIN_DISPLACEMENT = 4;
/** Most segments (authors' code, paper). */
export const MAX_RANDOM_SEGMENTS = 4;

type Axis = 'row' | 'column';

/** A path of `segments` segments, 1 to 4, in a table of at least 5 x 5. */
export function drawRandomTurns(size: Size, segments: number, rng: Rng): Cell[] {
  if (segments === 1) return joinCorners(drawLine(size, rng));
  const [startRow, endRow] = drawEnds(size.rows, rng);
  const [startColumn, endColumn] = drawEnds(size.columns, rng);
  const end = { row: endRow, column: endColumn };
  const corners: Cell[] = [{ row: startRow, column: startColumn }];
  let axis: Axis = rng.chance(0.5) ? 'column' : 'row';
  for (let left = segments; left > 0; left--) {
    const from = corners.at(-1) ?? end;
    const length = axis === 'row' ? size.rows : size.columns;
    corners.push({ ...from, [axis]: left > 2 ? drawFree(from[axis], end[axis], length, rng) : end[axis] });
    axis = axis === 'row' ? 'column' : 'row';
  }
  return joinCorners(corners);
}

/**
 * Two cells of one line, at least 4 apart. Drawing an axis (equal chance) and two different indices until they fit takes an axis in proportion to the
 * part of its pairs that fit; n indices have n (n - 1) ordered pairs, and (n - 4) (n - 3) of them fit.
 */
function drawLine({ rows, columns }: Size, rng: Rng): [Cell, Cell] {
  const weight = (along: number, other: number): number => (along - 4) * (along - 3) * other * (other - 1);
  const isVertical = rng.below(weight(rows, columns) + weight(columns, rows)) < weight(rows, columns);
  const [from, to] = drawFrom(isVertical ? distantPairs(rows) : distantPairs(columns), rng);
  const line = rng.below(isVertical ? columns : rows);
  const cell = (at: number): Cell => (isVertical ? { row: at, column: line } : { row: line, column: at });
  return [cell(from), cell(to)];
}

/** All ordered pairs of indices that are at least 4 apart. */
function distantPairs(length: number): [number, number][] {
  return upTo(0, length).flatMap((from) => upTo(0, length).flatMap((to): [number, number][] => (isDistant(from, to) ? [[from, to]] : [])));
}

/** Start and end on one axis: the start from the authors' two lists (an index in both counts twice), the end from those that a start may go to. */
function drawEnds(length: number, rng: Rng): [start: number, end: number] {
  const endsOf = (start: number): number[] => upTo(1, length).filter((end) => isDistant(start, end)); // 0 is left out, as in the authors' code
  const starts = [...upTo(0, length - MIN_DISPLACEMENT), ...upTo(MIN_DISPLACEMENT, length)].filter((start) => endsOf(start).length > 0);
  const start = drawFrom(starts, rng);
  return [start, drawFrom(endsOf(start), rng)];
}

/** An index beyond `from` on the side of `end`, more than 1 away from `end`; it may lie beyond `end`. */
function drawFree(from: number, end: number, length: number, rng: Rng): number {
  const beyond = end > from ? upTo(from + 1, length) : upTo(0, from);
  return drawFrom(
    beyond.filter((at) => Math.abs(at - end) > 1),
    rng,
  );
}

/** All cells from corner to corner, both ends included. */
function joinCorners(corners: readonly Cell[]): Cell[] {
  const [first, ...rest] = corners;
  if (first === undefined) throw new Error('internal: joinCorners: no corner');
  const path = [first];
  for (const corner of rest) {
    let { row, column } = path.at(-1) ?? first;
    while (row !== corner.row || column !== corner.column) {
      row += Math.sign(corner.row - row);
      column += Math.sign(corner.column - column);
      path.push({ row, column });
    }
  }
  return path;
}

function isDistant(a: number, b: number): boolean {
  return Math.abs(a - b) >= MIN_DISPLACEMENT;
}

/** Whole numbers from `low` up to, not including, `end`. */
function upTo(low: number, end: number): number[] {
  return Array.from({ length: Math.max(0, end - low) }, (_, i) => low + i);
}

function drawFrom<T>(items: readonly T[], rng: Rng): T {
  const item = items[rng.below(items.length)];
  if (item === undefined) throw new Error('internal: drawFrom: nothing to draw from');
  return item;
}
