/** SMART-101 puzzle 11: towels on a line, neighbours share a pin; how many pins for a number of towels (spec/smarter-vlm 4.4). */
import { rectangle } from '../../render/scene.ts';
import { pick } from '../draw/pick.ts';
import type { ColourName } from '../draw/shapes.ts';
import { BLACK, COLOURS, INNER_PX, line, picture } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

interface Facts {
  /** Pins of one towel, the shared ones included. */
  readonly pins: number;
  readonly towels: number;
  readonly colours: readonly ColourName[];
  /** Of the line, px from the top, and how far a towel hangs down. */
  readonly y: number;
  readonly heightPx: number;
}

/** Towels in the picture. */
const SHOWN = 3;
const TOWEL_PX = 58;
const PIN_PX = 6;
const TOWEL_COLOURS = ['blue', 'green', 'yellow', 'orange', 'purple', 'pink'] as const satisfies readonly ColourName[];
const HANGERS = ['Mum', 'Ali', 'Grandpa', 'Sofia'] as const;

export const towelsOnALine = family<Facts & { readonly hanger: string }>({
  id: 11,
  name: 'Towels on a line',
  skill: 'math',
  answer: { kind: 'integer', classes: 130 },
  options: { kind: 'near', minimum: 0 },
  draw: (rng) => ({
    ...{ pins: rng.between(2, 5), towels: rng.between(4, 30), hanger: pick(HANGERS, rng) },
    ...{ colours: rng.sample(TOWEL_COLOURS, SHOWN), y: rng.between(50, 90), heightPx: rng.between(50, 100) },
  }),
  answerOf: ({ pins, towels }) => towels * (pins - 1) + 1,
  scene({ pins, colours, y, heightPx }) {
    const left = 112 - (SHOWN * TOWEL_PX) / 2;
    const gap = TOWEL_PX / (pins - 1);
    return picture(
      [
        line([INNER_PX.low, y], [INNER_PX.high, y], 3, BLACK),
        ...colours.map((colour, i) => rectangle(left + i * TOWEL_PX + 1, y + 2, TOWEL_PX - 2, heightPx, COLOURS[colour])),
        ...Array.from({ length: SHOWN * (pins - 1) + 1 }, (_, i) => rectangle(left + i * gap - PIN_PX / 2, y - 8, PIN_PX, 20, COLOURS.red)),
      ],
      'towels and pins on a line',
    );
  },
  questions: [
    ({ towels }) =>
      `Each towel hangs on the same number of pins and shares one with its neighbour. How many pins do ${towels} towels need in one row?`,
    ({ towels, hanger }) => `${hanger} hangs up towels as in the picture, side by side. How many red pins does it take for ${towels} towels?`,
    ({ towels }) => `The picture shows the beginning of a long row of ${towels} towels, all hung up in this way. How many pins are used in all?`,
  ],
});
