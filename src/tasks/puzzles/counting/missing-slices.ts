/** SMART-101 puzzle 79: a cake of equal slices, some taken away; how many (spec/smarter-vlm 4.4). */
import type { Shape } from '../../render/scene.ts';
import type { Point } from '../draw/geometry.ts';
import { along, FULL_TURN, sector } from '../draw/geometry.ts';
import { pick } from '../draw/pick.ts';
import type { ColourName } from '../draw/shapes.ts';
import { BLACK, COLOURS, disc, filled, line, PICTURE_PX, picture } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

const LOOKS = [
  ['yellow', 'red'],
  ['pink', 'purple'],
  ['orange', 'brown'],
  ['green', 'yellow'],
  ['blue', 'yellow'],
  ['brown', 'pink'],
] as const satisfies readonly (readonly [ColourName, ColourName])[];

interface Facts {
  readonly slices: number;
  /** Slices that are left, 0 to slices - 1. */
  readonly left: readonly number[];
  readonly turn: number;
  /** Of the dough and of what lies on it. */
  readonly look: readonly [ColourName, ColourName];
  /** Things on each slice. */
  readonly berries: number;
}

const MIDDLE = PICTURE_PX / 2;
const RADIUS_PX = 88;
const LINE_PX = 3;

export const missingSlices = family<Facts>({
  id: 79,
  name: 'Missing slices',
  skill: 'counting',
  answer: { kind: 'integer', classes: 10 },
  options: { kind: 'near', minimum: 0 },
  draw(rng) {
    const slices = rng.between(5, 12);
    const missing = rng.between(2, Math.min(7, slices - 2));
    const left = rng.sample(
      Array.from({ length: slices }, (_, i) => i),
      slices - missing,
    );
    return { slices, left, turn: rng.below(FULL_TURN), look: pick(LOOKS, rng), berries: rng.between(1, 3) };
  },
  answerOf: ({ slices, left }) => slices - left.length,
  scene({ slices, left, turn, look: [dough, berry], berries }) {
    const borderOf = (i: number): number => turn + Math.round((i * FULL_TURN) / slices);
    return picture(
      left.flatMap((i): readonly Shape[] => {
        const [from, to] = [borderOf(i), borderOf(i + 1)];
        const slice = (radiusPx: number): readonly Point[] => sector(MIDDLE, MIDDLE, radiusPx, from, to);
        const edges = [from, to].map((angle) => line([MIDDLE, MIDDLE], along(MIDDLE, MIDDLE, RADIUS_PX, angle), LINE_PX, BLACK));
        const spots = Array.from({ length: berries }, (_, k) => along(MIDDLE, MIDDLE, RADIUS_PX - 14 - 18 * k, borderOf(i + 0.5)));
        return [
          filled(slice(RADIUS_PX), BLACK),
          filled(slice(RADIUS_PX - LINE_PX), COLOURS[dough]),
          ...edges,
          ...spots.map(([x, y]) => disc(x, y, 6, COLOURS[berry])),
        ];
      }),
      'what is left of a round cake',
    );
  },
  questions: [
    () => 'A round cake was cut into equal slices. How many slices are gone?',
    () => 'All slices of this cake had the same size. Some have been eaten. How many were those?',
    () => 'How many slices like these are missing to make the cake whole again?',
  ],
});
