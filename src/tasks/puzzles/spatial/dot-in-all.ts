/** SMART-101 puzzle 95: equal figures lie on one another, five red dots; which dot lies in all of them (spec/smarter-vlm 4.4). Sizes are ours. */
import type { Rng } from '../../../lib/rng.ts';
import type { Shape } from '../../render/scene.ts';
import { letterOf } from '../answers.ts';
import type { Candidates } from '../draw/candidates.ts';
import { amongWrong } from '../draw/candidates.ts';
import type { Point } from '../draw/geometry.ts';
import { along, direction, distance, distanceToOutline, FULL_TURN, isInside, placed, regularPolygon } from '../draw/geometry.ts';
import { pick } from '../draw/pick.ts';
import { BLACK, COLOURS, dot, filled, INNER_PX, picture, WHITE, words } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

const KINDS = [
  { name: 'triangles', corners: 3, radiusPx: 66 },
  { name: 'squares', corners: 4, radiusPx: 57 },
  { name: 'pentagons', corners: 5, radiusPx: 54 },
  { name: 'hexagons', corners: 6, radiusPx: 52 },
] as const;
const FILLS = ['yellow', 'orange', 'pink', 'grey'] as const;

interface Figure {
  readonly points: readonly Point[];
  /** What shows of this lies around the figure as its outline. */
  readonly behind: readonly Point[];
}

interface Facts {
  readonly kind: (typeof KINDS)[number];
  readonly fill: (typeof FILLS)[number];
  /** From the lowest to the highest. */
  readonly figures: readonly Figure[];
  readonly dots: Candidates<Point>;
  /** The right dot is drawn here, everything else beside it. */
  readonly shift: Point;
}

const [DOT_PX, OUTLINE_PX] = [8, 3];
/** Between the middle of a dot and any edge, and between two dots: the whole dot is in or out. */
const [EDGE_PX, APART_PX] = [9, 17];
const ORIGIN: Point = [0, 0];

export const dotInAll = family<Facts>({
  id: 95,
  name: 'Dot in all figures',
  skill: 'spatial',
  answer: { kind: 'label', classes: 5 },
  options: { kind: 'label' },
  draw(rng) {
    const kind = pick(KINDS, rng);
    const figures = figuresAroundOrigin(rng.between(4, 7), kind, rng);
    if (!figures.every((figure, i) => cornersInView(figure, figures.slice(i + 1)) >= 2)) return null;
    const xs = spanOf(figures, 0);
    const ys = spanOf(figures, 1);
    const wrong: Point[] = [];
    for (let tries = 0; tries < 60 && wrong.length < 4; tries++) {
      const at: Point = [rng.between(xs.low, xs.high), rng.between(ys.low, ys.high)];
      const misses = figures.filter(({ points }) => !isInside(at, points));
      const isApart = [ORIGIN, ...wrong].every((dot) => distance(dot, at) >= APART_PX);
      if (isApart && 2 * misses.length <= figures.length && misses.some((figure) => isClear(at, figure))) wrong.push(at);
    }
    if (Math.max(xs.high - xs.low, ys.high - ys.low) > INNER_PX.high - INNER_PX.low) return null;
    const shift: Point = [rng.between(INNER_PX.low - xs.low, INNER_PX.high - xs.high), rng.between(INNER_PX.low - ys.low, INNER_PX.high - ys.high)];
    const middle: Point = [112 - shift[0], 112 - shift[1]];
    const isCentral = isNearestTo(middle, ORIGIN, wrong) || isNearestTo(meanOf([ORIGIN, ...wrong]), ORIGIN, wrong);
    if (isCentral && !rng.chance(0.1)) return null;
    const dots = amongWrong(ORIGIN, wrong, rng);
    return dots === null ? null : { kind, fill: pick(FILLS, rng), figures, dots, shift };
  },
  answerOf: ({ dots }) => dots.right,
  scene: ({ fill, figures, dots, kind, shift: [right, down] }) =>
    picture(
      [
        ...figures.flatMap(({ points, behind }): readonly Shape[] => [
          filled(placed(behind, right, down), BLACK),
          filled(placed(points, right, down), COLOURS[fill]),
        ]),
        ...dots.shown.flatMap(([x, y], i) => [dot(x + right, y + down, DOT_PX, COLOURS.red), words(letterOf(i), x + right, y + down, 14, WHITE)]),
      ],
      `overlapping ${kind.name} and five dots`,
    ),
  questions: [
    ({ kind, figures }) => `${figures.length} equal ${kind.name} of paper lie on one another. Which of the dots A to E lies in all of them?`,
    ({ kind, figures }) =>
      `In the picture, ${figures.length} ${kind.name} of the same size overlap and partly hide one another. Which dot is inside every one?`,
    ({ kind, figures }) =>
      `A pin goes straight down through one of the five dots. At which dot does it hit each of the ${figures.length} equal ${kind.name}?`,
  ],
});

/** Figures that all have the origin well inside them, most of them on one side of it, so that the right dot is not the one in the middle. */
function figuresAroundOrigin(count: number, { corners, radiusPx }: Facts['kind'], rng: Rng): readonly Figure[] {
  const found: Figure[] = [];
  const side = rng.below(FULL_TURN);
  const borderPx = OUTLINE_PX / direction(FULL_TURN / (2 * corners))[0];
  while (found.length < count) {
    const [x, y] = along(...ORIGIN, rng.between(12, 46), side + rng.between(-1000, 1000));
    const turn = rng.below(FULL_TURN);
    const figure = { points: regularPolygon(corners, x, y, radiusPx, turn), behind: regularPolygon(corners, x, y, radiusPx + borderPx, turn) };
    if (isInside(ORIGIN, figure.points) && isClear(ORIGIN, figure)) found.push(figure);
  }
  return found;
}

/** A dot there does not touch the outline. */
function isClear(at: Point, { points }: Figure): boolean {
  return distanceToOutline(at, points) >= EDGE_PX;
}

/** Whole px from the first to the last that the figures cover along an axis. */
function spanOf(figures: readonly Figure[], axis: 0 | 1): { readonly low: number; readonly high: number } {
  const values = figures.flatMap(({ behind }) => behind.map((corner) => corner[axis]));
  return { low: Math.floor(Math.min(...values)), high: Math.ceil(Math.max(...values)) };
}

/** Most draws whose right dot is the central one are rejected: a guess by the place alone must not help. */
function isNearestTo(place: Point, dot: Point, others: readonly Point[]): boolean {
  return others.every((other) => distance(dot, place) < distance(other, place));
}

function meanOf(points: readonly Point[]): Point {
  const mean = (axis: 0 | 1): number => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
  return [mean(0), mean(1)];
}

/** Corners that no higher figure hides: two are enough to see where an equal figure lies. */
function cornersInView({ points }: Figure, higher: readonly Figure[]): number {
  return points.filter((corner) => higher.every((other) => !isInside(corner, other.points))).length;
}
