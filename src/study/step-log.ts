/**
 * The log of a session's steps: those whose numbers are still on the GPU, and the points read so far. Steps between two read-backs share their time, as
 * on a GPU only the read-back shows how long they took.
 */
import type { Engine } from '../model/backend.ts';
import type { LossPoint, SessionEvent } from './events.ts';
import { makeSpeedometer } from './metrics.ts';
import { NonFiniteError } from './non-finite.ts';
import { readStep } from './train-step.ts';
import type { PendingStep, StepNumbers } from './train-step.ts';

/** What is known of a step before its numbers are. */
type PointStart = Pick<LossPoint, 'step' | 'learningRate' | 'examplesSeen' | 'tokens'>;

export interface StepLog {
  add(pending: PendingStep, startMs: number, point: PointStart): void;
  /** Milliseconds spent on measuring kernels since the last `add`: no part of the steps. */
  tuned(ms: number): void;
  /** Steps not read yet. */
  waiting(): number;
  /** Brings the waiting steps' numbers to the CPU, logs and tells them. Throws NonFiniteError for a loss or a gradient norm that is none. */
  flush(): Promise<void>;
  /** Forgets the waiting steps: their numbers cannot be had any more. */
  drop(): void;
  points(): LossPoint[];
  trainedMs(): number;
}

export function makeStepLog(options: {
  readonly engine: Engine;
  readonly totalSteps: number;
  readonly clock: () => number;
  readonly emit: (event: SessionEvent) => void;
  /** Of a restored run. */
  readonly points: readonly LossPoint[];
  readonly trainedMs: number;
}): StepLog {
  const { engine, totalSteps, clock, emit } = options;
  const points = [...options.points];
  const speed = makeSpeedometer();
  let { trainedMs } = options;
  let tunedMs = 0;
  let waiting: { pending: PendingStep; startMs: number; point: PointStart }[] = [];

  function etaMs(step: number): number | null {
    const stepMs = speed.stepMs();
    return stepMs === 0 ? null : (totalSteps - step) * stepMs;
  }

  async function flush(): Promise<void> {
    const [first] = waiting;
    if (first === undefined) return;
    const read: { point: PointStart; numbers: StepNumbers }[] = [];
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { pending, point } = next;
      const numbers = await readStep(pending);
      engine.check();
      const bad = !Number.isFinite(numbers.loss) ? 'loss' : !Number.isFinite(numbers.gradientNorm) ? 'gradient norm' : null;
      if (bad !== null) throw new NonFiniteError(`the ${bad} of step ${point.step} is not a finite number`);
      read.push({ point, numbers });
    }
    const spentMs = clock() - first.startMs - tunedMs;
    tunedMs = 0;
    trainedMs += spentMs;
    const stepMs = spentMs / read.length;
    for (const { point } of read) speed.add(stepMs, point.tokens);
    const fresh = read.map(({ point, numbers }): LossPoint => ({ ...point, ...numbers, stepMs }));
    points.push(...fresh);
    const eta = etaMs(fresh.at(-1)?.step ?? 0);
    emit({ kind: 'metrics', points: fresh, totalSteps, tokensPerSecond: speed.tokensPerSecond(), etaMs: eta, deviceBytes: engine.bytes() });
  }

  return {
    add: (pending, startMs, point) => void waiting.push({ pending, startMs, point }),
    tuned: (ms) => void (tunedMs += ms),
    waiting: () => waiting.length,
    flush,
    drop: () => void (waiting = []),
    points: () => [...points],
    trainedMs: () => trainedMs,
  };
}
