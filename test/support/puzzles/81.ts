/** Looks down every column of the picture: the board met first is seen. */
import { rectanglesOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

export const solve: Solver = ({ scene }) => {
  const boards = rectanglesOf(scene);
  const seen = new Set<string>();
  for (let x = 0.5; x < scene.widthPx; x++) {
    const met = boards.filter((board) => board.x < x && x < board.x + board.width).toSorted((a, b) => a.y - b.y)[0];
    if (met !== undefined) seen.add(String(met.fill));
  }
  return seen.size;
};
