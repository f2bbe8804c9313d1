/** Pictures of two crossing outlines with things between them (puzzles 14 and 43). Layout and sizes are ours. */
import type { Rng } from '../../../lib/rng.ts';
import type { Shape } from '../../render/scene.ts';
import type { Point } from './geometry.ts';
import { circle, distance, distanceToOutline, FULL_TURN, isInside, placed, regularPolygon } from './geometry.ts';
import { BLACK, COLOURS, INNER_PX, outlined } from './shapes.ts';

const OUTLINES = ['circle', 'rectangle', 'triangle'] as const;
type OutlineName = (typeof OUTLINES)[number];

export interface Outline {
  readonly name: OutlineName;
  readonly points: readonly Point[];
}

/** Two outlines of different kinds, and on which side of each a question asks. */
export interface Region {
  readonly outlines: readonly [Outline, Outline];
  /** Whether what is asked for is inside the first, and the second. */
  readonly inside: readonly [boolean, boolean];
}

export function drawRegion(rng: Rng): Region {
  const [first = 'circle', second = 'triangle'] = rng.sample(OUTLINES, 2);
  const outlines = [outlineOf(first, 96, rng), outlineOf(second, 128, rng)] as const;
  return { outlines, inside: [rng.chance(0.5), rng.chance(0.5)] };
}

/** Places for `wanted` things of a radius, none touching an outline or another; null when they find no room. */
export function placeAmong({ outlines }: Region, wanted: number, radiusPx: number, marginPx: number, rng: Rng): readonly Point[] | null {
  const [low, high] = [INNER_PX.low + radiusPx + 1, INNER_PX.high - radiusPx - 1];
  const found: Point[] = [];
  for (let tries = 0; tries < 400 && found.length < wanted; tries++) {
    const at: Point = [rng.between(low, high), rng.between(low, high)];
    const isFree = found.every((other) => distance(at, other) >= 2 * radiusPx + 2);
    if (isFree && outlines.every(({ points }) => distanceToOutline(at, points) >= marginPx)) found.push(at);
  }
  return found.length < wanted ? null : found;
}

/** True where the question asks. */
export function isAskedFor({ outlines, inside }: Region, at: Point): boolean {
  return outlines.every(({ points }, i) => isInside(at, points) === inside[i]);
}

export function drawOutlines({ outlines }: Region): readonly Shape[] {
  return outlines.flatMap(({ points }, i) => outlined(points, 3, i === 0 ? COLOURS.blue : BLACK));
}

/** 'inside the circle' or 'outside the circle'. */
export function placeText({ outlines, inside }: Region, which: 0 | 1): string {
  return `${inside[which] ? 'inside' : 'outside'} the ${outlines[which].name}`;
}

function outlineOf(name: OutlineName, middle: number, rng: Rng): Outline {
  const [x, y] = [middle + rng.between(-8, 8), rng.between(96, 128)];
  const turn = rng.below(FULL_TURN);
  switch (name) {
    case 'circle':
      return { name, points: circle(x, y, rng.between(42, 58)) };
    case 'rectangle': {
      const [halfWidth, halfHeight] = [rng.between(40, 56), rng.between(28, 40)];
      const corners: readonly Point[] = [
        [-halfWidth, -halfHeight],
        [halfWidth, -halfHeight],
        [halfWidth, halfHeight],
        [-halfWidth, halfHeight],
      ];
      return { name, points: placed(corners, x, y, 1, turn) };
    }
    case 'triangle':
      return { name, points: regularPolygon(3, x, y, rng.between(56, 70), turn) };
  }
}
