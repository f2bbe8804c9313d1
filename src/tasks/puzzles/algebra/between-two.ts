/** SMART-101 puzzle 12: a row of animals, one counted from the front and one from the back; how many are between them (spec/smarter-vlm 4.4). */
import type { Point } from '../draw/geometry.ts';
import type { IconName } from '../draw/icons.ts';
import { ANIMAL_NAMES, iconsAt, manyOf } from '../draw/icons.ts';
import { pick, pickTwo } from '../draw/pick.ts';
import { picture, words } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

const NAMES = ['Mia', 'Leo', 'Zoe', 'Max', 'Ida', 'Tom', 'Eva', 'Sam'] as const;

interface Facts {
  readonly animal: IconName;
  readonly count: number;
  readonly names: readonly [string, string];
  /** Place of the first one from the front, and of the second one from the back; the frontmost has 1. */
  readonly places: readonly [fromFront: number, fromBack: number];
  readonly isLeftwards: boolean;
}

/** Rows up to this are drawn in full, longer ones with dots in their middle. */
const MAX_DRAWN = 10;
const SHOWN_ENDS = 4;
const [HALF_PITCH_PX, ICON_PX, TEXT_PX] = [9, 8.5, 20];

export const betweenTwo = family<Facts>({
  id: 12,
  name: 'Between two in a row',
  skill: 'algebra',
  answer: { kind: 'integer', classes: 25 },
  options: { kind: 'near', minimum: 0 },
  draw(rng) {
    const count = rng.chance(0.5) ? rng.between(8, MAX_DRAWN) : rng.between(MAX_DRAWN + 1, 27);
    const between = rng.between(0, Math.min(24, count - 2));
    const left = rng.between(1, count - between - 1);
    const [first, second] = rng.shuffle([left, left + between + 1]);
    if (first === undefined || second === undefined) return null;
    const places = [first, count + 1 - second] as const;
    return { animal: pick(ANIMAL_NAMES, rng), count, names: pickTwo(NAMES, rng), places, isLeftwards: rng.chance(0.5) };
  },
  answerOf: betweenIn,
  scene({ animal, count, isLeftwards }) {
    const isWhole = count <= MAX_DRAWN;
    const drawn = isWhole ? count : 2 * SHOWN_ENDS + 1;
    const places = Array.from({ length: drawn }, (_, i): Point => [112 + (2 * i + 1 - drawn) * HALF_PITCH_PX, 112]);
    const animals = iconsAt(animal, isWhole ? places : places.toSpliced(SHOWN_ENDS, 1), ICON_PX, isLeftwards);
    return picture(isWhole ? animals : [...animals, words('...', 112, 116, TEXT_PX)], `a row of ${manyOf(animal)}`);
  },
  questions: [
    (facts) =>
      `${row(facts)} ${facts.names[0]} is number ${facts.places[0]} from the front, ${facts.names[1]} is number ${facts.places[1]} from the back. How many ${manyOf(facts.animal)} are between them?`,
    (facts) =>
      `${row(facts)} Counted from the front, ${facts.names[0]} has place ${facts.places[0]}. Counted from the back, ${facts.names[1]} has place ${facts.places[1]}. How many stand between the two?`,
    (facts) =>
      `${row(facts)} From the first on, ${facts.names[0]} comes at place ${facts.places[0]}; from the last on, ${facts.names[1]} comes at place ${facts.places[1]}. How many others separate them?`,
  ],
});

/** Long rows are told, short ones are counted. */
function row({ animal, count }: Facts): string {
  return count <= MAX_DRAWN
    ? `The picture shows all the ${manyOf(animal)} of a row.`
    : `A row has ${count} ${manyOf(animal)}; the middle of it is not drawn.`;
}

function betweenIn({ count, places: [fromFront, fromBack] }: Facts): number {
  return Math.abs(count + 1 - fromBack - fromFront) - 1;
}
