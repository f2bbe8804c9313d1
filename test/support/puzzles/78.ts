/** Rays on the right divided by rays on the left, after checking that turned copies of the left star make up the right figure without a rest. */
import type { LineShape } from '../../../src/tasks/render/scene.ts';
import { linesOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

const FULL = 2 * Math.PI;
const angleOf = ({ x1, y1, x2, y2 }: LineShape): number => Math.atan2(y2 - y1, x2 - x1);
const apart = (one: number, other: number): number => Math.abs(((one - other + 3.5 * FULL) % FULL) - FULL / 2);

export const solve: Solver = ({ scene }) => {
  const rays = linesOf(scene);
  const centres = [...new Set(rays.map(({ x1 }) => x1))].toSorted((a, b) => a - b);
  const [left, right] = centres.map((x) => rays.filter(({ x1 }) => x1 === x).map(angleOf));
  if (centres.length !== 2 || left === undefined || right === undefined) throw new Error(`stars at ${centres.join(', ')}`);
  if (!isMadeOf(right, left)) throw new Error('the right figure is not made of copies');
  return right.length / left.length;
};

/** True when turned copies of a star take every ray once. */
function isMadeOf(rays: readonly number[], star: readonly number[]): boolean {
  const [first, ...others] = rays;
  if (first === undefined) return true;
  return star.some((tip) => {
    const wanted = star.filter((ray) => ray !== tip).map((ray) => ray + first - tip);
    const rest = others.filter((ray) => wanted.every((other) => apart(ray, other) > 0.001));
    return rest.length === others.length - wanted.length && isMadeOf(rest, star);
  });
}
