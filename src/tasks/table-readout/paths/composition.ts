/**
 * Compositions of spiral and sine (spec/s2h 2.3 d), HARD only. Clockwise from the top left in a 7 x 7 table, digits count the pieces; the first turn
 * goes on like a spiral, the second like a sine:
 *
 *   1 1 1 1 1 1 1      A piece is a sweep to the side of the box and two cells across it; each of the two moves the side behind it inwards by 1.
 *   . . . . . . 1      Then the path goes on across (spiral) or back (sine), with equal chance.
 *   . . 3 3 3 . 1
 *   . . . . 3 . 2      After a sweep along a row, the way across for later sweeps along columns flips, and the other way round: a path always turns
 *   . . . . 3 . 2      into the part of the box that is still free.
 *   . . . . 3 . 2
 *   . . . . 2 2 2
 *
 * The walk ends after n pieces, when the box is empty, or when a cell across would leave the table. That check also refuses row 0 and column 0, an
 * asymmetry of the authors' code that we keep: paths from the bottom or the right end a little sooner.
 */
import type { Cell } from '../../tables/table.ts';
import type { Course, Direction } from './course.ts';
import { boxOf, cornerCell, isHorizontal, isOpen, opposite, roomAhead, shrink, startDirection, step } from './course.ts';

/** @param drawIsSpiral - Whether the path goes on across; called once after each full piece. */
export function walkComposition(course: Omit<Course, 'gap'>, drawIsSpiral: () => boolean): Cell[] {
  const { rows, columns, corner, orientation, pieces } = course;
  const box = boxOf(course, 0);
  let cell = cornerCell(course, corner, 0);
  let sweep = startDirection(corner, orientation);
  let acrossRows: Direction = corner.startsWith('top') ? 'down' : 'up';
  let acrossColumns: Direction = corner.endsWith('left') ? 'right' : 'left';
  const path = [cell];
  for (let piece = 1; piece <= pieces; piece++) {
    while (roomAhead(box, cell, sweep) > 0) {
      cell = step(cell, sweep);
      path.push(cell);
    }
    const across = isHorizontal(sweep) ? acrossRows : acrossColumns;
    for (let i = 0; i < 2; i++) {
      cell = step(cell, across);
      const at = isHorizontal(across) ? cell.column : cell.row;
      if (at <= 0 || at >= (isHorizontal(across) ? columns : rows)) return path; // `<= 0`: see above
      shrink(box, opposite(across), 1);
      if (!isOpen(box)) return path;
      path.push(cell);
    }
    if (isHorizontal(sweep)) acrossColumns = opposite(acrossColumns);
    else acrossRows = opposite(acrossRows);
    sweep = drawIsSpiral() ? across : opposite(sweep);
  }
  return path;
}
