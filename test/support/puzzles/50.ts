/** Counts squares by the colour on top of each place. */
import { colourNameOf } from './colours.ts';
import { rectanglesOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

export const solve: Solver = ({ scene, question }) => {
  const names = rectanglesOf(scene)
    .map(({ fill }) => colourNameOf(fill))
    .filter((name) => name !== 'black');
  if (/in all|total|does it have/.test(question)) return names.length;
  const [first = 0, second = 0] = [...new Set(names)]
    .filter((name) => question.includes(name))
    .map((name) => names.filter((other) => other === name).length);
  return Math.abs(first - second);
};
