/** SMART-101 puzzle 59: empty shapes stand for the digits of a sum; place given digits so that it is largest (spec/smarter-vlm 4.4). */
import type { Point } from '../draw/geometry.ts';
import { circle, regularPolygon } from '../draw/geometry.ts';
import { pick } from '../draw/pick.ts';
import type { ColourName } from '../draw/shapes.ts';
import { BLACK, COLOUR_NAMES, COLOURS, filled, PICTURE_PX, picture, words } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

/** Digits of the two summands. Ours: two of each come as often as the other two together, for they have more sums. */
const PATTERNS = ['1+2', '2+1', '2+2', '2+2'] as const;
type Pattern = (typeof PATTERNS)[number];

const SHAPES = ['circle', 'triangle', 'square', 'pentagon', 'hexagon'] as const;
const CORNERS = { triangle: 3, square: 4, pentagon: 5, hexagon: 6 } as const;

interface Facts {
  readonly pattern: Pattern;
  /** In the order of the question. */
  readonly digits: readonly number[];
  /** One per digit. */
  readonly shapes: readonly (typeof SHAPES)[number][];
  readonly colours: readonly [ColourName, ColourName];
}

const RADIUS_PX = 18;
const BORDER_PX = 3;
/** Between the middles of two digits of a summand, and of a digit and the plus sign. */
const PITCH_PX = 38;

export const largestSum = family<Facts>({
  id: 59,
  name: 'Largest sum',
  skill: 'math',
  answer: { kind: 'integer', classes: 200 },
  options: { kind: 'near', minimum: 0 },
  draw(rng) {
    const pattern = pick(PATTERNS, rng);
    const digits = rng.sample([1, 2, 3, 4, 5, 6, 7, 8, 9], pattern === '2+2' ? 4 : 3);
    const [first = 'blue', second = 'red'] = rng.sample(COLOUR_NAMES, 2);
    return { pattern, digits, shapes: digits.map(() => pick(SHAPES, rng)), colours: [first, second] };
  },
  answerOf: ({ pattern, digits }) => Math.max(...orders(digits).map((order) => sumOf(pattern, order))),
  scene({ pattern, shapes, colours: [first, second] }) {
    const left = (PICTURE_PX - shapes.length * PITCH_PX) / 2;
    const plus = Number(pattern[0]); // digits before it
    return picture(
      [
        ...shapes.flatMap((shape, i) => {
          const x = left + (i < plus ? i : i + 1) * PITCH_PX;
          return [
            filled(pointsOf(shape, x, RADIUS_PX), BLACK),
            filled(pointsOf(shape, x, RADIUS_PX - BORDER_PX), COLOURS[i < plus ? first : second]),
          ];
        }),
        words('+', left + plus * PITCH_PX, PICTURE_PX / 2, 30),
      ],
      'a sum with an empty shape for each digit',
    );
  },
  questions: [
    ({ digits }) =>
      `Put each of the digits ${listed(digits)} into one shape. Two shapes of one colour side by side make a two-digit number. What is the largest possible sum?`,
    ({ digits }) => `The shapes hide the digits ${listed(digits)}, each of them once. What is the greatest value that this addition can have?`,
    ({ digits }) => `Write the digits ${listed(digits)} in the shapes, one in each, so that the result is as large as possible. What is the result?`,
  ],
});

function pointsOf(shape: (typeof SHAPES)[number], x: number, radiusPx: number): readonly Point[] {
  const y = PICTURE_PX / 2;
  if (shape === 'circle') return circle(x, y, radiusPx);
  return regularPolygon(CORNERS[shape], x, y, radiusPx, shape === 'square' ? 450 : 0);
}

function orders(digits: readonly number[]): readonly (readonly number[])[] {
  if (digits.length <= 1) return [digits];
  return digits.flatMap((digit, i) => orders(digits.toSpliced(i, 1)).map((rest) => [digit, ...rest]));
}

function sumOf(pattern: Pattern, digits: readonly number[]): number {
  const first = Number(pattern[0]);
  return Number(digits.slice(0, first).join('')) + Number(digits.slice(first).join(''));
}

function listed(digits: readonly number[]): string {
  return `${digits.slice(0, -1).join(', ')} and ${digits.at(-1)}`;
}
