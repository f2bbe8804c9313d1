/** SMART-101 puzzle 70: a 3 x 3 board where every row and column has each colour and each number once; which card belongs at "?" (spec/smarter-vlm 4.4). Sizes are ours. */
import type { Shape } from '../../render/scene.ts';
import { rectangle } from '../../render/scene.ts';
import { letterOf } from '../answers.ts';
import type { Candidates } from '../draw/candidates.ts';
import { amongWrong } from '../draw/candidates.ts';
import type { Point } from '../draw/geometry.ts';
import { pick } from '../draw/pick.ts';
import { BLACK, COLOURS, dot, picture, WHITE, words } from '../draw/shapes.ts';
import type { ColourName } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

const INKS = ['red', 'blue', 'green', 'yellow', 'purple'] as const satisfies readonly ColourName[];
const THREE = [0, 1, 2] as const;
const ORDERS = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] as const; // prettier-ignore

/** Which of the three colours and which of the three numbers. */
type Card = readonly [colour: number, count: number];

interface Facts {
  /** Row by row. */
  readonly board: readonly Card[];
  /** Places of the cards that are shown, and the place asked for. */
  readonly shown: readonly number[];
  readonly asked: number;
  readonly inks: readonly (typeof INKS)[number][];
  /** How many dots the three numbers are. */
  readonly counts: readonly number[];
  readonly candidates: Candidates<Card>;
}

/** All 72: both Latin squares of order 3 are i + j or i + 2j, renamed; they are orthogonal when they differ. */
const BOARDS: readonly (readonly Card[])[] = [1, 2].flatMap((step) =>
  ORDERS.flatMap((colours) =>
    ORDERS.map((counts) => THREE.flatMap((i) => THREE.map((j): Card => [colours[(i + step * j) % 3] ?? 0, counts[(i + (3 - step) * j) % 3] ?? 0]))),
  ),
);
const CARDS = THREE.flatMap((colour) => THREE.map((count): Card => [colour, count]));

const [CELL_PX, CANDIDATE_PX] = [40, 34];

export const cardOnTheBoard = family<Facts>({
  id: 70,
  name: 'Card on the board',
  skill: 'spatial',
  answer: { kind: 'label', classes: 5 },
  options: { kind: 'label' },
  draw(rng) {
    const board = pick(BOARDS, rng);
    const [asked = 0, ...shown] = rng.sample([0, 1, 2, 3, 4, 5, 6, 7, 8], 1 + rng.between(4, 6));
    const agreeing = BOARDS.filter((other) => shown.every((place) => String(other[place]) === String(board[place])));
    if (new Set(agreeing.map((other) => String(other[asked]))).size > 1) return null;
    const candidates = amongWrong<Card>(board[asked] ?? [0, 0], rng.shuffle(CARDS), rng);
    const [inks, counts] = [rng.sample(INKS, 3), rng.sample([1, 2, 3, 4], 3)];
    return candidates === null ? null : { board, shown, asked, inks, counts, candidates };
  },
  answerOf: ({ candidates }) => candidates.right,
  scene(facts) {
    const { board, shown, asked, candidates } = facts;
    const middle = (place: number): Point => [112 + CELL_PX * ((place % 3) - 1), 78 + CELL_PX * (Math.floor(place / 3) - 1)];
    return picture(
      [
        ...board.flatMap((card, place) => [
          ...frame(...middle(place), CELL_PX),
          ...(shown.includes(place) ? drawCard(facts, card, ...middle(place)) : []),
        ]),
        words('?', ...middle(asked), 26),
        ...candidates.shown.flatMap((card, i) => {
          const x = 112 + 38 * (i - 2);
          return [...frame(x, 166, CANDIDATE_PX), ...drawCard(facts, card, x, 166), words(letterOf(i), x, 197, 18)];
        }),
      ],
      'a board with cards and five candidates',
    );
  },
  questions: [
    () =>
      'Every row and every column of the board shall have three different colours and three different numbers of dots. No card is used twice. Which card goes on the question mark?',
    () =>
      'Nine different cards fill the board: in each row and in each column, each of three colours and each of three numbers of dots comes exactly once. Which of A to E belongs at "?"',
    () =>
      'No row and no column may repeat a colour or a number of dots, and all nine cards are different. Find the card for the place with the question mark.',
  ],
});

function frame(x: number, y: number, sidePx: number): readonly Shape[] {
  const half = sidePx / 2;
  return [rectangle(x - half - 1, y - half - 1, sidePx + 2, sidePx + 2, BLACK), rectangle(x - half + 1, y - half + 1, sidePx - 2, sidePx - 2, WHITE)];
}

const DOT_PLACES: Readonly<Record<number, readonly Point[]>> = {
  1: [[0, 0]],
  2: [[-7, 0], [7, 0]],
  3: [[-7, 6], [7, 6], [0, -7]],
  4: [[-7, -7], [7, -7], [-7, 7], [7, 7]],
}; // prettier-ignore

function drawCard({ inks, counts }: Facts, [colour, count]: Card, x: number, y: number): readonly Shape[] {
  return (DOT_PLACES[counts[count] ?? 1] ?? []).map(([dx, dy]) => dot(x + dx, y + dy, 5.5, COLOURS[inks[colour] ?? 'red']));
}
