/** The colour of a hole is the other one of any coloured cell that has two corners beside two of its own with it; through other holes it changes with each step. */
import { colourNameOf } from './colours.ts';
import { linesOf, middleOf, polygonsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

export const solve: Solver = ({ scene, question }) => {
  const cells = polygonsOf(scene).map((shape) => ({ at: middleOf(shape), corners: shape.points, name: colourNameOf(shape.fill) }));
  const names = [...new Set(cells.map(({ name }) => name))].filter((name) => name !== 'grey' && name !== 'white');
  const cut = linesOf(scene)[0];
  if (cut === undefined || names.length !== 2) throw new Error(`no line or not two colours: ${names.join(' ')}`);
  const known = new Map(cells.filter(({ name }) => names.includes(name)).map((cell) => [cell, cell.name]));
  const touch = (a: (typeof cells)[number], b: (typeof cells)[number]): boolean =>
    a.corners.filter(([x, y]) => b.corners.some(([u, v]) => Math.hypot(u - x, v - y) < 5)).length === 2;
  while (known.size < cells.length) {
    for (const cell of cells) {
      const neighbour = cells.find((other) => known.has(other) && touch(cell, other));
      const other = neighbour && names.find((name) => name !== known.get(neighbour));
      if (!known.has(cell) && other !== undefined) known.set(cell, other);
    }
  }
  const asked = / (\w+) (?:cells are missing|tiles)|were (\w+)\?/.exec(question)?.slice(1).find(Boolean);
  const side = /(left of|right of|above|below) the red/.exec(question)?.[1];
  return cells.filter((cell) => {
    const isHole = !names.includes(cell.name);
    const [x, y] = cell.at;
    const onLine = {
      x: cut.x1 + ((cut.x2 - cut.x1) * (y - cut.y1)) / (cut.y2 - cut.y1),
      y: cut.y1 + ((cut.y2 - cut.y1) * (x - cut.x1)) / (cut.x2 - cut.x1),
    };
    const isThere = side === 'left of' ? x < onLine.x : side === 'right of' ? x > onLine.x : side === 'above' ? y < onLine.y : y > onLine.y;
    return isHole && isThere && known.get(cell) === asked;
  }).length;
};
