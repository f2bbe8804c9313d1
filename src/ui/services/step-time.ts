/**
 * How long a step of a run takes on the device that is open, by the runs that were timed on it. A run that came as a file was timed on another machine, and one of another
 * device says nothing about this one: a GPU makes a step some hundred times faster than a processor.
 */
import type { DeviceInfo } from '../../model/device-info.ts';
import { deviceName } from '../../study/device-name.ts';
import type { RunSpec } from '../../study/run-spec.ts';
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
  const timed = runs.find(
    ({ summary: { spec: own, points, adapter, isImported } }) =>
      isImported !== true &&
      adapter === deviceName(device) &&
      own.preset === spec.preset &&
      own.batchSize === spec.batchSize &&
      own.task.id === spec.task.id &&
      (own.joint === undefined) === (spec.joint === undefined) &&
      points.length >= LEAST_STEPS,
  );
  if (timed === undefined) return null;
  const recent = timed.summary.points.slice(-NEWEST_STEPS);
  return { stepMs: recent.reduce((sum, point) => sum + point.stepMs, 0) / recent.length, run: timed.summary.name };
}
