/** SMART-101 puzzle 49: a cross of five rings; which number must be in the middle one (spec/smarter-vlm 4.4). */
import { family } from '../puzzle.ts';
import type { Cross } from './cross.ts';
import { crossOf, crossScene, listed, MAX_NUMBER, middleColour, middlesOf } from './cross.ts';

export const oneMiddle = family<Cross>({
  id: 49,
  name: 'The one in the middle',
  skill: 'algebra',
  answer: { kind: 'integer', classes: MAX_NUMBER + 1 },
  options: { kind: 'own' },
  draw(rng) {
    const all = Array.from({ length: MAX_NUMBER + 1 }, (_, i) => i);
    const rank = rng.below(5); // the right option is the smallest, second, ... as often
    for (let tries = 0; tries < 200; tries++) {
      const numbers = rng.sample(all, 5).toSorted((a, b) => a - b);
      const middles = middlesOf(numbers);
      if (middles.length === 1 && middles[0] === numbers[rank]) return crossOf(numbers, rng);
    }
    return null;
  },
  answerOf: ({ numbers }) => middlesOf(numbers)[0] ?? -1,
  wrong: ({ numbers }) => numbers.filter((number) => !middlesOf(numbers).includes(number)),
  scene: crossScene,
  questions: [
    (cross) =>
      `Write ${listed(cross)} into the rings, one number in each, so that the row and the column have the same sum. Which number must be in the ${middleColour(cross)} ring?`,
    (cross) =>
      `The numbers ${listed(cross)} fill the five rings. The three rings from left to right add up to as much as the three from top to bottom. What is the number of the ${middleColour(cross)} ring?`,
    (cross) =>
      `Each ring gets one of ${listed(cross)}, and no number is used twice. Across and down the sums must agree. What stands in the ${middleColour(cross)} ring?`,
  ],
});
