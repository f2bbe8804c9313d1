/** Finds the animals by the gaps between them and their direction by the pupil, the only black round thing. */
import { isFill, middleOf, polygonsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

export const solve: Solver = ({ scene }) => {
  const parts = polygonsOf(scene)
    .map((shape) => ({ shape, left: Math.min(...shape.points.map(([x]) => x)), right: Math.max(...shape.points.map(([x]) => x)) }))
    .toSorted((a, b) => a.left - b.left);
  const animals: (typeof parts)[] = [];
  let end = -1;
  for (const part of parts) {
    if (part.left > end) animals.push([]);
    animals.at(-1)?.push(part);
    end = Math.max(end, part.right);
  }
  return animals.reduce((calls, animal, i) => {
    const pupil = animal.find(({ shape }) => isFill(shape, [0, 0, 0]) && shape.points.length > 4);
    if (pupil === undefined) throw new Error('an animal without an eye');
    const middle = (Math.min(...animal.map(({ left }) => left)) + Math.max(...animal.map(({ right }) => right))) / 2;
    return calls + (middleOf(pupil.shape)[0] > middle ? animals.length - 1 - i : i);
  }, 0);
};
