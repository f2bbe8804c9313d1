/** Finds the two animals, measures how many cells lie between them, and counts the shortest ways with factorials. */
import { polygonsOf, rectanglesOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';
import { thingsOf } from './things.ts';

export const solve: Solver = ({ scene }) => {
  const [a, b, ...others] = thingsOf(polygonsOf(scene));
  if (a === undefined || b === undefined || others.length > 0) throw new Error('not two animals');
  const squares = rectanglesOf(scene).filter(({ fill }) => String(fill) === '255,255,255');
  const placeOf = (at: { x: number; y: number }, axis: 'x' | 'y', size: 'width' | 'height'): number => {
    const starts = [...new Set(squares.map((square) => square[axis]))].toSorted((p, q) => p - q);
    return starts.findIndex((start) => at[axis] > start && at[axis] < start + (squares[0]?.[size] ?? 0));
  };
  const across = Math.abs(placeOf(a, 'x', 'width') - placeOf(b, 'x', 'width'));
  const down = Math.abs(placeOf(a, 'y', 'height') - placeOf(b, 'y', 'height'));
  return factorial(across + down) / factorial(across) / factorial(down);
};

const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
