/**
 * Sine waves (spec/s2h 2.3 c). Clockwise from the top left, 5 pieces, no gap, in a 7 x 7 table; digits count the pieces:
 *
 *   1 1 1 1 1 1 .      A sweep stops 0 or 1 cells before the table's edge, drawn anew for each. Sweeps and the two cells down between them each
 *   . . . . . 2 .      count as a piece; when the count is reached, one more cell stays (`6`).
 *   3 3 3 3 3 2 .
 *   4 . . . . . .
 *   4 5 5 5 5 5 5
 *   . . . . . . 6
 *
 * The paper's Algorithm 3 moves along the sweep in the turn too (spec/s2h 9, item 4); this follows the code. The code draws a stop for both axes but
 * sweeps along one only, so one draw per sweep gives the same paths.
 */
import type { Cell } from '../../tables/table.ts';
import type { Course } from './course.ts';
import { boxOf, cornerCell, opposite, roomAhead, startDirection, step, turned } from './course.ts';

/** @param drawStop - Cells to leave free before the edge, 0 or 1; called once per sweep. */
export function walkSinusoidal(course: Course, drawStop: () => number): Cell[] {
  const { corner, orientation, gap, pieces } = course;
  const table = boxOf(course, 0);
  const path: Cell[] = [];
  let cell = cornerCell(course, corner, gap);
  let sweep = startDirection(corner, orientation);
  const inwards = turned(sweep, orientation);
  let stop = drawStop();
  let isTurning = false;
  let piece = 1;
  while (roomAhead(table, cell, inwards) >= 0) {
    path.push(cell);
    if (piece > pieces) break;
    if (isTurning) {
      cell = step(cell, inwards);
      sweep = opposite(sweep);
      isTurning = false;
      piece += 1;
    } else if (roomAhead(table, cell, sweep) > stop) {
      cell = step(cell, sweep);
    } else {
      cell = step(cell, inwards);
      isTurning = true;
      piece += 1;
      stop = drawStop();
    }
  }
  return path;
}
