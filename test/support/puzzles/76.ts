/** Gives each number to the nearer stem and takes the difference of the sums. */
import { linesOf, textsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

export const solve: Solver = ({ scene }) => {
  const stems = linesOf(scene).map(({ x1 }) => x1);
  const petals = stems.map((stem) => textsOf(scene).filter(({ x }) => stems.every((other) => Math.abs(x - stem) <= Math.abs(x - other))));
  const sums = petals.map((texts) => texts.reduce((sum, { text }) => sum + (text === '?' ? 0 : Number(text)), 0));
  const torn = petals.findIndex((texts) => texts.some(({ text }) => text === '?'));
  if (sums.length !== 2 || petals.flat().filter(({ text }) => text === '?').length !== 1) throw new Error('not two flowers with one question mark');
  return (sums[1 - torn] ?? 0) - (sums[torn] ?? 0);
};
