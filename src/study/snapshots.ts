/**
 * Snapshots: the weights of a run at chosen steps, kept so that the run can be looked at and measured as it was then. They have no optimiser state, so no
 * run goes on from one; that is what checkpoints are for. Which steps and how many are kept is decided here (design/product 4.2 rule 6: exponentially
 * spaced, since most is learned early); where they lie, in snapshot-store.ts. Pure.
 */
import type { StoredTensor } from './checkpoint.ts';

export interface Snapshot {
  /** Steps done. */
  readonly step: number;
  readonly weights: Readonly<Record<string, StoredTensor>>;
}

/** What lists show of a snapshot. */
export interface SnapshotEntry {
  readonly step: number;
  readonly bytes: number;
}

/** Ours: a slider of so many stops can be walked through by hand, and `nano` (5.8 MB each) keeps all of them within the budget. */
export const MOST_SNAPSHOTS = 24;
/** Of one run, ours: as much as three checkpoints of `small` less one, which disks have and quotas allow. */
export const SNAPSHOT_BUDGET_BYTES = 160_000_000;
/** A beginning, a middle and an end; fewer are no timeline. */
const FEWEST = 3;

export function bytesOfSnapshot({ weights }: Pick<Snapshot, 'weights'>): number {
  return Object.values(weights).reduce((sum, { data }) => sum + data.byteLength, 0);
}

/** How many snapshots of so many bytes a run keeps: all 24, or as many as the budget holds, or none. `micro` and `nano` 24, `small` 3. */
export function affordedSnapshots(bytesEach: number): number {
  const afforded = Math.min(MOST_SNAPSHOTS, Math.floor(SNAPSHOT_BUDGET_BYTES / bytesEach));
  return afforded < FEWEST ? 0 : afforded;
}

/**
 * Steps of a run of `total` steps to keep the weights at: 0, the end, and between them steps whose ratio is the same, as far as whole numbers allow.
 *
 * @param most - at least 3, or 0 for none.
 * @returns ascending, each once, at most `most`; all steps of a run that has no more.
 */
export function snapshotSteps(total: number, most = MOST_SNAPSHOTS): number[] {
  if (most === 0) return [];
  if (total < most) return Array.from({ length: total + 1 }, (_, step) => step);
  const steps = [0];
  for (let left = most - 1; left > 0; left--) {
    const last = steps.at(-1) ?? 0;
    const from = Math.max(1, last);
    steps.push(Math.max(last + 1, Math.round(from * (total / from) ** (1 / left))));
  }
  return steps;
}

/** What a session does with snapshots (session.ts). */
export interface SnapshotPlan {
  /** Steps done after which the weights are handed over. */
  readonly steps: readonly number[];
  /** Keeps one; the weights are the callee's. Resolves also when it could not be kept but training may go on; a rejection stops the run. */
  keep(snapshot: Snapshot): Promise<void>;
}

/** The steps that are still to be kept by a run that has done `step` steps and keeps `entries`: what lies ahead is made anew, what was missed is missed. */
export function stepsToKeep(steps: readonly number[], step: number, entries: readonly Pick<SnapshotEntry, 'step'>[]): number[] {
  const hasThis = entries.some((entry) => entry.step === step);
  return steps.filter((each) => each > step || (each === step && !hasThis));
}
