/** SMART-101 puzzle 19: two animals on a grid; how many shortest ways lead from the one to the other (spec/smarter-vlm 4.4). */
import type { Shape } from '../../render/scene.ts';
import type { Cell } from '../draw/cells.ts';
import { cellMiddle, cellsOf, cellSquare, centredLattice } from '../draw/cells.ts';
import type { IconName } from '../draw/icons.ts';
import { ANIMAL_NAMES, icon } from '../draw/icons.ts';
import { picture, WHITE } from '../draw/shapes.ts';
import { pickTwo } from '../draw/pick.ts';
import { family } from '../puzzle.ts';

interface Facts {
  readonly columns: number;
  readonly rows: number;
  /** The one that walks, and the one that waits. */
  readonly animals: readonly [IconName, IconName];
  readonly cells: readonly [Cell, Cell];
}

const MAX_CELL_PX = 36;

export const shortestWays = family<Facts>({
  id: 19,
  name: 'Shortest ways',
  skill: 'path',
  answer: { kind: 'integer', classes: 71 },
  options: { kind: 'near', minimum: 1 },
  draw(rng) {
    const [columns, rows] = [rng.between(5, 7), rng.between(5, 7)];
    const [across, down] = [rng.between(1, 4), rng.between(1, 4)];
    const [left, top] = [rng.below(columns - across), rng.below(rows - down)];
    const [isLeftwards, isUpwards] = [rng.chance(0.5), rng.chance(0.5)];
    const from: Cell = [left + (isLeftwards ? across : 0), top + (isUpwards ? down : 0)];
    const to: Cell = [left + (isLeftwards ? 0 : across), top + (isUpwards ? 0 : down)];
    return { columns, rows, animals: pickTwo(ANIMAL_NAMES, rng), cells: [from, to] };
  },
  answerOf: ({ cells: [from, to] }) => waysThrough(Math.abs(from[0] - to[0]), Math.abs(from[1] - to[1])),
  scene({ columns, rows, animals, cells }) {
    const lattice = centredLattice(columns, rows, MAX_CELL_PX);
    const animalIn = (which: 0 | 1): readonly Shape[] => icon(animals[which], ...cellMiddle(lattice, cells[which]), lattice.cellPx * 0.38);
    return picture(
      [...cellsOf(columns, rows).flatMap((cell) => cellSquare(lattice, cell, WHITE)), ...animalIn(0), ...animalIn(1)],
      'two animals on a grid',
    );
  },
  questions: [
    ({ animals: [a, b] }) =>
      `The ${a} walks to the ${b}, each step into a cell that shares a side with the last one. How many different shortest ways are there?`,
    ({ animals: [a, b] }) =>
      `From the ${a} to the ${b} you may step left, right, up or down by one cell. How many different routes take the smallest possible number of steps?`,
    ({ animals: [a, b] }) =>
      `The ${a} in the picture visits the ${b}. It moves from cell to neighbouring cell, never diagonally, and makes no detour. Between how many ways can it choose?`,
  ],
});

/** Ways of `across` steps to one side and `down` steps to another: Pascal's triangle. */
function waysThrough(across: number, down: number): number {
  return across === 0 || down === 0 ? 1 : waysThrough(across - 1, down) + waysThrough(across, down - 1);
}
