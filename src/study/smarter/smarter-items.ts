/** The puzzles that a spec asks for. */
import { fault, InputError } from '../../lib/errors.ts';
import { FAMILIES, familyOf } from '../../tasks/puzzles/families.ts';
import type { PuzzleFamily } from '../../tasks/puzzles/puzzle.ts';
import { ownItems, smartItems } from '../smart/item-set.ts';
import type { ItemSet } from '../smart/puzzle-item.ts';
import { readSmartPuzzles } from '../smart/read-smart.ts';
import type { SmartFolder } from '../smart/smart-folder.ts';
import { SMART_INSTANCE_SPLIT, SMARTER_SMALL_SPLIT, SMARTER_SPLIT } from '../smart/splits.ts';
import type { SplitSpec } from '../smart/splits.ts';
import type { SmarterSpec } from './smarter-spec.ts';

/** The families of these numbers; all there are for an empty list. Throws InputError for a number without a family. */
export function familiesOf(puzzles: readonly number[]): readonly PuzzleFamily[] {
  return puzzles.length === 0 ? FAMILIES : puzzles.map(familyOf);
}

/** Few-shot of the SMART paper. */
const SHOTS = 10;

/** What was read of a local SMART-101 folder. */
export interface SmartReport {
  readonly puzzles: number;
  readonly rows: number;
  readonly sizes: ItemSet['sizes'];
  /** What is left out and why, one text each. */
  readonly leftOut: readonly string[];
  readonly badRows: number;
}

/** Those of a local SMART-101 folder. Throws InputError where nothing of what is asked can be read. */
export async function smartItemsOf(
  { data: { puzzles, smartSplit } }: SmarterSpec,
  folder: SmartFolder,
  signal: AbortSignal,
): Promise<{ readonly set: ItemSet; readonly report: SmartReport }> {
  const asked = puzzles.length === 0 ? null : puzzles;
  const read = await readSmartPuzzles(folder, { ...(asked === null ? {} : { ids: asked }), encoding: 'clean', signal });
  if (read.puzzles.length === 0)
    throw new InputError(fault('SMART-101', 'puzzles to train on', read.problems.join(' ') || 'none', 'choose the folder of the release'));
  const set = smartItems(read.puzzles, smartSplitOf(smartSplit));
  const absent = folder.missing.filter((id) => asked === null || asked.includes(id));
  const leftOut = [
    ...(absent.length === 0 ? [] : [`not in the folder: ${absent.length === 1 ? 'puzzle' : 'puzzles'} ${absent.join(', ')}`]),
    ...read.leftOut,
    ...read.damaged.map(({ id, rows, first }) => `puzzle ${id}: ${rows} ${rows === 1 ? 'row' : 'rows'} of its table; the first: ${first}`),
  ];
  const rows = read.puzzles.reduce((sum, puzzle) => sum + puzzle.rows.length, 0);
  return { set, report: { puzzles: read.puzzles.length, rows, sizes: set.sizes, leftOut, badRows: read.badRows } };
}

/** For people; null when nothing is left out. */
export function leftOutNote(leftOut: readonly string[]): string | null {
  return leftOut.length === 0 ? null : ['Left out of SMART-101, and trained without:', ...leftOut].join('\n');
}

function smartSplitOf(name: SmarterSpec['data']['smartSplit']): SplitSpec {
  if (name === 'smarter') return SMARTER_SPLIT;
  return name === 'few-shot' ? { ...SMART_INSTANCE_SPLIT, kind: name, shots: SHOTS } : { ...SMART_INSTANCE_SPLIT, kind: name };
}

/** Of our own families. */
export function itemsOf({ data: { puzzles, instances, split, seed, options } }: SmarterSpec): ItemSet {
  const { ratio } = split === '60:20:20' ? SMARTER_SPLIT : SMARTER_SMALL_SPLIT;
  return ownItems(familiesOf(puzzles), { seed, mode: options, count: instances, ratio });
}
