/** The page's table of sizes against the model's own count. */
import { expect, test } from 'vitest';
import { PRESETS, presetConfig } from '../../src/model/config.ts';
import { parameterCount } from '../../src/model/params.ts';
import { PRESET_NAMES, PRESET_PARAMETERS } from '../../src/study/preset-sizes.ts';
import { tokenizer } from '../../src/tasks/tokenizer.ts';

test('lists every preset', () => {
  expect([...PRESET_NAMES]).toEqual([...PRESETS]);
});

test.each(PRESETS)('tells the true number of weights of %s', (preset) => {
  const config = presetConfig(preset, tokenizer.size);
  expect(PRESET_PARAMETERS[preset]).toBe(parameterCount(config, { includeReading: false }));
});
