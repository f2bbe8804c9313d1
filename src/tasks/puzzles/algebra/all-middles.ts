/** SMART-101 puzzle 63: a cross of five rings; which numbers can be in the middle one (spec/smarter-vlm 4.4). The wrong sets are ours. */
import type { Rng } from '../../../lib/rng.ts';
import type { Cross } from './cross.ts';
import { crossOf, crossScene, listed, MAX_NUMBER, middleColour, middlesOf } from './cross.ts';
import { family } from '../puzzle.ts';

const PAD = MAX_NUMBER + 1;

export const allMiddles = family<Cross>({
  id: 63,
  name: 'All that fit the middle',
  skill: 'algebra',
  answer: { kind: 'sequence', classes: PAD + 1, pad: PAD, symbols: 'numbers' },
  options: { kind: 'own' },
  draw(rng) {
    const all = Array.from({ length: MAX_NUMBER + 1 }, (_, i) => i);
    for (let tries = 0; tries < 100; tries++) {
      const numbers = rng.sample(all, 5).toSorted((a, b) => a - b);
      if (middlesOf(numbers).length > 1) return crossOf(numbers, rng);
    }
    return null;
  },
  answerOf: ({ numbers }) => middlesOf(numbers),
  wrong: ({ numbers }, rng) => wrongSets(numbers, rng),
  scene: crossScene,
  questions: [
    (cross) =>
      `Write ${listed(cross)} into the rings, one number in each, so that the row and the column have the same sum. Which numbers can be in the ${middleColour(cross)} ring? Name all.`,
    (cross) =>
      `The numbers ${listed(cross)} fill the five rings. The three rings from left to right add up to as much as the three from top to bottom. What are all possible numbers of the ${middleColour(cross)} ring?`,
    (cross) =>
      `Each ring gets one of ${listed(cross)}, and no number is used twice. Across and down the sums must agree. Find every number that may stand in the ${middleColour(cross)} ring.`,
  ],
});

/** Middles are all odd or all even, as the sum of all numbers is: so are the wrong sets, or they would be known without adding. Five numbers have five such sets at least. */
function wrongSets(numbers: readonly number[], rng: Rng): readonly (readonly number[])[] {
  const right = String(middlesOf(numbers));
  const pairs = numbers.flatMap((a, i) => numbers.slice(i + 1).map((b) => [a, b]));
  const triples = pairs.flatMap((pair) => numbers.filter((c) => pair.every((number) => c > number)).map((c) => [...pair, c]));
  const alike = [...pairs, ...triples].filter((set) => new Set(set.map((number) => number % 2)).size === 1 && String(set) !== right);
  return rng.sample(alike, 4);
}
