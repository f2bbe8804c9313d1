/** SMART-101 puzzle 2: scattered polygons and stars; how many have a number of sides or rays (spec/smarter-vlm 4.4). */
import type { Rng } from '../../../lib/rng.ts';
import { cellsOf } from '../draw/cells.ts';
import type { Point } from '../draw/geometry.ts';
import { direction, FULL_TURN, placed, star } from '../draw/geometry.ts';
import { pick } from '../draw/pick.ts';
import type { ColourName } from '../draw/shapes.ts';
import { COLOUR_NAMES, COLOURS, filled, picture } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

interface Kind {
  readonly isStar: boolean;
  /** Sides of a polygon, rays of a star. */
  readonly count: number;
}

const KINDS: readonly Kind[] = [
  ...[3, 4, 5, 6, 7].map((count) => ({ isStar: false, count })),
  ...[5, 6, 7].map((count) => ({ isStar: true, count })),
];

interface Facts {
  readonly asked: Kind;
  readonly figures: readonly { readonly kind: Kind; readonly points: readonly Point[]; readonly colour: ColourName }[];
}

const [COLUMNS, ROWS] = [5, 4];
const RADIUS_PX = 16;

export const sidesAndRays = family<Facts>({
  id: 2,
  name: 'Sides and rays',
  skill: 'counting',
  answer: { kind: 'integer', classes: 13 },
  options: { kind: 'near', minimum: 0 },
  draw(rng) {
    const asked = pick(KINDS, rng);
    const others = KINDS.filter((kind) => kind !== asked);
    const wanted = rng.between(1, 8);
    const cells = rng.sample(cellsOf(COLUMNS, ROWS), rng.between(Math.max(8, wanted + 3), 18));
    const figures = cells.map(([column, row], i) => {
      const kind = i < wanted ? asked : pick(others, rng);
      const [x, y] = [36 + column * 38 + rng.between(-2, 2), 40 + row * 48 + rng.between(-6, 6)];
      return { kind, points: pointsOf(kind, x, y, rng), colour: pick(COLOUR_NAMES, rng) };
    });
    return { asked, figures };
  },
  answerOf: ({ asked, figures }) => figures.filter(({ kind }) => kind === asked).length,
  scene: ({ figures }) =>
    picture(
      figures.map(({ points, colour }) => filled(points, COLOURS[colour])),
      'polygons and stars',
    ),
  questions: [
    ({ asked: { isStar, count } }) => (isStar ? `How many stars have exactly ${count} rays?` : `How many shapes have exactly ${count} sides?`),
    ({ asked: { isStar, count } }) =>
      `Count the ${isStar ? `stars with ${count} points` : `shapes with ${count} corners (a star is not one)`}. How many are there?`,
    ({ asked: { isStar, count } }) =>
      isStar
        ? `Mia cuts out all stars that have ${count} tips. How many does she get?`
        : `Mia cuts out all shapes with ${count} straight edges. How many does she get?`,
  ],
});

function pointsOf({ isStar, count }: Kind, x: number, y: number, rng: Rng): readonly Point[] {
  const turn = rng.below(FULL_TURN);
  if (isStar) return star(count, x, y, RADIUS_PX, 0.45, turn);
  const step = FULL_TURN / count;
  const flatness = rng.between(80, 100) / 100;
  // Corners on an ellipse, so the shape is convex; a gap keeps more than half of its regular width.
  const unit = Array.from({ length: count }, (_, i): Point => {
    const [c, s] = direction(Math.round(i * step + rng.between(-20, 20) * step * 0.01));
    return [c * RADIUS_PX, s * RADIUS_PX * flatness];
  });
  return placed(unit, x, y, 1, turn);
}
