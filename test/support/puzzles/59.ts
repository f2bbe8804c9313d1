/** Shapes to the left and to the right of the plus sign are places; the largest digits go to the tens, in any order. */
import { isFill, middleOf, polygonsOf, textsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

export const solve: Solver = ({ scene, question }) => {
  const plus = textsOf(scene).find(({ text }) => text === '+')?.x;
  if (plus === undefined) throw new Error('no sum');
  // Every shape has a black one behind it.
  const shapes = polygonsOf(scene).filter((shape) => isFill(shape, [0, 0, 0]));
  const middles = shapes.map((shape) => middleOf(shape)[0]);
  const worth = [middles.filter((x) => x < plus).length, middles.filter((x) => x > plus).length].flatMap((length) => (length === 2 ? [10, 1] : [1]));
  const digits = (question.match(/\b\d\b/g) ?? []).map(Number).toSorted((a, b) => b - a);
  if (digits.length !== worth.length) throw new Error(`${worth.length} shapes for ${digits.length} digits`);
  return worth.toSorted((a, b) => b - a).reduce((sum, value, i) => sum + value * (digits[i] ?? 0), 0);
};
