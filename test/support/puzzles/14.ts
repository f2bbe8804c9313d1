/** Reads flowers by their orange middles and the outlines by the discs at their corners: blue ones belong to the first that was drawn, black ones to the second. */
import type { Rgb } from '../../../src/tasks/render/scene.ts';
import { isFill, linesOf, middleOf, polygonsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

const ORANGE: Rgb = [245, 130, 32];

export const solve: Solver = ({ scene, question }) => {
  const flowers = polygonsOf(scene)
    .filter((shape) => isFill(shape, ORANGE))
    .map(middleOf);
  const lines = linesOf(scene);
  const strokes = [...new Set(lines.map(({ stroke }) => String(stroke)))].map((stroke) => lines.filter((line) => String(line.stroke) === stroke));
  const nameOf = (count: number): string => (count === 3 ? 'triangle' : count === 4 ? 'rectangle' : 'circle');
  return flowers.filter(([x, y]) =>
    strokes.every((edges) => {
      const said = new RegExp(`(inside|outside) the ${nameOf(edges.length)}`).exec(question)?.[1];
      if (said === undefined) throw new Error(`no ${nameOf(edges.length)} in: ${question}`);
      // Convex: inside means on the same side of every edge.
      const sides = new Set(edges.map(({ x1, y1, x2, y2 }) => (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1) > 0));
      return (sides.size === 1) === (said === 'inside');
    }),
  ).length;
};
