/** Square cells in columns and rows, as puzzle pictures draw them. Columns and rows count from 0. */
import type { Rgb, Shape } from '../../render/scene.ts';
import { rectangle } from '../../render/scene.ts';
import type { Point } from './geometry.ts';
import { BLACK, INNER_PX, PICTURE_PX } from './shapes.ts';

export type Cell = readonly [column: number, row: number];

/** Where the cells lie: the top left corner and the side of one cell, whole px. */
export interface Lattice {
  readonly x: number;
  readonly y: number;
  readonly cellPx: number;
}

const BORDER_PX = 2;

/** Cells in the middle of the picture, as large as fits and at most `maxPx`. */
export function centredLattice(columns: number, rows: number, maxPx: number): Lattice {
  const room = INNER_PX.high - INNER_PX.low - BORDER_PX;
  const cellPx = Math.min(maxPx, Math.floor(room / Math.max(columns, rows)));
  return { x: Math.floor((PICTURE_PX - columns * cellPx) / 2), y: Math.floor((PICTURE_PX - rows * cellPx) / 2), cellPx };
}

/** All cells of a box, row by row. */
export function cellsOf(columns: number, rows: number): readonly Cell[] {
  return Array.from({ length: columns * rows }, (_, i): Cell => [i % columns, Math.floor(i / columns)]);
}

/** One filled cell with a border that neighbours share. */
export function cellSquare({ x, y, cellPx }: Lattice, [column, row]: Cell, fill: Rgb, border: Rgb = BLACK): readonly Shape[] {
  const [left, top] = [x + column * cellPx, y + row * cellPx];
  const half = BORDER_PX / 2;
  const inner = cellPx - BORDER_PX;
  return [rectangle(left - half, top - half, cellPx + BORDER_PX, cellPx + BORDER_PX, border), rectangle(left + half, top + half, inner, inner, fill)];
}

export function cellMiddle({ x, y, cellPx }: Lattice, [column, row]: Cell): Point {
  return [x + (column + 0.5) * cellPx, y + (row + 0.5) * cellPx];
}

/** Columns and rows that the cells span. */
export function extentOf(cells: readonly Cell[]): { readonly columns: number; readonly rows: number } {
  const span = (values: readonly number[]): number => Math.max(...values) - Math.min(...values) + 1;
  return { columns: span(cells.map(([column]) => column)), rows: span(cells.map(([, row]) => row)) };
}
