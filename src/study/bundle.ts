/**
 * A run as one file: safetensors with the weights under their own names (so that any reader of the format gets them), the optimiser's moments beside
 * them, and the manifest as JSON in `__metadata__`. A file with the run's timeline also holds the weights along the way as `snapshot.<step>.<name>`, and
 * their manifests. Importing checks everything again: the format, each manifest's schema and every tensor's SHA-256; what is damaged anywhere is refused.
 */
import { canonicalJson } from '../lib/canonical-json.ts';
import { fault, InputError } from '../lib/errors.ts';
import { decodeSafetensors, encodeSafetensors } from '../model/safetensors.ts';
import type { TensorRecord } from '../model/safetensors.ts';
import { manifestOf, problemIn, restoreCheckpoint, tensorsOf } from './checkpoint-codec.ts';
import type { Checkpoint } from './checkpoint.ts';
import { RECORDED_FORMAT, restoreRecorded } from './recorded-run.ts';
import { cleanName, isFromNewerProgram, openManifest, openSnapshotManifest, seal } from './run-record.ts';
import type { SnapshotManifest } from './run-record.ts';
import { affordedSnapshots } from './snapshots.ts';
import type { Snapshot } from './snapshots.ts';
import { encodeTimeline, keyAtStep } from './timeline-codec.ts';

export interface RunBundle {
  readonly name: string;
  /** Adapter on which the run was trained, as text for people. */
  readonly adapter: string;
  readonly checkpoint: Checkpoint;
  /** Weights along the way, ascending, before the step of the checkpoint; none = a file without timeline. */
  readonly snapshots: readonly Snapshot[];
}

/** Who wrote the file, and when. */
export interface BundleStamp {
  readonly runId: string;
  readonly build: string;
  readonly savedAt: string;
}

type Tensors = Readonly<Record<string, TensorRecord>>;

const FORMAT = 'parallax-run';
const WHERE = 'importRun';
const NOT_OURS = 'choose a file that was exported here';
const MAX_FILE_BYTES = 1024 ** 3; // ours: `small` with its moments is 180 MB, and its timeline at most 160

export async function encodeBundle({ name, adapter, checkpoint, snapshots }: RunBundle, stamp: BundleStamp): Promise<Uint8Array> {
  const manifest = await manifestOf(checkpoint, { ...stamp, generation: 0, owner: stamp.runId });
  const tensors: Record<string, TensorRecord> = {};
  for (const [key, { shape, data }] of Object.entries(tensorsOf(checkpoint))) tensors[key] = { dtype: 'F32', shape, data };
  const timeline = await encodeTimeline(snapshots, stamp.runId);
  const about = { format: FORMAT, name, adapter, run: canonicalJson(await seal(manifest)) };
  return encodeSafetensors({ ...tensors, ...timeline.tensors }, { ...about, ...timeline.metadata });
}

/** Reads a file that may be anything; an InputError says what is wrong with it. */
export async function decodeBundle(bytes: Uint8Array): Promise<RunBundle> {
  if (bytes.length > MAX_FILE_BYTES) throw new InputError(fault(WHERE, 'a file of at most 1 GB', `${bytes.length} bytes`));
  const { tensors, metadata } = decodeSafetensors(bytes, { mustBeFinite: true });
  const isRecorded = metadata['format'] === RECORDED_FORMAT;
  if (!isRecorded && metadata['format'] !== FORMAT)
    throw new InputError(fault(WHERE, `a run (format ${FORMAT})`, metadata['format'] ?? 'safetensors without one', NOT_OURS));
  const manifest = await opened(parseJson(metadata['run']), openManifest, 'run');
  const timeline = await timelineIn(metadata['snapshots']);
  const ofTimeline = timeline.flatMap(({ step, tensors: own }) => own.map(({ key, shape }) => ({ key: keyAtStep(step, key), shape })));
  checkTensors(tensors, [...manifest.tensors, ...ofTimeline]);
  const numbers = new Map(Object.entries(tensors).map(([key, { data }]) => [key, data]));
  const restored = await (isRecorded ? restoreRecorded : restoreCheckpoint)(manifest, numbers);
  if ('problem' in restored) throw damaged(restored.problem);
  const checkpoint = restored.value;
  checkTimeline(timeline, manifest.runId, checkpoint);
  const snapshots: Snapshot[] = [];
  for (const each of timeline) snapshots.push(await snapshotOf(each, tensors));
  return { name: cleanName(metadata['name'], 'imported run'), adapter: cleanName(metadata['adapter'], 'unknown'), checkpoint, snapshots };
}

