/**
 * Draws one grid without symbols (spec/s2h 3.2, steps 1 to 4; authors' code: data_generation/grid_navigation/create_data.py at d3131b4). Whether it is kept is for the
 * search to say.
 */
import type { Rng } from '../../lib/rng.ts';
import { DENSITY_DENOMINATOR, DENSITY_NUMERATOR } from './levels.ts';
import { OBSTACLE } from './search.ts';
import type { SearchProblem } from './search.ts';

/** A grid, or null when two objects fell on one square: the search never solves those. */
export function drawProblem(rows: number, columns: number, objectCount: number, rng: Rng): SearchProblem | null {
  const [startRow, startColumn] = [rng.below(rows), rng.below(columns)];
  const [endRow, endColumn] = [drawEnd(startRow, rows, rng), drawEnd(startColumn, columns, rng)];
  const start = startRow * columns + startColumn;
  const destination = endRow * columns + endColumn;
  const squares = new Int8Array(rows * columns);
  fillObstacles(squares, columns, start, destination, rng);

  const placed: number[] = [];
  for (let i = 0; i < objectCount; i++) {
    let square = rng.below(squares.length);
    while (square === start || square === destination) square = rng.below(squares.length);
    if (placed.includes(square)) return null;
    placed.push(square);
  }
  const objects = nearestFirst(placed, start, columns);
  for (const [i, square] of objects.entries()) squares[square] = i + 1;
  return { rows, columns, start, destination, squares, objects };
}

/** An index other than `start` and, as in the authors' code, other than 0. */
function drawEnd(start: number, count: number, rng: Rng): number {
  const choices = count - 1 - (start === 0 ? 0 : 1);
  const index = 1 + rng.below(choices);
  return start !== 0 && index >= start ? index + 1 : index;
}

/** Inside the rectangle of start and destination exactly floor(0.35 squares), outside each square by chance. */
function fillObstacles(squares: Int8Array, columns: number, start: number, destination: number, rng: Rng): void {
  const inside: number[] = [];
  const [startRow, endRow] = [Math.floor(start / columns), Math.floor(destination / columns)];
  const [startColumn, endColumn] = [start % columns, destination % columns];
  const [top, bottom] = [Math.min(startRow, endRow), Math.max(startRow, endRow)];
  const [left, right] = [Math.min(startColumn, endColumn), Math.max(startColumn, endColumn)];
  for (let row = 0, square = 0; square < squares.length; row++) {
    for (let column = 0; column < columns; column++, square++) {
      if (row >= top && row <= bottom && column >= left && column <= right) {
        if (square !== start && square !== destination) inside.push(square);
      } else if (rng.below(DENSITY_DENOMINATOR) < DENSITY_NUMERATOR) {
        squares[square] = OBSTACLE;
      }
    }
  }
  const count = Math.floor((inside.length * DENSITY_NUMERATOR) / DENSITY_DENOMINATOR);
  for (const square of rng.sample(inside, count)) squares[square] = OBSTACLE;
}

/** From the start always to the object nearest in L1; the first placed of equally near ones. */
function nearestFirst(placed: readonly number[], start: number, columns: number): number[] {
  const left = [...placed];
  const ordered: number[] = [];
  let at = start;
  while (left.length > 0) {
    let best = 0;
    for (let i = 1; i < left.length; i++) if (distance(at, left[i] ?? 0, columns) < distance(at, left[best] ?? 0, columns)) best = i;
    at = left.splice(best, 1)[0] ?? at;
    ordered.push(at);
  }
  return ordered;
}

function distance(a: number, b: number, columns: number): number {
  return Math.abs(Math.floor(a / columns) - Math.floor(b / columns)) + Math.abs((a % columns) - (b % columns));
}
