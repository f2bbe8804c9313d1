/** SMART-101 puzzle 78: a star of rays, and turned copies of it on one centre; how many copies (spec/smarter-vlm 4.4). Sizes are ours. */
import type { Rng } from '../../../lib/rng.ts';
import type { Rgb, Shape } from '../../render/scene.ts';
import { along, FULL_TURN } from '../draw/geometry.ts';
import { pick } from '../draw/pick.ts';
import { COLOURS, disc, line, picture } from '../draw/shapes.ts';
import type { ColourName } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

const INKS = ['red', 'blue', 'green', 'purple', 'brown'] as const satisfies readonly ColourName[];

interface Facts {
  /** Angles of the rays of one star. */
  readonly rays: readonly number[];
  /** By how much each copy is turned. */
  readonly turns: readonly number[];
  readonly ink: (typeof INKS)[number];
}

const MOST_RAYS = 20;
/** Between two rays, in tenths of a degree: of one star, and of all copies. */
const [GAP, GAP_OF_ALL] = [250, 95];
const [RAY_PX, TIP_PX] = [44, 3];

export const copiesOfAStar = family<Facts>({
  id: 78,
  name: 'Copies of a star',
  skill: 'pattern',
  answer: { kind: 'integer', classes: 9 },
  options: { kind: 'wide', minimum: 1 },
  draw(rng) {
    const copies = rng.between(2, 7);
    const count = rng.between(2, Math.min(7, Math.floor(MOST_RAYS / copies)));
    const rays = spread(count, [0], GAP, rng);
    const turns = rays === null ? null : spread(copies, rays, GAP_OF_ALL, rng);
    return rays === null || turns === null ? null : { rays, turns, ink: pick(INKS, rng) };
  },
  answerOf: ({ turns }) => turns.length,
  scene({ rays, turns, ink }) {
    const all = turns.flatMap((turn) => rays.map((ray) => ray + turn));
    return picture([...drawStar(rays, 63, COLOURS[ink]), ...drawStar(all, 161, COLOURS[ink])], 'a small star on the left, many rays on the right');
  },
  questions: [
    () =>
      'Several copies of the star on the left were turned and glued together at their centres. This made the figure on the right. How many copies are in it?',
    () =>
      'How many stars like the left one, turned in different ways around the same middle, make up the right figure? No two rays lie on each other.',
    () =>
      'The right figure is built only from turned copies of the left star; all share one centre and none of their rays coincide. How many copies were used?',
  ],
});

/** Angles at which copies of `rays` stay `gap` apart from one another; null when some found no room. */
function spread(copies: number, rays: readonly number[], gap: number, rng: Rng): readonly number[] | null {
  const turns: number[] = [];
  const taken: number[] = [];
  for (let tries = 0; tries < 80 && turns.length < copies; tries++) {
    const turn = rng.below(FULL_TURN);
    const turned = rays.map((ray) => ray + turn);
    if (turned.some((ray) => taken.some((other) => between(ray, other) < gap))) continue;
    turns.push(turn);
    taken.push(...turned);
  }
  return turns.length < copies ? null : turns;
}

/** The smaller angle between two directions. */
function between(one: number, other: number): number {
  const ahead = (((one - other) % FULL_TURN) + FULL_TURN) % FULL_TURN;
  return Math.min(ahead, FULL_TURN - ahead);
}

function drawStar(rays: readonly number[], x: number, ink: Rgb): readonly Shape[] {
  return rays.flatMap((ray) => {
    const tip = along(x, 112, RAY_PX, ray);
    return [line([x, 112], tip, 2, ink), disc(...tip, TIP_PX, ink)];
  });
}
