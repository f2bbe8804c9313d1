/** SMART-101 puzzle 42: rings of some colours with dots; how many dots are in all rings, or in those of a colour (spec/smarter-vlm 4.4). */
import type { Point } from '../draw/geometry.ts';
import { along, distance, FULL_TURN } from '../draw/geometry.ts';
import { pick } from '../draw/pick.ts';
import type { ColourName } from '../draw/shapes.ts';
import { BLACK, COLOURS, disc, INNER_PX, picture, ring } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

const RING_COLOURS = ['red', 'blue', 'green', 'orange', 'purple'] as const satisfies readonly ColourName[];

interface Ring {
  readonly at: Point;
  readonly radiusPx: number;
  readonly colour: ColourName;
  readonly dots: readonly Point[];
}

interface Facts {
  readonly rings: readonly Ring[];
  /** Null: all. */
  readonly asked: ColourName | null;
}

const DOT_PX = 4;
const STROKE_PX = 4;

export const dotsInRings = family<Facts>({
  id: 42,
  name: 'Dots in rings',
  skill: 'counting',
  answer: { kind: 'integer', classes: 37 },
  options: { kind: 'wide', minimum: 0 },
  draw(rng) {
    const wanted = rng.between(3, 6);
    const rings: Ring[] = [];
    for (let tries = 0; tries < 300 && rings.length < wanted; tries++) {
      const radiusPx = rng.between(22, 34);
      const [low, high] = [INNER_PX.low + radiusPx + STROKE_PX, INNER_PX.high - radiusPx - STROKE_PX];
      const at: Point = [rng.between(low, high), rng.between(low, high)];
      if (rings.some((other) => distance(at, other.at) < radiusPx + other.radiusPx + 2 * STROKE_PX)) continue;
      const [count, turn] = [rng.between(0, 6), rng.below(FULL_TURN)];
      const dots = Array.from({ length: count }, (_, i) =>
        along(...at, radiusPx - STROKE_PX - DOT_PX - 2, turn + Math.round((i * FULL_TURN) / count) + rng.between(-80, 80)),
      );
      rings.push({ at, radiusPx, colour: pick(RING_COLOURS, rng), dots });
    }
    if (rings.length < wanted) return null;
    const facts = { rings, asked: rng.chance(0.35) ? null : pick(rings, rng).colour };
    return dotsOf(facts) > 0 ? facts : null;
  },
  answerOf: dotsOf,
  scene: ({ rings }) =>
    picture(
      rings.flatMap(({ at: [x, y], radiusPx, colour, dots }) => [
        ring(x, y, radiusPx, STROKE_PX, COLOURS[colour]),
        ...dots.map(([dotX, dotY]) => disc(dotX, dotY, DOT_PX, BLACK)),
      ]),
      'coloured rings with dots',
    ),
  questions: [
    ({ asked }) => (asked === null ? 'How many dots are in all rings together?' : `How many dots are in all the ${asked} rings together?`),
    ({ asked }) =>
      `Each ring holds some dots or none. Count the dots in ${asked === null ? 'all the rings' : `every ${asked} ring`}. What is the total?`,
    ({ asked }) =>
      `The rings are plates and the dots are berries. How many berries lie on ${asked === null ? 'the plates, whatever their colour' : `plates that are ${asked}`}?`,
  ],
});

function dotsOf({ rings, asked }: Facts): number {
  return rings.filter(({ colour }) => asked === null || colour === asked).reduce((sum, { dots }) => sum + dots.length, 0);
}
