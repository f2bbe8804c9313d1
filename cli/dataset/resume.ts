/**
 * Where a stopped set goes on: the last mark at which everything on the disk still is what the journal says: the data file up to there, the list of
 * pictures, and every picture on it.
 */
import { existsSync } from 'node:fs';
import { readdir, rename, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { PICTURE_FOLDER } from '../../src/study/data/write/encode.ts';
import type { DatasetSet } from '../../src/study/data/write/set.ts';
import type { Mark } from './journal.ts';
import { partNameOf, prefixDigests } from './part-file.ts';
import { listedPictures, PICTURE_LIST, pictureDigest } from './picture-list.ts';

/** Pictures being written; a dead process may leave some. */
export const PICTURE_TEMPORARY = '.tmp';

/** The marks that hold, in order; the last one is where to go on. */
export async function marksThatHold(dir: string, { files }: DatasetSet, marks: readonly Mark[]): Promise<Mark[]> {
  let kept: Mark[] = [];
  for (const [index, { name }] of files.entries()) {
    const own = marks.filter(({ file }) => file === index);
    if (own.length === 0) break;
    const whole = own.find(({ isWhole }) => isWhole);
    const path = join(dir, name);
    const isNamed = whole !== undefined && existsSync(path);
    const sizes = own.map(({ bytes }) => bytes);
    const digests = await prefixDigests(isNamed ? path : partNameOf(path), sizes);
    const good = own.filter(({ bytes, sha256 }) => digests.get(bytes) === sha256);
    kept.push(...good);
    if (whole === undefined || !good.includes(whole)) {
      if (isNamed && good.length > 0) await rename(path, partNameOf(path)); // it was changed: back to a part, to go on from what holds
      break;
    }
    await truncate(isNamed ? path : partNameOf(path), whole.bytes); // what somebody added
    if (!isNamed) await rename(partNameOf(path), path); // it died between the mark and the name
  }
  const listed = existsSync(join(dir, PICTURE_LIST)) ? join(dir, PICTURE_LIST) : partNameOf(join(dir, PICTURE_LIST));
  const digests = await prefixDigests(
    listed,
    kept.map(({ listBytes }) => listBytes),
  );
  kept = kept.slice(
    0,
    firstIndex(kept, ({ listBytes, listSha256 }) => digests.get(listBytes) !== listSha256),
  );
  const goodPictures = await picturesThatHold(dir, listed, kept.at(-1)?.listBytes ?? 0);
  return kept.slice(
    0,
    firstIndex(kept, ({ pictures }) => pictures > goodPictures),
  );
}

/** Removes pictures that were being written when the process died. */
export async function removeTemporaryPictures(dir: string): Promise<void> {
  const folder = join(dir, PICTURE_FOLDER);
  if (!existsSync(folder)) return;
  for (const name of await readdir(folder)) if (name.endsWith(PICTURE_TEMPORARY)) await rm(join(folder, name));
}

/** How many pictures, from the first on, are those of the list. */
async function picturesThatHold(dir: string, list: string, listBytes: number): Promise<number> {
  let count = 0;
  for await (const { digest, name } of listedPictures(list, listBytes)) {
    if ((await pictureDigest(dir, name)) !== digest) break;
    count += 1;
  }
  return count;
}

/** Where the first item stands for which the test holds; the length when there is none. */
function firstIndex<T>(items: readonly T[], test: (item: T) => boolean): number {
  const at = items.findIndex(test);
  return at === -1 ? items.length : at;
}
