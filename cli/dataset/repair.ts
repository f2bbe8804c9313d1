/**
 * The pictures of a finished set: whether they are all there, and making again those that are not. The digest of their list in the manifest is the
 * truth: a set is mended only to the bytes that it had.
 */
import { statSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fault, InputError } from '../../src/lib/errors.ts';
import { PICTURE_FOLDER } from '../../src/study/data/write/encode.ts';
import type { ManifestPictures } from '../../src/study/data/write/manifest.ts';
import { makePictureLedger } from '../../src/study/data/write/picture-ledger.ts';
import type { DatasetRow, DatasetSet } from '../../src/study/data/write/set.ts';
import { rowOf } from '../../src/study/data/write/set.ts';
import type { WritePicture } from './encode-rows.ts';
import type { WriteBytes } from './part-file.ts';
import { fileDigest, openPart, partNameOf, writeBytes } from './part-file.ts';
import type { ListedPicture } from './picture-list.ts';
import { listedPicture, listedPictures, listLine, pictureDigest } from './picture-list.ts';
import type { Pool } from './pool.ts';
import { makePool } from './pool.ts';
import { removeTemporaryPictures } from './resume.ts';

/** What is wrong with the pictures of a set. */
export interface Damage {
  /** For a person: `3 of 120 pictures are missing`. */
  readonly text: string;
  /** Whether the list is that of the manifest. */
  readonly hasList: boolean;
  /** Of the pictures that are there. */
  readonly bytes: number;
}

/** Null when nothing is. Looks at names and at the sum of sizes; at digests when asked to. Other files beside the pictures do no harm. */
export async function pictureDamage(dir: string, pictures: ManifestPictures, verifies: boolean): Promise<Damage | null> {
  const { list, count } = pictures;
  const listDigest = await fileDigest(join(dir, list));
  if (listDigest !== pictures.sha256) {
    const text = `the list of pictures, ${list}, is ${listDigest === null ? 'missing' : 'damaged'}`;
    return { text, hasList: false, bytes: await bytesIn(join(dir, pictures.folder)) };
  }
  let [missing, damaged, bytes] = [0, 0, 0];
  for await (const { digest, name } of listedPictures(join(dir, list))) {
    const info = statSync(join(dir, name), { throwIfNoEntry: false }); // at once: a promise for each of some millions takes longer
    if (info === undefined) missing += 1;
    else if (verifies && (await pictureDigest(dir, name)) !== digest) damaged += 1;
    bytes += info?.size ?? 0;
  }
  const some = (number: number) => `${number} of ${count} pictures ${number === 1 ? 'is' : 'are'}`;
  if (missing > 0) return { text: `${some(missing)} missing`, hasList: true, bytes };
  if (damaged > 0) return { text: `${some(damaged)} damaged`, hasList: true, bytes };
  if (bytes !== pictures.bytes) return { text: `the pictures have ${bytes} bytes, not ${pictures.bytes}`, hasList: true, bytes };
  return null;
}

async function bytesIn(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []); // it may be gone too
  return names.reduce((sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0), 0);
}

/** Rows looked at together: some tens of milliseconds of work when all their pictures are gone. */
const JOB_ROWS = 16;

interface RepairOptions {
  readonly dir: string;
  readonly set: DatasetSet;
  readonly pictures: ManifestPictures;
  readonly hasList: boolean;
  readonly workers: number;
  /** Pictures that were looked at, from none on. */
  readonly onPictures: (pictures: number) => void;
  readonly isStopped: () => boolean;
  /** In place of the disk, for tests. */
  readonly write?: WriteBytes;
  readonly writePicture?: WritePicture;
}

