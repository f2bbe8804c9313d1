/** SMART-101 puzzle 56: three birds with cards that bound their numbers of eggs; how many totals are possible (spec/smarter-vlm 4.4). The statements stand in the question. */
import type { Shape } from '../../render/scene.ts';
import { rectangle } from '../../render/scene.ts';
import { icon } from '../draw/icons.ts';
import { BLACK, picture, WHITE, words } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

interface Facts {
  /** Every bird has more eggs than this and fewer than that. */
  readonly low: number;
  readonly high: number;
  /** Cards in the order of the picture: more than low, fewer than high, both. */
  readonly cards: readonly ('more' | 'fewer' | 'both')[];
}

const CARD = { x: 84, width: 122, height: 42 } as const;

export const threeNests = family<Facts>({
  id: 56,
  name: 'Three nests',
  skill: 'logic',
  answer: { kind: 'integer', classes: 45 },
  options: { kind: 'near', minimum: 0 },
  draw(rng) {
    const low = rng.between(1, 8);
    const high = low + rng.between(2, 16);
    return { low, high, cards: rng.shuffle(['more', 'fewer', 'both'] as const) };
  },
  answerOf: ({ low, high }) => 3 * (high - low) - 5,
  scene: ({ low, high, cards }) =>
    picture(
      cards.flatMap((card, i): readonly Shape[] => {
        const y = 48 + i * 64;
        const text = { more: `> ${low}`, fewer: `< ${high}`, both: `> ${low},  < ${high}` }[card];
        return [
          ...icon('bird', 46, y, 26),
          rectangle(CARD.x, y - CARD.height / 2, CARD.width, CARD.height, BLACK),
          rectangle(CARD.x + 2, y - CARD.height / 2 + 2, CARD.width - 4, CARD.height - 4, WHITE),
          words(text, CARD.x + CARD.width / 2, y, 18),
        ];
      }),
      'three birds with cards',
    ),
  questions: [
    () =>
      'Three birds have eggs. Every card is true of the number of eggs in each of the three nests. How many different totals of all three nests are possible?',
    () => 'Each bird made a card about eggs, and all three cards hold for every bird. If you add up their eggs, how many different sums can you get?',
    () => 'The number of eggs of each bird obeys all three cards. How many different numbers of eggs can the three birds have together?',
  ],
});
