/**
 * The two places of a run's checkpoints, written in turn: `manifest/<id>/<slot>` and `tensors/<id>/<slot>/<part>`. What is read back is whole, or it is
 * said how it is not.
 */
import type { Checkpoint, StoredTensor } from './checkpoint.ts';
import { restoreCheckpoint, tensorsOf } from './checkpoint-codec.ts';
import type { Database, Writer } from './database.ts';
import { isFromNewerProgram, openManifest } from './run-record.ts';
import type { Manifest, Sealed } from './run-record.ts';
import { newer, StoreError } from './store-error.ts';

export const SLOTS = [0, 1] as const;
const PARTS = ['weights', 'm', 'v'] as const;
type Part = (typeof PARTS)[number];

export const manifestKey = (runId: string, slot: number) => `manifest/${runId}/${slot}`;
const tensorsKey = (runId: string, slot: number, part: Part) => `tensors/${runId}/${slot}/${part}`;
/** The place of a generation. */
export const slotOf = (generation: number) => generation % 2;

export type Slot =
  | { readonly kind: 'empty' | 'newer' }
  | { readonly kind: 'damaged'; readonly generation: number; readonly problem: string }
  | { readonly kind: 'whole'; readonly generation: number; readonly manifest: Manifest; readonly checkpoint: Checkpoint };

/** -1 = there is none. */
export function generationIn(slot: Slot): number {
  return 'generation' in slot ? slot.generation : -1;
}

/** The generation that a manifest names, damaged or not; a record without one counts as the newest, so that nothing is taken for it. */
function generationOf(raw: unknown): number {
  const body: unknown = typeof raw === 'object' && raw !== null && 'body' in raw ? raw.body : null;
  const generation: unknown = typeof body === 'object' && body !== null && 'generation' in body ? body.generation : null;
  return typeof generation === 'number' && Number.isSafeInteger(generation) && generation >= 0 && generation < 2 ** 40 ? generation : 2 ** 40;
}

/** What is in a slot: a whole checkpoint, nothing, a record of a newer program, or something damaged. */
async function readSlot(database: Database, runId: string, slot: number): Promise<Slot> {
  let raw: unknown;
  const data = new Map<string, Float32Array>();
  try {
    await database.read(async (transaction) => {
      raw = await transaction.get(manifestKey(runId, slot));
      for (const part of PARTS) addTensors(data, await transaction.get(tensorsKey(runId, slot, part)));
    });
  } catch (error) {
    // A blob that is gone or cut off fails to read (NotReadableError, UnknownError); the other slot may still be whole.
    if (error instanceof StoreError && error.kind === 'unavailable')
      return { kind: 'damaged', generation: generationOf(raw), problem: error.message };
    throw error;
  }
  if (raw === undefined) return { kind: 'empty' };
  if (isFromNewerProgram(raw)) return { kind: 'newer' };
  const manifest = await openManifest(raw);
  if ('problem' in manifest) return { kind: 'damaged', generation: generationOf(raw), problem: manifest.problem };
  const { generation } = manifest.value;
  const restored = await restoreCheckpoint(manifest.value, data);
  if ('problem' in restored) return { kind: 'damaged', generation, problem: restored.problem };
  return { kind: 'whole', generation, manifest: manifest.value, checkpoint: restored.value };
}

/** Newest first. Throws a StoreError `newer` when one is of a newer program. */
export async function readSlots(database: Database, runId: string): Promise<Slot[]> {
  const slots = await Promise.all(SLOTS.map((slot) => readSlot(database, runId, slot)));
  if (slots.some(({ kind }) => kind === 'newer')) throw newer(runId);
  return slots.sort((a, b) => generationIn(b) - generationIn(a));
}

function splitTensors(tensors: Readonly<Record<string, StoredTensor>>): Record<Part, Map<string, Float32Array>> {
  const parts = { weights: new Map<string, Float32Array>(), m: new Map<string, Float32Array>(), v: new Map<string, Float32Array>() };
  for (const [key, { data }] of Object.entries(tensors)) {
    const part: Part = key.startsWith('optimizer.m.') ? 'm' : key.startsWith('optimizer.v.') ? 'v' : 'weights';
    parts[part].set(key, data);
  }
  return parts;
}

function addTensors(data: Map<string, Float32Array>, record: unknown): void {
  if (!(record instanceof Map)) return;
  for (const [key, value] of record) if (typeof key === 'string' && value instanceof Float32Array) data.set(key, value);
}

/** Writes a checkpoint, the manifest last. */
export function putSlot(transaction: Writer, sealed: Sealed<Manifest>, checkpoint: Checkpoint): void {
  const { runId, generation } = sealed.body;
  const slot = slotOf(generation);
  const parts = splitTensors(tensorsOf(checkpoint));
  for (const part of PARTS) transaction.put(tensorsKey(runId, slot, part), parts[part]);
  transaction.put(manifestKey(runId, slot), sealed);
}

export function removeSlots(transaction: Writer, runId: string): void {
  for (const slot of SLOTS)
    for (const key of [manifestKey(runId, slot), ...PARTS.map((part) => tensorsKey(runId, slot, part))]) transaction.remove(key);
}
