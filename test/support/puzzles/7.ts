/** Reads each row as a rate: things left of the sign for things right of it, told apart by their looks. The rows are chained by the look they share. */
import { polygonsOf, textsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';
import { numbersIn, only, thingsOf } from './things.ts';

export const solve: Solver = ({ scene, question }) => {
  const things = thingsOf(polygonsOf(scene));
  const [first, second] = textsOf(scene)
    .toSorted((a, b) => a.y - b.y)
    .map((sign) => {
      const row = things.filter(({ y }) => Math.abs(y - sign.y) < 20);
      const [left, right] = [row.filter(({ x }) => x < sign.x), row.filter(({ x }) => x > sign.x)];
      const look = (side: typeof row): string => only([...new Set(side.map((thing) => thing.look))], 'looks on one side');
      return { left: look(left), right: look(right), rate: right.length / left.length };
    });
  if (first === undefined || second === undefined || first.right !== second.left || first.left === second.right) throw new Error('no chain of two');
  return Math.round(Number(numbersIn(question)[0]) * first.rate * second.rate * 1e6) / 1e6;
};
