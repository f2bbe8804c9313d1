/** Counts the small white discs; each stands for two dry ants. */
import { isFill, polygonsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

export const solve: Solver = ({ scene, question }) => {
  const dots = polygonsOf(scene).filter((shape) => isFill(shape, [255, 255, 255]));
  return Number(/\d+/.exec(question)?.[0]) - dots.length - dots.length;
};
