/** Tries all 32 ways to share the cards out; in each even one somebody keeps the named card company, and it must be one card, always the same. */
import { textsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';
import { numbersIn, only } from './things.ts';

export const solve: Solver = ({ scene, question }) => {
  const cards = textsOf(scene).map(({ text }) => Number(text));
  const named = only(numbersIn(question), 'named cards');
  const total = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  const company = Array.from({ length: 2 ** cards.length }, (_, code) => cards.filter((_card, i) => Math.floor(code / 2 ** i) % 2 === 1))
    .filter((box) => box.includes(named) && 2 * total(box) === total(cards))
    .map((box) => box.filter((card) => card !== named));
  return only(only(company, 'even ways'), 'cards beside the named one');
};
