/** SMART-101 puzzle 36: circles in a box; the largest number of them without two side by side (spec/smarter-vlm 4.4). */
import type { Cell } from '../draw/cells.ts';
import { cellMiddle, cellsOf, cellSquare, centredLattice } from '../draw/cells.ts';
import { pick } from '../draw/pick.ts';
import type { ColourName } from '../draw/shapes.ts';
import { COLOUR_NAMES, COLOURS, disc, picture, WHITE } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

interface Facts {
  readonly columns: number;
  readonly rows: number;
  readonly circles: readonly Cell[];
  readonly colour: ColourName;
}

/** Ours: shapes with fewer are hardly a puzzle. */
const FEWEST = 4;
const MOST = 10;
const CLASSES = 9;

export const noNeighbours = family<Facts>({
  id: 36,
  name: 'No neighbours',
  skill: 'counting',
  answer: { kind: 'integer', classes: CLASSES },
  options: { kind: 'near', minimum: 0 },
  draw(rng) {
    const [columns, rows] = [rng.between(3, 5), rng.between(3, 6)];
    const circles = rng.sample(cellsOf(columns, rows), rng.between(FEWEST, Math.min(MOST, columns * rows - 3)));
    const colour = pick(COLOUR_NAMES, rng);
    const most = mostApart(circles);
    return most < circles.length && most < CLASSES ? { columns, rows, circles, colour } : null;
  },
  answerOf: ({ circles }) => mostApart(circles),
  scene({ columns, rows, circles, colour }) {
    const lattice = centredLattice(columns, rows, 36);
    return picture(
      [
        ...cellsOf(columns, rows).flatMap((cell) => cellSquare(lattice, cell, WHITE)),
        ...circles.map((cell) => disc(...cellMiddle(lattice, cell), lattice.cellPx * 0.34, COLOURS[colour])),
      ],
      'circles in the squares of a box',
    );
  },
  questions: [
    () => 'Choose as many circles as you can, but never two whose squares share a side. How many can you choose?',
    () => 'Circles in squares that touch along an edge are neighbours. What is the largest number of circles without any neighbours among them?',
    () => 'Some circles are taken away until no two are left side by side or one above the other. How many can stay at most?',
  ],
});

function areNeighbours([ax, ay]: Cell, [bx, by]: Cell): boolean {
  return Math.abs(ax - bx) + Math.abs(ay - by) === 1;
}

/** Largest set without neighbours, over all sets. */
function mostApart(circles: readonly Cell[]): number {
  const neighbours = circles.map((one) => circles.reduce((bits, other, i) => (areNeighbours(one, other) ? bits | (1 << i) : bits), 0));
  const sizes = [0]; // per set of circles as bits; -1 when it holds neighbours
  for (let set = 1; set < 1 << circles.length; set++) {
    const top = 31 - Math.clz32(set);
    const rest = set - (1 << top);
    const size = sizes[rest] ?? -1;
    sizes.push(size < 0 || ((neighbours[top] ?? 0) & rest) !== 0 ? -1 : size + 1);
  }
  return Math.max(...sizes);
}
