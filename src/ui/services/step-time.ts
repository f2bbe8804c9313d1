/**
 * How long a step of a run takes on the device that is open, by the runs that were timed on it. A run that came as a file was timed on another machine, and one of another
 * device says nothing about this one: a GPU makes a step some hundred times faster than a processor. Of a run that has changed its device only the steps since then count.
 */
import type { DeviceInfo } from '../../model/device-info.ts';
import { deviceName } from '../../study/device-name.ts';
import type { RunSpec } from '../../study/run-spec.ts';
import type { RunSummary } from '../../../workers/protocol.ts';
import type { LossPoint } from '../../study/events.ts';
import type { RunView } from './run-view.ts';

/** Ours: the first steps are slow (kernels are made ready), and the newest tell what the device does now. */
const LEAST_STEPS = 5;
const NEWEST_STEPS = 20;

export interface StepTime {
  readonly stepMs: number;
  /** Name of the run that was timed. */
  readonly run: string;
}

/** Null: nothing like it was timed here. */
export function stepTimeHere(spec: RunSpec, runs: readonly RunView[], device: DeviceInfo | null): StepTime | null {
  if (device === null) return null;
  for (const { summary } of runs) {
    const { spec: own, adapter, isImported, name } = summary;
    const isAlike =
      own.preset === spec.preset &&
      own.batchSize === spec.batchSize &&
      own.task.id === spec.task.id &&
      (own.joint === undefined) === (spec.joint === undefined);
    if (isImported === true || adapter !== deviceName(device) || !isAlike) continue;
    const recent = stepsHere(summary).slice(-NEWEST_STEPS);
    if (recent.length >= LEAST_STEPS) return { stepMs: recent.reduce((sum, point) => sum + point.stepMs, 0) / recent.length, run: name };
  }
  return null;
}

/** The steps of a run that its newest device has made: not those before it came there, and not those of the run that it goes on from. */
export function stepsHere({ points, spec, adapterSince = 0 }: RunSummary): readonly LossPoint[] {
  const since = Math.max(adapterSince, spec.parent?.step ?? 0);
  return points.filter(({ step }) => step > since);
}
