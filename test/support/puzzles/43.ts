/** Reads digits and the two outlines by their strokes; three straight edges are a triangle, four a rectangle, many a circle. */
import { linesOf, textsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

export const solve: Solver = ({ scene, question }) => {
  const lines = linesOf(scene);
  const edges = [...new Set(lines.map(({ stroke }) => String(stroke)))].map((stroke) => lines.filter((line) => String(line.stroke) === stroke));
  const rules = edges.map((own) => {
    const name = own.length > 4 ? 'circle' : own.length === 4 ? 'rectangle' : 'triangle';
    const middle = [0, 0].map((_, axis) => own.reduce((sum, { x1, y1 }) => sum + (axis === 0 ? x1 : y1), 0) / own.length);
    const [cx = 0, cy = 0] = middle;
    const wantsInside = question.includes(`inside the ${name}`);
    if (!wantsInside && !question.includes(`outside the ${name}`)) throw new Error(`no ${name} in: ${question}`);
    // Inside: no edge lies between the point and the middle.
    return (x: number, y: number): boolean => !own.some((edge) => crosses([x, y], [cx, cy], [edge.x1, edge.y1], [edge.x2, edge.y2])) === wantsInside;
  });
  return textsOf(scene)
    .filter(({ x, y }) => rules.every((rule) => rule(x, y)))
    .reduce((sum, { text }) => sum + Number(text), 0);
};

type Place = readonly [number, number];

function crosses(a: Place, b: Place, c: Place, d: Place): boolean {
  return side(a, b, c) !== side(a, b, d) && side(c, d, a) !== side(c, d, b);
}

function side(from: Place, to: Place, at: Place): boolean {
  return (to[0] - from[0]) * (at[1] - from[1]) - (to[1] - from[1]) * (at[0] - from[0]) > 0;
}