/** How many pictures were made again, or null when it was stopped on the way. Throws InputError when that does not give the set of the manifest. */
export async function repairPictures(options: RepairOptions): Promise<number | null> {
  const { dir, set, pictures, hasList, workers } = options;
  await removeTemporaryPictures(dir);
  await mkdir(join(dir, PICTURE_FOLDER), { recursive: true });
  const pool = makePool(dir, set.request, workers, options.writePicture);
  try {
    // Without their list nothing is known of single pictures: first those that are there are believed, then none.
    for (const believesFiles of hasList ? [false] : [true, false]) {
      const made = await makeAgain(options, pool, believesFiles);
      if (made !== 'other pictures') return made;
    }
  } finally {
    await pool.close();
  }
  const cure = 'make the set in another folder';
  throw new InputError(fault(dir, `pictures whose list has the digest ${pictures.sha256}, as in the manifest`, 'others of this version', cure));
}

async function makeAgain(options: RepairOptions, pool: Pool, believesFiles: boolean): Promise<number | 'other pictures' | null> {
  const { dir, set, pictures, hasList, onPictures, isStopped, write = writeBytes } = options;
  const path = join(dir, pictures.list);
  const rows = firstRows(set);
  const listed = hasList ? listedPictures(path) : null;
  const list = await openPart(path, 0, write);
  let isWhole = false;
  try {
    let [next, done, made] = [await take(rows, JOB_ROWS), 0, 0];
    const queue: Promise<Looked>[] = [];
    while (queue.length > 0 || (next.length > 0 && !isStopped())) {
      while (queue.length < pool.depth && next.length > 0 && !isStopped()) {
        const looked = lookAt(dir, pool, next, listed === null ? null : await take(listed, next.length), believesFiles);
        looked.catch(() => {}); // it is told when its turn comes
        queue.push(looked);
        next = await take(rows, JOB_ROWS);
      }
      const first = await queue.shift();
      if (first === undefined) continue; // stopped between the two questions
      await list.append(Buffer.from(first.pictures.map(listLine).join('')));
      done += first.pictures.length;
      made += first.made;
      onPictures(done);
    }
    if (next.length > 0) return null;
    if (list.sha256() !== pictures.sha256) return 'other pictures';
    isWhole = true;
    await list.finish();
    return made;
  } finally {
    await listed?.return(undefined); // closes the file of one that was stopped
    if (!isWhole) {
      await list.close();
      await rm(partNameOf(path), { force: true });
    }
  }
}

interface Looked {
  readonly pictures: readonly ListedPicture[];
  readonly made: number;
}

/** The pictures of some rows, those made that are not what the list says. */
async function lookAt(
  dir: string,
  pool: Pool,
  rows: readonly DatasetRow[],
  listed: readonly ListedPicture[] | null,
  believesFiles: boolean,
): Promise<Looked> {
  const names = rows.map(({ picture }) => `${PICTURE_FOLDER}/${picture ?? ''}`);
  const digests = await Promise.all(names.map((name) => pictureDigest(dir, name)));
  const isGood = digests.map((digest, i) => digest !== null && (listed === null ? believesFiles : digest === listed[i]?.digest));
  const jobs = rows.filter((_, i) => isGood[i] !== true).map((row) => ({ row, makesPicture: true }));
  if (jobs.length === 0) return { pictures: names.map((name, i) => ({ digest: digests[i] ?? '', name })), made: 0 };
  const { list } = await pool.encode(jobs);
  const made = new Map(
    new TextDecoder()
      .decode(list)
      .trimEnd()
      .split('\n')
      .map(listedPicture)
      .map(({ name, digest }) => [name, digest]),
  );
  return { pictures: names.map((name, i) => ({ digest: made.get(name) ?? digests[i] ?? '', name })), made: made.size };
}

/** The rows whose pictures are on the list, in its order. */
function* firstRows(set: DatasetSet): Generator<DatasetRow> {
  const ledger = makePictureLedger(set);
  for (const [file, { rows }] of set.files.entries()) {
    for (let position = 0; position < rows; position++) {
      const row = rowOf(set, file, position);
      if (ledger.isFirst(row)) yield row;
    }
  }
}

/** The next `count` items, or what is left. */
async function take<T>(items: Generator<T> | AsyncGenerator<T>, count: number): Promise<T[]> {
  const taken: T[] = [];
  while (taken.length < count) {
    const { value, done } = await items.next();
    if (done === true) break;
    taken.push(value);
  }
  return taken;
}
