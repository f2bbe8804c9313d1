/**
 * The files that `npm run score` writes: all of them or none. Each is made as NAME.part and gets its name when every one is whole, so that what was there before outlives
 * whatever goes wrong. A link is followed; a pipe or a device is written to as it is.
 */
import type { Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fault, InputError } from '../src/lib/errors.ts';

/** How text reaches the disk; tests put a disk that is full in its place. */
export type WriteText = (handle: FileHandle, text: string) => Promise<void>;

export const writeText: WriteText = (handle, text) => handle.appendFile(text);

/** Paths by option; null: not asked for. */
export type Paths = Readonly<Record<string, string | null>>;

/** Where an output goes. */
export interface OutputPlace {
  readonly option: string;
  readonly path: string;
  /** Null for a pipe or a device. */
  readonly part: string | null;
}

/** Lines are written in pieces of so many characters. */
const PIECE_CHARACTERS = 2 ** 20;

/** Looks at the places before anything is read. Throws InputError for one that cannot be written, or that is an input or another output. */
export async function outputPlaces(inputs: Paths, outputs: Paths): Promise<OutputPlace[]> {
  const taken = new Map<string, string>();
  for (const [option, path] of Object.entries(inputs)) {
    const real = path === null ? null : await realpath(path).catch(() => null);
    if (real !== null) taken.set(real, option);
  }
  const places: OutputPlace[] = [];
  for (const [option, path] of Object.entries(outputs)) {
    if (path === null) continue;
    const place = await placeOf(option, path);
    for (const name of place.part === null ? [] : [place.path, place.part]) {
      const owner = taken.get(name);
      if (owner !== undefined) throw new InputError(fault(option, `another file than that of ${owner}`, path, 'what is there would be lost'));
      taken.set(name, option);
    }
    places.push(place);
  }
  return places;
}

async function placeOf(option: string, path: string): Promise<OutputPlace> {
  const folder = await stat(dirname(path)).catch(() => null);
  if (folder?.isDirectory() !== true) throw new InputError(fault(option, 'a path in a folder that exists', path));
  const found: Stats | null = await stat(path).catch(() => null);
  if (found?.isDirectory() === true) throw outputFault('EISDIR', option, path);
  if (found?.isFile() === false) return { option, path, part: null };
  const real = await realpath(path).catch(async () => join(await realpath(dirname(path)), basename(path)));
  return { option, path: real, part: `${real}.part` };
}

export class Outputs {
  readonly #files: readonly OutputFile[];

  private constructor(files: readonly OutputFile[]) {
    this.#files = files;
  }

  static async open(places: readonly OutputPlace[], write: WriteText): Promise<Outputs> {
    const files: OutputFile[] = [];
    try {
      for (const place of places) files.push(await OutputFile.open(place, write));
    } catch (thrown) {
      for (const file of files) await file.discard();
      throw thrown;
    }
    return new Outputs(files);
  }

  /** Null when the option was not given. */
  of(option: string): OutputFile | null {
    return this.#files.find((file) => file.option === option) ?? null;
  }

  /** Gives all files their names. */
  async keep(): Promise<void> {
    for (const file of this.#files) await file.close();
    for (const file of this.#files) await file.rename();
  }

  async discard(): Promise<void> {
    for (const file of this.#files) await file.discard();
  }
}

/** Its methods throw InputError for what a person can mend. */
export class OutputFile {
  readonly #place: OutputPlace;
  readonly #handle: FileHandle;
  readonly #write: WriteText;
  #pending = '';

  private constructor(place: OutputPlace, handle: FileHandle, write: WriteText) {
    this.#place = place;
    this.#handle = handle;
    this.#write = write;
  }

  static async open(place: OutputPlace, write: WriteText): Promise<OutputFile> {
    return new OutputFile(place, await explained(place, open(place.part ?? place.path, 'w')), write);
  }

  get option(): string {
    return this.#place.option;
  }

  async append(text: string): Promise<void> {
    this.#pending += text;
    if (this.#pending.length >= PIECE_CHARACTERS) await this.#flush();
  }

  async close(): Promise<void> {
    await this.#flush();
    if (this.#place.part !== null) await explained(this.#place, this.#handle.sync()); // where a disk that is full may first say so
    await explained(this.#place, this.#handle.close());
  }

  async rename(): Promise<void> {
    const { part, path } = this.#place;
    if (part !== null) await explained(this.#place, rename(part, path));
  }

  async discard(): Promise<void> {
    await this.#handle.close().catch(() => undefined); // it may be what broke, or closed
    if (this.#place.part !== null) await rm(this.#place.part, { force: true });
  }

  async #flush(): Promise<void> {
    const text = this.#pending;
    this.#pending = '';
    if (text !== '') await explained(this.#place, this.#write(this.#handle, text));
  }
}

async function explained<T>(place: OutputPlace, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    throw outputFault(code, place.option, place.part ?? place.path) ?? thrown;
  }
}

/** Null for what a person cannot mend. */
function outputFault(code: string | undefined, option: string, path: string): InputError | null {
  const message = (expected: string, got: string, cure: string): InputError => new InputError(fault(option, expected, `${got} ${path}`, cure));
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return message('room on the disk', 'none left at', 'free some, or name a file on another disk');
    case 'EISDIR':
      return message('a file', 'a folder at', 'name another file');
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return message('a file that may be written', 'no permission at', 'name another file');
    case 'ENOENT':
    case 'ENOTDIR':
      return message('a folder that exists', 'nothing at', 'make it, or name another file');
    case 'ENAMETOOLONG':
      return message('a shorter name', 'too long a one,', 'name another file');
    default:
      return null;
  }
}
