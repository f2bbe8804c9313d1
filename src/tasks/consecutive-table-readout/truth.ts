/**
 * Path of a Consecutive Table Readout example: consecutive cells along the rows.
 *
 * The generator is that of the paper (S2H section 2.2 and spec/s2h 1.2 [R]): length uniform in the level's range, start uniform among the positions
 * that fit, reversed with probability 1/2. The committed generator of the authors ignores its length options (spec/s2h 1.2 [C]); `makeReleasedReadout`
 * does as it does.
 */
import { fault, InputError } from '../../lib/errors.ts';
import type { Rng } from '../../lib/rng.ts';
import { checkTable } from '../tables/settings.ts';
import type { TableSize } from '../tables/settings.ts';
import { drawTable } from '../tables/table.ts';
import type { Cell, TableTruth } from '../tables/table.ts';

/** Draws a table and a path of `cells` cells. Names, values and path come from streams of their own. */
export function makeReadout(options: TableSize & { readonly cells: number; readonly isMarked: boolean }, rng: Rng): TableTruth {
  const { rows, columns, cells, isMarked } = options;
  checkTable(options);
  if (!Number.isInteger(cells) || cells < 1 || cells > rows * columns) {
    throw new InputError(fault('makeReadout', `a path of 1..${rows * columns} cells in a ${rows} x ${columns} table`, String(cells)));
  }
  return { ...drawTable(options, rng), path: makePath(rows, columns, cells, rng.fork('path')), isMarked };
}

/**
 * A table whose question names a path of `cells` cells while its marks are elsewhere: on another path, or strewn. For the base curriculum: what is asked is
 * to be read from the question.
 */
export function makeMismarked(options: TableSize & { readonly cells: number }, rng: Rng): TableTruth {
  const { rows, columns } = options;
  const truth = makeReadout({ ...options, isMarked: true }, rng);
  const draw = rng.fork('marks');
  const count = draw.between(1, rows * columns);
  const places = draw.sample(
    Array.from({ length: rows * columns }, (_, i) => ({ row: Math.floor(i / columns), column: i % columns })),
    count,
  );
  return { ...truth, marked: draw.chance(0.5) ? makePath(rows, columns, count, draw) : places };
}

/** Cells after the first: the released generator draws so many on every level (spec/s2h 1.2 [C]). */
const RELEASED_STEPS = [5, 9] as const;

/** An example as the released generator makes it: 6 to 10 cells from a uniform start on, cut at the end of the table, reversed with probability 1/2. */
export function makeReleasedReadout(size: TableSize, rng: Rng): TableTruth {
  const { rows, columns } = size;
  const course = rng.fork('path');
  const start = course.below(rows * columns);
  const cells = Math.min(1 + course.between(...RELEASED_STEPS), rows * columns - start);
  return { ...drawTable(size, rng), path: pathFrom(start, cells, columns, course.chance(0.5)), isMarked: true };
}

/** `cells` consecutive cells in row-major order, reversed with probability 1/2. */
function makePath(rows: number, columns: number, cells: number, rng: Rng): Cell[] {
  const start = rng.below(rows * columns - cells + 1);
  return pathFrom(start, cells, columns, rng.chance(0.5));
}

function pathFrom(start: number, cells: number, columns: number, isReversed: boolean): Cell[] {
  const path = Array.from({ length: cells }, (_, i) => ({ row: Math.floor((start + i) / columns), column: (start + i) % columns }));
  return isReversed ? path.reverse() : path;
}
