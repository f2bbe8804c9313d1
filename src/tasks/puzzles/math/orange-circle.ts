/** SMART-101 puzzle 46: five circles in two calculations that share an orange one; which of five numbers is in it (spec/smarter-vlm 4.4). */
import type { Rng } from '../../../lib/rng.ts';
import { pick } from '../draw/pick.ts';
import { COLOURS, disc, picture, ring, BLACK, words } from '../draw/shapes.ts';
import type { Point } from '../draw/geometry.ts';
import { family } from '../puzzle.ts';

type Sign = '+' | '−';

interface Facts {
  /** a first b = orange, orange second c = d. */
  readonly first: Sign;
  readonly second: Sign;
  /** In the order of the question. */
  readonly numbers: readonly number[];
}

const NUMBERS = Array.from({ length: 15 }, (_, i) => i + 1);
const RADIUS_PX = 19;
const PITCH_PX = 34;

export const orangeCircle = family<Facts>({
  id: 46,
  name: 'Orange circle',
  skill: 'math',
  answer: { kind: 'integer', classes: 16 },
  options: { kind: 'own' },
  draw(rng) {
    const rank = rng.below(5); // of the answer among the five, so that no place in their order is likelier
    for (let tries = 0; tries < 400; tries++) {
      const facts = drawOnce(rng);
      const [orange, ...others] = orangeValues(facts);
      if (orange !== undefined && others.length === 0 && facts.numbers.filter((number) => number < orange).length === rank) return facts;
    }
    return null;
  },
  answerOf(facts) {
    const [orange] = orangeValues(facts);
    if (orange === undefined) throw new Error('internal: numbers that fit nowhere');
    return orange;
  },
  scene({ first, second }) {
    // From left to right to the orange circle, then down.
    const across = (place: number): Point => [40 + place * PITCH_PX, 40];
    const down = (place: number): Point => [40 + 4 * PITCH_PX, 40 + place * PITCH_PX];
    const circles = [across(0), across(2), down(2), down(4)];
    return picture(
      [
        ...circles.map(([x, y]) => ring(x, y, RADIUS_PX, 3, BLACK)),
        disc(...across(4), RADIUS_PX + 1.5, BLACK),
        disc(...across(4), RADIUS_PX - 1.5, COLOURS.orange),
        words(first, ...across(1), 24),
        words('=', ...across(3), 24),
        words(second, ...down(1), 24),
        words('=', ...down(3), 24),
      ],
      'two calculations that share an orange circle',
    );
  },
  questions: [
    ({ numbers }) =>
      `Each of the numbers ${listed(numbers)} goes into one circle, so that both calculations are right, across and down. Which number is in the orange circle?`,
    ({ numbers }) =>
      `Fill the five circles with ${listed(numbers)}, using each number once. The row and the column must both be true. What stands in the orange circle?`,
    ({ numbers }) =>
      `The circles hide the numbers ${listed(numbers)}. Read from left to right and from top to bottom, all is correct. Find the number under the orange one.`,
  ],
  wrong: (facts) => {
    const [orange] = orangeValues(facts);
    return facts.numbers.filter((number) => number !== orange);
  },
});

/** Five different numbers that fit; other numbers may be orange, too. */
function drawOnce(rng: Rng): Facts {
  const [first, second] = [pick(['+', '−'] as const, rng), pick(['+', '−'] as const, rng)];
  for (;;) {
    const [a = 0, b = 0, c = 0] = rng.sample(NUMBERS, 3);
    const orange = calculated(a, first, b);
    const all = [a, b, orange, c, calculated(orange, second, c)];
    if (new Set(all).size === all.length && all.every((number) => NUMBERS.includes(number))) return { first, second, numbers: rng.shuffle(all) };
  }
}

/** All numbers that can be orange. */
function orangeValues({ first, second, numbers }: Facts): readonly number[] {
  return numbers.filter((orange) => {
    const others = numbers.filter((number) => number !== orange);
    return others.some((a) =>
      others.some((b) => {
        const rest = others.filter((number) => number !== a && number !== b);
        const [c = 0, d = 0] = rest;
        return a !== b && calculated(a, first, b) === orange && (calculated(orange, second, c) === d || calculated(orange, second, d) === c);
      }),
    );
  });
}

function calculated(left: number, sign: Sign, right: number): number {
  return sign === '+' ? left + right : left - right;
}

function listed(numbers: readonly number[]): string {
  return `${numbers.slice(0, -1).join(', ')} and ${numbers.at(-1)}`;
}
