/**
 * Spirals (spec/s2h 2.3 b). Clockwise from the top left, 4 pieces, no gap, in a 7 x 7 table; digits count the cells of each segment:
 *
 *   1 1 1 1 1 1 1      The first cell after a turn belongs to the next segment. When the count of pieces is reached, that one cell of a fifth
 *   . . . . . . 2      segment stays (`5`): about a third of the SIMPLE spirals with n = 4 have five segments, as the authors' do.
 *   4 5 . . . . 2
 *   4 . . . . . 2      One line between the arms stays empty: the side along which a sweep ran moves inwards by 2.
 *   4 . . . . . 2
 *   4 . . . . . 2
 *   3 3 3 3 3 3 2
 *
 * The paper's Algorithm 2 neither shrinks the box nor remembers cells, and would circle on the border (spec/s2h 9, item 4); this follows the code.
 */
import type { Cell } from '../../tables/table.ts';
import type { Course } from './course.ts';
import { boxOf, cornerCell, isOpen, opposite, roomAhead, shrink, startDirection, step, turned } from './course.ts';

export function walkSpiral(course: Course): Cell[] {
  const { corner, orientation, gap, pieces } = course;
  const box = boxOf(course, gap);
  const path: Cell[] = [];
  let cell = cornerCell(course, corner, gap);
  let direction = startDirection(corner, orientation);
  let piece = 1;
  while (isOpen(box)) {
    path.push(cell);
    if (piece > pieces) break;
    if (roomAhead(box, cell, direction) <= 0) {
      const next = turned(direction, orientation);
      shrink(box, opposite(next), 2); // the finished sweep ran along the side that the path now turns away from
      direction = next;
      piece += 1;
    }
    cell = step(cell, direction);
  }
  return path;
}
