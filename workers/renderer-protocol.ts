/** Messages between the trainer worker and its renderer workers. Types only. Each request is answered once, by its step. */
import type { WireError } from '../src/lib/errors.ts';
import type { Batch } from '../src/model/batch.ts';
import type { RunSpec } from '../src/study/run-spec.ts';

export interface RenderRequest {
  readonly spec: RunSpec;
  readonly step: number;
}

export type RenderReply = { readonly step: number; readonly batch: Batch } | { readonly step: number; readonly error: WireError };
