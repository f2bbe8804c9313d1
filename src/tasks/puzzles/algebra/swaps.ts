/** SMART-101 puzzle 7: two fair swaps of things; how many of the third for so many of the first (spec/smarter-vlm 4.4). */
import type { Shape } from '../../render/scene.ts';
import type { Point } from '../draw/geometry.ts';
import type { IconName } from '../draw/icons.ts';
import { ICON_NAMES, iconsAt, manyOf } from '../draw/icons.ts';
import { picture, words } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

interface Facts {
  readonly things: readonly [IconName, IconName, IconName];
  /** Of the first for the second, then of the second for the third. */
  readonly swaps: readonly [readonly [number, number], readonly [number, number]];
  /** How many of the first are given. */
  readonly given: number;
}

const MAX_ANSWER = 24;
/** From the sign to the middle of the first thing, and from thing to thing. */
const [SIDE_PX, PITCH_PX] = [23, 21];
const [ICON_PX, TEXT_PX] = [10, 22];

export const swaps = family<Facts>({
  id: 7,
  name: 'Swaps',
  skill: 'algebra',
  answer: { kind: 'integer', classes: MAX_ANSWER + 1 },
  options: { kind: 'near', minimum: 1 },
  draw(rng) {
    const [a, b, c] = rng.sample(ICON_NAMES, 3);
    if (a === undefined || b === undefined || c === undefined) return null;
    const [x, y, z, w] = [rng.between(1, 4), rng.between(1, 4), rng.between(1, 4), rng.between(1, 4)];
    if (x === y || z === w) return null;
    const facts: Facts = {
      things: [a, b, c],
      swaps: [
        [x, y],
        [z, w],
      ],
      given: rng.between(2, 12),
    };
    const received = receivedIn(facts);
    return Number.isInteger(received) && received <= MAX_ANSWER ? facts : null;
  },
  answerOf: receivedIn,
  scene({ things: [a, b, c], swaps: [first, second] }) {
    return picture([...swapRow(76, a, first[0], b, first[1]), ...swapRow(148, b, second[0], c, second[1])], 'two swaps of things');
  },
  questions: [
    ({ things, given }) =>
      `The picture shows what is worth the same. How many ${manyOf(things[2])} are worth as much as ${given} ${manyOf(things[0])}?`,
    ({ things, given }) =>
      `Children swap things as the picture shows. Kim has ${given} ${manyOf(things[0])} and wants ${manyOf(things[2])}. How many can Kim get for all of them?`,
    ({ things, given }) =>
      `In a game, both sides of each row have equal value. For ${given} ${manyOf(things[0])}, how many ${manyOf(things[2])} is a fair exchange?`,
  ],
});

function receivedIn({ swaps: [[x, y], [z, w]], given }: Facts): number {
  return (given * y * w) / (x * z);
}

function swapRow(y: number, left: IconName, lefts: number, right: IconName, rights: number): readonly Shape[] {
  const row = (count: number, first: number, step: number): readonly Point[] => Array.from({ length: count }, (_, i): Point => [first + i * step, y]);
  const [leftIcons, rightIcons] = [
    iconsAt(left, row(lefts, 112 - SIDE_PX, -PITCH_PX), ICON_PX),
    iconsAt(right, row(rights, 112 + SIDE_PX, PITCH_PX), ICON_PX),
  ];
  return [...leftIcons, words('=', 112, y, TEXT_PX), ...rightIcons];
}
