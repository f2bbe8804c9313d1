/** SMART-101 puzzle 43: digits and two outlines; the sum of the digits inside or outside each of them (spec/smarter-vlm 4.4). */
import type { Point } from '../draw/geometry.ts';
import type { Region } from '../draw/outlines.ts';
import { drawOutlines, drawRegion, isAskedFor, placeAmong, placeText } from '../draw/outlines.ts';
import { picture, words } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

interface Facts {
  readonly region: Region;
  readonly places: readonly Point[];
  /** One per place. */
  readonly digits: readonly number[];
}

const DIGIT_PX = 18;
/** A digit and some air, so that two never look like one number. */
const RADIUS_PX = 12;
const MARGIN_PX = RADIUS_PX + 3;

export const digitsAndOutlines = family<Facts>({
  id: 43,
  name: 'Digits and outlines',
  skill: 'math',
  answer: { kind: 'integer', classes: 80 },
  options: { kind: 'near', minimum: 0 },
  draw(rng) {
    const region = drawRegion(rng);
    const places = placeAmong(region, rng.between(5, 12), RADIUS_PX, MARGIN_PX, rng);
    if (places === null) return null;
    const facts = { region, places, digits: places.map(() => rng.below(10)) };
    return places.some((at) => isAskedFor(region, at)) && sumOf(facts) < 80 ? facts : null;
  },
  answerOf: sumOf,
  scene: ({ region, places, digits }) =>
    picture([...drawOutlines(region), ...places.map(([x, y], i) => words(String(digits[i]), x, y, DIGIT_PX))], 'digits and two outlines'),
  questions: [
    ({ region }) => `What is the sum of the digits that are ${placeText(region, 0)} and ${placeText(region, 1)}?`,
    ({ region }) => `Add up all digits that lie ${placeText(region, 0)} and also ${placeText(region, 1)}. What do you get?`,
    ({ region }) => `Some digits are ${placeText(region, 0)} and at the same time ${placeText(region, 1)}. How much are they together?`,
  ],
});

function sumOf({ region, places, digits }: Facts): number {
  return digits.filter((_, i) => isAskedFor(region, places[i] ?? [0, 0])).reduce((sum, digit) => sum + digit, 0);
}
