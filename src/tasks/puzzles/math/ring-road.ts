/** SMART-101 puzzle 98: a ring road with lengths and arrows and an animal at a corner; which corner it reaches (spec/smarter-vlm 4.4). */
import { letterOf } from '../answers.ts';
import type { Point } from '../draw/geometry.ts';
import { along, FULL_TURN } from '../draw/geometry.ts';
import type { IconName } from '../draw/icons.ts';
import { ANIMAL_NAMES, icon } from '../draw/icons.ts';
import { pick } from '../draw/pick.ts';
import { arrow, BLACK, COLOURS, disc, outlined, PICTURE_PX, picture, words } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

interface Facts {
  /** Letters of the corners, A = 0, clockwise. */
  readonly corners: readonly number[];
  /** `lengths[i]`: from corner i to the next, clockwise. */
  readonly lengths: readonly number[];
  readonly isClockwise: boolean;
  readonly start: number;
  readonly end: number;
  readonly walked: number;
  readonly turn: number;
  readonly animal: IconName;
}

const MIDDLE = PICTURE_PX / 2;
const ROAD_PX = 64;
const LETTERS = Array.from({ length: 26 }, (_, i) => i);

export const ringRoad = family<Facts>({
  id: 98,
  name: 'Ring road',
  skill: 'math',
  answer: { kind: 'letter', classes: 26 },
  options: { kind: 'own' },
  draw(rng) {
    const count = rng.between(5, 7);
    const corners = rng.sample(LETTERS, count);
    const lengths = corners.map(() => rng.between(1, 3));
    const [isClockwise, start, passed] = [rng.chance(0.5), rng.below(count), rng.between(3, 3 * count)];
    const sides = Array.from({ length: passed }, (_, i) => (isClockwise ? start + i : start - 1 - i + 3 * count) % count);
    const end = (isClockwise ? start + passed : start - passed + 3 * count) % count;
    const walked = sides.reduce((sum, side) => sum + (lengths[side] ?? 0), 0);
    return { corners, lengths, isClockwise, start, end, walked, turn: rng.below(FULL_TURN), animal: pick(ANIMAL_NAMES, rng) };
  },
  answerOf: ({ corners, end }) => corners[end] ?? 0,
  scene({ corners, lengths, isClockwise, start, turn, animal }) {
    const at = (place: number, radiusPx: number): Point => along(MIDDLE, MIDDLE, radiusPx, turn + Math.round((place * FULL_TURN) / corners.length));
    const side = isClockwise ? 1 : -1;
    const sides = corners.map((_, i) => ({ from: at(i, ROAD_PX), to: at(i + 1, ROAD_PX) }));
    return picture(
      [
        ...outlined(
          corners.map((_, i) => at(i, ROAD_PX)),
          4,
          COLOURS.grey,
        ),
        ...sides.flatMap(({ from, to }, i) => {
          const point = (share: number): Point => [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])];
          return [
            ...arrow(point(0.5 - side * 0.1), point(0.5 + side * 0.16), 3, BLACK),
            words(String(lengths[i]), ...at(i + 0.5, ROAD_PX + 10), 17, COLOURS.blue),
          ];
        }),
        ...corners.flatMap((letter, i) => [disc(...at(i, ROAD_PX), 5, BLACK), words(letterOf(letter), ...at(i, ROAD_PX + 19), 18)]),
        ...icon(animal, ...at(start, ROAD_PX - 24), 15),
      ],
      `a ring road and a ${animal}`,
    );
  },
  questions: [
    ({ animal, walked }) =>
      `The ${animal} starts at the corner next to it and follows the arrows. Blue numbers are lengths in km. At which corner is it after ${walked} km?`,
    ({ animal, walked }) =>
      `A ${animal} goes ${walked} km along the road in the direction of the arrows, from the corner where it is now. The numbers give the km of each side. Where does it stop?`,
    ({ animal, walked }) =>
      `Each number says how many minutes the ${animal} needs for a side of the road, and the arrows say which way it goes. Which corner does it reach in ${walked} minutes?`,
  ],
  wrong: ({ corners, end }, rng) =>
    rng.sample(
      corners.filter((_, i) => i !== end),
      4,
    ),
});
