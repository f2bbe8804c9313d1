/** SMART-101 puzzle 40: a shape of joined cells; the fewest cells to add so that it is a full square (spec/smarter-vlm 4.4). */
import type { Rng } from '../../../lib/rng.ts';
import type { Cell } from '../draw/cells.ts';
import { cellSquare, centredLattice, extentOf } from '../draw/cells.ts';
import { pick } from '../draw/pick.ts';
import type { ColourName } from '../draw/shapes.ts';
import { COLOUR_NAMES, COLOURS, picture } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

interface Facts {
  /** Corner neighbours do not count as joined. The smallest column and row are 0. */
  readonly cells: readonly Cell[];
  /** Per cell, of two. */
  readonly colours: readonly ColourName[];
}

const MAX_EXTENT = 5;
const STEPS: readonly Cell[] = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
];

export const completeTheSquare = family<Facts>({
  id: 40,
  name: 'Complete the square',
  skill: 'logic',
  answer: { kind: 'integer', classes: 26 },
  options: { kind: 'near', minimum: 0 },
  draw(rng) {
    const cells = joinedCells(rng.between(5, 13), rng);
    if (sideOf(cells) < 3 || sideOf(cells) > MAX_EXTENT) return null;
    const pair = rng.sample(COLOUR_NAMES, 2);
    return { cells, colours: cells.map(() => pick(pair, rng)) };
  },
  answerOf: ({ cells }) => sideOf(cells) * sideOf(cells) - cells.length,
  scene({ cells, colours }) {
    const { columns, rows } = extentOf(cells);
    const lattice = centredLattice(columns, rows, 34);
    return picture(
      cells.flatMap((cell, i) => cellSquare(lattice, cell, COLOURS[colours[i] ?? 'blue'])),
      'a shape of coloured cells',
    );
  },
  questions: [
    () => 'What is the smallest number of cells to add to this shape so that it becomes a full square?',
    () => 'Anna wants to turn the shape into a complete square by laying more cells beside it. How many does she need at least?',
    () => 'The coloured cells stay where they are. At least how many more of the same size make a square without holes?',
  ],
});

function sideOf(cells: readonly Cell[]): number {
  const { columns, rows } = extentOf(cells);
  return Math.max(columns, rows);
}

/** Grows by one free neighbour at a time. */
function joinedCells(count: number, rng: Rng): readonly Cell[] {
  const cells: Cell[] = [[0, 0]];
  while (cells.length < count) {
    const [column, row] = pick(cells, rng);
    const [right, down] = pick(STEPS, rng);
    const next: Cell = [column + right, row + down];
    if (!cells.some((cell) => String(cell) === String(next))) cells.push(next);
  }
  const [left, top] = [Math.min(...cells.map(([column]) => column)), Math.min(...cells.map(([, row]) => row))];
  return cells.map(([column, row]): Cell => [column - left, row - top]);
}
