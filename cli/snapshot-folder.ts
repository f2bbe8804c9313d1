/** The timeline of a headless run in a folder: `snapshots/00000040.safetensors`, the weights at each kept step. Written whole or not at all. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { decodeSafetensors, encodeSafetensors } from '../src/model/safetensors.ts';
import type { Snapshot } from '../src/study/snapshots.ts';
import { records } from './run-folder.ts';

const PATTERN = /^(\d{8})\.safetensors$/;

function fileAt(out: string, step: number): string {
  return join(out, 'snapshots', `${String(step).padStart(8, '0')}.safetensors`);
}

/** Keeps a snapshot of the run in `out`; one of the same step is replaced. */
export async function keepSnapshot(out: string, { step, weights }: Snapshot): Promise<void> {
  const file = fileAt(out, step);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.part`, encodeSafetensors(records(weights), {}));
  await rename(`${file}.part`, file);
}

/** Steps at which the run in `out` has snapshots, ascending; none where it has no timeline. */
export async function snapshotStepsIn(out: string): Promise<number[]> {
  const folder = join(out, 'snapshots');
  const names = existsSync(folder) ? await readdir(folder) : [];
  return names.flatMap((name) => PATTERN.exec(name)?.[1] ?? []).map(Number).sort((a, b) => a - b); // prettier-ignore
}

/** The timeline of the run in `out` before `step`, ascending. */
export async function snapshotsIn(out: string, step: number): Promise<Snapshot[]> {
  const snapshots: Snapshot[] = [];
  for (const each of (await snapshotStepsIn(out)).filter((kept) => kept < step)) {
    snapshots.push({ step: each, weights: decodeSafetensors(new Uint8Array(await readFile(fileAt(out, each))), { mustBeFinite: true }).tensors });
  }
  return snapshots;
}
