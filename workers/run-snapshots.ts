/**
 * The snapshots of the run in memory: hands what the session gives to the store, and gives way. They are a convenience: a store that is full or fails stops
 * them, once and with a word, and never the training; and they are dropped where a checkpoint needs their room. Those of an exported file come and go here.
 */
import type { SessionEvent } from '../src/study/events.ts';
import type { RunSpec } from '../src/study/run-spec.ts';
import type { RunLock, RunStore } from '../src/study/run-store-types.ts';
import type { SnapshotStore } from '../src/study/snapshot-store.ts';
import { snapshotStepsOf } from '../src/study/snapshot-plan.ts';
import { bytesOfSnapshot } from '../src/study/snapshots.ts';
import type { Snapshot, SnapshotEntry, SnapshotPlan } from '../src/study/snapshots.ts';
import { StoreError } from '../src/study/store-error.ts';

const FULL = "Weights along the way are not kept any more: the browser's storage is full. Training and its checkpoints go on.";
/** Once the checkpoint is saved in their place. */
export const SNAPSHOTS_DROPPED =
  "The browser's storage is full: the weights kept along the way were dropped, and the checkpoint is saved. Training goes on.";

export interface RunSnapshots {
  /** Null when none are to be kept. */
  readonly plan: SnapshotPlan | null;
  /** Drops all for a checkpoint that found no room; false when there were none. No more are kept after that. */
  makeRoom(lock: RunLock): Promise<boolean>;
}

export function makeRunSnapshots(options: {
  readonly spec: RunSpec;
  /** Null = the run is in memory only, and keeps none. */
  readonly lock: RunLock | null;
  readonly store: SnapshotStore;
  /** What the store has of the run, which has done `step` steps. */
  readonly entries: readonly SnapshotEntry[];
  readonly step: number;
  readonly isKeeping: boolean;
  readonly emit: (event: SessionEvent) => void;
  /** Says something to people, once. */
  readonly tell: (message: string) => void;
}): RunSnapshots {
  const { spec, lock, store, emit, tell } = options;
  let hasAny = options.entries.length > 0;
  let isStopped = lock === null || !options.isKeeping;
  const steps = snapshotStepsOf(spec, options.step, options.entries);

  async function keep(to: RunLock, snapshot: Parameters<SnapshotPlan['keep']>[0]): Promise<void> {
    if (isStopped) return;
    try {
      const snapshots = await store.keepSnapshot(to, snapshot);
      hasAny = true;
      emit({ kind: 'snapshots', snapshots });
    } catch (error) {
      if (!(error instanceof StoreError) || error.kind === 'taken-over') throw error;
      isStopped = true;
      tell(error.kind === 'full' ? FULL : `Weights along the way are not kept any more (${error.message}). Training goes on.`);
    }
  }

  return {
    plan: lock === null || isStopped || steps.length === 0 ? null : { steps, keep: (snapshot) => keep(lock, snapshot) },
    async makeRoom(to) {
      isStopped = true;
      if (!hasAny) return false;
      await store.dropSnapshots(to);
      hasAny = false;
      emit({ kind: 'snapshots', snapshots: [] });
      return true;
    },
  };
}

/** What an exported file takes along of a run that has done `step` steps: its weights before. Throws a StoreError that names the way without. */
export async function snapshotsFor(store: SnapshotStore, runId: string, step: number, entries: readonly SnapshotEntry[]): Promise<Snapshot[]> {
  const snapshots: Snapshot[] = [];
  for (const entry of entries.filter((each) => each.step < step)) {
    const weights = await store.loadSnapshot(runId, entry.step).catch((error: unknown) => {
      throw error instanceof StoreError ? new StoreError(error.kind, `Not exported: ${error.message} Export the run without its timeline.`) : error;
    });
    snapshots.push({ step: entry.step, weights });
  }
  return snapshots;
}

/** Keeps what a file brought of an imported run: all, or none and the reason in words. The run itself is not touched. */
export async function keepImported(store: RunStore, runId: string, snapshots: readonly Snapshot[]): Promise<string | null> {
  if (snapshots.length === 0) return null;
  try {
    await keepAll(store, runId, snapshots);
    return null;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const need = Math.ceil(snapshots.reduce((sum, snapshot) => sum + bytesOfSnapshot(snapshot), 0) / 1e6);
    return error.kind === 'full'
      ? `Its timeline was left out: the browser's storage is full (it needs ${need} MB). To have it, remove old runs and import the file again.`
      : `Its timeline was left out (${error.message}).`;
  }
}

async function keepAll(store: RunStore, runId: string, snapshots: readonly Snapshot[]): Promise<void> {
  const lock = await store.lock(runId, false);
  try {
    for (const snapshot of snapshots) await store.keepSnapshot(lock, snapshot);
  } catch (error) {
    await store.dropSnapshots(lock).catch(() => undefined); // what went wrong first is told
    throw error;
  } finally {
    await lock.release();
  }
}
