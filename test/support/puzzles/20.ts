/** Walks along the longer edge of the floor and adds up the sides of the tiles there; a tile's long side is as many short ones as it measures in the picture. */
import { isFill, rectanglesOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';
import { numbersIn, only } from './things.ts';

export const solve: Solver = ({ scene, question }) => {
  const tiles = rectanglesOf(scene).filter((shape) => isFill(shape, [0, 0, 0])); // with their borders
  const spread = (axis: 'x' | 'y', size: 'width' | 'height'): number =>
    Math.max(...tiles.map((tile) => tile[axis] + tile[size])) - Math.min(...tiles.map((tile) => tile[axis]));
  const isWide = spread('x', 'width') > spread('y', 'height');
  const sizes = new Set(tiles.map(({ width, height }) => [Math.min(width, height), Math.max(width, height)].join(' ')));
  const [short = 0, long = 0] = only([...sizes], 'sizes of a tile')
    .split(' ')
    .map(Number);
  const edge = isWide
    ? tiles.filter(({ y }) => y === Math.min(...tiles.map((tile) => tile.y)))
    : tiles.filter(({ x }) => x === Math.min(...tiles.map((tile) => tile.x)));
  const lies = (isWide ? edge.map(({ width }) => width) : edge.map(({ height }) => height)).map((side) => side === long);
  const ratio = Math.round((long - 2) / (short - 2));
  const side = only(numbersIn(question), 'short sides');
  return lies.reduce((sum, isLong) => sum + (isLong ? ratio * side : side), 0);
};
