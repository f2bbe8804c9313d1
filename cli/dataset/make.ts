/**
 * Makes the files of a set: rows are encoded by the pool in jobs, written in order, and marked in the journal about twice a second. A job that waits
 * for the disk holds back the next ones, so memory stays the same at any length. The manifest comes last, in one step.
 */
import { existsSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileHead, fileTail, PICTURE_FOLDER } from '../../src/study/data/write/encode.ts';
import type { Manifest, ManifestFile } from '../../src/study/data/write/manifest.ts';
import { makeManifest, MANIFEST_NAME, manifestText } from '../../src/study/data/write/manifest.ts';
import type { PictureLedger } from '../../src/study/data/write/picture-ledger.ts';
import { ledgerBefore } from '../../src/study/data/write/picture-ledger.ts';
import type { DatasetSet } from '../../src/study/data/write/set.ts';
import { pictureCount, rowOf } from '../../src/study/data/write/set.ts';
import type { EncodedRows, RowJob, WritePicture } from './encode-rows.ts';
import type { Identity, Mark } from './journal.ts';
import { beginJournal, removeJournal } from './journal.ts';
import type { PartFile, WriteBytes } from './part-file.ts';
import { openPart, partNameOf, writeBytes } from './part-file.ts';
import { PICTURE_LIST } from './picture-list.ts';
import type { Pool } from './pool.ts';
import { makePool } from './pool.ts';
import { copyRecipe } from './recipe.ts';
import { removeTemporaryPictures } from './resume.ts';

/** Ours: work lost by a kill, against journal lines written. */
const MARK_EVERY_MS = 500;
/** Rows of a job: some tens of milliseconds of work, so that a stop is quick and threads seldom wait. */
const JOB_ROWS = { paperPicture: 8, compactPicture: 64, text: 128 } as const;

interface MakeOptions {
  readonly dir: string;
  readonly set: DatasetSet;
  readonly identity: Identity;
  readonly workers: number;
  /** Of an earlier call; all of them hold. */
  readonly marks: readonly Mark[];
  readonly clock: () => number;
  /** Rows done, of all files; once at the start too. */
  readonly onRows: (rows: number) => void;
  readonly isStopped: () => boolean;
  /** In place of the disk, for tests. */
  readonly write?: WriteBytes;
  readonly writePicture?: WritePicture;
}

/** Null when it was stopped on the way; the same call then goes on. */
export async function makeSet(options: MakeOptions): Promise<Manifest | null> {
  const { dir, set, identity, marks, workers, write = writeBytes } = options;
  await removeTemporaryPictures(dir);
  const pictures = pictureCount(set);
  const hasList = pictures > 0 && set.request.format !== 'vlmeval';
  const journal = await beginJournal(dir, identity, marks); // first of all: a folder with pictures and no journal would be a stranger's
  const pool = makePool(dir, set.request, workers, options.writePicture);
  const open: PartFile[] = [];
  try {
    if (hasList) await mkdir(join(dir, PICTURE_FOLDER), { recursive: true });
    const listPath = join(dir, PICTURE_LIST);
    if (hasList && existsSync(listPath)) await rename(listPath, partNameOf(listPath)); // it died just before the manifest
    const list = hasList ? await openPart(listPath, marks.at(-1)?.listBytes ?? 0, write) : null;
    if (list !== null) open.push(list);
    const wholes = await makeFiles(options, { pool, journal, list, open, write });
    if (wholes === null) return null;
    const last = wholes.at(-1);
    if (list !== null) await list.finish();
    open.length = 0;
    const files = wholes.map(({ rows, bytes, sha256 }, i): ManifestFile => ({ name: set.files[i]?.name ?? '', rows, bytes, sha256 }));
    if (set.request.format === 'llava') await copyRecipe(dir, identity.command);
    const manifest = makeManifest(set, {
      generator: identity.generator,
      command: identity.command,
      files,
      pictures:
        last === undefined || list === null
          ? null
          : { folder: PICTURE_FOLDER, count: last.pictures, bytes: last.pictureBytes, list: PICTURE_LIST, sha256: last.listSha256 },
    });
    await writeFile(join(dir, `${MANIFEST_NAME}.tmp`), manifestText(manifest), { flush: true });
    await rename(join(dir, `${MANIFEST_NAME}.tmp`), join(dir, MANIFEST_NAME));
    await removeJournal(dir);
    return manifest;
  } finally {
    await pool.close();
    for (const part of open) await part.close().catch(() => {}); // whatever went wrong before is what is to be told
    await journal.close();
  }
}

interface Tools {
  readonly pool: Pool;
  readonly journal: FileHandle;
  readonly list: PartFile | null;
  readonly open: PartFile[];
  readonly write: WriteBytes;
}

