/** The folder of a set: what stands in it, and whether this call may write there. Nothing is changed here. */
import { constants, existsSync, readFileSync } from 'node:fs';
import { access, readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { canonicalJson } from '../../src/lib/canonical-json.ts';
import { fault, InputError, toWireError } from '../../src/lib/errors.ts';
import { PICTURE_FOLDER } from '../../src/study/data/write/encode.ts';
import type { Generator, Manifest, ManifestPictures } from '../../src/study/data/write/manifest.ts';
import { MANIFEST_NAME, readManifest } from '../../src/study/data/write/manifest.ts';
import type { DatasetSet } from '../../src/study/data/write/set.ts';
import type { Identity, Journal } from './journal.ts';
import { JOURNAL_NAME, readJournal } from './journal.ts';
import { LOCK_NAME, TAKEOVER_NAME } from './lock.ts';
import { fileDigest, partNameOf } from './part-file.ts';
import { PICTURE_LIST } from './picture-list.ts';
import { RECIPE_FOLDER } from './recipe.ts';
import type { Damage } from './repair.ts';
import { pictureDamage } from './repair.ts';

/** A set that was finished, but whose pictures are not all there any more. */
export interface DamagedFolder {
  readonly kind: 'damaged';
  readonly manifest: Manifest;
  readonly pictures: ManifestPictures;
  readonly damage: Damage;
}

export type FolderState =
  | { readonly kind: 'new' }
  | { readonly kind: 'stopped'; readonly journal: Journal }
  /** `isTidy`: no journal is left of a process that died after the manifest. */
  | { readonly kind: 'finished'; readonly manifest: Manifest; readonly isTidy: boolean }
  | DamagedFolder;

/**
 * Throws InputError for a folder that this call must leave alone.
 *
 * @param verifies - Reads every file of a finished set; else names and sizes are looked at.
 */
export async function inspectFolder(dir: string, set: DatasetSet, identity: Identity, verifies: boolean): Promise<FolderState> {
  const info = await stat(dir).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new InputError(fault('--out', 'a folder', `${dir} (${toWireError(error).message})`));
  });
  if (info === null) {
    await checkWritable(dir);
    return { kind: 'new' };
  }
  if (!info.isDirectory()) throw new InputError(fault('--out', 'a folder', `${dir}, which is a file`, 'name another'));
  const names = await readdir(dir);
  if (names.includes(MANIFEST_NAME)) {
    const manifest = readManifest(readFileSync(join(dir, MANIFEST_NAME), 'utf8'), join(dir, MANIFEST_NAME));
    checkSame(dir, manifest, identity, false);
    await checkFiles(dir, manifest, verifies);
    const { pictures } = manifest;
    const damage = pictures === null ? null : await pictureDamage(dir, pictures, verifies);
    if (pictures === null || damage === null) return { kind: 'finished', manifest, isTidy: !names.includes(JOURNAL_NAME) };
    checkMendable(dir, damage, manifest.generator, identity.generator);
    await checkWritable(dir);
    return { kind: 'damaged', manifest, pictures, damage };
  }
  const foreign = names.filter((name) => !ownNames(set).includes(name));
  if (foreign.length > 0) {
    const shown = `${foreign.slice(0, 3).join(', ')}${foreign.length > 3 ? ` and ${foreign.length - 3} more` : ''}`;
    throw new InputError(fault('--out', 'an empty folder, or one of this data set', `${dir} with ${shown}`, 'name another folder'));
  }
  await checkWritable(dir);
  const journal = await readJournal(dir);
  if (journal === null) {
    const data = names.filter((name) => ![LOCK_NAME, TAKEOVER_NAME, `${JOURNAL_NAME}.tmp`].includes(name));
    if (data.length === 0) return { kind: 'new' };
    throw new InputError(fault('--out', `a folder with its ${JOURNAL_NAME}`, `${dir} with ${data[0] ?? ''} and none`, 'name another folder'));
  }
  checkSame(dir, journal.identity, identity, true);
  return { kind: 'stopped', journal };
}

/** The nearest folder that is there: where a new one would be made. */
export function nearestFolder(dir: string): string {
  let folder = resolve(dir);
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

async function checkWritable(dir: string): Promise<void> {
  const folder = nearestFolder(dir);
  try {
    await access(folder, constants.W_OK | constants.X_OK);
  } catch {
    throw new InputError(fault('--out', 'a folder that can be written to', folder, 'name another, or change its permissions'));
  }
  if (!(await stat(folder)).isDirectory())
    throw new InputError(fault('--out', 'a folder', `${dir}, above which ${folder} is a file`, 'name another'));
}

/** A set that was finished by another version stays as it is; one that was stopped cannot be continued by another. */
function checkSame(dir: string, there: Pick<Identity, 'request' | 'generator' | 'command'>, here: Identity, needsGenerator: boolean): void {
  if (canonicalJson(there.request) !== canonicalJson(here.request)) {
    throw new InputError(fault('--out', `the data set in ${dir}, made by \`${there.command}\``, `\`${here.command}\``, 'name another folder'));
  }
  if (needsGenerator && canonicalJson(there.generator) !== canonicalJson(here.generator)) {
    const cure = `go on with that version, or name another folder`;
    throw new InputError(fault('--out', `a set begun by this version, ${versionOf(here.generator)}`, versionOf(there.generator), cure));
  }
}

/** Another version may draw other pictures. */
function checkMendable(dir: string, { text }: Damage, there: Generator, here: Generator): void {
  if (canonicalJson(there) === canonicalJson(here)) return;
  const expected = `all pictures, or a set of this version, ${versionOf(here)}, which makes them again`;
  const cure = 'call that version, or name another folder';
  throw new InputError(fault('--out', expected, `${dir} of ${versionOf(there)}, where ${text}`, cure));
}

function versionOf({ version, commit }: Generator): string {
  return `${version}${commit === null ? '' : ` at ${commit}`}`;
}

async function checkFiles(dir: string, { files }: Manifest, verifies: boolean): Promise<void> {
  for (const { name, bytes, sha256 } of files) {
    const size = await stat(join(dir, name)).then(
      (info) => info.size,
      () => null,
    );
    if (size !== bytes) {
      throw new InputError(
        fault(join(dir, name), `${bytes} bytes, as in the manifest`, size === null ? 'no file' : size, 'make the set in another folder'),
      );
    }
    const digest = verifies ? await fileDigest(join(dir, name)) : sha256;
    if (digest !== sha256) {
      throw new InputError(fault(join(dir, name), `the digest ${sha256}, as in the manifest`, digest, 'make the set in another folder'));
    }
  }
}

function ownNames({ files }: DatasetSet): string[] {
  const data = [...files.map(({ name }) => name), PICTURE_LIST];
  const ours = [PICTURE_FOLDER, RECIPE_FOLDER, JOURNAL_NAME, `${JOURNAL_NAME}.tmp`, `${MANIFEST_NAME}.tmp`, LOCK_NAME, TAKEOVER_NAME];
  return [...data, ...data.map(partNameOf), ...ours];
}
