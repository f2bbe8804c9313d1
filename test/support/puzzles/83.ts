/** Half the width of the blue curve is its period: the red point that lies on it when moved back by one. */
import { colourNameOf } from './colours.ts';
import { discsOf, far, letterBeside, only } from './placed.ts';
import type { Place } from './placed.ts';
import { linesOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

export const solve: Solver = ({ scene }) => {
  const curve = linesOf(scene).filter(({ stroke }) => colourNameOf(stroke) === 'blue');
  const ends = curve.flatMap(({ x1, y1, x2, y2 }): Place[] => [[x1, y1], [x2, y2]]); // prettier-ignore
  const xs = ends.map(([x]) => x);
  const period = (Math.max(...xs) - Math.min(...xs)) / 2;
  const middle = Math.min(...xs) + period;
  for (const [x, y] of ends) {
    if (x <= middle && !ends.some((end) => far(end, [x + period, y]) < 0.5)) throw new Error(`not twice the same: ${x}, ${y}`);
  }
  const points = discsOf(scene).filter(({ fill }) => colourNameOf(fill) === 'red');
  if (points.length !== 5) throw new Error(`${points.length} points`);
  const right = only(points.filter(({ at: [x, y] }) => ends.some((end) => far(end, [x - period, y]) < 0.5)));
  return letterBeside(scene, right.at);
};
