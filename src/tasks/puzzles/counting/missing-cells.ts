/** SMART-101 puzzle 52: a square of cells that has lost some, its outline too; how many are missing (spec/smarter-vlm 4.4). */
import type { Cell } from '../draw/cells.ts';
import { cellsOf, cellSquare, extentOf } from '../draw/cells.ts';
import { pick } from '../draw/pick.ts';
import type { ColourName } from '../draw/shapes.ts';
import { COLOUR_NAMES, COLOURS, INNER_PX, picture } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

interface Facts {
  /** Cells along a side of the whole square. */
  readonly side: number;
  readonly left: readonly Cell[];
  readonly colour: ColourName;
  /** Of the cell at column 0 and row 0. */
  readonly x: number;
  readonly y: number;
  readonly cellPx: number;
}

export const missingCells = family<Facts>({
  id: 52,
  name: 'Missing cells',
  skill: 'counting',
  answer: { kind: 'integer', classes: 26 },
  options: { kind: 'near', minimum: 0 },
  draw(rng) {
    const side = pick([3, 4, 4, 5, 5, 5], rng);
    const missing = rng.between(2, Math.floor(side * side * 0.64));
    const left = rng.sample(cellsOf(side, side), side * side - missing);
    const { columns, rows } = extentOf(left);
    if (Math.max(columns, rows) < side) return null;
    const cellPx = rng.between(26, 36);
    const [low, high] = [INNER_PX.low + 1, INNER_PX.high - 1 - side * cellPx];
    return { side, left, colour: pick(COLOUR_NAMES, rng), x: rng.between(low, high), y: rng.between(low, high), cellPx };
  },
  answerOf: ({ side, left }) => side * side - left.length,
  scene: ({ left, colour, ...lattice }) =>
    picture(
      left.flatMap((cell) => cellSquare(lattice, cell, COLOURS[colour])),
      'what is left of a square of cells',
    ),
  questions: [
    () => 'A big square made of small square cells has lost some of them. At least how many cells are missing?',
    () => 'Some small squares were taken out of a large square. The picture shows the rest. What is the smallest number that can be gone?',
    () => 'Tiles fell off a square wall; these are still there. How many fell off, if the wall was as small as it can be?',
  ],
});
