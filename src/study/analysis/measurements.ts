/**
 * What has been measured on a run while it was trained (spec/s2h 7): losses and gradients on held-out examples, kept with the run, so that curves over steps
 * come together point by point. Plain data and pure functions.
 */
import type { GradientProbe } from './gradient-probe.ts';
import type { LossProbe } from './loss-probe.ts';

export const MEASURES = ['losses', 'gradients'] as const;
export type MeasureKind = (typeof MEASURES)[number];

/** One measurement, as it is asked for and told. */
export type Measurement = { readonly what: 'losses'; readonly probe: LossProbe } | { readonly what: 'gradients'; readonly probe: GradientProbe };

/** All of a run, in order of steps: of each kind at most one per step. */
export interface Measurements {
  readonly losses: readonly LossProbe[];
  readonly gradients: readonly GradientProbe[];
}

export const NO_MEASUREMENTS: Measurements = { losses: [], gradients: [] };

/** With one more; an earlier one of the same kind and step goes. */
export function withMeasurement(before: Measurements, { what, probe }: Measurement): Measurements {
  return what === 'losses' ? { ...before, losses: placed(before.losses, probe) } : { ...before, gradients: placed(before.gradients, probe) };
}

/** As a record holds them: a run on which nothing was measured has no such field, as before there was one. */
export function measuredField({ losses, gradients }: Measurements): { readonly measured?: Measurements } {
  return losses.length + gradients.length === 0 ? {} : { measured: { losses: [...losses], gradients: [...gradients] } };
}

function placed<T extends { readonly step: number }>(probes: readonly T[], probe: T): readonly T[] {
  return [...probes.filter(({ step }) => step !== probe.step), probe].sort((a, b) => a.step - b.step);
}
