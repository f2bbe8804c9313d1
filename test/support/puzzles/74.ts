/** Tries every sum of opposite faces on the three numbers in view. */
import { textsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

export const solve: Solver = ({ scene, question }) => {
  const seen = textsOf(scene).map(({ text }) => Number(text));
  const asked = Number(/opposite (\d+)/.exec(question)?.[1]);
  const [low = 0, high = 0] = (/from (\d+) to (\d+)|below (\d+) and none above (\d+)|between (\d+) and (\d+)/.exec(question) ?? [])
    .slice(1)
    .filter((text) => text !== undefined)
    .map(Number);
  if (seen.length !== 3 || !seen.includes(asked)) throw new Error(`cannot read: ${question}`);
  const fits = new Set<number>();
  for (let sum = 2 * low; sum <= 2 * high; sum++) {
    const faces = new Set([...seen, ...seen.map((number) => sum - number)]);
    if (faces.size === 6 && [...faces].every((face) => face >= low && face <= high)) fits.add(sum - asked);
  }
  const [partner] = fits;
  if (fits.size !== 1 || partner === undefined) throw new Error(`partners: ${[...fits].join(' ')}`);
  return partner;
};
