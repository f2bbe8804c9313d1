/** SMART-101 puzzle 20: a floor of equal oblong tiles lying both ways; how long is it (spec/smarter-vlm 4.4). Blocks are cut in two again and again, then tiled. */
import type { Rng } from '../../../lib/rng.ts';
import type { Shape } from '../../render/scene.ts';
import { rectangle } from '../../render/scene.ts';
import { pick, pickTwo } from '../draw/pick.ts';
import type { ColourName } from '../draw/shapes.ts';
import { BLACK, COLOUR_NAMES, COLOURS, INNER_PX, picture, PICTURE_PX } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

/** In short sides of a tile. */
interface Block {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Facts {
  readonly width: number;
  readonly height: number;
  readonly tiles: readonly Block[];
  /** Of a tile, in decimetres. */
  readonly shortSide: number;
  /** Of tiles that lie, and of those that stand. */
  readonly colours: readonly [ColourName, ColourName];
}

const MAX_LENGTH = 79;
const BORDER_PX = 2;

export const tiledFloor = family<Facts>({
  id: 20,
  name: 'Tiled floor',
  skill: 'measure',
  answer: { kind: 'integer', classes: MAX_LENGTH + 1 },
  options: { kind: 'near', minimum: 1 },
  draw(rng) {
    const ratio = rng.between(2, 3);
    const [width, height] = [rng.between(4, 10), rng.between(4, 10)];
    const shortSide = rng.between(2, 9);
    if (width === height || (width * height) % ratio !== 0 || Math.max(width, height) * shortSide > MAX_LENGTH) return null;
    const tiles = tiled({ x: 0, y: 0, width, height }, ratio, rng);
    const isMixed = new Set(tiles.map((tile) => tile.width)).size === 2;
    return isMixed ? { width, height, tiles, shortSide, colours: pickTwo(COLOUR_NAMES, rng) } : null;
  },
  answerOf: ({ width, height, shortSide }) => Math.max(width, height) * shortSide,
  scene({ width, height, tiles, colours }) {
    const unit = Math.floor((INNER_PX.high - INNER_PX.low - BORDER_PX) / Math.max(width, height));
    const [left, top] = [Math.floor((PICTURE_PX - unit * width) / 2), Math.floor((PICTURE_PX - unit * height) / 2)];
    const half = BORDER_PX / 2;
    const tile = ({ x, y, width: w, height: h }: Block): readonly Shape[] => [
      rectangle(left + x * unit - half, top + y * unit - half, w * unit + BORDER_PX, h * unit + BORDER_PX, BLACK),
      rectangle(left + x * unit + half, top + y * unit + half, w * unit - BORDER_PX, h * unit - BORDER_PX, COLOURS[colours[w > h ? 0 : 1]]),
    ];
    return picture(tiles.flatMap(tile), 'a floor of oblong tiles');
  },
  questions: [
    ({ shortSide }) =>
      `The floor is covered with equal tiles. The short side of a tile is ${shortSide} dm long. How many decimetres long is the longer side of the floor?`,
    ({ shortSide }) =>
      `All tiles of this terrace have the same size; each is ${shortSide} dm wide at its short side. What is the length of the terrace, its longer side, in dm?`,
    ({ shortSide }) =>
      `A rectangle is made of equal small rectangles that lie or stand. Their shorter sides measure ${shortSide}. How much does the longer side of the large rectangle measure?`,
  ],
});

/** A block is cut where both parts can be tiled: one side of each is a multiple of the ratio, which is prime. */
function tiled(block: Block, ratio: number, rng: Rng): readonly Block[] {
  const { x, y, width, height } = block;
  const canTile = (w: number, h: number): boolean => w % ratio === 0 || h % ratio === 0;
  const cuts: (readonly [Block, Block])[] = [];
  for (let w = 1; w < width; w++)
    if (canTile(w, height) && canTile(width - w, height))
      cuts.push([
        { ...block, width: w },
        { x: x + w, y, width: width - w, height },
      ]);
  for (let h = 1; h < height; h++)
    if (canTile(width, h) && canTile(width, height - h))
      cuts.push([
        { ...block, height: h },
        { x, y: y + h, width, height: height - h },
      ]);
  return cuts.length === 0 ? [block] : pick(cuts, rng).flatMap((part) => tiled(part, ratio, rng));
}
