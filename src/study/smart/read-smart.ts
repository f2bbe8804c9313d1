/** Many puzzles of an opened folder, one after the other: what cannot be used is named and left out, the rest is read. */
import { InputError } from '../../lib/errors.ts';
import { MAX_NAMED } from '../data/read/limits.ts';
import type { Encoding } from './answer-text.ts';
import type { SmartFolder } from './smart-folder.ts';
import { readSmartPuzzle } from './smart-puzzle.ts';
import type { SmartPuzzle } from './smart-puzzle.ts';

export interface ReadSmartOptions {
  /** Default: all that are there. */
  readonly ids?: readonly number[];
  readonly encoding: Encoding;
  /** Called after each table. */
  readonly onBytes?: (bytesRead: number) => void;
  readonly signal?: AbortSignal;
}

export interface SmartRead {
  readonly puzzles: readonly SmartPuzzle[];
  /** The first of each puzzle, those of the folder before them. */
  readonly problems: readonly string[];
  /** Of these, the puzzles that are left out whole, and what is wrong with the folder. */
  readonly leftOut: readonly string[];
  /** Rows left out, in puzzles that are read otherwise. */
  readonly badRows: number;
  /** The same by puzzle. */
  readonly damaged: readonly { readonly id: number; readonly rows: number; readonly first: string }[];
}

/** Rejects only with what is no fault of the folder, and when the signal says so. */
export async function readSmartPuzzles(folder: SmartFolder, { ids, encoding, onBytes, signal }: ReadSmartOptions): Promise<SmartRead> {
  const puzzles: SmartPuzzle[] = [];
  const problems = [...folder.problems];
  const leftOut = [...folder.problems];
  const damaged: { id: number; rows: number; first: string }[] = [];
  let bytes = 0;
  for (const entry of folder.puzzles.filter(({ id }) => ids === undefined || ids.includes(id))) {
    signal?.throwIfAborted();
    let bad = 0;
    let first = '';
    const onBad = ({ message }: InputError): void => {
      if (bad === 0) first = message;
      bad += 1;
      if (bad <= MAX_NAMED) problems.push(message);
    };
    try {
      puzzles.push(await readSmartPuzzle(folder, entry, { encoding, onBad }));
      if (bad > 0) damaged.push({ id: entry.id, rows: bad, first });
    } catch (thrown) {
      if (!(thrown instanceof InputError)) throw thrown;
      problems.push(thrown.message);
      leftOut.push(thrown.message);
    }
    if (bad > MAX_NAMED) problems.push(`${entry.csvPath}: ${bad - MAX_NAMED} more rows like these`);
    bytes += entry.csvBytes;
    onBytes?.(bytes);
  }
  return { puzzles, problems, leftOut, badRows: damaged.reduce((sum, { rows }) => sum + rows, 0), damaged };
}
