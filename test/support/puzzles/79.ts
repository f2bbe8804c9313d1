/** The tip of a slice is the corner that all large coloured polygons share; its angle tells how many make a full turn. */
import { isFill, polygonsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

export const solve: Solver = ({ scene }) => {
  const size = (points: readonly (readonly [number, number])[]): number =>
    Math.max(...points.map(([x, y]) => Math.max(...points.map(([u, v]) => Math.hypot(u - x, v - y)))));
  const slices = polygonsOf(scene).filter((shape) => !isFill(shape, [0, 0, 0]) && size(shape.points) > 60);
  const [first] = slices;
  if (first === undefined) throw new Error('no slices');
  const tip = first.points.find(([x, y]) => slices.every(({ points }) => points.some(([u, v]) => Math.hypot(u - x, v - y) < 0.01)));
  const [a, b] = [first.points[1], first.points.at(-1)];
  if (tip === undefined || a === undefined || b === undefined) throw new Error('slices without a tip in common');
  const angle = Math.abs(Math.atan2(a[1] - tip[1], a[0] - tip[0]) - Math.atan2(b[1] - tip[1], b[0] - tip[0]));
  const full = (2 * Math.PI) / Math.min(angle, 2 * Math.PI - angle);
  if (Math.abs(full - Math.round(full)) > 0.1) throw new Error(`slices do not fill a turn: ${full}`);
  return Math.round(full) - slices.length;
};
