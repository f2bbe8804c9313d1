/** SMART-101 puzzle 16: a maze with numbered cells; closing which group of them leaves the way open (spec/smarter-vlm 4.4). Sizes and the making of groups are ours. */
import type { Rng } from '../../../lib/rng.ts';
import type { RectangleShape, Shape } from '../../render/scene.ts';
import { rectangle } from '../../render/scene.ts';
import type { Cell, Lattice } from '../draw/cells.ts';
import { cellMiddle, centredLattice } from '../draw/cells.ts';
import type { IconName } from '../draw/icons.ts';
import { ANIMAL_NAMES, icon } from '../draw/icons.ts';
import { makeMaze } from '../draw/maze.ts';
import type { Maze } from '../draw/maze.ts';
import { pickTwo } from '../draw/pick.ts';
import { BLACK, COLOURS, picture, WHITE, words } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

interface Facts {
  readonly maze: Maze;
  readonly animals: readonly [IconName, IconName];
  /** Where they are. */
  readonly ends: readonly [Cell, Cell];
  /** Cells 1, 2, 3, ... */
  readonly numbered: readonly Cell[];
  /** Numbers of each group. */
  readonly groups: readonly (readonly number[])[];
  /** The group that closes no cell on the way. */
  readonly harmless: number;
}

const GROUPS = 5;
const [WALL_PX, DIGIT_PX, MAX_CELL_PX] = [2, 14, 24];

export const closedCells = family<Facts>({
  id: 16,
  name: 'Closed cells of a maze',
  skill: 'path',
  answer: { kind: 'sequence', classes: 27, pad: 26, symbols: 'numbers' },
  options: { kind: 'own' },
  draw(rng) {
    const side = rng.between(8, 10);
    const last = side - 1;
    const maze = makeMaze(side, side, rng.fork('maze'));
    const ends = pickTwo<Cell>(
      [
        [0, 0],
        [last, 0],
        [0, last],
        [last, last],
      ],
      rng,
    );
    const way = maze.way(...ends);
    const onWay = rng.shuffle(way.slice(1, -1));
    const offWay = rng.shuffle(maze.cells.filter((cell) => !way.includes(cell)));
    if (onWay.length < 2 * GROUPS || offWay.length < 2 * GROUPS) return null;
    const groups = drawGroups(rng);
    const harmless = rng.below(GROUPS);
    const numbered = groups.flatMap((group, which) => {
      const blocks = which === harmless ? 0 : rng.between(1, group.length);
      return rng.shuffle(group.map((_, i) => (i < blocks ? onWay : offWay).pop())).filter((cell) => cell !== undefined);
    });
    return { maze, animals: pickTwo(ANIMAL_NAMES, rng), ends, numbered, groups, harmless };
  },
  answerOf: ({ groups, harmless }) => groups[harmless] ?? [],
  wrong: ({ groups, harmless }) => groups.filter((_, which) => which !== harmless),
  scene({ maze, animals, ends, numbered }) {
    const lattice = centredLattice(maze.columns, maze.rows, MAX_CELL_PX);
    const animalIn = (which: 0 | 1): readonly Shape[] => icon(animals[which], ...cellMiddle(lattice, ends[which]), lattice.cellPx * 0.4);
    const redCell = (cell: Cell, i: number): readonly Shape[] => {
      const [x, y] = cellMiddle(lattice, cell);
      const { cellPx } = lattice;
      return [rectangle(x - cellPx / 2, y - cellPx / 2, cellPx, cellPx, COLOURS.red), words(String(i + 1), x, y, DIGIT_PX, WHITE)];
    };
    const walls = maze.walls.map(([[x1, y1], [x2, y2]]) => wall(lattice, x1, y1, x2, y2));
    return picture([...numbered.flatMap(redCell), ...walls, ...animalIn(0), ...animalIn(1)], 'a maze with two animals and numbered cells');
  },
  questions: [
    ({ animals: [a, b] }) =>
      `The ${a} wants to walk through the maze to the ${b}. Which group of red cells can be closed so that there is still a way?`,
    ({ animals: [a, b] }) => `Closing all the red cells of a group may cut the ${a} off from the ${b}. For which group of numbers does it not?`,
    ({ animals: [a, b] }) =>
      `The red cells of just one group get closed; all others stay open. The ${a} can still come to the ${b} through the maze. Which group is it?`,
  ],
});

/** 1 to 7, 8 or 9 in order, split into five groups of one or two. */
function drawGroups(rng: Rng): readonly (readonly number[])[] {
  const pairs = rng.between(2, 4);
  const sizes = rng.shuffle(Array.from({ length: GROUPS }, (_, i) => (i < pairs ? 2 : 1)));
  return sizes.map((size, i) => {
    const before = sizes.slice(0, i).reduce((a, b) => a + b, 0);
    return Array.from({ length: size }, (_, k) => before + k + 1);
  });
}

/** A wall between two corners of cells. */
function wall({ x, y, cellPx }: Lattice, x1: number, y1: number, x2: number, y2: number): RectangleShape {
  return rectangle(x + x1 * cellPx - WALL_PX / 2, y + y1 * cellPx - WALL_PX / 2, (x2 - x1) * cellPx + WALL_PX, (y2 - y1) * cellPx + WALL_PX, BLACK);
}
