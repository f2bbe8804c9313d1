/** SMART-101 puzzle 10: an addition table of two by two with one header blacked out and one sum missing (spec/smarter-vlm 4.4). */
import type { Shape } from '../../render/scene.ts';
import type { Cell } from '../draw/cells.ts';
import { cellMiddle, cellsOf, cellSquare, centredLattice } from '../draw/cells.ts';
import { pick } from '../draw/pick.ts';
import type { ColourName } from '../draw/shapes.ts';
import { BLACK, COLOURS, picture, WHITE, words } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

interface Facts {
  /** Headers of the two columns, and of the two rows. */
  readonly headers: readonly [readonly [number, number], readonly [number, number]];
  /** Column (1 or 2) and row (1 or 2) of the missing sum. */
  readonly missing: Cell;
  /** Whether the header above it or the one left of it is blacked out: the other sum of that header gives it back. */
  readonly isColumnBlack: boolean;
  readonly colour: ColourName;
}

const [CELL_PX, DIGIT_PX, MAX_HEADER] = [60, 26, 25];
const TABLE = 3;

export const additionTable = family<Facts>({
  id: 10,
  name: 'Addition table',
  skill: 'algebra',
  answer: { kind: 'integer', classes: 2 * MAX_HEADER + 1 },
  options: { kind: 'near', minimum: 1 },
  draw(rng) {
    const header = (): number => rng.between(1, MAX_HEADER);
    return {
      headers: [
        [header(), header()],
        [header(), header()],
      ],
      ...{ missing: [rng.between(1, 2), rng.between(1, 2)], isColumnBlack: rng.chance(0.5) },
      colour: pick(['yellow', 'orange', 'pink'], rng),
    };
  },
  answerOf: ({ headers, missing }) => numberAt(headers, missing),
  scene({ headers, missing, isColumnBlack, colour }) {
    const lattice = centredLattice(TABLE, TABLE, CELL_PX);
    const black: Cell = isColumnBlack ? [missing[0], 0] : [0, missing[1]];
    const cell = (at: Cell): readonly Shape[] => {
      if (isSame(at, black)) return cellSquare(lattice, at, BLACK);
      const text = isSame(at, [0, 0]) ? '+' : isSame(at, missing) ? '?' : String(numberAt(headers, at));
      return [...cellSquare(lattice, at, at[0] === 0 || at[1] === 0 ? COLOURS[colour] : WHITE), words(text, ...cellMiddle(lattice, at), DIGIT_PX)];
    };
    return picture(cellsOf(TABLE, TABLE).flatMap(cell), 'an addition table with a black cell and a question mark');
  },
  questions: [
    () =>
      'Each white cell holds the sum of the number above its column and the number left of its row. Which number belongs in place of the question mark?',
    () => 'Somebody has painted one cell of this addition table black. What is the number at the question mark?',
    () => 'The table shows how numbers add up: column number plus row number. One of these numbers is covered. What should the question mark be?',
  ],
});

/** A header in column 0 or row 0, a sum elsewhere. */
function numberAt([columns, rows]: Facts['headers'], [column, row]: Cell): number {
  return (columns[column - 1] ?? 0) + (rows[row - 1] ?? 0);
}

function isSame([x1, y1]: Cell, [x2, y2]: Cell): boolean {
  return x1 === x2 && y1 === y2;
}
