/**
 * The batch of a step as a pure function of (spec, step): any worker can make any step, in any order, with the same bytes. Rows of a step are grouped
 * into micro-batches of one modality; gradients of the micro-batches are summed (their weights already average over the whole step).
 */
import type { Batch, MicroBatch } from '../model/batch.ts';
import type { ReadingTarget } from '../model/config.ts';
import { exampleAt } from '../tasks/examples.ts';
import { curriculumGroups, isPictureStage, rowsOfStep, stageAt } from './curriculum.ts';
import { rowAt } from './mixture.ts';
import type { RunSpec } from './run-spec.ts';
import { packPictures, packRows } from './sequences.ts';
import type { Row } from './sequences.ts';

/**
 * Most tokens (pictures' patches included) of one micro-batch, to bound the memory of a step: the attention scores of a micro-batch of 16,384 tokens in
 * sequences of 256 are 64 MB at 4 heads. Ours.
 */
export const MICRO_BATCH_TOKENS = 16_384;

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
  const rows = Array.from({ length: examples }, (_, i): Row => {
    const { kind, key } = rowAt(spec, step * spec.batchSize + i);
    return { kind, example: exampleAt(key, spec.task) };
  });
  const text = rows.filter(({ kind }) => kind === 'text');
  const image = rows.filter(({ kind }) => kind === 'image');
  const conversion = rows.filter(({ kind }) => kind === 'image-via-text'); // apart from `image`: twice as long
  return [text, image, conversion].filter((group) => group.length > 0).flatMap((group) => packWithinBudget(group, examples));
}

function baseBatch(spec: RunSpec, step: number, examples: number): MicroBatch[] {
  if (spec.curriculum === null) throw new Error('internal: a base batch needs a curriculum');
  return curriculumGroups(spec, spec.curriculum, step).flatMap(({ isPictureOnly, rows }) =>
    isPictureOnly ? [packPictures(rows.map(({ example }) => example))] : packWithinBudget(rows, examples),
  );
}

/** Packs rows whole, or in equal parts when they would be too many tokens. */
function packWithinBudget(rows: readonly Row[], examples: number): MicroBatch[] {
  const whole = packRows(rows, examples);
  const patches = whole.image === null ? 0 : whole.image.gridRows * whole.image.gridColumns;
  const parts = Math.min(rows.length, Math.ceil((rows.length * (whole.textLength + patches)) / MICRO_BATCH_TOKENS));
  if (parts === 1) return [whole];
  const bounds = Array.from({ length: parts + 1 }, (_, i) => Math.floor((rows.length * i) / parts));
  return bounds.slice(1).map((end, i) => packRows(rows.slice(bounds[i], end), examples));
}
