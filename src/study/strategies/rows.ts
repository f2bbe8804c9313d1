/**
 * The rows of a plan: which record of which example stands at each position, and how much of its CoT it keeps. Each position is computed alone, so any
 * worker can make any step, and the same plan gives the same rows on every machine.
 */
import type { ExampleKey, RecordKind } from '../../tasks/task.ts';
import { cotShareAt } from './cot.ts';
import { placeAt } from './order.ts';
import type { StrategyPlan } from './plan.ts';

/** One training row: the key of its example, the record, and the part of the CoT that it keeps (1 = all, 0 = none: answer only). */
export interface StrategyRow extends ExampleKey {
  readonly kind: RecordKind;
  readonly cotShare: number;
}

/** The row at `position` (0-based, below the phase's `rows`) of phase `phase` (0-based). */
export function rowAt(plan: StrategyPlan, phase: number, position: number): StrategyRow {
  const phasePlan = plan.phases[phase];
  if (phasePlan === undefined || !Number.isSafeInteger(position) || position < 0 || position >= phasePlan.rows) {
    throw new Error(`internal: no row at position ${position} of phase ${phase}`);
  }
  const inStream = phasePlan.firstRow + position;
  const epoch = Math.floor(inStream / phasePlan.rowsPerEpoch);
  const { component, slot } = placeAt(phasePlan, plan.seed, epoch, inStream % phasePlan.rowsPerEpoch);
  const part = phasePlan.components[component];
  if (part === undefined) throw new Error(`internal: no component ${component}`);
  const { task, level, kind, unique } = part;
  const cotShare = cotShareAt(phasePlan.cot, inStream, phasePlan.streamRows);
  return { task, level, split: 'train', seed: plan.seed, index: slot % unique, kind, cotShare };
}
