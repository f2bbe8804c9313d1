/**
 * The snapshots of runs in the run store's database: `snapshots/<id>` lists steps and bytes, `snapshot/<id>/<step>` holds the weights under a manifest with
 * a SHA-256 per tensor. Each is written in one transaction with its line in the list, so it is there as a whole or not at all. The list is a convenience
 * and has no digest of its own: one that cannot be read counts as empty, and removing a run goes by the keys.
 *
 * Snapshots can be made again by training, checkpoints not: who finds no room drops these first (workers/loaded-run.ts).
 */
import * as v from 'valibot';
import { entriesOf, problemIn } from './checkpoint-codec.ts';
import { firstNonFinite } from './checkpoint.ts';
import type { StoredTensor } from './checkpoint.ts';
import type { Database, Reader, Writer } from './database.ts';
import { isFromNewerProgram, openSnapshotManifest, RECORD_SCHEMA, seal } from './run-record.ts';
import type { RunLock } from './run-store-types.ts';
import { bytesOfSnapshot } from './snapshots.ts';
import type { Snapshot, SnapshotEntry } from './snapshots.ts';
import { StoreError } from './store-error.ts';

export interface SnapshotStore {
  /** Resolves with all that the run keeps once this one is on the disk; one of the same step is replaced. */
  keepSnapshot(lock: RunLock, snapshot: Snapshot): Promise<readonly SnapshotEntry[]>;
  /** The weights after `step` steps, the caller's own. Throws a StoreError `missing` or `damaged`. */
  loadSnapshot(runId: string, step: number): Promise<Readonly<Record<string, StoredTensor>>>;
  dropSnapshots(lock: RunLock): Promise<void>;
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const ListSchema = v.object({
  schema: v.literal(RECORD_SCHEMA),
  entries: v.pipe(v.array(v.object({ step: count, bytes: count })), v.maxLength(1000)),
});

export const snapshotListKey = (runId: string) => `snapshots/${runId}`;
const snapshotKey = (runId: string, step: number) => `snapshot/${runId}/${step}`;

/** @param checkOwner - throws in a transaction unless the lock's owner may write. */
export function makeSnapshotStore(database: Database, checkOwner: (transaction: Reader, lock: RunLock) => Promise<void>): SnapshotStore {
  return {
    async keepSnapshot(lock, { step, weights }) {
      const { runId } = lock;
      const arrays = Object.fromEntries(Object.entries(weights).map(([name, { data }]) => [name, data]));
      const bad = firstNonFinite(arrays);
      if (bad !== null) throw new Error(`internal: a snapshot with NaN or infinity in ${bad}`);
      const sealed = await seal({ schema: RECORD_SCHEMA, runId, step, tensors: await entriesOf(weights) });
      const bytes = bytesOfSnapshot({ weights });
      return database.write(async (transaction) => {
        await checkOwner(transaction, lock);
        const list = await transaction.get(snapshotListKey(runId));
        if (isFromNewerProgram(list) || isFromNewerProgram(await transaction.get(snapshotKey(runId, step))))
          throw new StoreError('newer', `The snapshots of the run ${runId} were made by a newer version of this page. They are left as they are.`);
        const entries = [...entriesIn(list).filter((entry) => entry.step !== step), { step, bytes }].sort((a, b) => a.step - b.step);
        transaction.put(snapshotKey(runId, step), { ...sealed, weights: new Map(Object.entries(arrays)) });
        transaction.put(snapshotListKey(runId), { schema: RECORD_SCHEMA, entries });
        return entries;
      });
    },
    async loadSnapshot(runId, step) {
      const damaged = (problem: string) =>
        new StoreError('damaged', `The weights of step ${step} are damaged (${problem}). Choose another step; the run itself is not touched.`);
      const record = await database
        .read((transaction) => transaction.get(snapshotKey(runId, step)))
        .catch((error: unknown) => {
          throw error instanceof StoreError && error.kind === 'unavailable' ? damaged(error.message) : error; // a blob that is gone or cut off
        });
      if (record === undefined) throw new StoreError('missing', `No weights of step ${step} are kept of this run. Choose another step.`);
      if (isFromNewerProgram(record)) throw new StoreError('newer', `The weights of step ${step} were kept by a newer version of this page.`);
      const manifest = await openSnapshotManifest(record);
      if ('problem' in manifest) throw damaged(manifest.problem);
      const { tensors, ...about } = manifest.value;
      if (about.runId !== runId || about.step !== step) throw damaged('they are those of another step');
      const data = arraysIn(record);
      const problem = await problemIn(tensors, data);
      if (problem !== null) throw damaged(problem);
      return Object.fromEntries(tensors.map(({ key, shape }) => [key, { shape, data: data.get(key) ?? new Float32Array() }]));
    },
    dropSnapshots: (lock) =>
      database.write(async (transaction) => {
        await checkOwner(transaction, lock);
        await removeSnapshots(transaction, lock.runId);
      }),
  };
}

/** What a list record says; none when it cannot be read. */
export function entriesIn(record: unknown): readonly SnapshotEntry[] {
  const parsed = v.safeParse(ListSchema, record);
  return parsed.success ? parsed.output.entries : [];
}

/** Removes the list and every snapshot, listed or not. */
export async function removeSnapshots(transaction: Writer, runId: string): Promise<void> {
  const own = (await transaction.keys()).filter((key) => key.startsWith(`snapshot/${runId}/`));
  for (const key of [snapshotListKey(runId), ...own]) transaction.remove(key);
}

function arraysIn(record: unknown): Map<string, Float32Array> {
  const weights: unknown = typeof record === 'object' && record !== null && 'weights' in record ? record.weights : null;
  const arrays = new Map<string, Float32Array>();
  if (weights instanceof Map)
    for (const [key, value] of weights) if (typeof key === 'string' && value instanceof Float32Array) arrays.set(key, value);
  return arrays;
}
