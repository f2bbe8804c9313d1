/**
 * Geometry that the path families share: corners, directions, and the box that spirals and compositions walk in. Facts: spec/s2h 2.3 (authors' code,
 * data_generation/table_readout/create_*_path.py at d3131b4). Rows grow downwards, row 0 is at the top.
 */
import type { Cell } from '../../tables/table.ts';

/** In clockwise order; the index is the authors' corner number. */
export const CORNERS = ['top-left', 'top-right', 'bottom-right', 'bottom-left'] as const;
export type Corner = (typeof CORNERS)[number];

export const ORIENTATIONS = ['clockwise', 'counter-clockwise'] as const;
export type Orientation = (typeof ORIENTATIONS)[number];

/** In clockwise order: the next one is a right turn. */
const DIRECTIONS = ['right', 'down', 'left', 'up'] as const;
export type Direction = (typeof DIRECTIONS)[number];

export interface Size {
  readonly rows: number;
  readonly columns: number;
}

/** What a spiral, a sine or a composition starts from. */
export interface Course extends Size {
  readonly corner: Corner;
  readonly orientation: Orientation;
  /** The start lies this many cells inside the corner; compositions ignore it. */
  readonly gap: number;
  /** Segments (spiral, sine) or sweeps with their turns (composition) to walk before the path stops; a small table stops it sooner. */
  readonly pieces: number;
}

/** Farthest column (right, left) or row (down, up) of each direction. The box is empty when two of them have crossed. */
export type Box = Record<Direction, number>;

/** The corner cell, `inwards` cells away from both of its sides. */
export function cornerCell({ rows, columns }: Size, corner: Corner, inwards: number): Cell {
  return {
    row: corner.startsWith('top') ? inwards : rows - 1 - inwards,
    column: corner.endsWith('left') ? inwards : columns - 1 - inwards,
  };
}

/** Along the side that leaves the corner in the sense of the orientation: clockwise from the top left is right, counter-clockwise is down. */
export function startDirection(corner: Corner, orientation: Orientation): Direction {
  const clockwise = DIRECTIONS[CORNERS.indexOf(corner)] ?? 'right';
  return orientation === 'clockwise' ? clockwise : turned(clockwise, 'clockwise');
}

export function turned(direction: Direction, orientation: Orientation): Direction {
  const quarter = orientation === 'clockwise' ? 1 : 3;
  return DIRECTIONS[(DIRECTIONS.indexOf(direction) + quarter) % 4] ?? 'right';
}

export function opposite(direction: Direction): Direction {
  return DIRECTIONS[(DIRECTIONS.indexOf(direction) + 2) % 4] ?? 'right';
}

export function isHorizontal(direction: Direction): boolean {
  return direction === 'right' || direction === 'left';
}

export function step({ row, column }: Cell, direction: Direction): Cell {
  switch (direction) {
    case 'right':
      return { row, column: column + 1 };
    case 'down':
      return { row: row + 1, column };
    case 'left':
      return { row, column: column - 1 };
    case 'up':
      return { row: row - 1, column };
    default:
      direction satisfies never;
      throw new Error(`internal: step: no direction ${String(direction)}`);
  }
}

/** The table without `margin` lines on each side. */
export function boxOf({ rows, columns }: Size, margin: number): Box {
  return { right: columns - 1 - margin, down: rows - 1 - margin, left: margin, up: margin };
}

export function isOpen(box: Box): boolean {
  return box.up <= box.down && box.left <= box.right;
}

/** Cells between a cell and the box's side in a direction; at most 0 when the cell is at the side. */
export function roomAhead(box: Box, { row, column }: Cell, direction: Direction): number {
  const at = isHorizontal(direction) ? column : row;
  return isForward(direction) ? box[direction] - at : at - box[direction];
}

/** Moves one side inwards. */
export function shrink(box: Box, side: Direction, lines: number): void {
  box[side] += isForward(side) ? -lines : lines;
}

function isForward(direction: Direction): boolean {
  return direction === 'right' || direction === 'down';
}

/** Straight segments of a path: its turns plus 1. */
export function segmentsOf(path: readonly Cell[]): number {
  const isTurn = (i: number): boolean => {
    const [a, b, c] = path.slice(i - 1, i + 2);
    return a !== undefined && b !== undefined && c !== undefined && (a.row === b.row) !== (b.row === c.row);
  };
  return 1 + path.filter((_, i) => i > 0 && isTurn(i)).length;
}
