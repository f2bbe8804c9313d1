/**
 * What a run is, as data. A RunSpec fully determines a run on one adapter: data, initial weights, order, schedule.
 * It travels in links, checkpoints and result files; it is validated by rebuilding (run-spec-schema.ts), never trusted.
 */
import type { PresetName } from '../model/config.ts';
import type { TaskId } from '../tasks/task.ts';

/** Supervision types of issue A (spec/s2h 5); names are the paper's. */
export const SUPERVISIONS = ['text', 'image', 'image-via-text', 'text+image', 'mix'] as const;
export type Supervision = (typeof SUPERVISIONS)[number];

/** Table of a run: 5 x 10 with 100 row names is the paper's; smaller ones are ours, for models from scratch. */
export interface TaskSpec {
  readonly id: TaskId;
  readonly rows: number;
  readonly columns: number;
  readonly rowNames: number;
}

/**
 * The base phase (ours; design/architecture "Bases"): vision pretraining by the reading objective, then a curriculum of tables from 1 x 1 up to the
 * task's size with look-ups by name, marked paths and image -> text conversion. Shares are of the rows of a step and sum to 1.
 */
export interface BaseCurriculum {
  /** Rows whose loss is the reading objective alone, before the curriculum. */
  readonly visionExamples: number;
  /** Rows over which the table cap grows from 1 x 1 to the full table. */
  readonly growExamples: number;
  /** Share of image rows (image and image-via-text) in the curriculum; the rest is text. */
  readonly imageShare: number;
  /** Share of conversion rows (image-via-text) among the image rows. */
  readonly convertShare: number;
  /** Share of rows that look one cell up by its names, without any mark. */
  readonly lookupShare: number;
  /** Share of single-cell paths among the marked rows. */
  readonly singleCellShare: number;
  /** Weight of the reading objective beside the language loss. */
  readonly readingWeight: number;
}

export interface EvaluationSpec {
  /** Examples per level and modality. */
  readonly examples: number;
  /** Steps between evaluations; 0 = at the end only. */
  readonly everySteps: number;
}

export interface RunSpec {
  readonly schema: 1;
  readonly task: TaskSpec;
  readonly preset: PresetName;
  /** Digest (sha256 hex) of the base's weights, or null: from scratch. */
  readonly base: string | null;
  readonly supervision: Supervision;
  /** N: training rows seen (rows x epochs), as the paper counts. */
  readonly examples: number;
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
}
