/** SMART-101 puzzle 58: a wheel of numbers, each made from the one before it by an operation; two numbers in view, one operation hidden (spec/smarter-vlm 4.4). */
import type { Rng } from '../../../lib/rng.ts';
import type { Rgb, Shape } from '../../render/scene.ts';
import { rectangle } from '../../render/scene.ts';
import { along, FULL_TURN, sector } from '../draw/geometry.ts';
import { pick } from '../draw/pick.ts';
import { BLACK, COLOURS, filled, line, picture, ring, WHITE, words } from '../draw/shapes.ts';
import { curvedArrow, operationShapes } from '../draw/wheel.ts';
import { family } from '../puzzle.ts';

/** 10 * sign + digit, as an answer writes it; plus 1, minus 2, times 3, divided by 4. */
type Operation = number;

interface Facts {
  /** `operations[i]` makes the number of sector i + 1 from that of sector i; the last one leads back to the first sector. */
  readonly operations: readonly Operation[];
  readonly numbers: readonly number[];
  /** Place of the hidden operation. */
  readonly hidden: number;
  /** The sector whose number is shown, as is the next one's. */
  readonly shown: number;
  /** Angle of the first sector's middle, and whether the arrows go clockwise. */
  readonly turn: number;
  readonly isClockwise: boolean;
}

const OPERATIONS: readonly Operation[] = [1, 2, 3, 4].flatMap((sign) => [1, 2, 3, 4, 5, 6, 7, 8, 9].map((digit) => 10 * sign + digit));
/** Times 1 and divided by 1 are never right. */
const CHANGES_NOTHING: readonly Operation[] = [31, 41];
const MAX_NUMBER = 99;

export const wheelOfOperations = family<Facts>({
  id: 58,
  name: 'Wheel of operations',
  skill: 'math',
  answer: { kind: 'operation', classes: 50 },
  options: { kind: 'own' },
  draw(rng) {
    const count = rng.between(7, 9);
    const numbers = [rng.between(1, 60)];
    const operations: Operation[] = [];
    for (let i = 1; i <= count; i++) {
      const from = numbers[i - 1] ?? 0;
      const fitting = OPERATIONS.filter((operation) => isNext(from, operation) && (i < count || applied(from, operation) === numbers[0]));
      if (fitting.length === 0) return null;
      operations.push(ofEqualSigns(fitting, rng));
      numbers.push(applied(from, operations[i - 1] ?? 0));
    }
    const sign = rng.between(1, 4);
    const hideable = operations.map((_, i) => i).filter((i) => Math.floor((operations[i] ?? 0) / 10) === sign && isOnlyOne(numbers, i));
    if (hideable.length === 0) return null;
    const hidden = pick(hideable, rng);
    const shown = (hidden + rng.between(1, count - 1)) % count;
    return { operations, numbers: numbers.slice(0, count), hidden, shown, turn: rng.below(FULL_TURN), isClockwise: rng.chance(0.5) };
  },
  answerOf: ({ operations, hidden }) => operations[hidden] ?? 0,
  scene(facts) {
    const { operations, numbers, shown } = facts;
    const isShown = (i: number): boolean => i === shown || i === (shown + 1) % numbers.length;
    return picture(
      [
        ...numbers.flatMap((number, i) => (isShown(i) ? numberShapes(facts, i, number) : [])),
        ...numbers.map((_, i) => line([MIDDLE, MIDDLE], along(MIDDLE, MIDDLE, WHEEL_PX, angleOf(facts, i + 0.5)), 2, BLACK)),
        ring(MIDDLE, MIDDLE, WHEEL_PX, 3, BLACK),
        ...operations.flatMap((operation, i) => stepShapes(facts, i, operation)),
      ],
      'a wheel of numbers with arrows and operations around it',
    );
  },
  questions: [
    () =>
      'Go around the wheel with the arrows: each operation turns the number of a sector into the number of the next. Which operation is hidden by the square?',
    () => 'Every arrow says what is done to the number of one sector to get the next one. Which operation must be written in the empty square?',
    () => 'One operation at the edge of the wheel is covered by a square. Which one is it, if all arrows are right all the way around?',
  ],
  wrong: ({ operations, hidden }, rng) =>
    rng.sample(
      OPERATIONS.filter((operation) => !CHANGES_NOTHING.includes(operation) && operation !== operations[hidden]),
      4,
    ),
});

function applied(number: number, operation: Operation): number {
  const digit = operation % 10;
  return [number + digit, number - digit, number * digit, number / digit][Math.floor(operation / 10) - 1] ?? 0;
}

/** A whole number in range, and another one. */
function isNext(number: number, operation: Operation): boolean {
  const next = applied(number, operation);
  return Number.isInteger(next) && next >= 1 && next <= MAX_NUMBER && next !== number;
}

/** No other operation makes the next number. */
function isOnlyOne(numbers: readonly number[], i: number): boolean {
  return OPERATIONS.filter((operation) => applied(numbers[i] ?? 0, operation) === numbers[i + 1]).length === 1;
}

/** A sign first, then a digit: multiplication and division have few digits that fit. */
function ofEqualSigns(operations: readonly Operation[], rng: Rng): Operation {
  const signs = [...new Set(operations.map((operation) => Math.floor(operation / 10)))];
  const sign = pick(signs, rng);
  return pick(
    operations.filter((operation) => Math.floor(operation / 10) === sign),
    rng,
  );
}

const MIDDLE = 112;
const WHEEL_PX = 58;
const NUMBER_PX = 40;
const ARROW_PX = 67;
const SIGN_PX = 83;
const SHOWN_FILL: Rgb = [255, 240, 170];

/** Angle in the middle of sector `place`; halves are borders. */
function angleOf({ numbers, turn, isClockwise }: Facts, place: number): number {
  const step = Math.round((place * FULL_TURN) / numbers.length);
  return turn + (isClockwise ? step : -step);
}

function numberShapes(facts: Facts, i: number, number: number): readonly Shape[] {
  const ends = [angleOf(facts, i - 0.5), angleOf(facts, i + 0.5)];
  const [x, y] = along(MIDDLE, MIDDLE, NUMBER_PX, angleOf(facts, i));
  return [filled(sector(MIDDLE, MIDDLE, WHEEL_PX, Math.min(...ends), Math.max(...ends)), SHOWN_FILL), words(String(number), x, y, 17)];
}

/** The arrow over the border from sector i to the next, and its operation or the square. */
function stepShapes(facts: Facts, i: number, operation: Operation): readonly Shape[] {
  const border = angleOf(facts, i + 0.5);
  const [x, y] = along(MIDDLE, MIDDLE, SIGN_PX, border);
  const square = [rectangle(x - 10, y - 10, 20, 20, BLACK), rectangle(x - 8, y - 8, 16, 16, WHITE)];
  const arrow = curvedArrow(MIDDLE, MIDDLE, ARROW_PX, border, facts.isClockwise, COLOURS.blue);
  return [...arrow, ...(i === facts.hidden ? square : operationShapes(operation, x, y))];
}
