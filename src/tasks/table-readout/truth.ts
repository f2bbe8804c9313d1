/**
 * Truth of a Table Readout example: a table, and a path of one of four families (paths/). Which family an example has depends on its index alone
 * (mixture.ts); everything else is drawn from the example's random stream.
 *
 * Example (spec/s2h 2.9): 7 x 8, random turns with two segments, (2, 3) right to (2, 7), down to (6, 7): nine cells, 9 + 7 + 3 + 4 + 1 + 4 + 0 + 6 + 2 = 36.
 */
import type { Rng } from '../../lib/rng.ts';
import type { Draw } from '../task.ts';
import { drawTable, lettersOf } from '../tables/table.ts';
import type { Cell, TableTruth } from '../tables/table.ts';
import { MIN_TABLE_WITH_GAP, tableReadoutInfo } from './config.ts';
import type { TableReadoutConfig } from './config.ts';
import { componentCycle } from './mixture.ts';
import type { Component, Family } from './mixture.ts';
import { walkComposition } from './paths/composition.ts';
import { CORNERS, ORIENTATIONS, segmentsOf } from './paths/course.ts';
import type { Corner, Course, Orientation, Size } from './paths/course.ts';
import { drawRandomTurns, MAX_RANDOM_SEGMENTS } from './paths/random-turns.ts';
import { walkSinusoidal } from './paths/sinusoidal.ts';
import { walkSpiral } from './paths/spiral.ts';

/** How a spiral, a sine or a composition was drawn. */
export interface Walk {
  readonly corner: Corner;
  readonly orientation: Orientation;
  /** The authors' n. */
  readonly pieces: number;
  /** Cells between the corner and the start of the walk; compositions carry it without using it. */
  readonly gap: number;
  /** Cells dropped at the front and at the back of the walk, before it was reversed. */
  readonly trims: readonly [front: number, back: number];
  readonly isReversed: boolean;
}

export interface TableReadoutTruth extends TableTruth {
  readonly family: Family;
  /** Straight segments of the path as it is, trimmed. */
  readonly segments: number;
  /** Null for random turns. */
  readonly walk: Walk | null;
}

/** Most cells dropped at each end. */
const MAX_TRIM: Readonly<Record<Exclude<Family, 'random'>, number>> = { spiral: 2, sinusoidal: 2, composition: 1 };

export function makeTableReadout(config: TableReadoutConfig, { level, split, index }: Draw, rng: Rng): TableReadoutTruth {
  tableReadoutInfo.checkConfig(config);
  const sizes = rng.fork('size');
  const size = {
    rows: sizes.between(config.minRows, config.maxRows),
    columns: sizes.between(config.minColumns, config.maxColumns),
    rowNames: config.rowNames,
  };
  const components = componentCycle(config.mixture, config.hardEvaluation, level, split);
  const component = components[index % components.length];
  if (component === undefined) throw new Error(`internal: makeTableReadout: no component for index ${index}`);
  const { path, walk } = drawPath(component, size, rng.fork('path'));
  return {
    ...drawTable(size, rng),
    path,
    isMarked: true,
    family: component.family,
    segments: segmentsOf(path),
    walk,
    ...lettersOf(config.columnLetters),
  };
}

function drawPath(component: Component, size: Size, rng: Rng): { path: readonly Cell[]; walk: Walk | null } {
  if (component.family === 'random') return { path: drawRandomTurns(size, rng.between(1, MAX_RANDOM_SEGMENTS), rng), walk: null };
  const hasGap = size.rows >= MIN_TABLE_WITH_GAP && size.columns >= MIN_TABLE_WITH_GAP;
  const course: Course = {
    rows: size.rows,
    columns: size.columns,
    corner: CORNERS[rng.below(4)] ?? 'top-left',
    orientation: ORIENTATIONS[rng.below(2)] ?? 'clockwise',
    gap: hasGap ? component.gap : 0,
    pieces: component.pieces,
  };
  const walked = walkOf(component.family, course, rng);
  const most = MAX_TRIM[component.family];
  const trims = [rng.between(0, most), rng.between(0, most)] as const;
  const isReversed = rng.chance(0.5);
  const kept = walked.slice(trims[0], walked.length - trims[1]);
  // No walk on a table of MIN_TABLE or more is that short, so the authors' scripts and this one need no second draw.
  if (kept.length === 0) throw new Error(`internal: drawPath: nothing is left of a walk of ${walked.length} cells`);
  const { corner, orientation, pieces, gap } = course;
  return { path: isReversed ? kept.reverse() : kept, walk: { corner, orientation, pieces, gap, trims, isReversed } };
}

function walkOf(family: Exclude<Family, 'random'>, course: Course, rng: Rng): Cell[] {
  switch (family) {
    case 'spiral':
      return walkSpiral(course);
    case 'sinusoidal':
      return walkSinusoidal(course, () => rng.below(2));
    case 'composition':
      return walkComposition(course, () => rng.chance(0.5));
    default:
      family satisfies never;
      throw new Error(`internal: walkOf: no family ${String(family)}`);
  }
}
