/** Reads the number of the top step and lets both animals go, minute by minute. */
import { textsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

export const solve: Solver = ({ scene, question }) => {
  const up = Number(/climbs (\d+) step/.exec(question)?.[1]);
  const down = Number(/comes down (\d+) step/.exec(question)?.[1]);
  const steps = textsOf(scene).toSorted((a, b) => a.y - b.y);
  let [low, high] = [0, Number(steps[0]?.text)];
  if (!steps.every(({ text, x }, i) => Number(text) === high - i && x <= (steps[i - 1]?.x ?? 999))) throw new Error('steps out of order');
  while (low < high) [low, high] = [low + up, high - down];
  if (low !== high) throw new Error('they pass each other');
  return low;
};
