/**
 * Learning rate over a run: linear warm-up, then cosine to zero.
 *
 * Source: the paper fine-tunes with warm-up ratio 0.03 and a cosine schedule (spec/s2h 5). The warm-up counts from the first step as Hugging Face's
 * `get_cosine_schedule_with_warmup` does, shifted by one so that the first step already moves: ours, since a zero step is a wasted batch.
 */
import { fault, InputError } from '../lib/errors.ts';

/**
 * Rate of step `step` (0-based) of `totalSteps`. With W = ceil(warmupFraction * totalSteps) warm-up steps: peak * (step + 1) / W while step < W, then
 * peak * (1 + cos(pi * (step - W) / (totalSteps - W))) / 2. The last step's rate is just above zero; at `step >= totalSteps` it is zero.
 */
export function learningRateAt(step: number, totalSteps: number, peak: number, warmupFraction: number): number {
  if (!Number.isInteger(step) || step < 0) throw new InputError(fault('learningRateAt', 'a step of 0 or more', step));
  if (!Number.isInteger(totalSteps) || totalSteps < 1) throw new InputError(fault('learningRateAt', 'totalSteps of 1 or more', totalSteps));
  if (!Number.isFinite(peak) || peak < 0) throw new InputError(fault('learningRateAt', 'a learning rate of 0 or more', peak));
  if (!(warmupFraction >= 0 && warmupFraction <= 1)) throw new InputError(fault('learningRateAt', 'a warm-up fraction in 0..1', warmupFraction));
  if (step >= totalSteps) return 0;
  const warmupSteps = Math.ceil(warmupFraction * totalSteps);
  if (step < warmupSteps) return (peak * (step + 1)) / warmupSteps;
  const progress = (step - warmupSteps) / (totalSteps - warmupSteps); // 0 at the peak, below 1 on the last step
  return (peak * (1 + Math.cos(Math.PI * progress))) / 2;
}
