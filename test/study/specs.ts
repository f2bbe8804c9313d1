/** Small RunSpecs for the tests of this folder. */
import type { BaseCurriculum, RunSpec } from '../../src/study/run-spec.ts';
import { DEFAULT_SPEC } from '../../src/study/run-spec-schema.ts';

export function study(changes: Partial<RunSpec> = {}): RunSpec {
  return { ...DEFAULT_SPEC, task: { ...DEFAULT_SPEC.task, rows: 3, columns: 3, rowNames: 4 }, examples: 40, batchSize: 2, ...changes };
}

export const CURRICULUM: BaseCurriculum = {
  stages: [
    { examples: 8, rows: 3, columns: 4, capShare: 1, weights: { picture: 1 } },
    { examples: 16, rows: 2, columns: 2, capShare: 0.5, weights: { 'text-drill': 1, 'image-drill': 1 } },
    {
      examples: 40,
      rows: 3,
      columns: 4,
      capShare: 0.5,
      weights: { 'text-lookup': 1, 'text-path': 1, 'image-lookup': 1, 'image-path': 1, 'convert-drill': 1, 'convert-path': 1, picture: 1 },
    },
  ],
  groupsPerStep: 2,
  drillLines: 3,
  singleCellShare: 0.3,
  readingWeight: 0.5,
  readingTarget: 'head',
};

export function baseRun(changes: Partial<RunSpec> = {}): RunSpec {
  return study({ task: { ...DEFAULT_SPEC.task, rows: 3, columns: 4, rowNames: 5 }, examples: 64, batchSize: 4, curriculum: CURRICULUM, ...changes });
}
