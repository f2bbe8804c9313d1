/** SMART-101 puzzle 57: a slanting chessboard with grey holes and a thick line; how many cells of a colour are missing on one side (spec/smarter-vlm 4.4). */
import type { Cell } from '../draw/cells.ts';
import { cellsOf } from '../draw/cells.ts';
import type { Point } from '../draw/geometry.ts';
import { pick } from '../draw/pick.ts';
import type { ColourName } from '../draw/shapes.ts';
import { COLOURS, filled, line, PICTURE_PX, picture } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

/** Cell colours, light and dark; grey is for holes, red for the line. */
const PAIRS = [
  ['yellow', 'blue'],
  ['yellow', 'green'],
  ['pink', 'purple'],
  ['orange', 'blue'],
  ['yellow', 'brown'],
  ['pink', 'green'],
] as const satisfies readonly (readonly [ColourName, ColourName])[];

/** White around a cell, in cells. */
const GAP = 0.04;

interface Facts {
  readonly columns: number;
  readonly rows: number;
  /** Of the cells whose column and row have an even sum, and of the others. */
  readonly colours: readonly [ColourName, ColourName];
  readonly holes: readonly Cell[];
  /** The line runs before this column, or above this row. */
  readonly cut: number;
  readonly isUpright: boolean;
  /** The side asked for: left of the line or above it, else right or below. */
  readonly asksBefore: boolean;
  /** 0 or 1, of `colours`. */
  readonly asked: number;
  /** How far a step to the right goes down, and a step down to the right, in cells. */
  readonly slant: Point;
}

export const holesInAChessboard = family<Facts>({
  id: 57,
  name: 'Holes in a chessboard',
  skill: 'counting',
  answer: { kind: 'integer', classes: 10 },
  options: { kind: 'near', minimum: 0 },
  draw(rng) {
    const [columns, rows, isUpright] = [rng.between(4, 6), rng.between(4, 6), rng.chance(0.5)];
    const board = {
      columns,
      rows,
      isUpright,
      cut: rng.between(1, (isUpright ? columns : rows) - 1),
      asksBefore: rng.chance(0.5),
      asked: rng.below(2),
    };
    const cells = cellsOf(columns, rows);
    const counted = cells.filter((cell) => isAskedFor(board, cell));
    const others = cells.filter((cell) => !isAskedFor(board, cell));
    const count = rng.between(3, 8);
    const wanted = rng.between(0, Math.min(count, counted.length - 1));
    const [light, dark] = pick(PAIRS, rng);
    const slant: Point = [rng.between(-18, 18) / 100, rng.between(-18, 18) / 100];
    const holes = rng.shuffle([...rng.sample(counted, wanted), ...rng.sample(others, count - wanted)]);
    return { ...board, colours: rng.chance(0.5) ? [light, dark] : [dark, light], holes, slant };
  },
  answerOf: (facts) => facts.holes.filter((cell) => isAskedFor(facts, cell)).length,
  scene(facts) {
    const { columns, rows, colours, holes, cut, isUpright } = facts;
    const isHole = new Set(holes.map(String));
    const cells = cellsOf(columns, rows).map(([column, row]) => {
      const [left, top, right, bottom] = [column + GAP, row + GAP, column + 1 - GAP, row + 1 - GAP];
      const corners = [
        [left, top],
        [right, top],
        [right, bottom],
        [left, bottom],
      ] as const;
      const fill = isHole.has(`${column},${row}`) ? COLOURS.grey : COLOURS[colours[(column + row) % 2] ?? 'blue'];
      return filled(
        corners.map(([x, y]) => pointOf(facts, x, y)),
        fill,
      );
    });
    const [from, to] = isUpright
      ? [pointOf(facts, cut, -0.4), pointOf(facts, cut, rows + 0.4)]
      : [pointOf(facts, -0.4, cut), pointOf(facts, columns + 0.4, cut)];
    return picture([...cells, line(from, to, 6, COLOURS.red)], 'a chessboard with grey holes and a red line');
  },
  questions: [
    (facts) => `Cells of this chessboard are missing where it is grey. How many ${colourOf(facts)} cells are missing ${sideOf(facts)} the red line?`,
    (facts) =>
      `The grey places were ${facts.colours.join(' and ')} like the rest, in turn. How many of those ${sideOf(facts)} the red line were ${colourOf(facts)}?`,
    (facts) => `Only look ${sideOf(facts)} the red line. How many ${colourOf(facts)} tiles do you need to fill the grey holes of the pattern there?`,
  ],
});

function isAskedFor({ isUpright, cut, asksBefore, asked }: Pick<Facts, 'isUpright' | 'cut' | 'asksBefore' | 'asked'>, [column, row]: Cell): boolean {
  return (isUpright ? column : row) < cut === asksBefore && (column + row) % 2 === asked;
}

function pointOf({ columns, rows, slant: [down, right] }: Facts, x: number, y: number): Point {
  const cellPx = Math.min(33, 186 / (Math.max(columns, rows) * 1.18 + 0.8));
  const [u, v] = [x - columns / 2, y - rows / 2];
  return [PICTURE_PX / 2 + cellPx * (u + right * v), PICTURE_PX / 2 + cellPx * (v + down * u)];
}

function colourOf({ colours, asked }: Facts): ColourName {
  return colours[asked] ?? 'blue';
}

function sideOf({ isUpright, asksBefore }: Facts): string {
  if (isUpright) return asksBefore ? 'left of' : 'right of';
  return asksBefore ? 'above' : 'below';
}
