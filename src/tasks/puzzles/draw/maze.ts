/** Perfect mazes: from each cell to each other one there is exactly one way. Made by a walk that turns back in dead ends (depth first). */
import { fault } from '../../../lib/errors.ts';
import type { Rng } from '../../../lib/rng.ts';
import type { Cell } from './cells.ts';
import { cellsOf } from './cells.ts';

export interface Maze {
  readonly columns: number;
  readonly rows: number;
  /** All of them, row by row: the very objects that `way` gives. */
  readonly cells: readonly Cell[];
  /** Straight walls as long as they go, each from a corner of cells to one right of it or below it. */
  readonly walls: readonly (readonly [Cell, Cell])[];
  /** The way from one cell to another, both included. */
  way(from: Cell, to: Cell): readonly Cell[];
}

export function makeMaze(columns: number, rows: number, rng: Rng): Maze {
  const cells = cellsOf(columns, rows);
  const parents = walk(columns, rows, rng);
  const isOpen = (a: number, b: number): boolean => parents[a] === b || parents[b] === a;
  const toRoot = (index: number): readonly number[] => (index === ROOT ? [] : [index, ...toRoot(parents[index] ?? ROOT)]);
  return {
    ...{ columns, rows, cells },
    walls: [
      ...runs(rows + 1, columns, (y, x) => y === 0 || y === rows || !isOpen((y - 1) * columns + x, y * columns + x)).map(
        ([y, from, to]): readonly [Cell, Cell] => [
          [from, y],
          [to, y],
        ],
      ),
      ...runs(columns + 1, rows, (x, y) => x === 0 || x === columns || !isOpen(y * columns + x - 1, y * columns + x)).map(
        ([x, from, to]): readonly [Cell, Cell] => [
          [x, from],
          [x, to],
        ],
      ),
    ],
    way([x1, y1], [x2, y2]) {
      const up = toRoot(y1 * columns + x1);
      const down = toRoot(y2 * columns + x2);
      const meeting = up.findIndex((index) => down.includes(index));
      const indices = [...up.slice(0, meeting + 1), ...down.slice(0, down.indexOf(up[meeting] ?? ROOT)).toReversed()];
      return indices.map((index) => cells[index] ?? missing(index));
    },
  };
}

const ROOT = -1;

/** The cell from which each was reached first; ROOT where the walk began. */
function walk(columns: number, rows: number, rng: Rng): readonly number[] {
  const parents: (number | undefined)[] = Array.from({ length: columns * rows });
  const start = rng.below(columns * rows);
  parents[start] = ROOT;
  const trail = [start];
  for (let here = trail.at(-1); here !== undefined; here = trail.at(-1)) {
    const [x, y] = [here % columns, Math.floor(here / columns)];
    const around = [x > 0 ? here - 1 : ROOT, x < columns - 1 ? here + 1 : ROOT, y > 0 ? here - columns : ROOT, y < rows - 1 ? here + columns : ROOT];
    const fresh = around.filter((cell) => cell !== ROOT && parents[cell] === undefined);
    const next = fresh[fresh.length > 0 ? rng.below(fresh.length) : 0];
    if (next === undefined) trail.pop();
    else {
      parents[next] = here;
      trail.push(next);
    }
  }
  return parents.map((parent, index) => parent ?? missing(index));
}

/** Longest runs of places along each line where there is a wall: line, first corner, last corner. */
function runs(lines: number, places: number, isWall: (line: number, place: number) => boolean): readonly (readonly [number, number, number])[] {
  const found: [number, number, number][] = [];
  for (let line = 0; line < lines; line++) {
    for (let place = 0; place < places; place++) {
      if (!isWall(line, place)) continue;
      const last = found.at(-1);
      if (last !== undefined && last[0] === line && last[2] === place) last[2] = place + 1;
      else found.push([line, place, place + 1]);
    }
  }
  return found;
}

function missing(index: number): never {
  throw new Error(fault('internal: maze', 'a cell', index));
}