/** Manifests of the weights along the way, no more than a run keeps; none in a file without a timeline. */
async function timelineIn(text: string | undefined): Promise<SnapshotManifest[]> {
  const records = text === undefined ? [] : parseJson(text);
  if (!Array.isArray(records)) throw new InputError(fault(WHERE, 'a timeline as a list of steps', typeof records, NOT_OURS));
  const timeline = await Promise.all(records.map((record: unknown) => opened(record, openSnapshotManifest, 'timeline')));
  const most = affordedSnapshots(Math.max(0, ...timeline.map(bytesIn)));
  if (timeline.length > most) throw new InputError(fault(WHERE, `a timeline of at most ${most} steps`, timeline.length, NOT_OURS));
  return timeline;
}

/** Bytes of the weights of a snapshot, by their shapes. */
function bytesIn({ tensors }: SnapshotManifest): number {
  return tensors.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, Float32Array.BYTES_PER_ELEMENT), 0);
}

/** Throws unless the file has just the tensors that its manifests name, in their shapes. */
function checkTensors(tensors: Tensors, entries: readonly { readonly key: string; readonly shape: readonly number[] }[]): void {
  const known = new Set(entries.map(({ key }) => key));
  const extra = Object.keys(tensors).find((key) => !known.has(key));
  if (extra !== undefined) throw new InputError(fault(WHERE, 'only the tensors of the run', extra.slice(0, 80), NOT_OURS));
  for (const { key, shape } of entries) {
    const found = tensors[key]?.shape;
    if (found?.join() !== shape.join())
      throw new InputError(fault(WHERE, `${key.slice(0, 80)} of shape [${shape.join(', ')}]`, found ?? 'none', NOT_OURS));
  }
}

/** Throws unless the snapshots are of this run, in order, each of all its weights. */
function checkTimeline(timeline: readonly SnapshotManifest[], runId: string, { weights, progress }: Checkpoint): void {
  const namesOf = (entries: readonly { key: string; shape: readonly number[] }[]) =>
    entries.map(({ key, shape }) => `${key} [${shape.join()}]`).sort();
  const own = namesOf(Object.entries(weights).map(([key, { shape }]) => ({ key, shape }))).join();
  let last = -1;
  for (const { runId: ofRun, step, tensors } of timeline) {
    const isNext = step > last && step < progress.step;
    if (ofRun !== runId || !isNext || namesOf(tensors).join() !== own)
      throw new InputError(fault(WHERE, `steps of this run before ${progress.step}, in order, each with all weights`, `step ${step}`, NOT_OURS));
    last = step;
  }
}

async function snapshotOf({ step, tensors: entries }: SnapshotManifest, tensors: Tensors): Promise<Snapshot> {
  const data = new Map(entries.map(({ key }) => [key, tensors[keyAtStep(step, key)]?.data ?? new Float32Array()]));
  const problem = await problemIn(entries, data);
  if (problem !== null) throw damaged(`at step ${step} ${problem}`);
  return { step, weights: Object.fromEntries(entries.map(({ key, shape }) => [key, { shape, data: data.get(key) ?? new Float32Array() }])) };
}

/** The manifest in a record, or an InputError. */
async function opened<T>(record: unknown, open: (record: unknown) => Promise<{ value: T } | { problem: string }>, what: string): Promise<T> {
  if (isFromNewerProgram(record))
    throw new InputError(`${WHERE}: this file was made by a newer version of this page: reload the page to get that version`);
  const manifest = await open(record);
  if ('problem' in manifest) throw new InputError(`${WHERE}: the description of the ${what} is damaged (${manifest.problem}): ${NOT_OURS}`);
  return manifest.value;
}

function damaged(problem: string): InputError {
  return new InputError(`${WHERE}: the file is damaged (${problem}): export the run again`);
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    throw new InputError(`${WHERE}: the description of the run is not JSON: ${NOT_OURS}`);
  }
}
