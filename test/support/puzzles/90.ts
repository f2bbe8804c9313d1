/** Counts yellow coins on either side and adds to them day by day. */
import { colourNameOf } from './colours.ts';
import { middleOf, polygonsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

export const solve: Solver = ({ scene, question }) => {
  const coins = polygonsOf(scene)
    .filter(({ fill }) => colourNameOf(fill) === 'yellow')
    .map((shape) => middleOf(shape)[0]);
  let [left, right] = [coins.filter((x) => x < scene.widthPx / 2).length, coins.filter((x) => x > scene.widthPx / 2).length];
  const [a = 0, b = 0] = (question.match(/\d+/g) ?? []).map(Number);
  const [toLeft, toRight] = question.startsWith('The right') ? [b, a] : [a, b];
  for (let day = 1; day < 100; day++) {
    [left, right] = [left + toLeft, right + toRight];
    if (left === right) return day;
  }
  throw new Error('never');
};
