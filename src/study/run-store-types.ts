/** The store of runs as its users see it (run-store.ts). */
import type { Checkpoint } from './checkpoint.ts';
import type { RunState } from './events.ts';
import type { Locks } from './run-lock.ts';
import type { RunHead } from './run-record.ts';
import type { RunSpec } from './run-spec.ts';
import type { SnapshotStore } from './snapshot-store.ts';
import type { SnapshotEntry } from './snapshots.ts';

export interface StoreOptions {
  /** Name of the database; tests use their own. */
  readonly name?: string;
  readonly locks: Locks | null;
  /** ISO 8601 time of now. */
  readonly now: () => string;
  /** A fresh id of lower-case letters, digits and dashes. */
  readonly makeId: () => string;
  /** Build of the program, for the manifests. */
  readonly build: string;
}

/** The right to write a run. */
export interface RunLock {
  readonly runId: string;
  /** Null while held; why not, when another tab took the run over. */
  lost(): string | null;
  onLost(listener: (reason: string) => void): void;
  /** Resolves when another may take it. */
  release(): Promise<void>;
}

export interface StoredRun {
  readonly name: string;
  readonly head: RunHead;
  /** Weights kept along the way, by step. */
  readonly snapshots: readonly SnapshotEntry[];
  /** Someone holds its lock: this tab or another. */
  readonly isLocked: boolean;
}

export interface NewRun {
  readonly spec: RunSpec;
  readonly name: string;
  readonly parentId: string | null;
  readonly adapter: string;
  /** It comes as a file. */
  readonly isImported?: true;
}

export interface Loaded {
  readonly checkpoint: Checkpoint;
  readonly generation: number;
  readonly adapter: string;
  /** What was lost, when the newest checkpoint is damaged; null when all is well. */
  readonly note: string | null;
}

export interface RunStore extends SnapshotStore {
  /** Newest first. `problems` names records that cannot be read; they are left where they are. */
  list(): Promise<{ runs: StoredRun[]; problems: string[] }>;
  find(runId: string): Promise<StoredRun>;
  /** Ids of the runs whose lock someone holds: this tab or another. */
  locked(): Promise<ReadonlySet<string>>;
  /** Makes a run without a checkpoint and takes its lock. */
  create(run: NewRun): Promise<RunLock>;
  /** Stores an imported run under a new id; the lock is not kept. */
  importRun(run: { name: string; adapter: string; checkpoint: Checkpoint }): Promise<string>;
  /** Throws a StoreError `locked` when another holds it, unless `takeOver`. */
  lock(runId: string, takeOver: boolean): Promise<RunLock>;
  /** Resolves when the checkpoint is on the disk. */
  save(lock: RunLock, checkpoint: Checkpoint, about: { state: RunState; adapter: string }): Promise<{ generation: number; bytes: number }>;
  /** Notes the state of a run that has no new checkpoint. */
  setState(lock: RunLock, state: RunState): Promise<void>;
  load(runId: string): Promise<Loaded>;
  rename(runId: string, name: string): Promise<string>;
  remove(runId: string): Promise<void>;
  close(): Promise<void>;
}
