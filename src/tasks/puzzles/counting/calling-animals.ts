/** SMART-101 puzzle 41: animals in a row that look to the left or to the right; each calls once to each one in front of it (spec/smarter-vlm 4.4). */
import type { IconName } from '../draw/icons.ts';
import { ANIMAL_NAMES, iconBetween, manyOf } from '../draw/icons.ts';
import { pick } from '../draw/pick.ts';
import { INNER_PX, PICTURE_PX, picture } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

interface Facts {
  readonly animal: IconName;
  /** From left to right: whether it looks to the left. */
  readonly looksLeft: readonly boolean[];
  readonly y: number;
}

const CLASSES = 60;
const GAP_PX = 1.5;
/** Animals of long rows are taller than they are in life, or they were too small to see. */
const TALLEST_PX = 28;

export const callingAnimals = family<Facts>({
  id: 41,
  name: 'Calling animals',
  skill: 'counting',
  answer: { kind: 'integer', classes: CLASSES },
  options: { kind: 'wide', minimum: 0 },
  draw(rng) {
    const looksLeft = Array.from({ length: rng.between(4, 10) }, () => rng.chance(0.5));
    const facts = { animal: pick(ANIMAL_NAMES, rng), looksLeft, y: rng.between(80, 144) };
    return callsOf(facts) < CLASSES ? facts : null;
  },
  answerOf: callsOf,
  scene({ animal, looksLeft, y }) {
    const pitch = Math.min(40, (INNER_PX.high - INNER_PX.low) / looksLeft.length);
    const left = PICTURE_PX / 2 - (looksLeft.length * pitch) / 2 + GAP_PX;
    const width = pitch - 2 * GAP_PX;
    const height = Math.min(TALLEST_PX, 1.25 * width);
    const shapes = looksLeft.flatMap((isLeft, i) => {
      const ends = [left + i * pitch, left + i * pitch + width] as const;
      const [tail, nose] = isLeft ? ends.toReversed() : ends;
      return iconBetween(animal, [tail ?? 0, y - height / 2], [nose ?? 0, y + height / 2]);
    });
    return picture(shapes, `${manyOf(animal)} in a row`);
  },
  questions: [
    ({ animal }) => `Each ${animal} calls once to every ${animal} that it has in front of it. How many calls are there in all?`,
    ({ animal }) =>
      `The ${manyOf(animal)} stand in a row. Each one greets all those towards which it looks, one by one. How many greetings is that together?`,
    ({ animal }) =>
      `A ${animal} winks at each ${animal} in the direction it faces, however far away, and at no other. How often do they wink altogether?`,
  ],
});

function callsOf({ looksLeft }: Facts): number {
  return looksLeft.reduce((sum, isLeft, i) => sum + (isLeft ? i : looksLeft.length - 1 - i), 0);
}
