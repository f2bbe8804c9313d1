/** SMART-101 puzzle 18: five coloured figures overlap; a possible order of taking them from the top (spec/smarter-vlm 4.4). Sizes are ours. */
import type { Shape } from '../../render/scene.ts';
import type { Point } from '../draw/geometry.ts';
import { along, direction, FULL_TURN, isInside, regularPolygon } from '../draw/geometry.ts';
import { BLACK, COLOUR_NAMES, COLOURS, dot, filled, inkOn, picture, words } from '../draw/shapes.ts';
import type { ColourName } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

interface Figure {
  readonly points: readonly Point[];
  /** What shows of this around the figure is its outline. */
  readonly behind: readonly Point[];
}

interface Facts {
  /** Number of each figure in the legend, from the highest figure to the lowest: always a possible order. */
  readonly order: readonly number[];
  /** By number, 1 to 5. */
  readonly figures: readonly Figure[];
  readonly colours: readonly ColourName[];
  /** Four orders that take a figure from under one that is seen to lie on it. */
  readonly impossible: readonly (readonly number[])[];
}

const NUMBERS = [1, 2, 3, 4, 5] as const;
const [RADIUS_PX, OUTLINE_PX, MIDDLE_X, LEGEND_X] = [44, 3, 98, 195];
/** A crossing of two figures counts when so many points of a grid lie in both and in no other. */
const [GRID_PX, SEEN_POINTS] = [6, 4];

export const takingCards = family<Facts>({
  id: 18,
  name: 'Taking cards',
  skill: 'order',
  answer: { kind: 'sequence', classes: 6, pad: 0, symbols: 'numbers' },
  options: { kind: 'own' },
  draw(rng) {
    const corners = rng.between(3, 6);
    const borderPx = OUTLINE_PX / direction(FULL_TURN / (2 * corners))[0];
    const around = rng.below(FULL_TURN);
    const figures = NUMBERS.map((_, i): Figure => {
      const [x, y] = along(MIDDLE_X, 112, rng.between(22, 31), around + (i * FULL_TURN) / NUMBERS.length + rng.between(-200, 200));
      const turn = rng.below(FULL_TURN);
      return { points: regularPolygon(corners, x, y, RADIUS_PX, turn), behind: regularPolygon(corners, x, y, RADIUS_PX + borderPx, turn) };
    });
    const order: readonly number[] = rng.shuffle(NUMBERS);
    const seen = crossingsOf(figures);
    const isImpossible = (taken: readonly number[]): boolean =>
      seen.some((pair) => {
        const [upper, lower] = pair.toSorted((a, b) => order.indexOf(a) - order.indexOf(b));
        return taken.indexOf(upper ?? 0) > taken.indexOf(lower ?? 0);
      });
    const wrong = rng.shuffle(ordersOf(NUMBERS).filter(isImpossible));
    return wrong.length < 60 ? null : { order, figures, colours: rng.sample(COLOUR_NAMES, NUMBERS.length), impossible: wrong.slice(0, 4) };
  },
  answerOf: ({ order }) => order,
  wrong: ({ impossible }) => impossible,
  scene: ({ order, figures, colours }) =>
    picture(
      [
        ...order.toReversed().flatMap((number): readonly Shape[] => {
          const [figure, colour] = [figures[number - 1], COLOURS[colours[number - 1] ?? 'grey']];
          return figure === undefined ? [] : [filled(figure.behind, BLACK), filled(figure.points, colour)];
        }),
        ...NUMBERS.flatMap((number) => {
          const [y, colour] = [40 + 36 * (number - 1), COLOURS[colours[number - 1] ?? 'grey']];
          return [dot(LEGEND_X, y, 13, colour), words(String(number), LEGEND_X, y, 18, inkOn(colour))];
        }),
      ],
      'five coloured cards on one another, with numbers for their colours',
    ),
  questions: [
    () =>
      'The cards are taken away one by one, always one on which no other card lies. The numbers at the right name their colours. In which order can this happen?',
    () => 'Lena picks up the five cards from the top, never one that is partly under another. Which order of the numbered colours is possible?',
    () => 'Five cards lie on one another, numbered by colour at the right. Only a card with nothing on it may be removed. Which of the orders works?',
  ],
});

/** Pairs of numbers whose figures cross in view. */
function crossingsOf(figures: readonly Figure[]): readonly (readonly number[])[] {
  const points = new Map<string, number>();
  for (let x = 16; x < 180; x += GRID_PX) {
    for (let y = 16; y < 208; y += GRID_PX) {
      const both = NUMBERS.filter((number) => isInside([x, y], figures[number - 1]?.points ?? []));
      if (both.length === 2) points.set(both.join(), (points.get(both.join()) ?? 0) + 1);
    }
  }
  return [...points].filter(([, count]) => count >= SEEN_POINTS).map(([pair]) => pair.split(',').map(Number));
}

function ordersOf(numbers: readonly number[]): readonly (readonly number[])[] {
  if (numbers.length <= 1) return [numbers];
  return numbers.flatMap((first) => ordersOf(numbers.filter((other) => other !== first)).map((rest) => [first, ...rest]));
}
