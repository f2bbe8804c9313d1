/** SMART-101 puzzle 75: a box of cubes in two colours, three faces in view; how many of a colour are hidden (spec/smarter-vlm 4.4). Sizes and shading are ours. */
import type { Rgb, Shape } from '../../render/scene.ts';
import type { Point } from '../draw/geometry.ts';
import { direction } from '../draw/geometry.ts';
import { pick } from '../draw/pick.ts';
import { BLACK, COLOURS, filled, line, picture } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

const LIGHT = ['yellow', 'orange', 'pink'] as const;
const DARK = ['blue', 'green', 'purple'] as const;
type CubeColour = (typeof LIGHT)[number] | (typeof DARK)[number];

interface Facts {
  /** To the lower right, to the lower left, and up. */
  readonly size: readonly [number, number, number];
  /** Of the cubes in view by place, nearest corner last; hidden ones have a colour that nobody sees. */
  readonly colours: readonly CubeColour[];
  readonly pair: readonly [CubeColour, CubeColour];
  readonly asked: CubeColour;
  /** Of the colour asked for. */
  readonly hidden: number;
}

const ROOM_PX = 188;
const LARGEST_PX = 30;
const [ACROSS, DOWN] = direction(300);
/** Of the colours on each face, in percent. */
const SHADES = { top: 100, left: 86, right: 72 } as const;
const LINE_PX = 2;

export const hiddenCubes = family<Facts>({
  id: 75,
  name: 'Hidden cubes',
  skill: 'spatial',
  answer: { kind: 'integer', classes: 90 },
  options: { kind: 'wide', minimum: 0 },
  draw(rng) {
    const size = [rng.between(2, 5), rng.between(2, 5), rng.between(2, 5)] as const;
    const [a, b, c] = size;
    const hiddenCubes = (a - 1) * (b - 1) * (c - 1);
    if (hiddenCubes < 3) return null;
    const pair = [pick(LIGHT, rng), pick(DARK, rng)] as const;
    const colours = Array.from({ length: a * b * c }, () => pick(pair, rng));
    return { size, colours, pair, asked: pick(pair, rng), hidden: rng.between(0, hiddenCubes) };
  },
  answerOf: ({ hidden }) => hidden,
  scene: (facts) => picture(drawBox(facts), 'a box of coloured cubes'),
  questions: [
    (facts) =>
      `A solid box is built from ${facts.pair.join(' and ')} cubes. ${total(facts)} of the cubes are ${facts.asked}. How many ${facts.asked} cubes cannot be seen?`,
    (facts) =>
      `This box without gaps has ${total(facts)} ${facts.asked} cubes in all, the others are ${facts.pair.find((colour) => colour !== facts.asked)}. How many of the ${facts.asked} ones are hidden in the picture?`,
    (facts) =>
      `Ben used exactly ${total(facts)} ${facts.asked} cubes for this full box. Some may be inside or behind. How many ${facts.asked} cubes are out of sight?`,
  ],
});

/** Cubes of the colour asked for. */
function total({ size, colours, asked, hidden }: Facts): number {
  const [a, b, c] = size;
  const isSeen = (place: number): boolean => place % a === a - 1 || Math.floor(place / a) % b === b - 1 || Math.floor(place / (a * b)) === c - 1;
  return hidden + colours.filter((colour, place) => colour === asked && isSeen(place)).length;
}

function drawBox({ size, colours }: Facts): readonly Shape[] {
  const [a, b, c] = size;
  const edge = Math.min(LARGEST_PX, ROOM_PX / (ACROSS * (a + b)), ROOM_PX / (c + DOWN * (a + b)));
  const [x0, y0] = [112 - (ACROSS * edge * (a - b)) / 2, 112 - (edge * (c + DOWN * (a + b))) / 2];
  const corner = (i: number, j: number, k: number): Point => [x0 + (i - j) * ACROSS * edge, y0 + ((i + j) * DOWN + c - k) * edge];
  const colourOf = (i: number, j: number, k: number): Rgb => COLOURS[colours[i + a * (j + b * k)] ?? 'pink'];
  return [
    ...drawFace(
      a,
      b,
      (i, j) => corner(i, j, c),
      (i, j) => shaded(colourOf(i, j, c - 1), SHADES.top),
    ),
    ...drawFace(
      a,
      c,
      (i, k) => corner(i, b, k),
      (i, k) => shaded(colourOf(i, b - 1, k), SHADES.left),
    ),
    ...drawFace(
      b,
      c,
      (j, k) => corner(a, j, k),
      (j, k) => shaded(colourOf(a - 1, j, k), SHADES.right),
    ),
  ];
}

/** Coloured cells of one face, then the lines between them. */
function drawFace(
  columns: number,
  rows: number,
  at: (column: number, row: number) => Point,
  fill: (column: number, row: number) => Rgb,
): readonly Shape[] {
  const cells = Array.from({ length: columns * rows }, (_, i) => [i % columns, Math.floor(i / columns)] as const);
  return [
    ...cells.map(([i, j]) => filled([at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j + 1)], fill(i, j))),
    ...Array.from({ length: columns + 1 }, (_, i) => line(at(i, 0), at(i, rows), LINE_PX, BLACK)),
    ...Array.from({ length: rows + 1 }, (_, j) => line(at(0, j), at(columns, j), LINE_PX, BLACK)),
  ];
}

function shaded([red, green, blue]: Rgb, percent: number): Rgb {
  const part = (value: number): number => Math.round((value * percent) / 100);
  return [part(red), part(green), part(blue)];
}
