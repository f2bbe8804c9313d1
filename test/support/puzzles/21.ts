/** The ride lasts from departure to arrival; what the numbers in the picture leave is the unknown part. */
import { linesOf, textsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

export const solve: Solver = ({ scene, question }) => {
  const [departure = 0, arrival = 0] = [...question.matchAll(/(\d+):00/g)].map((found) => Number(found[1]));
  const texts = textsOf(scene).map(({ text }) => text);
  if (texts.filter((text) => text === '?').length !== 1 || texts.length !== linesOf(scene).length) throw new Error('not one number on each part');
  return texts.filter((text) => text !== '?').reduce((left, text) => left - Number(text), arrival - departure);
};
