/**
 * A checkpoint as records: a manifest with a SHA-256 per tensor, and the tensors by key. The run store and the bundle keep these; reading checks every
 * digest, shape and step count, so that what comes back is bit for bit what was written, or nothing.
 */
import { fault, InputError } from '../lib/errors.ts';
import { sha256Hex } from '../lib/hash.ts';
import { firstNonFinite } from './checkpoint.ts';
import type { Checkpoint, StoredTensor } from './checkpoint.ts';
import type { Manifest, TensorEntry } from './run-record.ts';

/** Who writes which generation of which run, when. */
export interface Stamp {
  readonly runId: string;
  readonly generation: number;
  readonly owner: string;
  readonly build: string;
  readonly savedAt: string;
}

const M = 'optimizer.m.';
const V = 'optimizer.v.';

/** The tensors of a checkpoint by key; the arrays are the checkpoint's own. */
export function tensorsOf({ weights, optimizer }: Checkpoint): Record<string, StoredTensor> {
  const tensors: Record<string, StoredTensor> = {};
  for (const [name, tensor] of Object.entries(weights)) {
    const m = optimizer.m[name];
    const v = optimizer.v[name];
    if (m === undefined || v === undefined) throw new Error(`internal: a checkpoint without moments of ${name}`);
    tensors[name] = tensor;
    tensors[M + name] = { shape: tensor.shape, data: m };
    tensors[V + name] = { shape: tensor.shape, data: v };
  }
  return tensors;
}

/** Manifest of a checkpoint. Throws an InputError when a number is not finite: such a state is never written (reliability F59). */
export async function manifestOf(checkpoint: Checkpoint, stamp: Stamp): Promise<Manifest> {
  const tensors = tensorsOf(checkpoint);
  const bad = firstNonFinite(Object.fromEntries(Object.entries(tensors).map(([key, { data }]) => [key, data])));
  if (bad !== null)
    throw new InputError(
      fault('checkpoint', 'finite numbers', `NaN or infinity in ${bad}`, 'go on from the last checkpoint with a lower learning rate'),
    );
  const { spec, progress, optimizer } = checkpoint;
  const entries = await entriesOf(tensors);
  return { schema: 1, ...stamp, spec, progress, optimizer: { step: optimizer.step, steps: optimizer.steps }, tensors: entries };
}

/** Shape and digest of each tensor. */
export function entriesOf(tensors: Readonly<Record<string, StoredTensor>>): Promise<TensorEntry[]> {
  return Promise.all(Object.entries(tensors).map(async ([key, { shape, data }]) => ({ key, shape: [...shape], sha256: await digest(data) })));
}

/** What is wrong with the first tensor that is not as its entry says; null when all are. */
export async function problemIn(entries: readonly TensorEntry[], data: ReadonlyMap<string, Float32Array>): Promise<string | null> {
  const problems = await Promise.all(entries.map((entry) => problemOf(entry, data.get(entry.key))));
  return problems.find((found) => found !== null) ?? null;
}

/** The checkpoint of a manifest and its tensors, or what is wrong with them. The arrays are those of `data`. */
export async function restoreCheckpoint(
  manifest: Manifest,
  data: ReadonlyMap<string, Float32Array>,
): Promise<{ value: Checkpoint } | { problem: string }> {
  const problem = await problemIn(manifest.tensors, data);
  if (problem !== null) return { problem };

  const weights: Record<string, StoredTensor> = {};
  const m: Record<string, Float32Array> = {};
  const v: Record<string, Float32Array> = {};
  for (const { key, shape } of manifest.tensors) {
    if (key.startsWith(M) || key.startsWith(V)) continue;
    const [weight, first, second] = [data.get(key), data.get(M + key), data.get(V + key)];
    if (weight === undefined || first?.length !== weight.length || second?.length !== weight.length || manifest.optimizer.steps[key] === undefined) {
      return { problem: `the optimiser's state of ${key} is missing` };
    }
    weights[key] = { shape, data: weight };
    m[key] = first;
    v[key] = second;
  }
  const { spec, progress, optimizer } = manifest;
  return { value: { schema: 1, spec, progress, weights, optimizer: { step: optimizer.step, steps: optimizer.steps, m, v } } };
}

export function bytesOf(checkpoint: Checkpoint): number {
  return Object.values(tensorsOf(checkpoint)).reduce((sum, { data }) => sum + data.byteLength, 0);
}

async function problemOf({ key, shape, sha256 }: TensorEntry, data: Float32Array | undefined): Promise<string | null> {
  if (!(data instanceof Float32Array)) return `${key} is missing`;
  if (data.length !== shape.reduce((a, b) => a * b, 1)) return `${key} has another size`;
  return (await digest(data)) === sha256 ? null : `the checksum of ${key} does not match`;
}

function digest(data: Float32Array): Promise<string> {
  return sha256Hex(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}
