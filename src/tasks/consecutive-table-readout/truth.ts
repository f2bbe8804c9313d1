/**
 * Path of a Consecutive Table Readout example: consecutive cells along the rows.
 *
 * The generator is that of the paper (S2H section 2.2 and spec/s2h 1.2 [R]): length uniform in the level's range, start uniform among the positions
 * that fit, reversed with probability 1/2. The committed generator of the authors ignores its length options (spec/s2h 1.2 [C]); we do not follow it.
 */
import { fault, InputError } from '../../lib/errors.ts';
import type { Rng } from '../../lib/rng.ts';
import { checkTable, drawTable } from '../tables/table.ts';
import type { Cell, TableSize, TableTruth } from '../tables/table.ts';

/** Draws a table and a path of `cells` cells. Names, values and path come from streams of their own. */
export function makeReadout(options: TableSize & { readonly cells: number; readonly isMarked: boolean }, rng: Rng): TableTruth {
  const { rows, columns, cells, isMarked } = options;
  checkTable(options);
  if (!Number.isInteger(cells) || cells < 1 || cells > rows * columns) {
    throw new InputError(fault('makeReadout', `a path of 1..${rows * columns} cells in a ${rows} x ${columns} table`, String(cells)));
  }
  return { ...drawTable(options, rng), path: makePath(rows, columns, cells, rng.fork('path')), isMarked };
}

/** `cells` consecutive cells in row-major order, reversed with probability 1/2. */
function makePath(rows: number, columns: number, cells: number, rng: Rng): Cell[] {
  const start = rng.below(rows * columns - cells + 1);
  const path = Array.from({ length: cells }, (_, i) => ({ row: Math.floor((start + i) / columns), column: (start + i) % columns }));
  return rng.chance(0.5) ? path.reverse() : path;
}
