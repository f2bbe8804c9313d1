/**
 * A run in a folder: `checkpoint-00000800/` with weights.safetensors, optimizer.safetensors and state.json. A checkpoint is written beside and then
 * renamed, so that a killed process leaves whole ones only; the two newest are kept. Loading checks digests and falls back to the older one.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fault, InputError, toWireError } from '../src/lib/errors.ts';
import { sha256Hex } from '../src/lib/hash.ts';
import { decodeSafetensors, encodeSafetensors } from '../src/model/safetensors.ts';
import type { TensorRecord } from '../src/model/safetensors.ts';
import type { Checkpoint, Progress, StoredTensor } from '../src/study/checkpoint.ts';
import { parseRunSpec } from '../src/study/run-spec-schema.ts';

const PATTERN = /^checkpoint-(\d{8})$/;
const KEPT = 2;

interface State {
  readonly schema: 1;
  readonly spec: unknown;
  readonly progress: Progress;
  readonly optimizer: { readonly step: number; readonly steps: Record<string, number> };
  readonly digests: { readonly weights: string; readonly optimizer: string };
}

/** Writes a checkpoint, then removes the ones it replaces. Returns its size. */
export async function saveCheckpoint(folder: string, checkpoint: Checkpoint): Promise<number> {
  const name = nameOf(checkpoint.progress.step);
  const temporary = join(folder, `${name}.tmp`);
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  const { optimizer } = checkpoint;
  const weights = encodeSafetensors(records(checkpoint.weights), {});
  const moments: Record<string, TensorRecord> = {};
  for (const part of ['m', 'v'] as const) {
    for (const [tensor, data] of Object.entries(optimizer[part])) moments[`${part}.${tensor}`] = { dtype: 'F32', shape: [data.length], data };
  }
  const momentBytes = encodeSafetensors(moments, {});
  const state: State = {
    schema: 1,
    spec: checkpoint.spec,
    progress: checkpoint.progress,
    optimizer: { step: optimizer.step, steps: { ...optimizer.steps } },
    digests: { weights: await sha256Hex(weights), optimizer: await sha256Hex(momentBytes) },
  };
  const text = JSON.stringify(state);
  await writeFile(join(temporary, 'weights.safetensors'), weights);
  await writeFile(join(temporary, 'optimizer.safetensors'), momentBytes);
  await writeFile(join(temporary, 'state.json'), text);
  await rm(join(folder, name), { recursive: true, force: true });
  await rename(temporary, join(folder, name));
  const all = await checkpointNames(folder);
  for (const old of all.slice(0, -KEPT)) await rm(join(folder, old), { recursive: true });
  return weights.length + momentBytes.length + text.length;
}

/** Removes the checkpoints of a run that is to begin again, since the newest by step is what is kept and loaded. */
export async function removeCheckpoints(folder: string): Promise<void> {
  for (const name of await checkpointNames(folder)) await rm(join(folder, name), { recursive: true });
}

/** The newest whole checkpoint of a folder, or that of a step, and a note when a newer one was damaged; null when there is none. */
export async function loadCheckpoint(folder: string, step: number | null = null): Promise<{ checkpoint: Checkpoint; note: string | null } | null> {
  const problems: string[] = [];
  const names = (await checkpointNames(folder)).filter((name) => step === null || name === nameOf(step));
  for (const name of names.reverse()) {
    try {
      return { checkpoint: await readCheckpoint(join(folder, name)), note: problems.length === 0 ? null : problems.join(' ') };
    } catch (error) {
      problems.push(`${name} cannot be used (${toWireError(error).message}).`);
    }
  }
  if (problems.length > 0) throw new InputError(fault(folder, 'a whole checkpoint', problems.join(' '), 'start again in another folder'));
  return null;
}

/** Weights of a safetensors file and its digest. */
export async function loadWeights(file: string): Promise<{ weights: Record<string, StoredTensor>; digest: string; bytes: number }> {
  const bytes = new Uint8Array(await readFile(file));
  const { tensors } = decodeSafetensors(bytes, { mustBeFinite: true });
  return { weights: tensors, digest: await sha256Hex(bytes), bytes: bytes.length };
}

export function records(tensors: Readonly<Record<string, StoredTensor>>): Record<string, TensorRecord> {
  return Object.fromEntries(Object.entries(tensors).map(([name, { shape, data }]) => [name, { dtype: 'F32', shape, data }]));
}

async function readCheckpoint(folder: string): Promise<Checkpoint> {
  const state = JSON.parse(await readFile(join(folder, 'state.json'), 'utf8')) as State; // our own file, checked below
  if (state.schema !== 1) throw new InputError(fault('state.json', 'schema 1', state.schema));
  const spec = parseRunSpec(state.spec);
  const weights = await loadWeights(join(folder, 'weights.safetensors'));
  const moments = await loadWeights(join(folder, 'optimizer.safetensors'));
  if (weights.digest !== state.digests.weights || moments.digest !== state.digests.optimizer) {
    throw new InputError(fault(folder, 'files with the digests of state.json', 'others'));
  }
  const part = (letter: 'm' | 'v') =>
    Object.fromEntries(
      Object.entries(moments.weights)
        .filter(([name]) => name.startsWith(`${letter}.`))
        .map(([name, { data }]) => [name.slice(2), data]),
    );
  return { schema: 1, spec, progress: state.progress, weights: weights.weights, optimizer: { ...state.optimizer, m: part('m'), v: part('v') } };
}

function nameOf(step: number): string {
  return `checkpoint-${String(step).padStart(8, '0')}`;
}

/** Names of the checkpoints, oldest first. */
async function checkpointNames(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  return (await readdir(folder)).filter((name) => PATTERN.test(name)).sort();
}
