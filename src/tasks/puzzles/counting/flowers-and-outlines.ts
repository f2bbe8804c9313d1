/** SMART-101 puzzle 14: flowers and two outlines; how many are inside or outside each of them (spec/smarter-vlm 4.4). Layout and sizes are ours. */
import type { Rng } from '../../../lib/rng.ts';
import type { Shape } from '../../render/scene.ts';
import type { Point } from '../draw/geometry.ts';
import { circle, distance, distanceToOutline, FULL_TURN, isInside, placed, regularPolygon } from '../draw/geometry.ts';
import { icon } from '../draw/icons.ts';
import { BLACK, COLOURS, outlined, picture } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

const OUTLINES = ['circle', 'rectangle', 'triangle'] as const;
type OutlineName = (typeof OUTLINES)[number];

interface Outline {
  readonly name: OutlineName;
  readonly points: readonly Point[];
}

interface Facts {
  readonly outlines: readonly [Outline, Outline];
  /** Whether the flowers asked for are inside the first, and the second. */
  readonly inside: readonly [boolean, boolean];
  readonly flowers: readonly Point[];
}

const FLOWER_PX = 7;
/** Between a flower's middle and any outline: it never touches one. */
const MARGIN_PX = FLOWER_PX + 6;

export const flowersAndOutlines = family<Facts>({
  id: 14,
  name: 'Flowers and outlines',
  skill: 'counting',
  answer: { kind: 'integer', classes: 17 },
  options: { kind: 'near', minimum: 0 },
  draw(rng) {
    const [first, second] = rng.sample(OUTLINES, 2);
    if (first === undefined || second === undefined) return null;
    const outlines = [outlineOf(first, 92, rng), outlineOf(second, 132, rng)] as const;
    const wanted = rng.between(5, 16);
    const flowers: Point[] = [];
    for (let tries = 0; tries < 400 && flowers.length < wanted; tries++) {
      const at: Point = [rng.between(24, 200), rng.between(24, 200)];
      const isFree = flowers.every((other) => distance(at, other) >= 2 * FLOWER_PX + 2);
      if (isFree && outlines.every(({ points }) => distanceToOutline(at, points) >= MARGIN_PX)) flowers.push(at);
    }
    if (flowers.length < wanted) return null;
    const inside = [rng.chance(0.5), rng.chance(0.5)] as const;
    return { outlines, inside, flowers };
  },
  answerOf: ({ outlines, inside, flowers }) => flowers.filter((at) => outlines.every(({ points }, i) => isInside(at, points) === inside[i])).length,
  scene: ({ outlines, flowers }) =>
    picture(
      [
        ...outlines.flatMap(({ points }, i): readonly Shape[] => outlined(points, 3, i === 0 ? COLOURS.blue : BLACK)),
        ...flowers.flatMap(([x, y]) => icon('flower', x, y, FLOWER_PX)),
      ],
      'flowers and two outlines',
    ),
  questions: [
    (facts) => `How many flowers are ${place(facts, 0)} and ${place(facts, 1)}?`,
    (facts) => `Look at the picture. Count the flowers that lie ${place(facts, 0)} and also ${place(facts, 1)}.`,
    (facts) => `Some flowers are ${place(facts, 0)} and at the same time ${place(facts, 1)}. How many are there?`,
  ],
});

function place({ outlines, inside }: Facts, which: 0 | 1): string {
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
