/** Takes a circle or leaves it, again and again, in the order of the picture. */
import { middleOf, polygonsOf, rectanglesOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

type Place = readonly [number, number];

export const solve: Solver = ({ scene }) => {
  const wide = Math.max(...rectanglesOf(scene).map(({ width }) => width));
  const largest = ([first, ...rest]: readonly Place[]): number => {
    if (first === undefined) return 0;
    const apart = rest.filter(([x, y]) => Math.hypot(x - first[0], y - first[1]) > wide);
    return apart.length === rest.length ? 1 + largest(rest) : Math.max(largest(rest), 1 + largest(apart));
  };
  return largest(polygonsOf(scene).map(middleOf));
};
