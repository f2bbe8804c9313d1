/** Reads all bounds and collects the sums of all triples of numbers that keep them. */
import { textsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

export const solve: Solver = ({ scene }) => {
  const bounds = textsOf(scene).flatMap(({ text }) =>
    [...text.matchAll(/([<>]) (\d+)/g)].map(([, sign, number]) => ({ sign, number: Number(number) })),
  );
  if (bounds.length !== 4) throw new Error(`${bounds.length} bounds`);
  const eggs = Array.from({ length: 40 }, (_, i) => i).filter((count) =>
    bounds.every(({ sign, number }) => (sign === '<' ? count < number : count > number)),
  );
  return new Set(eggs.flatMap((a) => eggs.flatMap((b) => eggs.map((c) => a + b + c)))).size;
};
