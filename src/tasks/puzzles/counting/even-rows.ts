/** SMART-101 puzzle 29: things on a board; how many to add or to take so that every row and column has the same number (spec/smarter-vlm 4.4). */
import type { Rng } from '../../../lib/rng.ts';
import type { Cell } from '../draw/cells.ts';
import { cellMiddle, cellsOf, cellSquare, centredLattice } from '../draw/cells.ts';
import type { IconName } from '../draw/icons.ts';
import { icon, manyOf } from '../draw/icons.ts';
import { pick } from '../draw/pick.ts';
import { picture, WHITE } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

const THINGS = ['apple', 'mushroom', 'flower', 'star', 'tree'] as const satisfies readonly IconName[];

interface Facts {
  readonly side: number;
  readonly perRow: number;
  readonly isAdding: boolean;
  readonly present: readonly Cell[];
  readonly thing: IconName;
}

const MOST = 7;

export const evenRows = family<Facts>({
  id: 29,
  name: 'Even rows',
  skill: 'counting',
  answer: { kind: 'integer', classes: 8 },
  options: { kind: 'near', minimum: 0 },
  draw(rng) {
    const [side, perRow, isAdding] = [rng.between(4, 5), rng.between(1, 2), rng.chance(0.5)];
    const goal = goalCells(side, perRow, rng);
    const free = cellsOf(side, side).filter((cell) => !goal.some((other) => String(other) === String(cell)));
    const change = rng.between(1, Math.min(MOST, isAdding ? goal.length - 1 : free.length));
    const present = isAdding ? rng.sample(goal, goal.length - change) : [...goal, ...rng.sample(free, change)];
    return { side, perRow, isAdding, present, thing: pick(THINGS, rng) };
  },
  answerOf: ({ side, perRow, isAdding, present }) => (isAdding ? perRow * side - present.length : present.length - perRow * side),
  scene({ side, present, thing }) {
    const lattice = centredLattice(side, side, 36);
    return picture(
      [
        ...cellsOf(side, side).flatMap((cell) => cellSquare(lattice, cell, WHITE)),
        ...present.flatMap((cell) => icon(thing, ...cellMiddle(lattice, cell), lattice.cellPx * 0.36)),
      ],
      `${manyOf(thing)} on a board`,
    );
  },
  questions: [
    ({ perRow, isAdding, thing }) =>
      `Every row and every column should hold exactly ${amount(perRow, thing)}. How many ${manyOf(thing)} must be ${isAdding ? 'added' : 'removed'}?`,
    ({ perRow, isAdding, thing }) =>
      `How many ${manyOf(thing)} do you have to ${isAdding ? 'put on the board' : 'take off the board'} to have exactly ${amount(perRow, thing)} in each row and in each column?`,
    ({ perRow, isAdding, thing }) =>
      `Tom wants exactly ${amount(perRow, thing)} in each row and each column of his board. He only ${isAdding ? 'adds' : 'removes'} ${manyOf(thing)}. How many?`,
  ],
});

/** '1 apple', '2 apples'. */
function amount(count: number, thing: IconName): string {
  return `${count} ${count === 1 ? thing : manyOf(thing)}`;
}

/** Exactly `perRow` in every row and column: places of one order, and of the same order moved on by one row. */
function goalCells(side: number, perRow: number, rng: Rng): readonly Cell[] {
  const columns = rng.shuffle(Array.from({ length: side }, (_, i) => i));
  const rows = rng.shuffle(columns);
  return Array.from({ length: perRow }, (_, shift) => rows.map((row, i): Cell => [columns[(i + shift) % side] ?? 0, row])).flat();
}
