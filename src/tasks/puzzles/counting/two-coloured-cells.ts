/** SMART-101 puzzle 50: a box of cells in two colours; how many there are, or how many more of one colour (spec/smarter-vlm 4.4). */
import type { Cell } from '../draw/cells.ts';
import { cellsOf, cellSquare, centredLattice } from '../draw/cells.ts';
import { pick } from '../draw/pick.ts';
import type { ColourName } from '../draw/shapes.ts';
import { COLOURS, picture } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

/** One of each row: a pair differs in lightness for everybody. */
const DARK = ['blue', 'green', 'red', 'purple', 'brown'] as const satisfies readonly ColourName[];
const LIGHT = ['yellow', 'orange', 'pink', 'grey'] as const satisfies readonly ColourName[];

interface Facts {
  readonly columns: number;
  readonly rows: number;
  /** The first has the larger number of cells. */
  readonly colours: readonly [ColourName, ColourName];
  /** Cells of the first colour; the rest are of the second. */
  readonly first: readonly Cell[];
  readonly asksTotal: boolean;
}

export const twoColouredCells = family<Facts>({
  id: 50,
  name: 'Cells of two colours',
  skill: 'counting',
  answer: { kind: 'integer', classes: 37 },
  options: { kind: 'wide', minimum: 0 },
  draw(rng) {
    const [columns, rows] = [rng.between(4, 6), rng.between(4, 6)];
    const cells = cellsOf(columns, rows);
    const [dark, light] = [pick(DARK, rng), pick(LIGHT, rng)];
    const colours = rng.chance(0.5) ? ([dark, light] as const) : ([light, dark] as const);
    const count = rng.between(Math.floor(cells.length / 2) + 1, cells.length - 2);
    return { columns, rows, colours, first: rng.sample(cells, count), asksTotal: rng.chance(0.4) };
  },
  answerOf: ({ columns, rows, first, asksTotal }) => (asksTotal ? columns * rows : 2 * first.length - columns * rows),
  scene({ columns, rows, colours: [colour, other], first }) {
    const lattice = centredLattice(columns, rows, 32);
    const isFirst = new Set(first.map(String));
    return picture(
      cellsOf(columns, rows).flatMap((cell) => cellSquare(lattice, cell, COLOURS[isFirst.has(String(cell)) ? colour : other])),
      'cells of two colours',
    );
  },
  questions: [
    ({ colours: [more, fewer], asksTotal }) =>
      asksTotal ? `How many ${more} and ${fewer} cells are there in all?` : `How many more ${more} cells than ${fewer} cells are there?`,
    ({ colours: [more, fewer], asksTotal }) =>
      asksTotal
        ? `Count the cells of the picture, both the ${fewer} and the ${more} ones. What is their total?`
        : `Count the ${fewer} cells and the ${more} cells. By how many do the ${more} ones win?`,
    ({ colours: [more, fewer], asksTotal }) =>
      asksTotal
        ? `A floor is made of ${more} and ${fewer} square tiles. How many tiles does it have?`
        : `A floor is made of ${more} and ${fewer} square tiles. What is the difference between the numbers of ${more} and ${fewer} tiles?`,
  ],
});
