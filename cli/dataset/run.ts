/**
 * `npm run dataset` as a function, so that tests need no process of their own: checks everything before anything is written, then makes the set or goes
 * on with it. One JSON line to `print`, words for people to `say`.
 */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fault, InputError, toWireError } from '../../src/lib/errors.ts';
import type { Generator, Manifest } from '../../src/study/data/write/manifest.ts';
import { MANIFEST_NAME } from '../../src/study/data/write/manifest.ts';
import type { DatasetSet } from '../../src/study/data/write/set.ts';
import { planSet } from '../../src/study/data/write/set.ts';
import { describePlan } from '../../src/study/strategies/describe.ts';
import type { FreeBytes } from './disk.ts';
import { checkDisk, estimateSize, freeBytes, inUnits } from './disk.ts';
import type { WritePicture } from './encode-rows.ts';
import type { DamagedFolder, FolderState } from './folder.ts';
import { inspectFolder, nearestFolder } from './folder.ts';
import type { Identity, Mark } from './journal.ts';
import { removeJournal } from './journal.ts';
import { listText } from './list.ts';
import { lockFolder } from './lock.ts';
import { makeSet } from './make.ts';
import type { DatasetOptions } from './options.ts';
import { commandOf, DATASET_HELP, parseDatasetOptions } from './options.ts';
import type { WriteBytes } from './part-file.ts';
import type { ProgressOptions } from './progress.ts';
import { makeProgress } from './progress.ts';
import { repairPictures } from './repair.ts';
import { marksThatHold } from './resume.ts';

/** The world around a call. */
export interface Shell {
  readonly print: (text: string) => void;
  readonly errors: ProgressOptions['stream'];
  readonly clock: () => number;
  readonly generator: Generator;
  readonly isStopped: () => boolean;
  readonly free?: FreeBytes;
  readonly write?: WriteBytes;
  readonly writePicture?: WritePicture;
}

/** Options of a call that writes. */
type PlacedOptions = DatasetOptions & { readonly out: string };

/** Below so many rows, starting threads takes longer than the rows: about half a second. */
const ROWS_FOR_THREADS = { paperPicture: 100, other: 3000 } as const;

/** Returns whether it went to the end. Throws InputError, with nothing changed, for a call that cannot be met. */
export async function runDataset(args: readonly string[], shell: Shell): Promise<boolean> {
  if (args.includes('--list')) {
    shell.print(listText());
    return true;
  }
  const parsed = parseDatasetOptions(args);
  if (parsed === null) {
    shell.print(`${DATASET_HELP}\n`);
    return true;
  }
  const { out, request } = parsed;
  const set = planSet(request);
  if (out === null) {
    await describe(shell, parsed, set, 0);
    return true;
  }
  const options: PlacedOptions = { ...parsed, out };
  const identity: Identity = { generator: shell.generator, request, command: commandOf(request) };
  const folder = await inspectFolder(out, set, identity, options.verifies);
  if (folder.kind === 'finished' && (options.isDryRun || folder.isTidy)) {
    sayFinished(shell, options, set, folder.manifest);
    return true;
  }
  if (options.isDryRun) {
    if (folder.kind === 'damaged') {
      shell.errors.write(`In ${out} ${folder.damage.text}. Without --dry-run, what is missing or damaged is made again.\n`);
    }
    await describe(shell, options, set, bytesThere(folder));
    return true;
  }
  if (folder.kind === 'new') {
    await checkDisk(nearestFolder(out), estimateSize(set), 0, shell.free ?? freeBytes);
    await makeFolder(out);
  }
  try {
    const unlock = lockFolder(out);
    try {
      return await makeLocked(shell, options, set, identity);
    } finally {
      unlock();
    }
  } catch (error) {
    throw fullDisk(error, out) ?? error;
  }
}

