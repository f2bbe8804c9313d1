/** What a training session is given and what it offers (session.ts). */
import type { Engine } from '../model/backend.ts';
import type { Batch } from '../model/batch.ts';
import type { FailureSummary } from './analysis/failure-modes.ts';
import type { Measurement, MeasureKind } from './analysis/measurements.ts';
import type { Checkpoint, Progress } from './checkpoint.ts';
import type { CheckpointTimes } from './checkpoint-timing.ts';
import type { CellQuestion } from './evaluate.ts';
import type { EvaluationResult, PromptMode, RunState, SessionEvent } from './events.ts';
import type { Model, TrainedModel } from './model-setup.ts';
import type { RunSpec } from './run-spec.ts';
import type { SnapshotPlan } from './snapshots.ts';

/** Where batches come from: renderer workers that keep ahead, or `batchAt` in place. */
export interface BatchSource {
  next(step: number): Promise<Batch>;
}

export interface SessionOptions {
  readonly spec: RunSpec;
  readonly model: TrainedModel;
  readonly engine: Engine;
  readonly batches: BatchSource;
  /** How far a restored run is; null = at the beginning. */
  readonly restored: Progress | null;
  /** Milliseconds from any fixed point. */
  readonly clock: () => number;
  readonly emit: (event: SessionEvent) => void;
  /**
   * Stores a checkpoint; resolves when it is safe, with null when it could not be stored but training may go on (storage full). A rejection stops the
   * run.
   */
  readonly onCheckpoint: (checkpoint: Checkpoint) => Promise<{ readonly generation: number; readonly bytes: number } | null>;
  /** Weights to hand over along the way; null = none, which costs nothing. */
  readonly snapshots?: SnapshotPlan | null;
  /** Checkpoints by time too, as people need them. Default: null, by steps alone. */
  readonly checkpointTimes?: CheckpointTimes | null;
  /** Steps between read-backs of the log's numbers. Default: 8 on WebGPU, where a read-back waits for the GPU, else 1. */
  readonly readbackEverySteps?: number;
  /** Stops (with a checkpoint) once this many steps are done, although the run is longer. */
  readonly stopAfterStep?: number;
}

export interface Session {
  /** Runs from where it is to the end. Does nothing when it runs already. */
  start(): void;
  /** Resolves with the number of steps done once the loop stands still. Cuts off an evaluation that was due; it is made again on `resume`. */
  pause(): Promise<number>;
  resume(): void;
  /** One step, then paused. */
  step(): Promise<number>;
  /** Ends the run at the next step edge with a checkpoint; cancels an evaluation. */
  stop(): Promise<number>;
  /** Writes a checkpoint at the next step edge; resolves with its generation, or null when there is nothing new or no room. */
  checkpoint(): Promise<number | null>;
  /** Runs `work` at the next step edge, when nothing else uses the model: attribution, a look at the weights. */
  atEdge<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Evaluates at the next step edge and stores the result; null when it was cancelled. Pictures are asked in each of `prompts`, by default directly alone.
   * With `past`, of the run as it was.
   */
  evaluate(examples: number, prompts?: readonly PromptMode[], past?: PastModel | null): Promise<EvaluationResult | null>;
  /**
   * Losses or gradients at the next step edge, `examples` per level, stored with the run; replaces those of the same step. Null when cancelled. With
   * `past`, of the run as it was.
   */
  measure(what: MeasureKind, examples: number, past?: PastModel | null): Promise<Measurement | null>;
  /** How the run fails, or failed, in one cell of the evaluation, at the next step edge; nothing is stored. Null when cancelled. */
  failures(question: CellQuestion, examples: number, past?: PastModel | null): Promise<ListedFailures | null>;
  /** Cuts off evaluations, measurements and lists of failures, under way or still waiting for their step edge; false when there are none. */
  cancelEvaluation(): boolean;
  state(): RunState;
  progress(): Progress;
  /** Resolves when the run is finished, stopped or failed. */
  readonly done: Promise<RunState>;
}

/** Failures, and after how many steps. */
export interface ListedFailures {
  readonly step: number;
  readonly summary: FailureSummary;
}

/** The run as it was after `step` steps. The model belongs to whoever gives it, and stands still until the answer. */
export interface PastModel {
  readonly step: number;
  model(): Promise<Model>;
}
