/** SMART-101 puzzle 74: a cube with six different numbers, opposite ones with equal sums, three of them in view; which is opposite one of these (spec/smarter-vlm 4.4). */
import type { Point } from '../draw/geometry.ts';
import { pick } from '../draw/pick.ts';
import { BLACK, filled, outlined, picture, words } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';
import type { Rgb } from '../../render/scene.ts';

interface Facts {
  /** All numbers on the cube lie between these, both included. */
  readonly low: number;
  readonly high: number;
  /** On the front, the top and the side. */
  readonly seen: readonly [number, number, number];
  readonly asked: number;
  /** Which tint the cube has. */
  readonly tint: keyof typeof TINTS;
  /** Side of the front face, and how far the cube goes back. */
  readonly frontPx: number;
  readonly depthPx: number;
}

/** Light colours of the front, the top and the side, so that numbers stand out. */
const TINTS = {
  blue: [
    [200, 220, 250],
    [225, 237, 255],
    [165, 192, 232],
  ],
  yellow: [
    [255, 235, 160],
    [255, 246, 205],
    [240, 210, 115],
  ],
  green: [
    [200, 235, 200],
    [226, 247, 226],
    [163, 212, 163],
  ],
  grey: [
    [222, 222, 222],
    [242, 242, 242],
    [195, 195, 195],
  ],
} as const satisfies Record<string, readonly [Rgb, Rgb, Rgb]>;

export const oppositeFace = family<Facts>({
  id: 74,
  name: 'Opposite face',
  skill: 'logic',
  answer: { kind: 'integer', classes: 25 },
  options: { kind: 'wide', minimum: 0 },
  draw(rng) {
    const low = rng.between(0, 17);
    const high = low + rng.between(6, 7);
    const [front = 0, top = 0, side = 0] = rng.sample(between(low, high), 3);
    const [tint, frontPx, depthPx] = [pick(['blue', 'yellow', 'green', 'grey'] as const, rng), rng.between(92, 112), rng.between(56, 72)];
    const facts: Facts = { low, high, seen: [front, top, side], asked: pick([front, top, side], rng), tint, frontPx, depthPx };
    return partnersOf(facts).length === 1 ? facts : null;
  },
  answerOf(facts) {
    const [partner] = partnersOf(facts);
    if (partner === undefined) throw new Error('internal: a cube without sums');
    return partner;
  },
  scene({ seen, tint, frontPx, depthPx }) {
    const [x, y] = [112 - (frontPx + depthPx) / 2, 112 - (frontPx - depthPx) / 2];
    const corner = (right: number, down: number, back: number): Point => [x + right * frontPx + back * depthPx, y + down * frontPx - back * depthPx];
    const faces: readonly (readonly Point[])[] = [
      [corner(0, 0, 0), corner(1, 0, 0), corner(1, 1, 0), corner(0, 1, 0)],
      [corner(0, 0, 0), corner(1, 0, 0), corner(1, 0, 1), corner(0, 0, 1)],
      [corner(1, 0, 0), corner(1, 0, 1), corner(1, 1, 1), corner(1, 1, 0)],
    ];
    const middles = [corner(0.5, 0.5, 0), corner(0.5, 0, 0.5), corner(1, 0.5, 0.5)];
    return picture(
      [
        ...faces.flatMap((points, i) => [filled(points, TINTS[tint][i] ?? TINTS[tint][0]), ...outlined(points, 3, BLACK)]),
        ...middles.map(([mx, my], i) => words(String(seen[i]), mx, my, 30)),
      ],
      'a cube with three numbers in view',
    );
  },
  questions: [
    ({ low, high, asked }) =>
      `The six faces of a cube carry six different whole numbers from ${low} to ${high}. Opposite faces always have the same sum. Which number is opposite ${asked}?`,
    ({ low, high, asked }) =>
      `On this cube are six different numbers, none below ${low} and none above ${high}. Any two opposite numbers add up to the same. What does the face opposite ${asked} show?`,
    ({ low, high, asked }) =>
      `Leo wrote six different numbers between ${low} and ${high} (both may occur) on a cube, so that the three sums of opposite faces are equal. Which number did he write opposite ${asked}?`,
  ],
});

/** Numbers that can be opposite the one asked for, over all sums that leave six different numbers. */
function partnersOf({ low, high, seen, asked }: Facts): readonly number[] {
  return between(low, high).filter((partner) => {
    const all = seen.flatMap((number) => [number, asked + partner - number]);
    return new Set(all).size === all.length && all.every((number) => number >= low && number <= high);
  });
}

function between(low: number, high: number): readonly number[] {
  return Array.from({ length: high - low + 1 }, (_, i) => low + i);
}
