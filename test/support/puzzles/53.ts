/** A circle surrounds the animal when all parts of it are nearer to its middle than its line. */
import { middleOf, polygonsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

export const solve: Solver = ({ scene, question }) => {
  const shapes = polygonsOf(scene).map((shape) => ({ points: shape.points, at: middleOf(shape) }));
  const isCircle = ({ points }: (typeof shapes)[number]): boolean => Math.max(...points.map(([x]) => x)) - Math.min(...points.map(([x]) => x)) > 40;
  const animal = shapes.filter((shape) => !isCircle(shape)).flatMap(({ points }) => points);
  const wantsAround = !/do not|outside/i.test(question);
  return shapes.filter(isCircle).filter(({ points, at: [cx, cy] }) => {
    const far = ([x, y]: readonly [number, number]): number => Math.hypot(x - cx, y - cy);
    const [least, most] = [Math.min(...points.map(far)), Math.max(...points.map(far))];
    const isAround = animal.every((point) => far(point) < least);
    if (!isAround && !animal.every((point) => far(point) > most)) throw new Error('a line through the animal');
    return isAround === wantsAround;
  }).length;
};