/** The mark of each file at its end, or null when it was stopped on the way. */
async function makeFiles(options: MakeOptions, tools: Tools): Promise<Mark[] | null> {
  const { dir, set, marks, onRows } = options;
  const wholes = marks.filter(({ isWhole }) => isWhole);
  const last = marks.at(-1);
  const ledger = ledgerBefore(set, last?.file ?? 0, last === undefined ? 0 : last.rows);
  let before = wholes.reduce((sum, { rows }) => sum + rows, 0);
  onRows(before + (last === undefined || last.isWhole ? 0 : last.rows));
  for (const [index, { name, rows }] of set.files.entries()) {
    if (index < wholes.length) continue;
    const from = last !== undefined && last.file === index ? last : null;
    const part = await openPart(join(dir, name), from?.bytes ?? 0, tools.write);
    tools.open.push(part);
    const state = { file: index, rows: from?.rows ?? 0, pictures: (from ?? last)?.pictures ?? 0, pictureBytes: (from ?? last)?.pictureBytes ?? 0 };
    const previous = wholes.at(-1);
    if (from === null && previous !== undefined) [state.pictures, state.pictureBytes] = [previous.pictures, previous.pictureBytes];
    const whole = await makeFile(options, tools, { part, ledger, state, rowsBefore: before });
    if (whole === null) return null;
    await part.finish();
    tools.open.splice(tools.open.indexOf(part), 1);
    wholes.push(whole);
    before += rows;
  }
  return wholes;
}

interface FileState {
  readonly file: number;
  rows: number;
  pictures: number;
  pictureBytes: number;
}

async function makeFile(
  { set, clock, onRows, isStopped }: MakeOptions,
  { pool, journal, list }: Tools,
  { part, ledger, state, rowsBefore }: { part: PartFile; ledger: PictureLedger; state: FileState; rowsBefore: number },
): Promise<Mark | null> {
  const total = set.files[state.file]?.rows ?? 0;
  const encoder = new TextEncoder();
  if (part.bytes() === 0) await part.append(encoder.encode(fileHead(set.request)));
  let nextRow = state.rows;
  let markedMs = clock();
  const queue: { rows: number; encoded: Promise<EncodedRows> }[] = [];
  for (;;) {
    while (queue.length < pool.depth && nextRow < total && !isStopped()) {
      const jobs = jobsFrom(set, state.file, nextRow, ledger);
      const encoded = pool.encode(jobs);
      encoded.catch(() => {}); // it is told when its turn comes; until then it must not end the process
      queue.push({ rows: jobs.length, encoded });
      nextRow += jobs.length;
    }
    const first = queue.shift();
    if (first === undefined) break;
    const { text, list: lines, pictures, pictureBytes } = await first.encoded;
    await part.append(text);
    if (lines.length > 0) await list?.append(lines);
    state.rows += first.rows;
    state.pictures += pictures;
    state.pictureBytes += pictureBytes;
    onRows(rowsBefore + state.rows);
    if (clock() - markedMs >= MARK_EVERY_MS) {
      await addMark(journal, markOf(state, part, list, false));
      markedMs = clock();
    }
  }
  const isWhole = state.rows === total;
  if (isWhole) await part.append(encoder.encode(fileTail(set.request)));
  const mark = markOf(state, part, list, isWhole);
  await addMark(journal, mark);
  return isWhole ? mark : null;
}

function jobsFrom(set: DatasetSet, file: number, from: number, ledger: PictureLedger): RowJob[] {
  const { request } = set;
  const hasPicture = request.hasPictures && !(request.source === 'records' && request.supervision === 'text');
  const size = !hasPicture ? JOB_ROWS.text : request.profile === 'paper' ? JOB_ROWS.paperPicture : JOB_ROWS.compactPicture;
  const count = Math.min(size, (set.files[file]?.rows ?? 0) - from);
  return Array.from({ length: count }, (_, i) => {
    const row = rowOf(set, file, from + i);
    return { row, makesPicture: ledger.isFirst(row) };
  });
}

function markOf({ file, rows, pictures, pictureBytes }: FileState, part: PartFile, list: PartFile | null, isWhole: boolean): Mark {
  return {
    file,
    rows,
    bytes: part.bytes(),
    sha256: part.sha256(),
    isWhole,
    pictures,
    pictureBytes,
    listBytes: list?.bytes() ?? 0,
    listSha256: list?.sha256() ?? EMPTY_SHA256,
  };
}

/** Of no bytes: what a list that is not kept has. */
const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

async function addMark(journal: FileHandle, mark: Mark): Promise<void> {
  await journal.appendFile(`${JSON.stringify(mark)}\n`);
}
