/** SMART-101 puzzle 73: ring roads and straight roads with houses at crossings; where must one more be built (spec/smarter-vlm 4.4). Layout is ours. */
import type { Rng } from '../../../lib/rng.ts';
import { letterOf } from '../answers.ts';
import type { Shape } from '../../render/scene.ts';
import type { Cell } from '../draw/cells.ts';
import { cellsOf } from '../draw/cells.ts';
import type { Point } from '../draw/geometry.ts';
import { along, FULL_TURN } from '../draw/geometry.ts';
import { icon } from '../draw/icons.ts';
import { pick } from '../draw/pick.ts';
import { BLACK, COLOURS, disc, line, picture, ring, WHITE, words } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

/** A crossing: which straight road, and which ring from within. */
type Crossing = Cell;

interface Facts {
  /** Straight roads, and as many rings. */
  readonly roads: number;
  /** Houses that each road must have. */
  readonly share: number;
  readonly houses: readonly Crossing[];
  /** A to E. */
  readonly places: readonly Crossing[];
  /** The right one of them. */
  readonly right: number;
  readonly turn: number;
}

const [INNER_PX, OUTER_PX, HOUSE_PX, LETTER_PX] = [26, 88, 7, 14];

/** By the number of roads: rasterised once. */
const RINGS = [0, 0, 0, 0, 4, 5].map((roads) => radiiOf(roads).map((radius) => ring(112, 112, radius, 2, COLOURS.grey)));

export const oneMoreHouse = family<Facts>({
  id: 73,
  name: 'One more house',
  skill: 'path',
  answer: { kind: 'label', classes: 5 },
  options: { kind: 'label' },
  draw(rng) {
    const [roads, share] = [rng.between(4, 5), rng.between(2, 3)];
    const full = evenHouses(roads, share, rng);
    const missing = pick(full, rng);
    const empty = cellsOf(roads, roads).filter((crossing) => !has(full, crossing));
    const places = rng.shuffle([missing, ...rng.sample(empty, 4)]);
    const houses = full.filter((crossing) => crossing !== missing);
    return { roads, share, houses, places, right: places.indexOf(missing), turn: rng.below(FULL_TURN) };
  },
  answerOf: ({ right }) => right,
  scene({ roads, houses, places, turn }) {
    const rays = Array.from({ length: roads }, (_, i) => turn + Math.round((i * FULL_TURN) / roads));
    const radii = radiiOf(roads);
    const at = ([road, circle]: Crossing): Point => along(112, 112, radii[circle] ?? 0, rays[road] ?? 0);
    const place = (crossing: Crossing, i: number): readonly Shape[] => {
      const [x, y] = at(crossing);
      return [disc(x, y, HOUSE_PX, WHITE), words(letterOf(i), x, y, LETTER_PX)];
    };
    return picture(
      [
        ...(RINGS[roads] ?? []),
        ...rays.map((ray) => line(along(112, 112, 8, ray), along(112, 112, OUTER_PX + 6, ray), 2, BLACK)),
        ...places.flatMap(place),
        ...houses.flatMap((crossing) => icon('house', ...at(crossing), HOUSE_PX)),
      ],
      'houses at the crossings of ring roads and straight roads',
    );
  },
  questions: [
    ({ share }) =>
      `Every ring road and every straight road shall have exactly ${share} houses. One house is missing. At which letter must it be built?`,
    ({ share }) =>
      `The mayor wants ${share} houses on each circle and ${share} houses on each straight road. One more house will do. Where does it belong?`,
    ({ share }) =>
      `Houses stand where roads cross. After one more is built, there are ${share} along each ring and ${share} along each ray from the middle. Which crossing gets it?`,
  ],
});

function radiiOf(roads: number): readonly number[] {
  return Array.from({ length: roads }, (_, i) => INNER_PX + (i * (OUTER_PX - INNER_PX)) / (roads - 1));
}

/** Houses so that each road has `share`: a Latin pattern of shuffled roads. */
function evenHouses(roads: number, share: number, rng: Rng): readonly Crossing[] {
  const numbers = Array.from({ length: roads }, (_, i) => i);
  const [rays, rings, steps] = [rng.shuffle(numbers), rng.shuffle(numbers), rng.sample(numbers, share)];
  return cellsOf(roads, roads).filter(([ray, circle]) => steps.includes(((rays[ray] ?? 0) + (rings[circle] ?? 0)) % roads));
}

function has(crossings: readonly Crossing[], [ray, circle]: Crossing): boolean {
  return crossings.some((other) => other[0] === ray && other[1] === circle);
}
