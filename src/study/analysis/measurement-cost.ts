/** What a measurement costs, before it is made: from the time that the run's own training steps take. */
import type { MeasureKind } from './measurements.ts';

/**
 * A pass of a measurement against the time of a training step per row. Ours, measured on wasm with the default task (`micro` and `nano`, batches of 16): a
 * forward pass of losses is 0.5 to 0.6, a pass of gradients, one example at a time with its products, 3.2 to 4.5.
 */
const ROWS_PER_PASS: Readonly<Record<MeasureKind, number>> = { losses: 0.6, gradients: 4 };

/**
 * Passes with `examples` per level, two levels: of losses one forward pass for each of three records; of gradients two rounds of forward and backward passes
 * (loss-probe.ts, gradient-probe.ts).
 */
export function passesOf(what: MeasureKind, examples: number): number {
  return what === 'losses' ? 6 * examples : 4 * examples;
}

/** Milliseconds, roughly. `stepMs`: of a training step with `batchSize` rows. */
export function measureMs(
  what: MeasureKind,
  examples: number,
  { stepMs, batchSize }: { readonly stepMs: number; readonly batchSize: number },
): number {
  return (passesOf(what, examples) * ROWS_PER_PASS[what] * stepMs) / batchSize;
}
