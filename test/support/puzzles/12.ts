/** Lines the animals up as a list, counted in the picture where the question gives no number, and counts what stands between the two places. */
import { polygonsOf, textsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';
import { numbersIn, thingsOf } from './things.ts';

export const solve: Solver = ({ scene, question }) => {
  const said = /A row has (\d+)/.exec(question)?.[1];
  const xs = thingsOf(polygonsOf(scene)).map(({ x }) => x);
  if ((said === undefined) === textsOf(scene).some(({ text }) => text.includes('.'))) throw new Error('dots and no number, or a number and no dots');
  const count = said === undefined ? xs.length : Number(said);
  const [fromFront = 0, fromBack = 0] = numbersIn(question.slice(question.indexOf('.')));
  const row = Array.from({ length: count }, (_, i) => i);
  const [a, b] = [row[fromFront - 1], row.toReversed()[fromBack - 1]];
  if (a === undefined || b === undefined || a === b) throw new Error('not two animals');
  return row.filter((place) => place > Math.min(a, b) && place < Math.max(a, b)).length;
};
