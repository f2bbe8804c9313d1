/** The side is the longest distance between squares in either direction, in squares. */
import { isFill, rectanglesOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

export const solve: Solver = ({ scene }) => {
  const squares = rectanglesOf(scene).filter((shape) => isFill(shape, [0, 0, 0]));
  const span = (values: number[]): number => Math.max(...values) - Math.min(...values);
  // A square and its border is as wide as the distance to the next one and one border.
  const pitch = (squares[0]?.width ?? 0) - 2;
  const side = Math.max(span(squares.map(({ x }) => x)), span(squares.map(({ y }) => y))) / pitch + 1;
  return side * side - squares.length;
};