/** Looks again: another process may have worked there until the lock was ours. */
async function makeLocked(shell: Shell, options: PlacedOptions, set: DatasetSet, identity: Identity): Promise<boolean> {
  const { out } = options;
  const folder = await inspectFolder(out, set, identity, options.verifies);
  switch (folder.kind) {
    case 'new':
      return make(shell, options, set, identity, []);
    case 'stopped': {
      const marks = await marksThatHold(out, set, folder.journal.marks);
      say(shell, options, `Going on with ${out} after ${doneRows(marks)} of ${set.rows} rows.`);
      await checkDisk(out, estimateSize(set), doneBytes(marks), shell.free ?? freeBytes);
      return make(shell, options, set, identity, marks);
    }
    case 'finished':
      await removeJournal(out);
      sayFinished(shell, options, set, folder.manifest);
      return true;
    case 'damaged':
      return repair(shell, options, set, folder);
    default:
      return folder satisfies never;
  }
}

async function make(shell: Shell, options: PlacedOptions, set: DatasetSet, identity: Identity, marks: readonly Mark[]): Promise<boolean> {
  const { clock, isStopped } = shell;
  const startMs = clock();
  const progress = makeProgress({ total: set.rows, unit: 'rows', isQuiet: options.isQuiet, stream: shell.errors, clock });
  const rowsBefore = doneRows(marks);
  let rows = rowsBefore;
  const onRows = (done: number) => {
    rows = done;
    progress.set(done);
  };
  const workers = options.workers ?? defaultWorkers(set);
  let manifest: Manifest | null;
  try {
    manifest = await makeSet({ dir: options.out, set, identity, workers, marks, clock, onRows, isStopped, ...placeOf(shell) });
  } finally {
    progress.stop();
  }
  const seconds = (clock() - startMs) / 1000;
  if (manifest === null) {
    say(shell, options, `Stopped after ${rows} of ${set.rows} rows. The same command goes on from there.`);
    printLine(shell, { state: 'stopped', out: options.out, rows, totalRows: set.rows, seconds: rounded(seconds) });
    return false;
  }
  printSummary(shell, options, 'finished', manifest, { rowsBefore, seconds });
  return true;
}

/** Makes the pictures of a finished set again that are gone or damaged. */
async function repair(shell: Shell, options: PlacedOptions, set: DatasetSet, found: DamagedFolder): Promise<boolean> {
  const { clock, isStopped, free = freeBytes } = shell;
  const { manifest, pictures, damage } = found;
  const startMs = clock();
  say(shell, options, `In ${options.out} ${damage.text}: what is missing or damaged is made again.`);
  await checkDisk(options.out, { bytes: pictures.bytes, pictures: pictures.count }, damage.bytes, free);
  const progress = makeProgress({ total: pictures.count, unit: 'pictures', isQuiet: options.isQuiet, stream: shell.errors, clock });
  const workers = options.workers ?? defaultWorkers(set);
  const { hasList } = damage;
  let made: number | null;
  try {
    made = await repairPictures({ dir: options.out, set, pictures, hasList, workers, onPictures: progress.set, isStopped, ...placeOf(shell) });
  } finally {
    progress.stop();
  }
  const seconds = (clock() - startMs) / 1000;
  if (made === null) {
    say(shell, options, 'Stopped. The same command makes the others again.');
    printLine(shell, { state: 'stopped', out: options.out, rows: set.rows, totalRows: set.rows, seconds: rounded(seconds) });
    return false;
  }
  say(shell, options, `Pictures made again: ${made}. The set is whole.`);
  printSummary(shell, options, 'repaired', manifest, { rowsBefore: set.rows, seconds });
  return true;
}

function sayFinished(shell: Shell, options: PlacedOptions, { rows }: DatasetSet, manifest: Manifest): void {
  const names = manifest.files.map(({ name }) => name).join(', ');
  const checked = options.verifies ? ', and every digest is that of the manifest' : '';
  say(shell, options, `${options.out} holds this data set already: ${names}${checked}. Nothing was changed.`);
  printSummary(shell, options, 'already-finished', manifest, { rowsBefore: rows, seconds: 0 });
}

async function describe(shell: Shell, options: DatasetOptions, set: DatasetSet, bytesThere: number): Promise<void> {
  const { bytes, pictures } = estimateSize(set);
  const available = await (shell.free ?? freeBytes)(nearestFolder(options.out ?? '.'));
  const plan = set.plan === null ? [] : [describePlan(set.plan), ''];
  const files = set.files.map(({ name, rows }) => `  ${name}: ${rows} rows`);
  const fits = bytes - bytesThere <= available;
  const room = fits ? '' : ' That is not enough: free some, name a folder on another disk, or make a smaller set.';
  const size = `About ${inUnits(bytes)} of disk, ${inUnits(available)} free.${room}`;
  shell.errors.write(`${[...plan, 'Files:', ...files, `Pictures: ${pictures}`, size, 'Nothing was written.'].join('\n')}\n`);
  const shown = { state: 'dry-run', out: options.out, files: set.files.map(({ name, rows }) => ({ name, rows })), rows: set.rows, pictures };
  printLine(shell, { ...shown, bytesNeeded: bytes, bytesAvailable: available, fits, command: commandOf(options.request) });
}

