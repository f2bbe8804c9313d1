/** Reads the cards as white rectangles with discs at places in px, mirrors the largest as told and finds its like. */
import type { RectangleShape, Scene } from '../../../src/tasks/render/scene.ts';
import { colourNameOf } from './colours.ts';
import { discsOf, letterBeside, nearest, only } from './placed.ts';
import { rectanglesOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

interface Dot {
  readonly u: number;
  readonly v: number;
  readonly colour: string;
}

export const solve: Solver = ({ scene, question }) => {
  const cards = rectanglesOf(scene).filter(({ fill }) => colourNameOf(fill) === 'white');
  const large = nearest(cards, ({ width }) => -width);
  const flips = [...question.matchAll(/(left|right|top|bottom) edge/g)].map(([, edge]) => edge);
  if (cards.length !== 6 || flips.length === 0) throw new Error(`${cards.length} cards, flips ${flips.join()}`);
  const isSideways = flips.filter((edge) => edge === 'left' || edge === 'right').length % 2 === 1;
  const isUpsideDown = flips.filter((edge) => edge === 'top' || edge === 'bottom').length % 2 === 1;
  const turned = dotsOn(large, scene).map(({ u, v, colour }) => ({ u: isSideways ? 1 - u : u, v: isUpsideDown ? 1 - v : v, colour }));
  const wanted = keyOf(turned);
  const right = only(cards.filter((card) => card !== large && keyOf(dotsOn(card, scene)) === wanted));
  return letterBeside(scene, [right.x + right.width / 2, right.y + right.height]);
};

/** Places as shares of the card's sides. */
function dotsOn({ x, y, width, height }: RectangleShape, scene: Scene): Dot[] {
  return discsOf(scene)
    .filter(({ at }) => at[0] > x && at[0] < x + width && at[1] > y && at[1] < y + height)
    .map(({ at, fill }) => ({ u: (at[0] - x) / width, v: (at[1] - y) / height, colour: colourNameOf(fill) }));
}

function keyOf(dots: readonly Dot[]): string {
  return dots
    .map(({ u, v, colour }) => `${u.toFixed(2)} ${v.toFixed(2)} ${colour}`)
    .toSorted()
    .join();
}
