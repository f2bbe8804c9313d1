/** SMART-101 puzzle 84: a frame of four jigsaw pieces and five pieces; which is left over (spec/smarter-vlm 4.4). Frames and forms of the tabs are ours. */
import type { Rng } from '../../../lib/rng.ts';
import type { Shape } from '../../render/scene.ts';
import { letterOf } from '../answers.ts';
import type { Candidates } from '../draw/candidates.ts';
import { amongWrong } from '../draw/candidates.ts';
import type { Cell } from '../draw/cells.ts';
import { extentOf } from '../draw/cells.ts';
import type { Point } from '../draw/geometry.ts';
import { direction } from '../draw/geometry.ts';
import { pick } from '../draw/pick.ts';
import { BLACK, COLOURS, filled, outlined, picture, words } from '../draw/shapes.ts';
import type { ColourName } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

/** A side of a piece: straight, or a form that stands out or is cut out. */
type Side = 'straight' | 'round out' | 'round in' | 'pointed out' | 'pointed in';
/** Top, right, bottom, left. */
type Piece = readonly Side[];

const FRAMES: readonly (readonly Cell[])[] = [
  [[0, 0], [1, 0], [2, 0], [3, 0]],
  [[0, 0], [1, 0], [0, 1], [1, 1]],
  [[0, 0], [1, 0], [2, 0], [1, 1]],
  [[1, 0], [0, 1], [1, 1], [2, 1]],
  [[0, 0], [1, 0], [2, 0], [0, 1]],
  [[0, 0], [1, 0], [2, 0], [2, 1]],
  [[0, 0], [1, 0], [1, 1], [2, 1]],
  [[1, 0], [2, 0], [0, 1], [1, 1]],
]; // prettier-ignore
const STEPS: readonly Cell[] = [[0, -1], [1, 0], [0, 1], [-1, 0]]; // prettier-ignore
const FORMS = ['round out', 'round in', 'pointed out', 'pointed in'] as const;
const MATCH = {
  straight: 'straight',
  'round out': 'round in',
  'round in': 'round out',
  'pointed out': 'pointed in',
  'pointed in': 'pointed out',
} as const;
const FILLS = ['yellow', 'orange', 'pink', 'grey'] as const satisfies readonly ColourName[];

interface Facts {
  readonly frame: readonly Cell[];
  /** Of the cells of the frame, in the same order. */
  readonly pieces: readonly Piece[];
  /** The right one is left over. */
  readonly candidates: Candidates<Piece>;
  readonly fill: (typeof FILLS)[number];
}

const [CELL_PX, PIECE_PX, TAB_SHARE] = [44, 26, 0.2];

export const leftOverPiece = family<Facts>({
  id: 84,
  name: 'Left-over piece',
  skill: 'pattern',
  answer: { kind: 'label', classes: 5 },
  options: { kind: 'label' },
  draw(rng) {
    const frame = pick(FRAMES, rng);
    const pieces = piecesOf(frame, rng);
    const model = pick(pieces, rng);
    const side = pick(STEPS.map((_, i) => i).filter((i) => model[i] !== 'straight'), rng); // prettier-ignore
    const extra = model.map((form, i) => (i === side ? pick(FORMS.filter((other) => other !== form), rng) : form)); // prettier-ignore
    const turned = (piece: Piece): readonly string[] => STEPS.map((_, i) => String([...piece.slice(i), ...piece.slice(0, i)]));
    if (pieces.some((piece) => turned(piece).includes(String(extra)))) return null;
    const candidates = amongWrong(extra, pieces, rng);
    return candidates === null ? null : { frame, pieces, candidates, fill: pick(FILLS, rng) };
  },
  answerOf: ({ candidates }) => candidates.right,
  scene({ frame, pieces, candidates, fill }) {
    const { columns, rows } = extentOf(frame);
    const corner = ([column, row]: Cell): Point => [112 + CELL_PX * (column - columns / 2), 68 + CELL_PX * (row - rows / 2)];
    return picture(
      [
        ...frame.flatMap((cell, i) => outlined(outlineOf(pieces[i] ?? [], corner(cell), CELL_PX), 2, BLACK)),
        ...candidates.shown.flatMap((piece, i): readonly Shape[] => {
          const x = 112 + 38 * (i - 2);
          const outline = outlineOf(piece, [x - PIECE_PX / 2, 156 - PIECE_PX / 2], PIECE_PX);
          return [filled(outline, COLOURS[fill]), ...outlined(outline, 2, BLACK), words(letterOf(i), x, 194, 18)];
        }),
      ],
      'a frame for four jigsaw pieces and five pieces',
    );
  },
  questions: [
    () => 'Four of the five pieces fill the frame, without being turned. Which piece is left over?',
    () => 'The lines in the frame show how four jigsaw pieces lie in it; none has to be turned. Which of A to E does not belong there?',
    () => 'Put the pieces into the frame at the top just as they lie. One of them fits in nowhere. Which one?',
  ],
});

/** Random forms where two cells meet, straight sides elsewhere. */
function piecesOf(frame: readonly Cell[], rng: Rng): readonly Piece[] {
  const pieces = frame.map(() => STEPS.map((): Side => 'straight'));
  frame.forEach(([column, row], i) => {
    STEPS.forEach(([right, down], side) => {
      const other = frame.findIndex((cell) => cell[0] === column + right && cell[1] === row + down);
      const [here, there] = [pieces[i], pieces[other]];
      if (other < i || here === undefined || there === undefined) return;
      const form = pick(FORMS, rng);
      here[side] = form;
      there[(side + 2) % 4] = MATCH[form];
    });
  });
  return pieces;
}

/** Half a circle in unit radii, from left to right. */
const HALF_CIRCLE = Array.from({ length: 10 }, (_, i): Point => {
  const [c, s] = direction(200 * i);
  return [-c, s];
});
const POINTED: readonly Point[] = [[-1, 0], [0, 1.2], [1, 0]]; // prettier-ignore

/** Clockwise from the top left corner of the cell. */
function outlineOf(piece: Piece, [left, top]: Point, cellPx: number): readonly Point[] {
  const corners: readonly Point[] = [[left, top], [left + cellPx, top], [left + cellPx, top + cellPx], [left, top + cellPx]]; // prettier-ignore
  return corners.flatMap((corner, i): readonly Point[] => {
    const form = piece[i] ?? 'straight';
    if (form === 'straight') return [corner];
    const [outX, outY] = STEPS[i] ?? [0, 0];
    const [alongX, alongY] = [-outY, outX];
    const radius = TAB_SHARE * cellPx;
    const sign = form.endsWith('out') ? 1 : -1;
    const bump = (form.startsWith('round') ? HALF_CIRCLE : POINTED).map(([x, y]): Point => {
      const [ahead, out] = [cellPx / 2 + radius * x, sign * radius * y];
      return [corner[0] + alongX * ahead + outX * out, corner[1] + alongY * ahead + outY * out];
    });
    return [corner, ...bump];
  });
}
