/**
 * Everything a run needs to go on bit for bit: weights, optimiser moments and step counts, how far the data is (batches are a pure function of the
 * step, so the step is the whole cursor), and the log so far. Plain data; where it is kept is the caller's business (run-store.ts, cli/).
 */
import type { AdamWState } from '../model/adamw-rule.ts';
import type { Measurements } from './analysis/measurements.ts';
import type { EvaluationResult, LossPoint } from './events.ts';
import type { RunSpec } from './run-spec.ts';

export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** How far a run is, without its weights. */
export interface Progress {
  /** Steps done; the next step has this number. */
  readonly step: number;
  /** Tokens trained on, image patches included. */
  readonly tokens: number;
  /** Time spent in steps, by the session's clock. */
  readonly trainedMs: number;
  readonly points: readonly LossPoint[];
  readonly evaluations: readonly EvaluationResult[];
  /** Losses and gradients that were measured when asked for; absent = none. */
  readonly measured?: Measurements;
}

export interface Checkpoint {
  readonly schema: 1;
  readonly spec: RunSpec;
  readonly progress: Progress;
  readonly weights: Readonly<Record<string, StoredTensor>>;
  readonly optimizer: AdamWState;
}

export const NO_PROGRESS: Progress = { step: 0, tokens: 0, trainedMs: 0, points: [], evaluations: [] };

/** Name of the first tensor that holds a NaN or an infinity, or null. */
export function firstNonFinite(tensors: Readonly<Record<string, Float32Array>>): string | null {
  for (const [name, data] of Object.entries(tensors)) {
    for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return name;
  }
  return null;
}
