/** The red disc that is on the same side of every edge of every figure, taken by its letter. */
import { colourNameOf } from './colours.ts';
import { cornersOf, discsOf, isWithin, letterBeside, only } from './placed.ts';
import { polygonsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

export const solve: Solver = ({ scene, question }) => {
  const figures = polygonsOf(scene).filter(({ points, fill }) => points.length <= 6 && colourNameOf(fill) !== 'black');
  if (figures.length !== Number(/(\d+)/.exec(question)?.[1])) throw new Error(`${figures.length} figures in: ${question}`);
  const dots = discsOf(scene).filter(({ fill }) => colourNameOf(fill) === 'red');
  if (dots.length !== 5) throw new Error(`${dots.length} dots`);
  const right = only(dots.filter(({ at }) => figures.every((figure) => isWithin(at, cornersOf(figure)))));
  return letterBeside(scene, right.at);
};
