/**
 * The batch of a step as a pure function of (spec, step): any worker can make any step, in any order, with the same bytes. Rows of a step are grouped
 * into micro-batches of one modality; gradients of the micro-batches are summed (their weights already average over the whole step).
 */
import type { Batch, MicroBatch } from '../model/batch.ts';
import { presetConfig } from '../model/config.ts';
import type { ReadingTarget } from '../model/config.ts';
import { exampleAt } from '../tasks/examples.ts';
import { RECORD_KINDS } from '../tasks/task.ts';
import { curriculumGroups, isPictureStage, stageAt } from './curriculum.ts';
import { tasksOfRun } from './joint.ts';
import { rowsAt } from './mixture.ts';
import { rowsOfStep } from './phases.ts';
import type { RunSpec } from './run-spec.ts';
import { packPictures, packRows } from './sequences.ts';
import type { Row } from './sequences.ts';

/**
 * Most tokens (pictures' patches included) of one micro-batch, to bound the memory of a step: the attention scores of a micro-batch of 16,384 tokens in
 * sequences of 256 are 64 MB at 4 heads. Ours.
 */
export const MICRO_BATCH_TOKENS = 16_384;

/**
 * Most bytes of attention scores (rows x heads x N x N in float32) of one micro-batch: what any WebGPU device binds as one buffer
 * (`maxStorageBufferBindingSize` is at least 128 MiB). Tokens alone do not bound them, because they grow with the square of the length. Ours.
 */
export const MICRO_BATCH_SCORE_BYTES = 128 * 1024 * 1024;

/** What counts in a step. */
export interface Objectives {
  readonly languageWeight: number;
  readonly readingWeight: number;
  readonly readingTarget: ReadingTarget;
}

/** The batch of step `step` (0-based). */
export function batchAt(spec: RunSpec, step: number): Batch {
  const examples = rowsOfStep(spec, step);
  if (examples === 0) throw new Error(`internal: step ${step} is behind the end of the run`);
  return { step, examples, micro: spec.curriculum === null ? studyBatch(spec, step, examples) : baseBatch(spec, step, examples) };
}

/** Weights of the objectives at a step: a study has the language loss alone, a base starts with reading alone. */
export function objectivesAt(spec: RunSpec, step: number): Objectives {
  if (spec.curriculum === null) return { languageWeight: 1, readingWeight: 0, readingTarget: 'head' };
  const { readingTarget, readingWeight } = spec.curriculum;
  if (isPictureStage(stageAt(spec, spec.curriculum, step))) return { languageWeight: 0, readingWeight: 1, readingTarget };
  return { languageWeight: 1, readingWeight, readingTarget };
}

function studyBatch(spec: RunSpec, step: number, examples: number): MicroBatch[] {
  const all = rowsAt(spec, step);
  const groups = tasksOfRun(spec).flatMap((task) =>
    // By task, since their pictures differ in size; `image-via-text` apart from `image`, since it is twice as long.
    RECORD_KINDS.map((record) =>
      all
        .filter(({ kind, key }) => kind === record && key.task === task.id)
        .map(({ kind, key, cotShare }): Row => ({ kind, example: exampleAt(key, task), cotShare })),
    ),
  );
  return groups.filter((group) => group.length > 0).flatMap((group) => packWithinBudget(spec, group, examples));
}

function baseBatch(spec: RunSpec, step: number, examples: number): MicroBatch[] {
  if (spec.curriculum === null) throw new Error('internal: a base batch needs a curriculum');
  return curriculumGroups(spec, spec.curriculum, step).flatMap(({ isPictureOnly, rows }) =>
    isPictureOnly ? [packPictures(rows.map(({ example }) => example))] : packWithinBudget(spec, rows, examples),
  );
}

/** Into how many micro-batches rows of one modality are cut: at most as many as there are rows. `textLength` T, `patches` P of the longest. */
export function microBatches(spec: RunSpec, rows: number, { textLength, patches }: { textLength: number; patches: number }): number {
  const { heads } = presetConfig(spec.preset, 1).decoder;
  const length = textLength + patches;
  const scoreBytes = heads * length ** 2 * Float32Array.BYTES_PER_ELEMENT; // of one row
  const rowsAtOnce = Math.max(1, Math.floor(MICRO_BATCH_SCORE_BYTES / scoreBytes));
  return Math.min(rows, Math.max(Math.ceil((rows * length) / MICRO_BATCH_TOKENS), Math.ceil(rows / rowsAtOnce)));
}

/** Packs rows whole, or in equal parts when they would be too much at once. */
function packWithinBudget(spec: RunSpec, rows: readonly Row[], examples: number): MicroBatch[] {
  const whole = packRows(rows, examples);
  const patches = whole.image === null ? 0 : whole.image.gridRows * whole.image.gridColumns;
  const parts = microBatches(spec, rows.length, { textLength: whole.textLength, patches });
  if (parts === 1) return [whole];
  const bounds = Array.from({ length: parts + 1 }, (_, i) => Math.floor((rows.length * i) / parts));
  return bounds.slice(1).map((end, i) => packRows(rows.slice(bounds[i], end), examples));
}
