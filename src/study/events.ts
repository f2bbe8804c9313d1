/** What a training session tells its surroundings (page, CLI). Plain data, cloneable. */
import type { Level, Modality, TaskId, TokenKind } from '../tasks/task.ts';
import type { Measurements, MeasureKind } from './analysis/measurements.ts';
import type { SnapshotEntry } from './snapshots.ts';

export interface LossPoint {
  readonly step: number;
  /** Mean per-example loss of the batch, nats per token. */
  readonly loss: number;
  /** Mean loss of the target tokens of each kind in the batch; absent kinds are absent. */
  readonly lossByKind: Partial<Record<TokenKind, number>>;
  /** Reading objective, base phase only. */
  readonly readingLoss: number | null;
  readonly gradientNorm: number;
  readonly learningRate: number;
  readonly examplesSeen: number;
  readonly tokens: number;
  readonly stepMs: number;
}

export interface Proportion {
  readonly correct: number;
  readonly total: number;
  /** 95 % Wilson interval. */
  readonly low: number;
  readonly high: number;
  /** Which of them, in their order (lib/outcomes.ts): of the accuracy of a cell, for differences between runs; absent in older results. */
  readonly outcomes?: string | undefined;
}

/** How a picture is asked: as it is, or with the answer begun by `convert` (spec/s2h 0 and 5, Table 12). Text is always asked directly. */
export const PROMPT_MODES = ['direct', 'convert'] as const;
export type PromptMode = (typeof PROMPT_MODES)[number];

/** One cell of the evaluation matrix. */
export interface EvaluationCell {
  /** Of a joint run (joint.ts): which of its other tasks was asked; absent = the run's own, `spec.task`. */
  readonly task?: TaskId;
  readonly level: Level;
  readonly modality: Modality;
  readonly prompt: PromptMode;
  readonly accuracy: Proportion;
  /** Prediction A and B apart (spec/s2h 2.10); tasks other than tables have the first alone. */
  readonly exactMatch: Proportion;
  readonly cotExactMatch: Proportion | null;
  /** Answers whose conversion is x(t) to the token, of those that convert, forced or not (Table 12); null when none does. */
  readonly conversion: Proportion | null;
  /** Right answers among those whose conversion is wrong (S2H I.6), right as `accuracy` counts; null when no conversion is wrong. */
  readonly robustness: Proportion | null;
  readonly meanGeneratedTokens: number;
  readonly truncated: number;
}

export interface EvaluationResult {
  readonly step: number;
  readonly cells: readonly EvaluationCell[];
}

export type RunState = 'idle' | 'preparing' | 'running' | 'paused' | 'evaluating' | 'finished' | 'stopped' | 'failed';

export type SessionEvent =
  | { readonly kind: 'state'; readonly state: RunState; readonly step: number; readonly message: string | null }
  | {
      readonly kind: 'metrics';
      readonly points: readonly LossPoint[];
      readonly totalSteps: number;
      readonly tokensPerSecond: number;
      readonly etaMs: number | null;
      readonly deviceBytes: number;
    }
  | {
      readonly kind: 'evaluation-progress';
      readonly done: number;
      readonly total: number;
      /** As in `EvaluationCell`. */
      readonly task?: TaskId;
      readonly level: Level;
      readonly modality: Modality;
    }
  | { readonly kind: 'evaluation'; readonly result: EvaluationResult }
  /** Records or passes, as the probe counts them. */
  | { readonly kind: 'measure-progress'; readonly what: MeasureKind; readonly done: number; readonly total: number }
  /** After a measurement: all that there are of the run. */
  | { readonly kind: 'measured'; readonly measured: Measurements }
  | { readonly kind: 'checkpoint'; readonly step: number; readonly generation: number; readonly bytes: number }
  /** After weights along the way were kept or dropped: all that there are of the run. */
  | { readonly kind: 'snapshots'; readonly snapshots: readonly SnapshotEntry[] };
