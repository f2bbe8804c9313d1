/**
 * The journal of a data set in the making: who makes what, then a mark after every few rows saying how far each file was then, with its digest. Lines
 * are only added, so the last whole ones are true whenever the process dies; digests tell when the files are not (a power cut, a foreign hand).
 */
import type { FileHandle } from 'node:fs/promises';
import { open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson } from '../../src/lib/canonical-json.ts';
import { fault, InputError } from '../../src/lib/errors.ts';
import type { Generator } from '../../src/study/data/write/manifest.ts';
import type { DatasetRequest } from '../../src/study/data/write/set.ts';

export const JOURNAL_NAME = 'dataset.journal';
const JOURNAL_VERSION = 1;

/** What must be the same for a second call to go on. */
export interface Identity {
  readonly generator: Generator;
  readonly request: DatasetRequest;
  readonly command: string;
}

/** How far a set was. */
export interface Mark {
  /** Index of the file being written, and how much of it was there. */
  readonly file: number;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  /** Whether the file had its end too. */
  readonly isWhole: boolean;
  /** Pictures made, their bytes, and the list of them. */
  readonly pictures: number;
  readonly pictureBytes: number;
  readonly listBytes: number;
  readonly listSha256: string;
}

export interface Journal {
  readonly identity: Identity;
  readonly marks: readonly Mark[];
}

/** Null when there is none. A last line that was cut off counts for nothing. */
export async function readJournal(dir: string): Promise<Journal | null> {
  let text: string;
  try {
    text = await readFile(join(dir, JOURNAL_NAME), 'utf8');
  } catch {
    return null;
  }
  const [first = '', ...lines] = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  const head = parsed(first) as { journal?: unknown; identity?: Identity } | null; // our own file, replaced whole when it is begun
  if (head?.journal !== JOURNAL_VERSION || head.identity === undefined) {
    throw new InputError(fault(join(dir, JOURNAL_NAME), `a journal of version ${JOURNAL_VERSION}`, first.slice(0, 40), 'use another --out'));
  }
  const marks: Mark[] = [];
  for (const line of lines) {
    const mark = parsed(line) as Mark | null;
    if (mark === null) break; // a line cut off by a power failure; what follows it cannot be trusted
    marks.push(mark);
  }
  return { identity: head.identity, marks };
}

/** Begins the journal with the marks that hold, in one step. */
export async function beginJournal(dir: string, identity: Identity, marks: readonly Mark[]): Promise<FileHandle> {
  const temporary = join(dir, `${JOURNAL_NAME}.tmp`);
  const lines = [canonicalJson({ journal: JOURNAL_VERSION, identity }), ...marks.map((mark) => JSON.stringify(mark))];
  await writeFile(temporary, `${lines.join('\n')}\n`);
  await rename(temporary, join(dir, JOURNAL_NAME));
  return open(join(dir, JOURNAL_NAME), 'a');
}

export async function removeJournal(dir: string): Promise<void> {
  await rm(join(dir, JOURNAL_NAME), { force: true });
}

function parsed(line: string): unknown {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}
