/** Puts the numbers into the rings in all 120 orders; row and column are found by where the rings lie. */
import { middleOf, polygonsOf } from './puzzle-view.ts';
import type { PuzzleView, Solver } from './puzzle-view.ts';
import { colourNameOf } from './colours.ts';
import { numbersIn, only } from './things.ts';

export const solve: Solver = (view) => numbersOfRing(view);

/** All numbers that the ring named in the question can have, smallest first. */
export function numbersOfRing({ scene, question }: PuzzleView): readonly number[] {
  const rings = polygonsOf(scene).map((shape) => ({ shape, x: middleOf(shape)[0], y: middleOf(shape)[1] }));
  const numbers = numbersIn(question).slice(0, 5);
  const [lowX, highX] = [Math.min(...rings.map(({ x }) => x)), Math.max(...rings.map(({ x }) => x))];
  const [midX, midY] = [(lowX + highX) / 2, rings.find(({ x }) => x === lowX)?.y ?? 0];
  const inRow = rings.map(({ y }) => Math.abs(y - midY) < 1);
  const inColumn = rings.map(({ x }) => Math.abs(x - midX) < 1);
  const name = /the (\w+) ring\b/.exec(question)?.[1] ?? '';
  const asked = rings.indexOf(
    only(
      rings.filter(({ shape }) => colourNameOf(shape.fill) === name),
      `${name} rings`,
    ),
  );
  const sum = (order: readonly number[], isIn: readonly boolean[]): number =>
    order.reduce((total, number, i) => total + (isIn[i] === true ? number : 0), 0);
  if (inRow.filter(Boolean).length !== 3 || inColumn.filter(Boolean).length !== 3) throw new Error('no cross');
  const fitting = ordersOf(numbers).filter((order) => sum(order, inRow) === sum(order, inColumn));
  return [...new Set(fitting.map((order) => order[asked] ?? -1))].toSorted((a, b) => a - b);
}

function ordersOf(items: readonly number[]): readonly (readonly number[])[] {
  return items.length === 0 ? [[]] : items.flatMap((item) => ordersOf(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
}
