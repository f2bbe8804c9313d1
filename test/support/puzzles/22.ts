/** Works the height out from the two numbers and the share in the question, and checks it against the drawn top of the hill. */
import { isFill, linesOf, polygonsOf, textsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';
import { only } from './things.ts';

export const solve: Solver = ({ scene, question }) => {
  const share = question.includes('One quarter') ? 0.25 : question.includes('Half') ? 0.5 : question.includes('Three quarters') ? 0.75 : Number.NaN;
  const [lower = 0, upper = 0] = textsOf(scene)
    .map(({ text }) => Number(text))
    .toSorted((a, b) => a - b);
  const height = lower + share * (upper - lower);
  const vertical = linesOf(scene).filter(({ x1, x2 }) => x1 === x2);
  const pole = vertical.toSorted((a, b) => b.widthPx - a.widthPx)[0];
  const ground = Math.max(...linesOf(scene).map(({ y1 }) => y1));
  const hill = only(
    polygonsOf(scene).filter((shape) => isFill(shape, [250, 205, 50])),
    'hills',
  );
  const top = Math.min(...hill.points.map(([, y]) => y));
  const drawn = ((ground - top) / (ground - Math.min(pole?.y1 ?? 0, pole?.y2 ?? 0))) * upper;
  if (Math.abs(drawn - height) > 0.5) throw new Error(`the hill is drawn ${drawn} high, not ${height}`);
  return height;
};
