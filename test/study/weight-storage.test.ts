/** Half precision as a part of a run: in its spec, its changes, its memory, and refused where the device cannot keep it. */
import { expect, test } from 'vitest';
import { openBackend } from '../../src/model/backend.ts';
import { estimateMemory } from '../../src/study/memory-estimate.ts';
import { changesBetween, DEFAULT_SPEC, parseRunSpec } from '../../src/study/run-spec-schema.ts';
import { runDigest } from '../../src/study/switch-run.ts';
import { checkWeightStorage } from '../../src/study/weight-storage.ts';

const half = parseRunSpec({ ...DEFAULT_SPEC, weightStorage: 'f16' });

test('f16 is kept in the spec, f32 is the spec that says nothing, anything else is refused', () => {
  expect(half.weightStorage).toBe('f16');
  expect(parseRunSpec({ ...DEFAULT_SPEC, weightStorage: 'f32' })).toEqual(DEFAULT_SPEC);
  expect(runDigest(half)).not.toBe(runDigest(DEFAULT_SPEC));
  expect(() => parseRunSpec({ ...DEFAULT_SPEC, weightStorage: 'f64' })).toThrow(
    /weights in products \(weightStorage\): expected one of f32, f16, got "?f64/,
  );
});

test('two runs that differ in it say so', () => {
  expect(changesBetween(DEFAULT_SPEC, half)).toEqual(['weights in products f32 -> f16']);
  expect(changesBetween(half, half)).toEqual([]);
});

test('the copy is half of an arena more', () => {
  const arenas = (spec: typeof half) => estimateMemory(spec).parts[0]?.bytes ?? 0;
  expect(arenas(half) / arenas(DEFAULT_SPEC)).toBe(4.5 / 4);
});

test('a backend without WebGPU refuses to train it, and takes f32', async () => {
  const cpu = await openBackend('cpu');
  await expect(checkWeightStorage(half, cpu)).rejects.toThrow(
    /weightStorage\): expected WebGPU for f16, got "?cpu"?: set weights in products to f32/,
  );
  await expect(checkWeightStorage(DEFAULT_SPEC, cpu)).resolves.toBeUndefined();
});
