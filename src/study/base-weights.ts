/**
 * Bases: weights that can already read, shipped in `public/base/` with the command that made each. A RunSpec names its base by the SHA-256 of the file;
 * what is loaded is checked against it, so a run never starts from other weights than it says.
 */
import * as v from 'valibot';
import { fault, InputError } from '../lib/errors.ts';
import { sha256Hex } from '../lib/hash.ts';
import { PRESETS } from '../model/config.ts';
import { decodeSafetensors } from '../model/safetensors.ts';
import type { StoredTensor } from './checkpoint.ts';

const BaseSchema = v.object({
  name: v.optional(v.string(), ''),
  title: v.optional(v.string(), ''),
  preset: v.picklist(PRESETS),
  digest: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  /** A name in the folder of the index, never a path. */
  file: v.pipe(v.string(), v.regex(/^[\w.-]+\.safetensors$/)),
});
const IndexSchema = v.object({ bases: v.array(BaseSchema) });

/** One entry of `public/base/index.json`; task, bytes and command stand there for people and the page. */
export type BaseEntry = v.InferOutput<typeof BaseSchema>;

/** Reads a file of the folder `base/`; throws when it is not there. */
export type ReadBaseFile = (name: string) => Promise<Uint8Array>;

const WHERE = 'base';

/** The weights of the base with this digest. Throws an InputError that names the base and what is wrong. */
export async function loadBase(digest: string, readFile: ReadBaseFile): Promise<Record<string, StoredTensor>> {
  const bases = parseBaseIndex(await readFile('index.json'));
  const entry = bases.find((base) => base.digest === digest);
  if (entry === undefined) {
    throw new InputError(
      fault(WHERE, `one of the ${bases.length} bases shipped here`, `${digest.slice(0, 12)}…`, 'choose a base from the list, or "from scratch"'),
    );
  }
  return decodeBase(await readFile(entry.file), digest);
}

/** The entries of an index file. */
export function parseBaseIndex(bytes: Uint8Array): BaseEntry[] {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new InputError(`${WHERE}: expected JSON in base/index.json, got something else: reload the page`);
  }
  const parsed = v.safeParse(IndexSchema, value);
  if (!parsed.success)
    throw new InputError(fault(WHERE, 'a valid base/index.json', v.getDotPath(parsed.issues[0]) ?? 'another form', 'reload the page'));
  return parsed.output.bases;
}

/** The weights in a base's file, checked against its digest. */
export async function decodeBase(bytes: Uint8Array, digest: string): Promise<Record<string, StoredTensor>> {
  const found = await sha256Hex(bytes);
  if (found !== digest)
    throw new InputError(
      fault(WHERE, `a file with the digest ${digest.slice(0, 12)}…`, `${found.slice(0, 12)}…`, 'the download is damaged; reload the page'),
    );
  const { tensors } = decodeSafetensors(bytes, { mustBeFinite: true });
  return Object.fromEntries(Object.entries(tensors).map(([name, { shape, data }]) => [name, { shape, data }]));
}
