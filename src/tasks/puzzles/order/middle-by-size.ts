/** SMART-101 puzzle 51: five things alike but for their size; which is in the middle by size (spec/smarter-vlm 4.4). Sizes are ours. */
import { letterOf } from '../answers.ts';
import { icon, ICON_NAMES, manyOf } from '../draw/icons.ts';
import type { IconName } from '../draw/icons.ts';
import { pick } from '../draw/pick.ts';
import { INNER_PX, picture, words } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

interface Facts {
  readonly thing: IconName;
  /** From left to right, A to E. */
  readonly radiiPx: readonly number[];
  readonly heightsPx: readonly number[];
  readonly isMirrored: readonly boolean[];
}

const SMALLEST_PX = 10;
/** The next larger one is larger by these percents. */
const [LEAST, MOST] = [17, 25];

export const middleBySize = family<Facts>({
  id: 51,
  name: 'Middle by size',
  skill: 'order',
  answer: { kind: 'label', classes: 5 },
  options: { kind: 'label' },
  draw(rng) {
    const sizes = [SMALLEST_PX];
    while (sizes.length < 5) sizes.push(((sizes.at(-1) ?? 0) * (100 + rng.between(LEAST, MOST))) / 100);
    const five = <T>(one: () => T): readonly T[] => sizes.map(one);
    return {
      ...{ thing: pick(ICON_NAMES, rng), radiiPx: rng.shuffle(sizes) },
      ...{ heightsPx: five(() => rng.between(50, 150)), isMirrored: five(() => rng.chance(0.5)) },
    };
  },
  answerOf: ({ radiiPx }) => radiiPx.indexOf(radiiPx.toSorted((a, b) => a - b)[2] ?? 0),
  scene({ thing, radiiPx, heightsPx, isMirrored }) {
    const room = INNER_PX.high - INNER_PX.low;
    const gap = (room - 2 * radiiPx.reduce((sum, radius) => sum + radius, 0)) / (radiiPx.length - 1);
    return picture(
      radiiPx.flatMap((radius, i) => {
        const x = INNER_PX.low + radius + radiiPx.slice(0, i).reduce((sum, left) => sum + 2 * left + gap, 0);
        const y = heightsPx[i] ?? 0;
        return [...icon(thing, x, y, radius, isMirrored[i]), words(letterOf(i), x, y + radius + 14, 18)];
      }),
      `five ${manyOf(thing)}`,
    );
  },
  questions: [
    ({ thing }) => `The five ${manyOf(thing)} in the picture have different sizes. Which one is the third when they are put in order of size?`,
    ({ thing }) => `Two of these ${manyOf(thing)} are larger than one of them, and two are smaller. Which one is it?`,
    ({ thing }) => `Sort the ${manyOf(thing)} from the smallest to the largest. Which letter is in the middle of the row?`,
  ],
});
