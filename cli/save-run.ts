/** `--save-run FILE`: a headless run with its timeline as one file, as the page exports and imports runs. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DeviceInfo } from '../src/model/device-info.ts';
import { encodeBundle } from '../src/study/bundle.ts';
import { deviceName } from '../src/study/device-name.ts';
import type { RunSpec } from '../src/study/run-spec.ts';
import { snapshotStepsOf } from '../src/study/snapshot-plan.ts';
import type { SnapshotPlan } from '../src/study/snapshots.ts';
import { titleOf } from '../src/study/strategies/ids.ts';
import { runDigest } from '../src/study/switch-run.ts';
import { commitHash } from './commit.ts';
import { loadCheckpoint } from './run-folder.ts';
import { keepSnapshot, snapshotsIn, snapshotStepsIn } from './snapshot-folder.ts';

/** `Mix, 6000 rows, seed 1`, or `micro learns to read, 128000 rows, seed 2` of a base. */
export function runTitle({ preset, supervision, curriculum, examples, seed }: RunSpec): string {
  return `${curriculum === null ? titleOf(supervision) : `${preset} learns to read`}, ${examples} rows, seed ${seed}`;
}

/** What keeps the weights of the run in `out` at some of its steps, `step` of which are done; those that are there are not made again. */
export async function planSnapshots(out: string, spec: RunSpec, step: number): Promise<SnapshotPlan> {
  const kept = (await snapshotStepsIn(out)).map((each) => ({ step: each }));
  return { steps: snapshotStepsOf(spec, step, kept), keep: (snapshot) => keepSnapshot(out, snapshot) };
}

/** Writes the newest checkpoint in `out` with the timeline before it. Returns what was written, in words. */
export async function saveRun(out: string, path: string, device: Pick<DeviceInfo, 'adapter' | 'backend'>): Promise<string> {
  const loaded = await loadCheckpoint(out);
  if (loaded === null) return `${path} is not written: no step was done.`;
  const { checkpoint } = loaded;
  const { spec, progress } = checkpoint;
  const snapshots = await snapshotsIn(out, progress.step);
  const bundle = { name: runTitle(spec), adapter: deviceName(device), checkpoint, snapshots };
  const bytes = await encodeBundle(bundle, { runId: runDigest(spec), build: commitHash() ?? '', savedAt: new Date().toISOString() });
  const file = path.endsWith('.safetensors') ? path : `${path}.safetensors`;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, bytes);
  return `${file}: the run at step ${progress.step} and at ${snapshots.length} steps before it, ${bytes.length} bytes. The page imports it in its Train cell.`;
}
