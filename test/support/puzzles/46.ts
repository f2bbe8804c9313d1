/** Reads the two signs by their places and tries all orders of the five numbers. */
import { textsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

export const solve: Solver = ({ scene, question }) => {
  const signs = textsOf(scene)
    .filter(({ text }) => text !== '=')
    .toSorted((p, q) => p.y - q.y);
  const [across, down] = signs.map(({ text }) => (text === '+' ? 1 : -1));
  const numbers = (question.match(/\d+/g) ?? []).map(Number);
  if (across === undefined || down === undefined || numbers.length !== 5) throw new Error(`cannot read: ${question}`);
  const orange = new Set<number>();
  for (const [a = 0, b = 0, o = 0, c = 0, d = 0] of orders(numbers)) if (a + across * b === o && o + down * c === d) orange.add(o);
  const [only] = orange;
  if (orange.size !== 1 || only === undefined) throw new Error(`orange: ${[...orange].join(' ')}`);
  return only;
};

function orders(numbers: readonly number[]): number[][] {
  return numbers.length === 0 ? [[]] : numbers.flatMap((number, i) => orders(numbers.toSpliced(i, 1)).map((rest) => [...rest, number]));
}
