/** Reads cards as rectangles and what is on them as discs by their place on the card; lays the holes over the dots. */
import type { RectangleShape, Scene } from '../../../src/tasks/render/scene.ts';
import { colourNameOf } from './colours.ts';
import { discsOf, letterBeside, only } from './placed.ts';
import { rectanglesOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

export const solve: Solver = ({ scene }) => {
  const cards = rectanglesOf(scene).filter(({ fill }) => colourNameOf(fill) !== 'black');
  const largest = Math.max(...cards.map(({ width }) => width));
  const isWhite = ({ fill }: RectangleShape): boolean => colourNameOf(fill) === 'white';
  const holes = placesOn(only(cards.filter((card) => card.width === largest && !isWhite(card))), scene);
  const dots = placesOn(only(cards.filter(isWhite)), scene);
  const seen = keyOf([...holes.keys()].map((place) => [place, dots.get(place) ?? 'white']));
  const right = only(cards.filter((card) => card.width < largest && keyOf([...placesOn(card, scene)]) === seen));
  return letterBeside(scene, [right.x + right.width / 2, right.y + right.height]);
};

/** Colour by place, as shares of the card's sides. */
function placesOn({ x, y, width, height }: RectangleShape, scene: Scene): Map<string, string> {
  const inside = discsOf(scene).filter(({ at }) => at[0] > x && at[0] < x + width && at[1] > y && at[1] < y + height);
  return new Map(inside.map(({ at, fill }) => [`${((at[0] - x) / width).toFixed(2)} ${((at[1] - y) / height).toFixed(2)}`, colourNameOf(fill)]));
}

function keyOf(places: readonly (readonly [string, string])[]): string {
  return places
    .map((place) => place.join(' '))
    .toSorted()
    .join();
}
