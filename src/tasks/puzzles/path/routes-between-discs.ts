/** SMART-101 puzzle 48: numbered discs joined by lines; how many routes from one to another use exactly so many lines (spec/smarter-vlm 4.4). */
import type { Rng } from '../../../lib/rng.ts';
import { along, FULL_TURN } from '../draw/geometry.ts';
import { BLACK, COLOUR_NAMES, COLOURS, disc, inkOn, line, picture, words } from '../draw/shapes.ts';
import type { ColourName } from '../draw/shapes.ts';
import { pick, pickTwo } from '../draw/pick.ts';
import { family } from '../puzzle.ts';

interface Facts {
  /** Pairs of discs, each disc by its number less one. */
  readonly lines: readonly (readonly [number, number])[];
  /** Discs in the order they stand around the circle. */
  readonly around: readonly number[];
  readonly ends: readonly [number, number];
  /** Lines of a route. */
  readonly length: number;
  readonly turn: number;
  readonly colour: ColourName;
}

const [DISC_PX, CIRCLE_PX, LINE_PX, DIGIT_PX] = [18, 76, 3, 20];

export const routesBetweenDiscs = family<Facts>({
  id: 48,
  name: 'Routes between discs',
  skill: 'path',
  answer: { kind: 'integer', classes: 12 },
  options: { kind: 'near', minimum: 0 },
  draw(rng) {
    const wanted = pick([1, 2, 3, 4, 6], rng); // answers as evenly as small graphs allow; five are impossible
    for (let tries = 0; tries < 60; tries++) {
      const facts = anyFacts(rng);
      if (routesOf(facts) === wanted) return facts;
    }
    return null;
  },
  answerOf: routesOf,
  scene({ lines, around, turn, colour }) {
    const at = (disc: number) => along(112, 112, CIRCLE_PX, turn + Math.round((around.indexOf(disc) * FULL_TURN) / around.length));
    return picture(
      [
        ...lines.map(([a, b]) => line(at(a), at(b), LINE_PX, BLACK)),
        ...around.flatMap((number) => {
          const [x, y] = at(number);
          return [
            disc(x, y, DISC_PX + 2, BLACK),
            disc(x, y, DISC_PX, COLOURS[colour]),
            words(String(number + 1), x, y, DIGIT_PX, inkOn(COLOURS[colour])),
          ];
        }),
      ],
      'numbered discs joined by lines',
    );
  },
  questions: [
    ({ ends, length }) =>
      `How many routes lead from disc ${ends[0] + 1} to disc ${ends[1] + 1} along exactly ${length} lines without coming to any disc twice?`,
    ({ ends, length }) =>
      `A beetle crawls along the lines from ${ends[0] + 1} to ${ends[1] + 1}. It uses exactly ${length} lines and visits no disc more than once. How many different paths can it take?`,
    ({ ends, length }) =>
      `Lines are roads, discs are towns. You drive from town ${ends[0] + 1} to town ${ends[1] + 1} on exactly ${length} roads and see every town at most once. In how many ways can you do that?`,
  ],
});

function anyFacts(rng: Rng): Facts {
  const discs = rng.between(4, 5);
  const numbers = Array.from({ length: discs }, (_, i) => i);
  const share = rng.between(4, 10) / 10;
  const lines = numbers.flatMap((a) => numbers.slice(a + 1).map((b) => [a, b] as const)).filter(() => rng.chance(share));
  const [length, turn] = [rng.between(2, discs - 1), rng.below(FULL_TURN)];
  return { lines, around: rng.shuffle(numbers), ends: pickTwo(numbers, rng), length, turn, colour: pick(COLOUR_NAMES, rng) };
}

function routesOf({ lines, ends: [from, to], length }: Facts): number {
  const onwards = (route: readonly number[]): number => {
    const here = route.at(-1) ?? from;
    if (here === to) return route.length === length + 1 ? 1 : 0;
    if (route.length > length) return 0;
    const next = lines.filter((ends) => ends.includes(here)).map(([a, b]) => (a === here ? b : a));
    return next.filter((disc) => !route.includes(disc)).reduce((sum, disc) => sum + onwards([...route, disc]), 0);
  };
  return onwards([from]);
}
