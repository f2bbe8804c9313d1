/** Paints the squares on a board of marks and counts unmarked places of the smallest square around them. */
import { colourNameOf } from './colours.ts';
import { rectanglesOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

export const solve: Solver = ({ scene }) => {
  const coloured = rectanglesOf(scene).filter(({ fill }) => colourNameOf(fill) !== 'black');
  const [left, top] = [Math.min(...coloured.map(({ x }) => x)), Math.min(...coloured.map(({ y }) => y))];
  const pitch = (coloured[0]?.width ?? 0) + 2;
  const marks = new Set(coloured.map(({ x, y }) => `${Math.round((x - left) / pitch)} ${Math.round((y - top) / pitch)}`));
  const last = Math.max(...[...marks].flatMap((mark) => mark.split(' ').map(Number)));
  let unmarked = 0;
  for (let row = 0; row <= last; row++) for (let column = 0; column <= last; column++) if (!marks.has(`${column} ${row}`)) unmarked++;
  return unmarked;
};
