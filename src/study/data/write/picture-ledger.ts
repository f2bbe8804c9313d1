/** Which pictures of a set are made already: a picture is made with the first row that shows it. One bit an example, so that millions cost nothing. */
import type { DatasetRow, DatasetSet } from './set.ts';
import { rowOf } from './set.ts';

export interface PictureLedger {
  /** Whether the row shows a picture that no earlier row has shown; from now on it has been. */
  isFirst(row: DatasetRow): boolean;
}

export function makePictureLedger({ plan }: DatasetSet): PictureLedger {
  if (plan === null) return { isFirst: ({ picture }) => picture !== null }; // every row has an example of its own
  const seen = new Map<string, Uint8Array>();
  return {
    isFirst({ picture, key: { task, level, index } }) {
      if (picture === null) return false;
      const name = `${task} ${level}`;
      const bits = seen.get(name) ?? new Uint8Array((largestUnique(plan) >>> 3) + 1);
      seen.set(name, bits);
      const [byte, bit] = [index >>> 3, 1 << (index & 7)];
      const isFirst = ((bits[byte] ?? 0) & bit) === 0;
      bits[byte] = (bits[byte] ?? 0) | bit;
      return isFirst;
    },
  };
}

/** The ledger as it stands before row `position` of file `file`. */
export function ledgerBefore(set: DatasetSet, file: number, position: number): PictureLedger {
  const ledger = makePictureLedger(set);
  if (set.plan === null) return ledger;
  for (const [earlier, { rows }] of set.files.slice(0, file + 1).entries()) {
    for (let at = 0; at < (earlier === file ? position : rows); at++) ledger.isFirst(rowOf(set, earlier, at));
  }
  return ledger;
}

function largestUnique({ phases }: NonNullable<DatasetSet['plan']>): number {
  return phases.flatMap(({ components }) => components).reduce((most, { unique }) => Math.max(most, unique), 0);
}
