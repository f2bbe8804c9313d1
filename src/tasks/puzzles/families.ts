/** Every family there is, by its number in SMART-101. A new one is one file and one line here. */
import { fault, InputError } from '../../lib/errors.ts';
import { flowersAndOutlines } from './counting/flowers-and-outlines.ts';
import type { PuzzleFamily } from './puzzle.ts';

export const FAMILIES: readonly PuzzleFamily[] = [flowersAndOutlines].toSorted((a, b) => a.id - b.id);

/** Throws InputError for a number without a family. */
export function familyOf(id: number): PuzzleFamily {
  const found = FAMILIES.find((family) => family.id === id);
  if (found === undefined) throw new InputError(fault('puzzle', `one of ${FAMILIES.map((family) => family.id).join(', ')}`, id));
  return found;
}
