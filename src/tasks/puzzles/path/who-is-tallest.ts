/** SMART-101 puzzle 66: five children and arrows that compare them; who is the tallest (spec/smarter-vlm 4.4). Words of comparison are ours. */
import type { Shape } from '../../render/scene.ts';
import { letterOf } from '../answers.ts';
import type { Point } from '../draw/geometry.ts';
import { along, circle, distance, FULL_TURN, regularPolygon } from '../draw/geometry.ts';
import { arrow, BLACK, COLOUR_NAMES, COLOURS, filled, inkOn, picture, words } from '../draw/shapes.ts';
import type { ColourName } from '../draw/shapes.ts';
import { pick } from '../draw/pick.ts';
import { family } from '../puzzle.ts';

/** More, most, least. */
const COMPARISONS = [
  ['taller', 'tallest', 'shortest'],
  ['older', 'oldest', 'youngest'],
  ['heavier', 'heaviest', 'lightest'],
  ['faster', 'fastest', 'slowest'],
  ['stronger', 'strongest', 'weakest'],
  ['richer', 'richest', 'poorest'],
] as const;

interface Facts {
  /** From one child to another, by letter, A = 0. */
  readonly arrows: readonly (readonly [number, number])[];
  /** Letters around the circle. */
  readonly around: readonly number[];
  readonly turn: number;
  /** Of the figure of each letter; 0 corners: a disc. */
  readonly corners: readonly number[];
  readonly colours: readonly ColourName[];
  readonly comparison: (typeof COMPARISONS)[number];
  /** The tip of an arrow is at the child that is more; else its start is. */
  readonly isTipMore: boolean;
  readonly isMostAsked: boolean;
}

const LETTERS = [0, 1, 2, 3, 4] as const;
const [CIRCLE_PX, FIGURE_PX, GAP_PX, LETTER_PX] = [71, 23, 27, 18];

export const whoIsTallest = family<Facts>({
  id: 66,
  name: 'Who is the tallest',
  skill: 'path',
  answer: { kind: 'label', classes: 5 },
  options: { kind: 'label' },
  draw(rng) {
    const order = rng.shuffle(LETTERS);
    const pairs = order.flatMap((from, i) => order.slice(i + 1).map((to) => [from, to] as const));
    const facts: Facts = {
      arrows: rng.sample(pairs, rng.between(5, 8)),
      ...{ around: rng.shuffle(LETTERS), turn: rng.below(FULL_TURN) },
      ...{ corners: rng.shuffle([0, 3, 4, 5, 6]), colours: rng.sample(COLOUR_NAMES, LETTERS.length) },
      ...{ comparison: pick(COMPARISONS, rng), isTipMore: rng.chance(0.5), isMostAsked: rng.chance(0.5) },
    };
    return extremes(facts).length === 1 ? facts : null;
  },
  answerOf: (facts) => extremes(facts)[0] ?? -1,
  scene({ arrows, around, turn, corners, colours }) {
    const at = (letter: number): Point => along(112, 112, CIRCLE_PX, turn + (around.indexOf(letter) * FULL_TURN) / LETTERS.length);
    const figure = (letter: number): readonly Shape[] => {
      const [[x, y], sides, fill] = [at(letter), corners[letter] ?? 0, COLOURS[colours[letter] ?? 'grey']];
      const points = sides === 0 ? circle(x, y, FIGURE_PX) : regularPolygon(sides, x, y, FIGURE_PX, sides === 4 ? FULL_TURN / 8 : 0);
      return [filled(points, fill), words(letterOf(letter), x, y, LETTER_PX, inkOn(fill))];
    };
    return picture(
      [...arrows.flatMap(([from, to]) => arrow(...shortened(at(from), at(to)), 3, BLACK)), ...LETTERS.flatMap(figure)],
      'five figures and arrows between them',
    );
  },
  questions: [
    (facts) =>
      `Each figure stands for a child. An arrow from one child to another says that the ${facts.isTipMore ? 'second' : 'first'} is ${more(facts)}. Who is the ${extreme(facts)}?`,
    (facts) =>
      `Five children compare themselves. The child ${facts.isTipMore ? 'that an arrow points to' : 'where an arrow starts'} is ${more(facts)} than the child at its other end. Which child is the ${extreme(facts)} of all?`,
    (facts) =>
      `A to E are children. For each arrow, the child at its ${facts.isTipMore ? 'tip is' : 'start is'} ${more(facts)} than the child at its ${facts.isTipMore ? 'start' : 'tip'}. Who of the five is the ${extreme(facts)}?`,
  ],
});

function more({ comparison }: Facts): string {
  return comparison[0];
}

function extreme({ comparison, isMostAsked }: Facts): string {
  return comparison[isMostAsked ? 1 : 2];
}

/** Children without an arrow towards the asked end of the order. A single one is reached from everybody, since the arrows make no circle. */
function extremes({ arrows, isTipMore, isMostAsked }: Facts): readonly number[] {
  const side = isTipMore === isMostAsked ? 0 : 1;
  return LETTERS.filter((letter) => arrows.every((ends) => ends[side] !== letter));
}

/** The same line without what lies under the figures at its ends. */
function shortened(from: Point, to: Point): readonly [Point, Point] {
  const share = GAP_PX / distance(from, to);
  const [dx, dy] = [share * (to[0] - from[0]), share * (to[1] - from[1])];
  return [
    [from[0] + dx, from[1] + dy],
    [to[0] - dx, to[1] - dy],
  ];
}
