/** SMART-101 puzzle 22: a flagpole stuck in a hill of sand; how high is the hill (spec/smarter-vlm 4.4). The picture is drawn to scale. */
import type { Shape } from '../../render/scene.ts';
import type { Point } from '../draw/geometry.ts';
import { pick } from '../draw/pick.ts';
import { arrow, BLACK, COLOURS, dashed, filled, line, picture, words } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

interface Facts {
  /** Heights of the ends of the pole above the ground, in cm. */
  readonly lower: number;
  readonly upper: number;
  /** Quarters of the pole that are in the sand. */
  readonly quarters: 1 | 2 | 3;
}

const SHARES = { 1: 'One quarter', 2: 'Half', 3: 'Three quarters' } as const;
const [GROUND_PX, TOP_PX, POLE_PX, HILL_PX, DIGIT_PX] = [200, 26, 112, 56, 15];
/** Where the arrows of the lower and of the upper end stand, and their numbers. */
const [LEFT_PX, RIGHT_PX, NUMBER_PX] = [44, 180, 16];

export const sandHill = family<Facts>({
  id: 22,
  name: 'Sand hill',
  skill: 'measure',
  answer: { kind: 'integer', classes: 100, unit: 'cm' },
  options: { kind: 'near', minimum: 1 },
  draw(rng) {
    const [lower, length] = [rng.between(12, 50), rng.between(20, 60)];
    const quarters = pick([1, 2, 2, 3] as const, rng);
    return (length * quarters) % 4 === 0 && lower + length < 100 ? { lower, upper: lower + length, quarters } : null;
  },
  answerOf: heightOf,
  scene(facts) {
    const yOf = (cm: number): number => GROUND_PX - (cm * (GROUND_PX - TOP_PX)) / facts.upper;
    const [top, bottom] = [yOf(facts.upper), yOf(facts.lower)];
    const hilltop = yOf(heightOf(facts));
    const flagPx = Math.min(24, hilltop - top);
    const flag: readonly Point[] = [
      [POLE_PX, top],
      [POLE_PX + 34, top + flagPx / 2],
      [POLE_PX, top + flagPx],
    ];
    return picture(
      [
        filled(hill(GROUND_PX - hilltop), COLOURS.yellow),
        line([20, GROUND_PX], [204, GROUND_PX], 3, COLOURS.brown),
        line([POLE_PX, bottom], [POLE_PX, top], 5, COLOURS.brown),
        filled(flag, COLOURS.red),
        ...dashed([LEFT_PX, bottom], [POLE_PX, bottom], 2, COLOURS.grey),
        ...dashed([POLE_PX, top], [RIGHT_PX, top], 2, COLOURS.grey),
        ...measured(LEFT_PX, bottom, facts.lower, -NUMBER_PX),
        ...measured(RIGHT_PX, top, facts.upper, NUMBER_PX),
      ],
      'a flagpole in a hill of sand, with two heights',
    );
  },
  questions: [
    ({ quarters }) => `${SHARES[quarters]} of the flagpole is in the sand. How high is the sand hill, if the heights are in centimetres?`,
    ({ quarters }) =>
      `Children built a castle hill of sand around a flagpole. ${SHARES[quarters]} of the pole is covered. The numbers are centimetres above the ground. What is the height of the hill?`,
    ({ quarters }) =>
      `The picture gives the heights of both ends of a pole in cm. ${SHARES[quarters]} of its length is inside the hill. How many centimetres high is the hill?`,
  ],
});

function heightOf({ lower, upper, quarters }: Facts): number {
  return lower + ((upper - lower) * quarters) / 4;
}

/** A smooth hill on the ground, `height` px high. */
function hill(height: number): readonly Point[] {
  const steps = 24;
  return Array.from({ length: 2 * steps + 1 }, (_, i): Point => {
    const share = i / steps - 1;
    const slope = 1 - share * share;
    return [POLE_PX + share * HILL_PX, GROUND_PX - height * slope * slope];
  });
}

/** An arrow with two heads from the ground to `y` px, and its number beside it. */
function measured(x: number, y: number, cm: number, beside: number): readonly Shape[] {
  const middle = (GROUND_PX + y) / 2;
  return [...arrow([x, middle], [x, y], 2, BLACK), ...arrow([x, middle], [x, GROUND_PX], 2, BLACK), words(String(cm), x + beside, middle, DIGIT_PX)];
}
