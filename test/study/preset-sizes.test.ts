/** The page's table of sizes against the model's own count. */
import { describe, expect, test } from 'vitest';
import { PRESETS, presetConfig } from '../../src/model/config.ts';
import { parameterCount } from '../../src/model/params.ts';
import { PRESET_NAMES, PRESET_PARAMETERS } from '../../src/study/preset-sizes.ts';
import { TASK_IDS } from '../../src/tasks/task.ts';
import { vocabularySizeOf } from '../../src/tasks/tokenizer.ts';

test('lists every preset', () => {
  expect([...PRESET_NAMES]).toEqual([...PRESETS]);
});

describe.each(PRESETS)('%s', (preset) => {
  test.each(TASK_IDS)('tells the true number of weights on %s', (task) => {
    const config = presetConfig(preset, vocabularySizeOf(task));
    expect(PRESET_PARAMETERS[preset][task]).toBe(parameterCount(config, { includeReading: false }));
  });
});
