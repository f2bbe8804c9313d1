/** SMART-101 puzzle 101: five cards go into two boxes with equal sums; which card shares its box with another (spec/smarter-vlm 4.4). */
import type { Shape } from '../../render/scene.ts';
import { rectangle } from '../../render/scene.ts';
import { pick, pickTwo } from '../draw/pick.ts';
import type { ColourName } from '../draw/shapes.ts';
import { BLACK, COLOUR_NAMES, COLOURS, inkOn, picture, polyline, words } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

interface Facts {
  /** Left to right. */
  readonly cards: readonly number[];
  /** The two that share a box: the one named, and the one asked for. */
  readonly pair: readonly [number, number];
  readonly colour: ColourName;
}

const MAX_CARD = 20;
const [CARD_PX, HEIGHT_PX, PITCH_PX, FIRST_PX, TOP_PX, TEXT_PX] = [32, 46, 38, 20, 44, 20];

export const twoBoxes = family<Facts>({
  id: 101,
  name: 'Cards in two boxes',
  skill: 'algebra',
  answer: { kind: 'integer', classes: 30 },
  options: { kind: 'wide', minimum: 0 },
  draw(rng) {
    const [a = 0, b = 0, c = 0, d = 0] = rng.sample(
      Array.from({ length: MAX_CARD }, (_, i) => i + 1),
      4,
    );
    const last = c + d - a - b;
    const cards = rng.shuffle([a, b, c, d, last]);
    if (last < 1 || new Set(cards).size < cards.length || waysToHalf(cards) !== 1) return null;
    return { cards, pair: pickTwo([c, d], rng), colour: pick(COLOUR_NAMES, rng) };
  },
  answerOf: ({ pair }) => pair[1],
  scene({ cards, colour }) {
    const fill = COLOURS[colour];
    const card = (number: number, i: number): readonly Shape[] => {
      const x = FIRST_PX + i * PITCH_PX;
      const middle = x + CARD_PX / 2;
      return [
        rectangle(x, TOP_PX, CARD_PX, HEIGHT_PX, BLACK),
        rectangle(x + 2, TOP_PX + 2, CARD_PX - 4, HEIGHT_PX - 4, fill),
        words(String(number), middle, TOP_PX + HEIGHT_PX / 2, TEXT_PX, inkOn(fill)),
      ];
    };
    return picture([...cards.flatMap(card), ...box(24), ...box(124)], 'five cards with numbers and two boxes');
  },
  questions: [
    ({ pair }) => `All five cards are put into the two boxes so that both boxes have the same sum. Which number is in the box with ${pair[0]}?`,
    ({ pair }) =>
      `Share the cards out between two boxes; the numbers in each box must add up to the same. What other card goes into the box of the card ${pair[0]}?`,
    ({ pair }) => `Ben sorts these cards into two boxes of equal sums, with none left over. Which card is together with the ${pair[0]}?`,
  ],
});

/** Ways to put the cards into two boxes of equal sums; the last card is always in the second box. */
function waysToHalf(cards: readonly number[]): number {
  const total = cards.reduce((a, b) => a + b, 0);
  const sums = cards.slice(0, -1).reduce<readonly number[]>((found, card) => [...found, ...found.map((sum) => sum + card)], [0]);
  return sums.filter((sum) => 2 * sum === total).length;
}

/** An open box. */
function box(x: number): readonly Shape[] {
  return polyline(
    [
      [x, 126],
      [x, 182],
      [x + 76, 182],
      [x + 76, 126],
    ],
    4,
    COLOURS.brown,
  );
}
