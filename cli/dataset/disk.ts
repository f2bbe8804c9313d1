/** How much disk a set takes, from some of its rows, and whether it is there. */
import { statfs } from 'node:fs/promises';
import { fault, InputError } from '../../src/lib/errors.ts';
import type { DatasetSet } from '../../src/study/data/write/set.ts';
import { pictureCount, rowOf } from '../../src/study/data/write/set.ts';
import { encodeRows } from './encode-rows.ts';

/** Rows looked at in each file, evenly spread. */
const SAMPLES = 6;
/** Ours: examples vary in length, and the journal and the manifest want room too. */
const MARGIN = 1.05;
const SMALL_FILES_BYTES = 64 * 1024;
/** What a picture's file is rounded up to on most disks. */
const BLOCK_BYTES = 4096;

interface SizeEstimate {
  readonly bytes: number;
  readonly pictures: number;
}

/** Bytes free to this user where a folder is. */
export type FreeBytes = (folder: string) => Promise<number>;

export const freeBytes: FreeBytes = async (folder) => {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
};

export function estimateSize(set: DatasetSet): SizeEstimate {
  const sizes: number[] = [];
  let textBytes = 0;
  for (const [file, { rows }] of set.files.entries()) {
    const count = Math.min(SAMPLES, rows);
    const jobs = Array.from({ length: count }, (_, i) => ({ row: rowOf(set, file, Math.floor((i * rows) / count)), makesPicture: true }));
    const { text } = encodeRows('', set.request, jobs, (_, png) => sizes.push(Math.ceil(png.length / BLOCK_BYTES) * BLOCK_BYTES));
    textBytes += (text.length / count) * rows;
  }
  const pictures = set.request.format === 'vlmeval' ? 0 : pictureCount(set);
  const meanPicture = sizes.length === 0 ? 0 : sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  return { bytes: Math.ceil((textBytes + pictures * meanPicture) * MARGIN + SMALL_FILES_BYTES), pictures };
}

/** Throws InputError when there is too little. `doneBytes` are there already. */
export async function checkDisk(folder: string, { bytes }: SizeEstimate, doneBytes: number, free: FreeBytes): Promise<void> {
  const available = await free(folder);
  const needed = Math.max(0, bytes - doneBytes);
  if (needed > available) {
    const cure = 'free some, name a folder on another disk, or make a smaller set';
    throw new InputError(fault('--out', `about ${inUnits(needed)} of disk`, `${inUnits(available)} free at ${folder}`, cure));
  }
}

/** 1.2 MB, the same in every locale. */
export function inUnits(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let [value, unit] = [bytes, 0];
  while (value >= 1000 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 2 : 1)} ${units[unit] ?? ''}`;
}
