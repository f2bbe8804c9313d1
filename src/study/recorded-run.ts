/**
 * A finished run as a small file that ships with the page: its weights in half precision and its log, shortened, without the optimiser's moments, which would be twice the
 * weights again. It can be asked, looked at and measured; a run that goes on from it has to train its steps again (switch-run.ts). The file is that of an export
 * (bundle.ts) in all else: every tensor has a SHA-256, of the numbers as they are read back.
 */
import { canonicalJson } from '../lib/canonical-json.ts';
import { fault, InputError } from '../lib/errors.ts';
import { fromHalf, toHalf } from '../lib/half.ts';
import type { AdamWState } from '../model/adamw-rule.ts';
import { encodeSafetensors } from '../model/safetensors.ts';
import type { TensorRecord } from '../model/safetensors.ts';
import { entriesOf, problemIn } from './checkpoint-codec.ts';
import type { Checkpoint, Progress, StoredTensor } from './checkpoint.ts';
import { seal } from './run-record.ts';
import type { Manifest } from './run-record.ts';
import { totalSteps } from './run-spec-schema.ts';
import type { Snapshot } from './snapshots.ts';
import { encodeTimeline } from './timeline-codec.ts';

export const RECORDED_FORMAT = 'parallax-recorded-run';

export interface RecordedRun {
  readonly name: string;
  readonly adapter: string;
  readonly checkpoint: Checkpoint;
  /** Weights along the way, ascending, before the last step; none = a file without timeline. */
  readonly snapshots: readonly Snapshot[];
}

/** Each number as the nearest one of 16 bits. */
export function halved(weights: Checkpoint['weights']): Record<string, StoredTensor> {
  const round = ({ shape, data }: StoredTensor): StoredTensor => ({ shape, data: Float32Array.from(data, (value) => fromHalf(toHalf(value))) });
  return Object.fromEntries(Object.entries(weights).map(([name, tensor]) => [name, round(tensor)]));
}

/** Digits that the numbers of the log keep, and points of its curves: more than a picture of them shows. */
const LOG_DIGITS = 6;
const MOST_POINTS = 200;

function shortened(progress: Progress): Progress {
  const every = Math.ceil(progress.points.length / MOST_POINTS);
  const points = progress.points.filter((_, i, all) => (all.length - 1 - i) % every === 0);
  const text = JSON.stringify({ ...progress, points }, (_, value: unknown) =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(LOG_DIGITS)) : value,
  );
  return JSON.parse(text) as Progress; // the same fields
}

/** Throws InputError for a run that is not finished. */
export async function encodeRecordedRun(
  { name, adapter, checkpoint: { spec, progress, weights, optimizer }, snapshots }: RecordedRun,
  stamp: { readonly runId: string; readonly build: string; readonly savedAt: string },
): Promise<Uint8Array> {
  const total = totalSteps(spec);
  if (progress.step < total)
    throw new InputError(fault('encodeRecordedRun', `a run at its last step, ${total}`, progress.step, 'train it to its end'));
  const kept = halved(weights);
  const about = { schema: 1, ...stamp, generation: 0, owner: stamp.runId } as const;
  const manifest: Manifest = {
    ...about,
    spec,
    progress: shortened(progress),
    optimizer: { step: optimizer.step, steps: optimizer.steps },
    tensors: await entriesOf(kept),
  };
  const tensors = Object.fromEntries(
    Object.entries(kept).map(([key, { shape, data }]): [string, TensorRecord] => [key, { dtype: 'F32', shape, data }]),
  );
  const along = snapshots.map(({ step, weights: own }): Snapshot => ({ step, weights: halved(own) }));
  const timeline = await encodeTimeline(along, stamp.runId);
  const metadata = { format: RECORDED_FORMAT, name, adapter, run: canonicalJson(await seal(manifest)), ...timeline.metadata };
  return encodeSafetensors({ ...tensors, ...timeline.tensors }, metadata, 'F16');
}

/** The run of a manifest and its weights, or what is wrong with them. The moments are all 0. */
export async function restoreRecorded(
  { spec, progress, optimizer, tensors }: Manifest,
  data: ReadonlyMap<string, Float32Array>,
): Promise<{ value: Checkpoint } | { problem: string }> {
  const problem = await problemIn(tensors, data);
  if (problem !== null) return { problem };
  if (progress.step < totalSteps(spec)) return { problem: 'it is not finished' };
  const found = tensors.map(({ key, shape }): [string, StoredTensor] => [key, { shape, data: data.get(key) ?? new Float32Array() }]); // problemIn has seen them
  const zeros = (): Record<string, Float32Array> => Object.fromEntries(found.map(([key, tensor]) => [key, new Float32Array(tensor.data.length)]));
  const { step, steps } = optimizer;
  return { value: { schema: 1, spec, progress, weights: Object.fromEntries(found), optimizer: { step, steps, m: zeros(), v: zeros() } } };
}

/** Whether an optimiser that has taken steps has lost its moments: a recorded run. */
export function hasNoMoments({ step, v }: AdamWState): boolean {
  return step > 0 && Object.values(v).every((data) => data.every((value) => value === 0));
}
