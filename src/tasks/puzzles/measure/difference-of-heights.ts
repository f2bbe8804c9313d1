/** SMART-101 puzzle 94: two trees or mushrooms with their heights; the difference (spec/smarter-vlm 4.4). Drawn to scale. */
import type { Shape } from '../../render/scene.ts';
import { iconBetween } from '../draw/icons.ts';
import { pick } from '../draw/pick.ts';
import { BLACK, COLOURS, line, picture, words } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

const THINGS = [
  { name: 'tree', unit: 'metres' },
  { name: 'mushroom', unit: 'centimetres' },
] as const;

interface Facts {
  readonly thing: (typeof THINGS)[number];
  readonly heights: readonly [left: number, right: number];
  /** The scale: of one metre or centimetre, in tenths of a px. */
  readonly unitTenthsPx: number;
  /** By how much everything is moved to the right. */
  readonly shiftPx: number;
}

const TALLEST = 20;
const GROUND_Y = 198;
/** Middle of each thing and of the measure beside it. */
const PLACES = [
  [50, 88],
  [142, 182],
] as const;

export const differenceOfHeights = family<Facts>({
  id: 94,
  name: 'Difference of heights',
  skill: 'measure',
  answer: { kind: 'integer', classes: 20 },
  options: { kind: 'wide', minimum: 1 },
  draw(rng) {
    const difference = rng.between(1, TALLEST - 3);
    const low = rng.between(3, TALLEST - difference);
    const [left = low, right = low] = rng.shuffle([low, low + difference]);
    return { thing: pick(THINGS, rng), heights: [left, right], unitTenthsPx: rng.between(55, 75), shiftPx: rng.between(-3, 3) };
  },
  answerOf: ({ heights: [left, right] }) => Math.max(left - right, right - left),
  scene(facts) {
    const { thing, heights } = facts;
    const standing = heights.flatMap((height, i) => withMeasure(facts, height, PLACES[i === 0 ? 0 : 1]));
    return picture([line([18, GROUND_Y + 2], [206, GROUND_Y + 2], 4, COLOURS.brown), ...standing], `two ${thing.name}s and their heights`);
  },
  questions: [
    ({ thing }) => `The picture gives the heights of two ${thing.name}s in ${thing.unit}. By how many ${thing.unit} is one taller than the other?`,
    ({ thing }) => `How many ${thing.unit} must the shorter ${thing.name} grow to be as tall as the other one? The heights are in ${thing.unit}.`,
    ({ thing }) => `Two ${thing.name}s stand side by side, each with its height in ${thing.unit}. What is the difference of the two heights?`,
  ],
});

/** A thing on the ground, beside it a bar from its foot to its top with the number above. */
function withMeasure({ thing, unitTenthsPx, shiftPx }: Facts, height: number, place: readonly [number, number]): readonly Shape[] {
  const top = GROUND_Y - (height * unitTenthsPx) / 10;
  const [middle, bar] = [place[0] + shiftPx, place[1] + shiftPx];
  const half = 14 + (2 * height) / 3;
  const tick = (y: number): Shape => line([bar - 5, y], [bar + 5, y], 2, BLACK);
  return [
    ...iconBetween(thing.name, [middle - half, top], [middle + half, GROUND_Y]),
    ...[line([bar, top], [bar, GROUND_Y], 2, BLACK), tick(top + 1), tick(GROUND_Y - 1)],
    words(String(height), bar, top - 12, 18),
  ];
}
