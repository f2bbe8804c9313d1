/** SMART-101 puzzle 31: three kinds of animals with their numbers; how many more of one kind so that all are k times as many (spec/smarter-vlm 4.4). */
import type { IconName } from '../draw/icons.ts';
import { ANIMAL_NAMES, icon, manyOf } from '../draw/icons.ts';
import { picture, words } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

interface Facts {
  readonly animals: readonly IconName[];
  /** One per animal. */
  readonly counts: readonly number[];
  /** Place of the animal that gets more. */
  readonly grows: number;
  readonly times: number;
}

const CLASSES = 40;

export const moreOfOneKind = family<Facts>({
  id: 31,
  name: 'More of one kind',
  skill: 'math',
  answer: { kind: 'integer', classes: CLASSES },
  options: { kind: 'near', minimum: 0 },
  draw(rng) {
    const counts = [rng.between(1, 30), rng.between(1, 30), rng.between(1, 30)];
    const facts = { animals: rng.sample(ANIMAL_NAMES, 3), counts, grows: rng.below(3), times: rng.between(2, 13) };
    const more = moreOf(facts);
    return Number.isInteger(more) && more >= 1 && more < CLASSES ? facts : null;
  },
  answerOf: moreOf,
  scene: ({ animals, counts }) =>
    picture(
      animals.flatMap((animal, i) => [...icon(animal, 66, 48 + i * 64, 26), words(`× ${counts[i]}`, 148, 48 + i * 64, 28)]),
      'three kinds of animals with their numbers',
    ),
  questions: [
    (facts) =>
      `More ${grown(facts)} come, until there are ${facts.times} times as many animals in all as ${grown(facts)}. How many ${grown(facts)} come?`,
    (facts) =>
      `How many ${grown(facts)} must join, and no other animals, so that all animals together are ${facts.times} times the number of ${grown(facts)}?`,
    (facts) =>
      `A park has the animals of the picture and buys only ${grown(facts)}. Afterwards exactly one in ${facts.times} of its animals is a ${facts.animals[facts.grows]}. How many did it buy?`,
  ],
});

function grown({ animals, grows }: Facts): string {
  return manyOf(animals[grows] ?? 'fish');
}

/** From all + more = times * (own + more). */
function moreOf({ counts, grows, times }: Facts): number {
  const all = counts.reduce((sum, count) => sum + count, 0);
  return (all - times * (counts[grows] ?? 0)) / (times - 1);
}
