/** SMART-101 puzzle 76: two flowers whose petals have the same sum, one petal unknown (spec/smarter-vlm 4.4). */
import type { Shape } from '../../render/scene.ts';
import { along, FULL_TURN } from '../draw/geometry.ts';
import { pickTwo } from '../draw/pick.ts';
import type { ColourName } from '../draw/shapes.ts';
import { COLOURS, disc, inkOn, line, picture, words } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

interface Flower {
  /** 0 where it is asked for. */
  readonly petals: readonly number[];
  readonly colour: ColourName;
  readonly y: number;
  readonly turn: number;
}

interface Facts {
  readonly flowers: readonly [Flower, Flower];
}

const MAX_NUMBER = 15;
const MAX_ANSWER = 39;
const [LEFT_PX, RIGHT_PX, PETAL_PX, REACH_PX, TEXT_PX] = [63, 161, 15, 31, 14];

export const twoFlowers = family<Facts>({
  id: 76,
  name: 'Two flowers',
  skill: 'algebra',
  answer: { kind: 'integer', classes: MAX_ANSWER + 1 },
  options: { kind: 'wide', minimum: 0 },
  draw(rng) {
    const petals = (): number[] => Array.from({ length: rng.between(4, 6) }, () => rng.between(1, MAX_NUMBER));
    const [whole, other] = [petals(), petals()];
    const torn = other.with(rng.below(other.length), 0);
    const answer = total(whole) - total(torn);
    if (answer < 1 || answer > MAX_ANSWER) return null;
    const colours = pickTwo(['blue', 'purple', 'red', 'pink', 'yellow'] as const, rng);
    const flower = (numbers: readonly number[], which: 0 | 1): Flower => ({
      petals: numbers,
      colour: colours[which],
      y: rng.between(66, 130),
      turn: rng.below(FULL_TURN),
    });
    return { flowers: rng.chance(0.5) ? [flower(whole, 0), flower(torn, 1)] : [flower(torn, 0), flower(whole, 1)] };
  },
  answerOf: ({ flowers: [a, b] }) => Math.abs(total(a.petals) - total(b.petals)),
  scene: ({ flowers: [a, b] }) => picture([...drawn(a, LEFT_PX), ...drawn(b, RIGHT_PX)], 'two flowers with numbers on their petals'),
  questions: [
    () => 'The numbers on the petals of both flowers have the same sum. Which number belongs on the petal with the question mark?',
    () => 'Add up the petals of each flower: both sums are equal. What is the missing number?',
    () => 'Two flowers are worth the same when their petals are added. One petal has a question mark. What is its number?',
  ],
});

function total(petals: readonly number[]): number {
  return petals.reduce((a, b) => a + b, 0);
}

function drawn({ petals, colour, y, turn }: Flower, x: number): readonly Shape[] {
  const fill = COLOURS[colour];
  const petal = (number: number, i: number): readonly Shape[] => {
    const [px, py] = along(x, y, REACH_PX, turn + Math.round((i * FULL_TURN) / petals.length));
    return [disc(px, py, PETAL_PX, fill), words(number === 0 ? '?' : String(number), px, py, TEXT_PX, inkOn(fill))];
  };
  return [line([x, y], [x, 206], 5, COLOURS.green), ...petals.flatMap(petal), disc(x, y, REACH_PX - PETAL_PX, COLOURS.orange)];
}
