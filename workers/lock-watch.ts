/**
 * Tells when a run that another tab holds is let go. A page that is reloaded meets the locks of its former self, whose worker lives some moments longer, so that what the
 * first list says is soon wrong. It asks again and again and takes no lock: one that waited in the queue would be in the way of a tab that wants the run.
 */

/** Ours: soon enough for somebody who has just reloaded the page. */
const ASK_EVERY_MS = 1000;

export interface LockWatch {
  /** From now on the locks of these runs are asked for until each is free. */
  follow(runIds: readonly string[]): void;
}

export function makeLockWatch({
  locked,
  onFree,
  everyMs = ASK_EVERY_MS,
}: {
  /** Ids of the runs whose lock anyone holds. */
  readonly locked: () => Promise<ReadonlySet<string>>;
  readonly onFree: (runId: string) => Promise<void>;
  readonly everyMs?: number;
}): LockWatch {
  const waited = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | null = null;

  async function ask(): Promise<void> {
    const held = await locked();
    for (const runId of [...waited].filter((each) => !held.has(each))) {
      await onFree(runId);
      waited.delete(runId);
    }
  }

  function again(): void {
    if (timer !== null || waited.size === 0) return;
    timer = setTimeout(() => {
      timer = null;
      // What fails, such as one read of the database, is asked again with the next round; it must not end the worker, which may be training.
      ask().then(again, again);
    }, everyMs);
  }

  return {
    follow(runIds) {
      for (const runId of runIds) waited.add(runId);
      again();
    },
  };
}
