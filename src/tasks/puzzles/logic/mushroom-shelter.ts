/** SMART-101 puzzle 87: mushrooms with dots, as many behind as in front; how many ants find no room under them (spec/smarter-vlm 4.4). */
import type { Shape } from '../../render/scene.ts';
import { rectangle } from '../../render/scene.ts';
import type { Point } from '../draw/geometry.ts';
import { arc } from '../draw/geometry.ts';
import { pick } from '../draw/pick.ts';
import type { ColourName } from '../draw/shapes.ts';
import { COLOURS, disc, filled, picture, WHITE } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

const CAP_COLOURS = ['red', 'brown', 'purple', 'blue', 'green'] as const satisfies readonly ColourName[];

interface Facts {
  readonly caps: readonly { readonly at: Point; readonly colour: ColourName; readonly dots: readonly Point[] }[];
  readonly ants: number;
}

const [COLUMNS, ROWS] = [3, 3];
const CAP_PX = 27;
/** Where dots can be, from the middle of a cap's lower edge. */
const DOT_PLACES: readonly Point[] = [...[-18, -9, 0, 9, 18].map((x): Point => [x, -6]), ...[-12, -4, 4, 12].map((x): Point => [x, -15])];
const DOT_PX = 3;

export const mushroomShelter = family<Facts>({
  id: 87,
  name: 'Mushroom shelter',
  skill: 'logic',
  answer: { kind: 'integer', classes: 21 },
  options: { kind: 'wide', minimum: 0 },
  draw(rng) {
    const places = rng.sample(
      Array.from({ length: COLUMNS * ROWS }, (_, i) => i),
      rng.between(3, 7),
    );
    const caps = places.map((place) => ({
      at: [48 + (place % COLUMNS) * 64 + rng.between(-3, 3), 50 + Math.floor(place / COLUMNS) * 64 + rng.between(-4, 4)] as const,
      colour: pick(CAP_COLOURS, rng),
      dots: rng.sample(DOT_PLACES, rng.between(0, DOT_PLACES.length)),
    }));
    const room = 2 * caps.reduce((sum, { dots }) => sum + dots.length, 0);
    return { caps, ants: room + rng.between(0, 20) };
  },
  answerOf: ({ caps, ants }) => ants - 2 * caps.reduce((sum, { dots }) => sum + dots.length, 0),
  scene: ({ caps }) =>
    picture(
      caps.flatMap(({ at: [x, y], colour, dots }): readonly Shape[] => [
        rectangle(x - 5, y, 10, 18, COLOURS.grey),
        filled(arc(x, y, CAP_PX, 1800, 3600), COLOURS[colour]),
        ...dots.map(([right, down]) => disc(x + right, y + down, DOT_PX, WHITE)),
      ]),
      'mushrooms with white dots',
    ),
  questions: [
    ({ ants }) =>
      `Each mushroom has as many dots behind as in front, and gives shelter to one ant per dot. ${ants} ants come running in the rain. How many get wet?`,
    ({ ants }) =>
      `Under a mushroom there is room for one ant for each of its dots. You see half of its dots, the other half are on the back. How many of ${ants} ants find no room?`,
    ({ ants }) =>
      `${ants} ants look for a dry place. A mushroom keeps as many ants dry as it has dots on both sides together, and both sides look the same. How many ants stay outside?`,
  ],
});