/** In place of the disk, where a test says so. */
function placeOf({ write, writePicture }: Shell): Pick<Shell, 'write' | 'writePicture'> {
  return { ...(write === undefined ? {} : { write }), ...(writePicture === undefined ? {} : { writePicture }) };
}

function defaultWorkers({ request, rows }: DatasetSet): number {
  const hasPaperPictures = request.profile === 'paper' && request.hasPictures && !(request.source === 'records' && request.supervision === 'text');
  if (rows < (hasPaperPictures ? ROWS_FOR_THREADS.paperPicture : ROWS_FOR_THREADS.other)) return 1;
  return Math.max(1, cpus().length - 1);
}

/** One folder after the other: Node's own `recursive` never ends where the system says that a folder is missing and it is not, as in /proc. */
async function makeFolder(out: string): Promise<void> {
  const missing: string[] = [];
  for (let folder = resolve(out); !existsSync(folder); folder = dirname(folder)) missing.unshift(folder);
  try {
    for (const folder of missing) await mkdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' && existsSync(out)) return; // another call was quicker; the lock decides
    throw new InputError(fault('--out', 'a folder that can be made', `${out} (${toWireError(error).message})`, 'name another'));
  }
}

/** What to do about a disk that is full. What was marked is kept. */
function fullDisk(error: unknown, out: string): Error | null {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return null;
  const cure = `what was made is kept in ${out}; free some and give the same command again`;
  return Object.assign(new Error(fault('dataset', 'room on the disk', 'none left', cure)), { name: 'DiskFullError' });
}

/** Of a set that is on the disk in part. */
function bytesThere(folder: FolderState): number {
  if (folder.kind === 'stopped') return doneBytes(folder.journal.marks);
  if (folder.kind !== 'damaged') return 0;
  return folder.manifest.files.reduce((sum, { bytes }) => sum + bytes, folder.damage.bytes);
}

function doneRows(marks: readonly Mark[]): number {
  const last = marks.at(-1);
  const whole = marks.filter(({ isWhole }) => isWhole).reduce((sum, { rows }) => sum + rows, 0);
  return whole + (last === undefined || last.isWhole ? 0 : last.rows);
}

function doneBytes(marks: readonly Mark[]): number {
  const last = marks.at(-1);
  const whole = marks.filter(({ isWhole }) => isWhole).reduce((sum, { bytes }) => sum + bytes, 0);
  return whole + (last === undefined || last.isWhole ? 0 : last.bytes) + (last?.pictureBytes ?? 0);
}

function printSummary(
  shell: Shell,
  { out }: PlacedOptions,
  state: 'finished' | 'already-finished' | 'repaired',
  { files, pictures }: Manifest,
  { rowsBefore, seconds }: { readonly rowsBefore: number; readonly seconds: number },
): void {
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0) + (pictures?.bytes ?? 0);
  const rate = seconds > 0 ? Math.round((rows - rowsBefore) / seconds) : null;
  const manifest = join(out, MANIFEST_NAME);
  if (!existsSync(manifest)) throw new Error(`internal: no ${manifest} after the end`);
  printLine(shell, {
    state,
    out,
    manifest,
    files,
    rows,
    rowsBefore,
    pictures: pictures?.count ?? 0,
    bytes,
    seconds: rounded(seconds),
    rowsPerSecond: rate,
  });
}

function printLine(shell: Shell, value: object): void {
  shell.print(`${JSON.stringify(value)}\n`);
}

function say({ errors }: Shell, { isQuiet }: DatasetOptions, text: string): void {
  if (!isQuiet) errors.write(`dataset: ${text}\n`);
}

function rounded(seconds: number): number {
  return Number(seconds.toFixed(2));
}
