/**
 * When a running session writes a checkpoint of its own accord. By steps alone (Node: the same run leaves the same files), or by steps and time (the
 * worker): a hundred steps are minutes on wasm and a blink on a fast GPU, and what a closed tab may cost is time. Pauses and ends are the session's
 * business; they are always saved.
 */

export interface CheckpointTimes {
  /** A checkpoint is due after so long, whatever the steps. */
  readonly everyMs: number;
  /** Never two checkpoints within so long, whatever the steps. */
  readonly leastMs: number;
}

/** Ours: half a minute is what a crash may cost; a strict write of `small` takes most of a second (design/reliability 0, row 9). */
export const INTERACTIVE_TIMES: CheckpointTimes = { everyMs: 30_000, leastMs: 2000 };

export interface CheckpointTiming {
  /** True when a checkpoint is due at this step edge. `isLongNext`: something long comes next, so the steps done should be safe. */
  isDue(step: number, isLongNext: boolean): boolean;
  /** A checkpoint was written or could not be: either way the next one is not due at once. */
  tried(step: number): void;
  /** Training begins (again) with nothing unsaved. */
  began(): void;
}

export function makeCheckpointTiming(options: {
  readonly everySteps: number;
  /** Null = by steps alone. */
  readonly times: CheckpointTimes | null;
  readonly clock: () => number;
  /** Steps done and saved. */
  readonly step: number;
}): CheckpointTiming {
  const { everySteps, times, clock } = options;
  let last = { step: options.step, ms: clock() };
  return {
    isDue(step, isLongNext) {
      if (times === null) return step % everySteps === 0;
      const passedMs = clock() - last.ms;
      return passedMs >= times.leastMs && (isLongNext || passedMs >= times.everyMs || step - last.step >= everySteps);
    },
    tried(step) {
      last = { step, ms: clock() };
    },
    began() {
      last = { ...last, ms: clock() };
    },
  };
}
