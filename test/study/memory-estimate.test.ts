/** The estimate against counts made by hand, and its growth with every size of a run. */
import { describe, expect, test } from 'vitest';
import { presetConfig } from '../../src/model/config.ts';
import { parameterCount } from '../../src/model/params.ts';
import { decodeBytes, estimateMemory, mostRows, stepBytes } from '../../src/study/memory-estimate.ts';
import { configOf } from '../../src/study/model-setup.ts';
import { runSizes } from '../../src/study/run-sizes.ts';
import { baseRun, study } from './specs.ts';

const CONFIG = presetConfig('micro', 100);
const TEXT = { rows: 4, textLength: 32, first: 0, patches: 0 };
const BOTH = { ...TEXT, patches: 6 };

describe('memory of a pass', () => {
  test('text alone is the decoder, counted by hand', () => {
    // micro: width 48, hidden 72, 2 heads and 1 key/value head of 24 channels, 2 layers; 128 rows of tokens.
    const rows = 4 * 32;
    const attention = 2 * (2 + 2) * 24 + 48 + 2;
    const layer = rows * (6 * 48 + 2 + attention + 3 * 72);
    const ends = rows * (5 * 48 + 3) + rows * (48 + 2 * 100 + 4) + 100 * 48;
    expect(stepBytes(CONFIG, TEXT)).toBe((2 * (2 * layer + ends) + parameterCount(CONFIG)) * 4 * (9 / 8));
  });

  test('before the first token that counts the last layer leaves out all but keys and values', () => {
    const rows = { all: 4 * 32, counted: 4 * 16 };
    const queries = 3 * 48 + 2 + 5 * 48 + 1 + 3 * 72; // per row of tokens
    const logits = 48 + 2 * 100 + 4;
    const saved = rows.all * queries - rows.counted * (queries + 2 * 48) + (rows.all - rows.counted) * logits;
    expect(stepBytes(CONFIG, TEXT) - stepBytes(CONFIG, { ...TEXT, first: 16 })).toBe(2 * saved * 4 * (9 / 8));
    expect(stepBytes(CONFIG, { ...TEXT, first: 23 })).toBe(stepBytes(CONFIG, { ...TEXT, first: 16 }));
  });

  test('text is padded as recordings pad it', () => {
    expect(stepBytes(CONFIG, { ...TEXT, textLength: 17 })).toBe(stepBytes(CONFIG, TEXT));
  });

  test('a picture costs at least its pixels three times and each of its patches a place in the decoder', () => {
    const pixels = 4 * 6 * 16 * 16 * 3 * 4;
    const more = stepBytes(CONFIG, BOTH) - stepBytes(CONFIG, TEXT);
    expect(more).toBeGreaterThan(3 * pixels);
    const alone = stepBytes(CONFIG, { ...BOTH, textLength: 0 }) - parameterCount(CONFIG) * 4 * (9 / 8);
    expect(alone).toBeGreaterThan(3 * pixels);
    expect(alone).toBeLessThan(more);
  });

  test('decoding holds one layer at a time, and keys and values of all', () => {
    const short = decodeBytes(CONFIG, TEXT, 40);
    expect(decodeBytes(CONFIG, TEXT, 41) - short).toBe(2 * 2 * 4 * 24 * 4 * (9 / 8)); // 2 layers, keys and values, 4 rows, 1 head of 24 channels
    expect(short).toBeLessThan(stepBytes(CONFIG, TEXT));
  });

  test('rows of products: tokens, or places of the first feature map', () => {
    expect(mostRows(CONFIG, TEXT)).toBe(4 * 32);
    expect(mostRows(CONFIG, BOTH)).toBe(4 * 38);
    expect(mostRows(CONFIG, { ...BOTH, textLength: 0 })).toBe(4 * 6 * 4); // stem of 8 px in patches of 16
  });
});

describe('memory of a run', () => {
  const spec = study({ supervision: 'mix', examples: 999, batchSize: 16 });

  test('is the sum of its parts, and holds four times the weights', () => {
    const { parts, bytes, leastBytes } = estimateMemory(spec);
    expect(parts.reduce((sum, part) => sum + part.bytes, 0)).toBe(bytes);
    expect(parts[0]).toEqual({ what: 'weights, gradients and moments', bytes: 16 * parameterCount(configOf(spec), { includeReading: false }) });
    expect(leastBytes).toBeLessThanOrEqual(bytes);
  });

  test('grows with batch, preset, and a reading head', () => {
    const all = [study({ ...spec, batchSize: 2 }), spec, study({ ...spec, preset: 'nano' }), study({ ...spec, preset: 'small' })];
    const bytes = all.map((one) => estimateMemory(one).leastBytes);
    expect(bytes).toEqual(bytes.toSorted((a, b) => a - b));
    const [withHead, without] = (['head', 'embedding'] as const).map((readingTarget) => {
      const run = baseRun();
      if (run.curriculum === null) throw new Error('no curriculum');
      return estimateMemory({ ...run, curriculum: { ...run.curriculum, readingTarget } }).parts[0]?.bytes ?? 0;
    });
    expect(withHead).toBeGreaterThan(without ?? 0);
  });

  test('recordings of several shapes share memory: together at most twice the largest', () => {
    const mixed = study({ supervision: 'mix', examples: 999, batchSize: 32, preset: 'nano' });
    const config = configOf(mixed);
    const steps = runSizes(mixed).training.map((size) => stepBytes(config, size));
    const largest = Math.max(...steps);
    const { parts, leastBytes, bytes } = estimateMemory(mixed);
    const recorded = parts[1]?.bytes ?? 0;
    expect(steps.length).toBeGreaterThan(1);
    expect(recorded).toBeGreaterThan(largest);
    expect(recorded).toBeLessThanOrEqual(2 * largest);
    expect(bytes - leastBytes).toBeCloseTo(recorded - largest, 0);
  });
});
