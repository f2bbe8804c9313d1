/** Takes the difference of the printed numbers, after checking that the bars under them are drawn to scale. */
import { linesOf, textsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

export const solve: Solver = ({ scene }) => {
  const bars = linesOf(scene).filter(({ x1, x2 }) => x1 === x2);
  const heights = textsOf(scene).map(({ text, x }) => {
    const bar = bars.find(({ x1 }) => Math.abs(x1 - x) < 1);
    if (bar === undefined) throw new Error(`no bar under ${text}`);
    return { height: Number(text), unitPx: Math.abs(bar.y2 - bar.y1) / Number(text) };
  });
  const [one, other] = heights;
  if (heights.length !== 2 || one === undefined || other === undefined) throw new Error('two heights');
  if (Math.abs(one.unitPx - other.unitPx) > 0.01) throw new Error(`not to scale: ${one.unitPx}, ${other.unitPx}`);
  return Math.abs(one.height - other.height);
};
