/**
 * One Web Lock per run, so that a run trains in one tab only (reliability F28-F30). The lock is freed by the browser when its tab dies. A taken-over
 * holder is told at once; what protects the store even if it does not listen is the owner's id, which every write checks inside its transaction.
 */

export interface HeldLock {
  /** Resolves when the lock is free for others: the browser lets go in a later task. */
  release(): Promise<void>;
}

/** The part of `navigator.locks` that is used; null where there is none (Node). */
export type Locks = Pick<LockManager, 'request' | 'query'>;

export function lockName(runId: string): string {
  return `run:${runId}`;
}

/**
 * Takes the lock of a run, or returns null when another holds it and `steal` is false.
 *
 * @param onStolen - Called once when another tab takes the lock over.
 */
export function holdLock(locks: Locks | null, runId: string, steal: boolean, onStolen: () => void): Promise<HeldLock | null> {
  if (locks === null) return Promise.resolve({ release: () => Promise.resolve() });
  return new Promise((resolve, reject) => {
    let isHeld = false;
    const over = locks.request(lockName(runId), steal ? { steal: true } : { ifAvailable: true }, (lock) => {
      if (lock === null) {
        resolve(null);
        return undefined;
      }
      isHeld = true;
      return new Promise<void>((letGo) => {
        resolve({
          release() {
            letGo();
            return ended;
          },
        });
      });
    });
    const ended = over.then(
      () => undefined,
      () => undefined, // stolen: told below
    );
    over.catch((error: unknown) => {
      if (isHeld) onStolen();
      else reject(error instanceof Error ? error : new Error(String(error)));
    });
  });
}

/** Ids of the runs whose lock anyone holds, this tab included. */
export async function lockedRuns(locks: Locks | null): Promise<Set<string>> {
  if (locks === null) return new Set();
  const { held } = await locks.query();
  const prefix = lockName('');
  return new Set((held ?? []).flatMap(({ name }) => (name?.startsWith(prefix) === true ? [name.slice(prefix.length)] : [])));
}
