/**
 * What a run is, as data. A RunSpec fully determines a run on one adapter: data, initial weights, order, schedule.
 * It travels in links, checkpoints and result files; it is validated by rebuilding (run-spec-schema.ts), never trusted.
 */
import type { PresetName, ReadingTarget } from '../model/config.ts';
import type { TaskSpec } from '../tasks/task-spec.ts';
import type { StrategyId } from './strategies/ids.ts';
import type { StrategyOptions } from './strategies/options.ts';
import { STRATEGY_IDS } from './strategies/ids.ts';

/** What a run is trained on: any strategy of the catalogue (strategies/). */
export type Supervision = StrategyId;
export const SUPERVISIONS: readonly Supervision[] = STRATEGY_IDS;

/** What a row of a base run may be: a picture alone, or a form (text, image, image -> text conversion) of an exercise. */
export const CURRICULUM_ROWS = [
  'picture',
  'text-names',
  'text-drill',
  'text-questions',
  'text-walk',
  'text-lookup',
  'text-path',
  'image-names',
  'image-drill',
  'image-questions',
  'image-walk',
  'image-lookup',
  'image-path',
  'convert-drill',
  'convert-lookup',
  'convert-path',
] as const;
export type CurriculumRow = (typeof CURRICULUM_ROWS)[number];

/** A part of the base phase: so many rows, tables up to a size, kinds of rows in some proportion. */
export interface CurriculumStage {
  readonly examples: number;
  /** Largest table of the stage. */
  readonly rows: number;
  readonly columns: number;
  /** Share of the groups whose table is exactly the largest; the others draw rows and columns uniformly up to it. */
  readonly capShare: number;
  /** Relative weights of the kinds of rows; absent = 0. */
  readonly weights: Readonly<Partial<Record<CurriculumRow, number>>>;
}

/**
 * The base phase (ours; design/architecture "Bases"): vision pretraining by the reading objective, then tables that grow to the task's size, with
 * drills, look-ups by name, marked paths and image -> text conversion. What the rows are is in curriculum.ts.
 */
export interface BaseCurriculum {
  readonly stages: readonly CurriculumStage[];
  /** A step's rows are cut into this many groups; a group shares kind, table size and path length, so that nothing is padded. */
  readonly groupsPerStep: number;
  /** Lines of a drill (names, drill, questions): random cells, nothing marked. */
  readonly drillLines: number;
  /** Share of single-cell paths among the marked paths. */
  readonly singleCellShare: number;
  /** Weight of the reading objective beside the language loss, wherever there is a picture. */
  readonly readingWeight: number;
  /**
   * 'head': a linear head on each image token predicts the token shown and is dropped afterwards. 'embedding': the image token is drawn to that
   * token's embedding in the decoder; look-ups learned on text then work on pictures at once.
   */
  readonly readingTarget: ReadingTarget;
}

export interface EvaluationSpec {
  /** Examples per level and modality. */
  readonly examples: number;
  /** Steps between evaluations; 0 = at the end only. */
  readonly everySteps: number;
}

/**
 * What a run that goes on from a checkpoint of another was before: the same run on other rows. Only the supervision may differ, so a spec with its
 * parents is still the whole run: it can be trained again from the first step.
 */
export interface RunParent {
  /** Digest of the parent's spec (`runDigest` in switch-run.ts). */
  readonly run: string;
  /** Steps that were the parent's. */
  readonly step: number;
  readonly supervision: Supervision;
  /** The parent's own; absent = it began by itself. */
  readonly parent?: RunParent;
}

/** The rows of the phases and the place of the switch are fields of their own. */
export type AblationOptions = Partial<Omit<StrategyOptions, 'rounding' | 'external' | 'alignRows' | 'warmUpRows' | 'switchAt'>>;

export interface RunSpec {
  readonly schema: 1;
  readonly task: TaskSpec;
  /**
   * Settings of the other tasks of a joint training (joint.ts), in the order of JOINT_TASKS: with `task` they are all of those. N counts the rows of all tasks.
   * Absent = one task.
   */
  readonly joint?: readonly TaskSpec[];
  readonly preset: PresetName;
  /** Digest (sha256 hex) of the base's weights, or null: from scratch. */
  readonly base: string | null;
  readonly supervision: Supervision;
  /** N: training rows seen (rows x epochs), as the paper counts: those of Align- and (TW) before the main phase come on top. */
  readonly examples: number;
  /** Rows of the phases before the main one, and the share of N at which Mix→Mix+ changes. Each is there exactly when the supervision has it (phases.ts). */
  readonly alignRows?: number;
  readonly warmUpRows?: number;
  readonly switchAt?: number;
  /** What an ablation of the paper changes inside the supervision (strategies/options.ts); only what differs from the default. Absent = nothing. */
  readonly options?: AblationOptions;
  /** Products read the weights in half precision; the optimiser keeps them in f32. Absent = f32 throughout. WebGPU alone (weight-storage.ts). */
  readonly weightStorage?: 'f16';
  readonly batchSize: number;
  readonly learningRate: number;
  readonly warmupFraction: number;
  readonly weightDecay: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Global-norm clip, or null for none. */
  readonly clipNorm: number | null;
  readonly seed: number;
  readonly evaluation: EvaluationSpec;
  readonly checkpointEverySteps: number;
  /** Non-null makes this a base run: `supervision` is then ignored. */
  readonly curriculum: BaseCurriculum | null;
  /** Absent = the run begins by itself. */
  readonly parent?: RunParent;
}
