/**
 * Parameters of the presets, for estimates on the page, which holds no model code. A test compares them with the model's own count.
 */
import type { PresetName } from '../model/config.ts';

export const PRESET_NAMES = ['micro', 'nano', 'small'] as const satisfies readonly PresetName[];

/** Weights of each preset, without the reading head (base phase only). Counted, not chosen: see test/study/preset-sizes.test.ts. */
export const PRESET_PARAMETERS: Readonly<Record<PresetName, number>> = { micro: 88_496, nano: 1_440_752, small: 11_675_728 };
