/** SMART-101 puzzle 25: a clock shows when something ended; when did it begin (spec/smarter-vlm 4.4). Face, events and options of even rank are ours. */
import type { Shape } from '../../render/scene.ts';
import { rectangle } from '../../render/scene.ts';
import type { Point } from '../draw/geometry.ts';
import { along, FULL_TURN } from '../draw/geometry.ts';
import { pick } from '../draw/pick.ts';
import { BLACK, COLOUR_NAMES, COLOURS, dot, INNER_PX, line, picture, ring, WHITE, words } from '../draw/shapes.ts';
import type { ColourName } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

const EVENTS = ['train ride', 'boat trip', 'chess tournament', 'power cut', 'storm', 'hike'] as const;

interface Facts {
  /** Hours 1 to 24 of one day. */
  readonly start: number;
  readonly end: number;
  readonly event: (typeof EVENTS)[number];
  readonly ground: ColourName;
  readonly hasAllNumbers: boolean;
}

const LONGEST = 14;
const [MIDDLE, FACE_PX, TICK_PX, NUMBER_PX, HOUR_HAND_PX, MINUTE_HAND_PX] = [112, 86, 79, 67, 34, 53];

export const timeOfStart = family<Facts>({
  id: 25,
  name: 'Time of the start',
  skill: 'measure',
  answer: { kind: 'time', classes: 25 },
  options: { kind: 'own' },
  draw(rng) {
    const start = rng.between(1, 22);
    const end = start + rng.between(1, Math.min(LONGEST, 23 - start));
    return { start, end, event: pick(EVENTS, rng), ground: pick(COLOUR_NAMES, rng), hasAllNumbers: rng.chance(0.6) };
  },
  answerOf: ({ start }) => start,
  wrong({ start }, rng) {
    const before = [1, 2, 3, 4].map((hours) => start - hours).filter((hour) => hour >= 1);
    const after = [1, 2, 3, 4].map((hours) => start + hours).filter((hour) => hour <= 24);
    const earlier = pick([0, 1, 2, 3, 4].filter((count) => count <= before.length && 4 - count <= after.length), rng); // prettier-ignore
    return [...rng.sample(before, earlier), ...rng.sample(after, 4 - earlier)];
  },
  scene({ end, ground, hasAllNumbers }) {
    const side = INNER_PX.high - INNER_PX.low;
    const numbers = HOURS.filter((hour) => hasAllNumbers || hour % 3 === 0);
    return picture(
      [
        rectangle(INNER_PX.low, INNER_PX.low, side, side, COLOURS[ground]),
        dot(MIDDLE, MIDDLE, FACE_PX, WHITE),
        ring(MIDDLE, MIDDLE, FACE_PX, 3, BLACK),
        ...HOURS.map((hour): Shape => line(at(hour, TICK_PX), at(hour, FACE_PX - 1), hour % 3 === 0 ? 4 : 2, BLACK)),
        ...numbers.map((hour) => words(String(hour), ...at(hour, NUMBER_PX), 17)),
        line([MIDDLE, MIDDLE], at(12, MINUTE_HAND_PX), 4, BLACK),
        line([MIDDLE, MIDDLE], at(end, HOUR_HAND_PX), 7, BLACK),
        dot(MIDDLE, MIDDLE, 6, BLACK),
      ],
      'a clock',
    );
  },
  questions: [
    (facts) => `The clock shows when a ${facts.event} ended, ${halfOfDay(facts)} noon. It had lasted ${duration(facts)}. When did it begin?`,
    (facts) => `A ${facts.event} of ${duration(facts)} was over at the time on the clock, ${halfOfDay(facts)} noon. At what time did it start?`,
    (facts) =>
      `Read the clock. This is the time, ${halfOfDay(facts)} noon, at which a ${facts.event} came to its end after ${duration(facts)}. What time was it at its beginning?`,
    (facts) =>
      `${duration(facts)} after it had begun, a ${facts.event} ended. The clock shows the end, ${halfOfDay(facts)} noon. Find the time of the beginning.`,
  ],
});

const HOURS = Array.from({ length: 12 }, (_, i) => i + 1);

function at(hour: number, radiusPx: number): Point {
  return along(MIDDLE, MIDDLE, radiusPx, ((hour - 3) * FULL_TURN) / 12);
}

function duration({ start, end }: Facts): string {
  return end - start === 1 ? '1 hour' : `${end - start} hours`;
}

function halfOfDay({ end }: Facts): string {
  return end < 12 ? 'before' : end === 12 ? 'exactly at' : 'after';
}
