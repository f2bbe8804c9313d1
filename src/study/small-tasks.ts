/**
 * Settings of each task that a small model can learn in a browser: what the Train form starts with. All ours; the authors' settings are the tasks' own
 * defaults. Measured only for Consecutive Table Readout (docs/results).
 */
import { DEFAULT_SPEC } from './run-spec-schema.ts';
import type { TaskSpec, TaskSpecOf } from '../tasks/task-spec.ts';
import { defaultTaskSpec } from '../tasks/task-spec.ts';
import type { TaskId } from '../tasks/task.ts';

const SMALL: { readonly [K in TaskId]: Partial<TaskSpecOf<K>> } = {
  // The authors' table, with few enough names that a short run meets each of them often.
  'consecutive-table-readout': DEFAULT_SPEC.task.id === 'consecutive-table-readout' ? DEFAULT_SPEC.task : {},
  // The smallest tables on which every family of paths exists: half the authors' cells.
  'table-readout': { minRows: 6, maxRows: 7, minColumns: 6, maxColumns: 7, rowNames: 12 },
  // Small grids have short searches, so the steps shrink with them; at the authors' 8 to 12 a response of 300 measured had up to 895 tokens, here up to 487.
  'grid-navigation': { minSide: 4, maxSide: 6, stepScale: 'by-size' },
  // A puzzle has one size; there is nothing to make smaller.
  'visual-analogy': {},
  'pattern-heldout-visual-analogy': {},
};

/** A task with settings for small models. */
export function smallTask(id: TaskId): TaskSpec {
  return { ...defaultTaskSpec(id), ...SMALL[id] } as TaskSpec; // the settings of a task over those of the same task
}
