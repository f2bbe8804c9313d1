/**
 * A run as one file: safetensors with the weights under their own names (so that any reader of the format gets them), the optimiser's moments beside
 * them, and the manifest as JSON in `__metadata__`. Importing checks everything again: the format, the manifest's schema and every tensor's SHA-256.
 */
import { canonicalJson } from '../lib/canonical-json.ts';
import { fault, InputError } from '../lib/errors.ts';
import { decodeSafetensors, encodeSafetensors } from '../model/safetensors.ts';
import type { TensorRecord } from '../model/safetensors.ts';
import { manifestOf, restoreCheckpoint, tensorsOf } from './checkpoint-codec.ts';
import type { Checkpoint } from './checkpoint.ts';
import { cleanName, isFromNewerProgram, openManifest, seal } from './run-record.ts';

export interface RunBundle {
  readonly name: string;
  /** Adapter on which the run was trained, as text for people. */
  readonly adapter: string;
  readonly checkpoint: Checkpoint;
}

/** Who wrote the file, and when. */
export interface BundleStamp {
  readonly runId: string;
  readonly build: string;
  readonly savedAt: string;
}

const FORMAT = 'parallax-run';
const WHERE = 'importRun';
const NOT_OURS = 'choose a file that was exported here';
const MAX_FILE_BYTES = 1024 ** 3; // ours: `small` with its moments is 180 MB

export async function encodeBundle({ name, adapter, checkpoint }: RunBundle, stamp: BundleStamp): Promise<Uint8Array> {
  const manifest = await manifestOf(checkpoint, { ...stamp, generation: 0, owner: stamp.runId });
  const tensors: Record<string, TensorRecord> = {};
  for (const [key, { shape, data }] of Object.entries(tensorsOf(checkpoint))) tensors[key] = { dtype: 'F32', shape, data };
  return encodeSafetensors(tensors, { format: FORMAT, name, adapter, run: canonicalJson(await seal(manifest)) });
}

/** Reads a file that may be anything; an InputError says what is wrong with it. */
export async function decodeBundle(bytes: Uint8Array): Promise<RunBundle> {
  if (bytes.length > MAX_FILE_BYTES) throw new InputError(fault(WHERE, 'a file of at most 1 GB', `${bytes.length} bytes`));
  const { tensors, metadata } = decodeSafetensors(bytes, { mustBeFinite: true });
  if (metadata['format'] !== FORMAT)
    throw new InputError(fault(WHERE, `a run (format ${FORMAT})`, metadata['format'] ?? 'safetensors without one', NOT_OURS));
  const record = parseJson(metadata['run']);
  if (isFromNewerProgram(record))
    throw new InputError(`${WHERE}: this file was made by a newer version of this page: reload the page to get that version`);
  const manifest = await openManifest(record);
  if ('problem' in manifest) throw new InputError(`${WHERE}: the description of the run is damaged (${manifest.problem}): ${NOT_OURS}`);
  const known = new Set(manifest.value.tensors.map(({ key }) => key));
  const extra = Object.keys(tensors).find((key) => !known.has(key));
  if (extra !== undefined) throw new InputError(fault(WHERE, 'only the tensors of the run', extra.slice(0, 80), NOT_OURS));
  for (const { key, shape } of manifest.value.tensors) {
    const found = tensors[key]?.shape;
    if (found?.join() !== shape.join())
      throw new InputError(fault(WHERE, `${key.slice(0, 80)} of shape [${shape.join(', ')}]`, found ?? 'none', NOT_OURS));
  }
  const restored = await restoreCheckpoint(manifest.value, new Map(Object.entries(tensors).map(([key, { data }]) => [key, data])));
  if ('problem' in restored) throw new InputError(`${WHERE}: the file is damaged (${restored.problem}): export the run again`);
  return { name: cleanName(metadata['name'], 'imported run'), adapter: cleanName(metadata['adapter'], 'unknown'), checkpoint: restored.value };
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    throw new InputError(`${WHERE}: the description of the run is not JSON: ${NOT_OURS}`);
  }
}
