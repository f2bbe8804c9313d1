/** SMART-101 puzzle 55: seven coloured bars lie on one another; the lowest and the highest are named, which is in the middle (spec/smarter-vlm 4.4). Sizes are ours. */
import type { Rng } from '../../../lib/rng.ts';
import type { Shape } from '../../render/scene.ts';
import type { Point } from '../draw/geometry.ts';
import { along, distanceToSegment, FULL_TURN, placed } from '../draw/geometry.ts';
import { BLACK, COLOUR_NAMES, COLOURS, dot, filled, INNER_PX, inkOn, picture, words } from '../draw/shapes.ts';
import type { ColourName } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

interface Bar {
  readonly middle: Point;
  readonly tenths: number;
  /** Ends of its middle line. */
  readonly ends: readonly [Point, Point];
}

interface Facts {
  /** From the lowest to the highest. */
  readonly bars: readonly Bar[];
  /** Number of each bar in the legend, in the same order. */
  readonly numbers: readonly number[];
  /** Of the numbers 1 to 7. */
  readonly colours: readonly ColourName[];
}

const COUNT = 7;
const [LENGTH_PX, WIDTH_PX, RIGHT_PX] = [118, 15, 176];
/** Between where two neighbours cross and the middle line of any bar above: this crossing stays in view. */
const CLEAR_PX = WIDTH_PX + 5;

export const middleBar = family<Facts>({
  id: 55,
  name: 'Middle bar',
  skill: 'spatial',
  answer: { kind: 'integer', classes: 8 },
  options: { kind: 'own' },
  draw(rng) {
    const bars = pileOf(COUNT, rng);
    return bars === null ? null : { bars, numbers: rng.shuffle([1, 2, 3, 4, 5, 6, 7]), colours: rng.sample(COLOUR_NAMES, COUNT) };
  },
  answerOf: ({ numbers }) => numbers[3] ?? 0,
  wrong: ({ numbers }) => [...numbers.slice(1, 3), ...numbers.slice(4, 6)],
  scene: ({ bars, numbers, colours }) =>
    picture(
      [
        ...bars.flatMap((bar, i) => drawBar(bar, colours[(numbers[i] ?? 1) - 1] ?? 'grey')),
        ...colours.flatMap((name, i) => {
          const y = 30 + 27 * i;
          return [dot(195, y, 12, COLOURS[name]), words(String(i + 1), 195, y, 16, inkOn(COLOURS[name]))];
        }),
      ],
      'seven bars on one another, with numbers for their colours',
    ),
  questions: [
    ({ numbers }) =>
      `Seven bars lie on one another, their numbers are at the right. Bar ${numbers[0]} is the lowest and bar ${numbers[6]} the highest. Which number has the one in the middle of the pile?`,
    ({ numbers }) =>
      `The discs at the right number the bars by colour. At the bottom of the pile lies ${numbers[0]}, at the top ${numbers[6]}. Which bar has as many bars below it as above it?`,
    ({ numbers }) =>
      `Count from bar ${numbers[0]}, which was put down first, to bar ${numbers[6]}, which came last. Which of the seven bars was the fourth?`,
  ],
});

/** Each bar crosses the one before where no later one covers the crossing; null when one finds no place. */
function pileOf(count: number, rng: Rng): readonly Bar[] | null {
  const bars: Bar[] = [];
  const crossings: Point[] = [];
  for (let tries = 0; tries < 150 && bars.length < count; tries++) {
    const below = bars.at(-1);
    const tenths = below === undefined ? rng.below(FULL_TURN / 2) : below.tenths + rng.between(350, 1450);
    const crossing: Point =
      below === undefined ? [rng.between(70, 120), rng.between(80, 144)] : along(...below.middle, rng.between(-42, 42), below.tenths);
    const middle = along(...crossing, rng.between(-42, 42), tenths);
    const bar: Bar = { middle, tenths, ends: [along(...middle, -LENGTH_PX / 2, tenths), along(...middle, LENGTH_PX / 2, tenths)] };
    const isInner = bar.ends.every(([x, y]) => isBetween(x, RIGHT_PX) && isBetween(y, INNER_PX.high));
    if (!isInner || crossings.some((earlier) => distanceToSegment(earlier, ...bar.ends) < CLEAR_PX)) continue;
    if (below !== undefined) crossings.push(crossing);
    bars.push(bar);
  }
  return bars.length < count ? null : bars;
}

function isBetween(value: number, high: number): boolean {
  return value >= INNER_PX.low + WIDTH_PX / 2 + 2 && value <= high - WIDTH_PX / 2 - 2;
}

function drawBar({ middle, tenths }: Bar, colour: ColourName): readonly Shape[] {
  const box = (grown: number): readonly Point[] => {
    const [x, y] = [LENGTH_PX / 2 + grown, WIDTH_PX / 2 + grown];
    return placed([[-x, -y], [x, -y], [x, y], [-x, y]], ...middle, 1, tenths); // prettier-ignore
  };
  return [filled(box(2), BLACK), filled(box(0), COLOURS[colour])];
}
