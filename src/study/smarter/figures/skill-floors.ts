/** The floors of the curves of a recorded sweep, counted anew from its puzzles: runs keep those of their table's items alone. */
import type { ItemSet, PuzzleItem } from '../../smart/puzzle-item.ts';
import type { SplitName } from '../../smart/splits.ts';
import { scoresOf } from '../scores.ts';
import { itemsOf } from '../smarter-items.ts';
import type { SmarterSpec } from '../smarter-spec.ts';
import { curveRows } from './skill-figure.ts';
import type { TableResult } from './table-result.ts';

/** S_acc of the majority answer on validation items, by skill. */
export function validationFloors(spec: SmarterSpec): Readonly<Record<string, number>> {
  const set = itemsOf(spec);
  const { skills } = scoresOf(set.heads, partOf(set, 'train'), partOf(set, 'val'), []);
  return Object.fromEntries(skills.map(({ skill, majority }) => [skill, majority]));
}

/** Of the rows whose curves are drawn; none for a table without any. */
export function floorsOf(table: TableResult): Readonly<Record<string, number>> {
  const spec = curveRows(table)[0]?.runs[0]?.spec;
  return spec === undefined ? {} : validationFloors(spec);
}

function partOf(set: ItemSet, split: SplitName): readonly PuzzleItem[] {
  return Array.from({ length: set.sizes[split] }, (_, item) => set.at(split, item));
}
