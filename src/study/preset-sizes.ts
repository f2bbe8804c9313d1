/**
 * Parameters of the presets, for estimates on the page, which holds no model code. A test compares them with the model's own count.
 */
import type { PresetName } from '../model/config.ts';
import type { TaskId } from '../tasks/task.ts';

export const PRESET_NAMES = ['micro', 'nano', 'small'] as const satisfies readonly PresetName[];

/**
 * Weights of each preset, without the reading head (base phase only). Each word of a task's vocabulary has its own, and tasks further on know the words
 * of those before. Counted, not chosen: see test/study/preset-sizes.test.ts.
 */
export const PRESET_PARAMETERS: Readonly<Record<PresetName, Readonly<Record<TaskId, number>>>> = {
  micro: byTask(88_496, 91_376, 101_696),
  nano: byTask(1_440_752, 1_448_432, 1_475_952),
  small: byTask(11_675_728, 11_693_008, 11_754_928),
};

function byTask(tables: number, grid: number, analogy: number): Record<TaskId, number> {
  return {
    'consecutive-table-readout': tables,
    'table-readout': tables,
    'grid-navigation': grid,
    'visual-analogy': analogy,
    'pattern-heldout-visual-analogy': analogy,
  };
}
