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

/** Those of a local SMART-101 folder. Throws InputError where nothing of what is asked can be read. */
export async function smartItemsOf({ data: { puzzles, smartSplit } }: SmarterSpec, folder: SmartFolder, signal: AbortSignal): Promise<ItemSet> {
  const { puzzles: read, problems } = await readSmartPuzzles(folder, {
    ...(puzzles.length === 0 ? {} : { ids: puzzles }),
    encoding: 'clean',
    signal,
  });
  if (read.length === 0)
    throw new InputError(fault('SMART-101', 'puzzles to train on', problems.join(' ') || 'none', 'choose the folder of the release'));
  return smartItems(read, smartSplitOf(smartSplit));
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
