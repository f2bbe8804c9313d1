/** A timeline in the file of a run: the weights at each kept step as `snapshot.<step>.<name>`, and one sealed manifest per step as JSON. See bundle.ts. */
import { canonicalJson } from '../lib/canonical-json.ts';
import type { TensorRecord } from '../model/safetensors.ts';
import { entriesOf } from './checkpoint-codec.ts';
import { RECORD_SCHEMA, seal } from './run-record.ts';
import type { Snapshot } from './snapshots.ts';

/** Name in the file of a weight at a step. */
export function keyAtStep(step: number, name: string): string {
  return `snapshot.${step}.${name}`;
}

/** What the snapshots of a run add to its file; nothing where there are none. */
export async function encodeTimeline(
  snapshots: readonly Snapshot[],
  runId: string,
): Promise<{ readonly tensors: Readonly<Record<string, TensorRecord>>; readonly metadata: Readonly<Record<string, string>> }> {
  const tensors: Record<string, TensorRecord> = {};
  const sealed = [];
  for (const { step, weights } of snapshots) {
    for (const [name, { shape, data }] of Object.entries(weights)) tensors[keyAtStep(step, name)] = { dtype: 'F32', shape, data };
    sealed.push(await seal({ schema: RECORD_SCHEMA, runId, step, tensors: await entriesOf(weights) }));
  }
  return { tensors, metadata: sealed.length === 0 ? {} : { snapshots: canonicalJson(sealed) } };
}
