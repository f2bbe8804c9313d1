/** Steps through the maze from cell to cell, as far apart as a red cell is wide, once for each group with its cells closed: one group alone leaves the way open. */
import { polygonsOf, rectanglesOf, textsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';
import { only, thingsOf } from './things.ts';

interface Place {
  readonly x: number;
  readonly y: number;
}

export const solve: Solver = ({ scene, options }) => {
  const [from, to, ...others] = thingsOf(polygonsOf(scene));
  if (from === undefined || to === undefined || others.length > 0) throw new Error('not two animals');
  const rectangles = rectanglesOf(scene);
  const red = rectangles.filter(({ fill }) => String(fill) === '214,39,40');
  const walls = rectangles.filter((shape) => !red.includes(shape));
  const step = red[0]?.width ?? 0;
  const middles = textsOf(scene);
  // Cells lie a step apart from a red one; of animals only the cell is sure.
  const cellOf = ({ x, y }: Place): Place => ({
    x: (middles[0]?.x ?? 0) + Math.round((x - (middles[0]?.x ?? 0)) / step) * step,
    y: (middles[0]?.y ?? 0) + Math.round((y - (middles[0]?.y ?? 0)) / step) * step,
  });
  const isWalled = (a: Place, b: Place): boolean => {
    const [x, y] = [(a.x + b.x) / 2, (a.y + b.y) / 2];
    return walls.some((wall) => x >= wall.x && x <= wall.x + wall.width && y >= wall.y && y <= wall.y + wall.height);
  };
  const start = cellOf(from);
  const neighbours = new Map<string, readonly Place[]>();
  const found = [start];
  for (const cell of found) {
    if (neighbours.has(nameOf(cell))) continue;
    const { x, y } = cell;
    const around = [
      { x: x - step, y },
      { x: x + step, y },
      { x, y: y - step },
      { x, y: y + step },
    ].filter((next) => !isWalled(cell, next));
    neighbours.set(nameOf(cell), around);
    found.push(...around);
  }
  const goal = nameOf(cellOf(to));
  const open = options.filter((option) => {
    if (typeof option === 'number') throw new Error('a group as one number');
    const seen = new Set(middles.filter(({ text }) => option.includes(Number(text))).map(nameOf));
    const reached = [start];
    for (const cell of reached) {
      if (seen.has(nameOf(cell))) continue;
      seen.add(nameOf(cell));
      reached.push(...(neighbours.get(nameOf(cell)) ?? []));
    }
    return seen.has(goal);
  });
  return only(open, 'groups that leave the way open');
};

const nameOf = ({ x, y }: Place): string => `${x} ${y}`;
