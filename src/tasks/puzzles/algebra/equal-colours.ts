/** SMART-101 puzzle 72: numbers hidden in coloured squares; both colours have the same sum, one square is left (spec/smarter-vlm 4.4). */
import { cellsOf } from '../draw/cells.ts';
import type { Point } from '../draw/geometry.ts';
import type { ColourName } from '../draw/shapes.ts';
import { COLOUR_NAMES, COLOURS, inkOn, picture, words } from '../draw/shapes.ts';
import { rectangle } from '../../render/scene.ts';
import type { Shape } from '../../render/scene.ts';
import { family } from '../puzzle.ts';

interface Facts {
  /** Numbers of the first colour, of the second, and the one asked for. */
  readonly numbers: readonly [readonly number[], readonly number[], readonly number[]];
  readonly colours: readonly ColourName[];
  /** Top left corner of each square, those of the first colour first. */
  readonly corners: readonly Point[];
}

const [PITCH_PX, SIDE_PX, TEXT_PX] = [62, 42, 24];
const MAX_NUMBER = 24;

export const equalColours = family<Facts>({
  id: 72,
  name: 'Equal colours',
  skill: 'algebra',
  answer: { kind: 'integer', classes: MAX_NUMBER + 1 },
  options: { kind: 'wide', minimum: 0 },
  draw(rng) {
    const squares = rng.chance(0.5) ? 6 : 8;
    const first = rng.between(2, squares - 3);
    const drawn = rng.sample(
      Array.from({ length: MAX_NUMBER }, (_, i) => i + 1),
      squares - 1,
    );
    const [asked = 0, ...others] = drawn;
    const [ones, twos] = [others.slice(0, first), others.slice(first)];
    const last = total(ones) - total(twos);
    if (last < 1 || last > MAX_NUMBER || drawn.includes(last)) return null;
    const spots = rng.sample(cellsOf(3, 3), squares);
    const room = PITCH_PX - SIDE_PX - 4;
    const corners = spots.map(([column, row]): Point => [20 + column * PITCH_PX + rng.between(0, room), 20 + row * PITCH_PX + rng.between(0, room)]);
    return { numbers: [ones, [...twos, last], [asked]], colours: rng.sample(COLOUR_NAMES, 3), corners };
  },
  answerOf: ({ numbers }) => total(numbers[2]),
  scene({ numbers, colours, corners }) {
    const shades = numbers.flatMap((group, which) => group.map(() => COLOURS[colours[which] ?? 'grey']));
    const squares = corners.map(([x, y], i) => rectangle(x, y, SIDE_PX, SIDE_PX, shades[i] ?? COLOURS.grey));
    const [x, y] = corners.at(-1) ?? [0, 0];
    const mark: Shape = words('?', x + SIDE_PX / 2, y + SIDE_PX / 2, TEXT_PX, inkOn(shades.at(-1) ?? COLOURS.grey));
    return picture([...squares, mark], 'squares of three colours, one with a question mark');
  },
  questions: [
    (facts) =>
      `The numbers ${list(facts)} are hidden under the squares, one under each. The ${facts.colours[0]} squares add up to ${sum(facts)}, and so do the ${facts.colours[1]} ones. Which number is under the question mark?`,
    (facts) =>
      `Each square has one of the numbers ${list(facts)} on its back, all different. Both the ${facts.colours[0]} and the ${facts.colours[1]} numbers have the sum ${sum(facts)}. What is on the back of the ${facts.colours[2]} square?`,
    (facts) =>
      `Put ${list(facts)} into the squares so that the sum of all ${facts.colours[0]} squares is ${sum(facts)} and the sum of all ${facts.colours[1]} squares is ${sum(facts)} too. What must be in the square with the question mark?`,
  ],
});

function total(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}

function sum({ numbers }: Facts): number {
  return total(numbers[0]);
}

/** All numbers in their order: "1, 4, 5 and 9". */
function list({ numbers }: Facts): string {
  const sorted = numbers.flat().toSorted((a, b) => a - b);
  return `${sorted.slice(0, -1).join(', ')} and ${sorted.at(-1) ?? ''}`;
}
