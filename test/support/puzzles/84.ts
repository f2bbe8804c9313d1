/** Lays every piece, enlarged, on every corner of the frame: a piece belongs there when all its edges are lines of the frame. The one that fits nowhere is left over. */
import type { LineShape } from '../../../src/tasks/render/scene.ts';
import { cornersOf, far, letterBeside, only } from './placed.ts';
import type { Place } from './placed.ts';
import { linesOf, middleOf, polygonsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

export const solve: Solver = ({ scene }) => {
  const pieces = polygonsOf(scene).filter((shape) => String(shape.fill) !== '0,0,0');
  const top = Math.min(...pieces.flatMap((piece) => cornersOf(piece).map(([, y]) => y)));
  const frame = linesOf(scene).filter(({ y1, y2 }) => Math.max(y1, y2) < top - 2);
  const scale =
    Math.max(...frame.map(lengthOf)) / Math.max(...pieces.flatMap((piece) => edgesOf(cornersOf(piece)).map(([from, to]) => far(from, to))));
  if (pieces.length !== 5) throw new Error(`${pieces.length} pieces`);
  const left = only(pieces.filter((piece) => !fits(cornersOf(piece), frame, scale)));
  return letterBeside(scene, [middleOf(left)[0], top + 40]);
};

function fits(piece: readonly Place[], frame: readonly LineShape[], scale: number): boolean {
  const [first = [0, 0]] = piece;
  return frame.some(({ x1, y1 }) => {
    const laid = piece.map(([x, y]): Place => [x1 + scale * (x - first[0]), y1 + scale * (y - first[1])]);
    return edgesOf(laid).every(([from, to]) => frame.some((line) => isLine(line, from, to) || isLine(line, to, from)));
  });
}

function edgesOf(corners: readonly Place[]): (readonly [Place, Place])[] {
  return corners.map((corner, i) => [corner, corners[(i + 1) % corners.length] ?? corner] as const);
}

function isLine({ x1, y1, x2, y2 }: LineShape, from: Place, to: Place): boolean {
  return far([x1, y1], from) < 0.01 && far([x2, y2], to) < 0.01;
}

function lengthOf({ x1, y1, x2, y2 }: LineShape): number {
  return far([x1, y1], [x2, y2]);
}
