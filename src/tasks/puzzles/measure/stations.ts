/** SMART-101 puzzle 21: a line of stations with hours between them, one unknown; departure and arrival are in the question (spec/smarter-vlm 4.4). */
import type { Shape } from '../../render/scene.ts';
import type { Point } from '../draw/geometry.ts';
import { regularPolygon } from '../draw/geometry.ts';
import { pick } from '../draw/pick.ts';
import type { ColourName } from '../draw/shapes.ts';
import { BLACK, COLOUR_NAMES, COLOURS, filled, line, picture, words } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

interface Facts {
  /** From station to station; the unknown one too. */
  readonly hours: readonly number[];
  readonly unknown: number;
  readonly departure: number;
  /** Height of each station in the picture. */
  readonly heights: readonly number[];
  readonly corners: number;
  readonly colour: ColourName;
}

const MAX_HOURS = 22;
const [LEFT_PX, SPAN_PX, STATION_PX, TEXT_PX] = [30, 164, 11, 18];

export const stations = family<Facts>({
  id: 21,
  name: 'Stations',
  skill: 'measure',
  answer: { kind: 'integer', classes: MAX_HOURS + 1, unit: 'h' },
  options: { kind: 'near', minimum: 1 },
  draw(rng) {
    const legs = rng.between(2, 5);
    const unknown = rng.below(legs);
    const hours = Array.from({ length: legs }, (_, i) => (i === unknown ? rng.between(1, 11) : rng.between(1, 6)));
    const all = total(hours);
    if (all > MAX_HOURS) return null;
    const heights = Array.from({ length: legs + 1 }, () => rng.between(80, 150));
    return { hours, unknown, departure: rng.between(1, 23 - all), heights, corners: rng.between(3, 6), colour: pick(COLOUR_NAMES, rng) };
  },
  answerOf: ({ hours, unknown }) => hours[unknown] ?? 0,
  scene({ hours, unknown, heights, corners, colour }) {
    const places = heights.map((y, i): Point => [LEFT_PX + Math.round((i * SPAN_PX) / hours.length), y]);
    const leg = (time: number, i: number): readonly Shape[] => {
      const [x1, y1]: Point = places[i] ?? [0, 0];
      const [x2, y2]: Point = places[i + 1] ?? [0, 0];
      const rise = 14 + (9 * Math.abs(y2 - y1)) / (x2 - x1); // clear of the line, steep ones too
      return [line([x1, y1], [x2, y2], 3, BLACK), words(i === unknown ? '?' : String(time), (x1 + x2) / 2, (y1 + y2) / 2 - rise, TEXT_PX)];
    };
    const stops = places.map(([x, y]) => filled(regularPolygon(corners, x, y, STATION_PX), COLOURS[colour]));
    return picture([...hours.flatMap(leg), ...stops], 'a line of stations with numbers of hours');
  },
  questions: [
    (facts) =>
      `A train leaves the first station at ${facts.departure}:00 and reaches the last one at ${arrival(facts)}:00 on the same day. The numbers are hours of travel. How many hours does the part with the question mark take?`,
    (facts) =>
      `The bus starts on the left at ${facts.departure}:00 and ends on the right at ${arrival(facts)}:00 the same day. Hours between stops are given, but one is unknown. What is it?`,
    (facts) =>
      `Between neighbouring stations stands how many hours the ride takes. Departure is at ${facts.departure}:00, arrival at the end of the line at ${arrival(facts)}:00 that day. Which number of hours is hidden by the question mark?`,
  ],
});

function total(hours: readonly number[]): number {
  return hours.reduce((a, b) => a + b, 0);
}

function arrival({ departure, hours }: Facts): number {
  return departure + total(hours);
}
