/** SMART-101 puzzle 77: a dotted disc on white, five on black; which is its negative (spec/smarter-vlm 4.4). Sizes and palette are ours. */
import type { Rng } from '../../../lib/rng.ts';
import type { Rgb, Shape } from '../../render/scene.ts';
import { rectangle } from '../../render/scene.ts';
import { letterOf } from '../answers.ts';
import type { Candidates } from '../draw/candidates.ts';
import { amongWrong } from '../draw/candidates.ts';
import type { Point } from '../draw/geometry.ts';
import { distance } from '../draw/geometry.ts';
import { pick } from '../draw/pick.ts';
import { BLACK, COLOURS, dot as discAt, picture, words } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

/** Grey is left out: its negative is grey too. */
const PALETTE = ['red', 'blue', 'green', 'yellow', 'orange', 'purple', 'brown'] as const;

interface Dot {
  /** From the middle of the disc. */
  readonly at: Point;
  readonly fill: Rgb;
}

interface Disc {
  readonly fill: Rgb;
  readonly dots: readonly Dot[];
}

interface Facts {
  readonly positive: Disc;
  readonly candidates: Candidates<Disc>;
}

const [DISC_PX, DOT_PX, APART_PX, INSET_PX] = [29, 4, 10, 6];
/** Sum of the differences of the three channels: less is hard to see. */
const CONTRAST = 180;

export const negative = family<Facts>({
  id: 77,
  name: 'Negative of a picture',
  skill: 'pattern',
  answer: { kind: 'label', classes: 5 },
  options: { kind: 'label' },
  draw(rng) {
    const fill = pick(PALETTE, rng);
    const bold = PALETTE.filter((name) => contrast(COLOURS[name], COLOURS[fill]) >= CONTRAST);
    const inks = rng.sample(bold, rng.between(1, Math.min(3, bold.length)));
    const places = scattered([], rng.between(6, 15), rng);
    const positive: Disc = { fill: COLOURS[fill], dots: places.map((at, i) => ({ at, fill: COLOURS[inks[i % inks.length] ?? 'yellow'] })) };
    const right = recoloured(positive, inverted);
    const moved = Math.max(2, Math.floor(places.length / 3));
    const elsewhere = [...scattered(places, moved, rng), ...places.slice(moved)];
    if (elsewhere.length !== places.length) return null;
    const wrong: readonly Disc[] = [
      { ...right, fill: rotated(right.fill) },
      { ...right, fill: positive.fill },
      { ...right, dots: right.dots.map((dot, i) => ({ ...dot, at: elsewhere[i] ?? dot.at })) },
      { ...right, dots: positive.dots },
      recoloured(right, rotated),
      positive,
    ];
    const candidates = amongWrong(right, rng.shuffle(wrong), rng);
    return candidates === null ? null : { positive, candidates };
  },
  answerOf: ({ candidates }) => candidates.right,
  scene: ({ positive, candidates }) =>
    picture([...drawDisc(positive, 48, 52), ...candidates.shown.flatMap(candidate)], 'a dotted disc on white and five dotted discs on black'),
  questions: [
    () => 'In a negative, white turns into black and every colour into its opposite. Which of A to E is the negative of the disc on white?',
    () => 'All colours of the picture at the top left, its white ground too, are replaced by their opposites. Which picture comes out?',
    () =>
      'A film shows every colour inverted, with black instead of white. Which of the five black fields shows the disc at the top left as this film does?',
  ],
});

function candidate(shown: Disc, i: number): readonly Shape[] {
  const [column, row] = [(i + 1) % 3, Math.floor((i + 1) / 3)];
  const [x, y] = [48 + 64 * column, 52 + 97 * row];
  return [rectangle(x - 31, y - 35, 62, 70, BLACK), ...drawDisc(shown, x, y), words(letterOf(i), x, y + 47, 18)];
}

function drawDisc({ fill, dots }: Disc, x: number, y: number): readonly Shape[] {
  return [discAt(x, y, DISC_PX, fill), ...dots.map((dot) => discAt(x + dot.at[0], y + dot.at[1], DOT_PX, dot.fill))];
}

/** Up to `count` places in a disc, apart from one another and from those that are taken. */
function scattered(taken: readonly Point[], count: number, rng: Rng): readonly Point[] {
  const found: Point[] = [];
  for (let tries = 0; tries < 300 && found.length < count; tries++) {
    const at: Point = [rng.between(-DISC_PX, DISC_PX), rng.between(-DISC_PX, DISC_PX)];
    if (distance(at, [0, 0]) > DISC_PX - INSET_PX) continue;
    if ([...taken, ...found].every((other) => distance(at, other) >= APART_PX)) found.push(at);
  }
  return found;
}

function recoloured({ fill, dots }: Disc, change: (colour: Rgb) => Rgb): Disc {
  return { fill: change(fill), dots: dots.map((dot) => ({ ...dot, fill: change(dot.fill) })) };
}

function contrast(one: Rgb, other: Rgb): number {
  return one.reduce((sum, value, i) => sum + Math.abs(value - (other[i] ?? 0)), 0);
}

function inverted([red, green, blue]: Rgb): Rgb {
  return [255 - red, 255 - green, 255 - blue];
}

/** The hue a third of a turn on. */
function rotated([red, green, blue]: Rgb): Rgb {
  return [blue, red, green];
}
