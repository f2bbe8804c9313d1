/** At which steps a run keeps its weights: what snapshots.ts says, for the size of its model. */
import { parameterCount } from '../model/params.ts';
import { configOf, hasReadingHead } from './model-setup.ts';
import { totalSteps } from './run-spec-schema.ts';
import type { RunSpec } from './run-spec.ts';
import { affordedSnapshots, snapshotSteps, stepsToKeep } from './snapshots.ts';
import type { SnapshotEntry } from './snapshots.ts';

/** Those that are still to be kept of a run that has done `step` steps and keeps `kept`. */
export function snapshotStepsOf(spec: RunSpec, step: number, kept: readonly Pick<SnapshotEntry, 'step'>[]): number[] {
  const bytesEach = Float32Array.BYTES_PER_ELEMENT * parameterCount(configOf(spec), { includeReading: hasReadingHead(spec) });
  return stepsToKeep(snapshotSteps(totalSteps(spec), affordedSnapshots(bytesEach)), step, kept);
}
