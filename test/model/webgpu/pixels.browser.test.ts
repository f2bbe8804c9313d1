import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBackend, type Engine } from '../../../src/model/backend.ts';
import { NORMALISED, normalisePacked, normalisePixels, type PixelShape } from '../../../src/model/ops/normalise-pixels.ts';
import * as tf from '../../../src/model/tf.ts';
import { setKernelFamily } from '../../../src/model/webgpu/family.ts';
import { leakedTensors } from '../../support/leak.ts';
import { hasAdapter } from '../../support/webgpu-suite.ts';

const bits = (values: ArrayLike<number>): Uint32Array => new Uint32Array(Float32Array.from(values).buffer);

describe.skipIf(!hasAdapter)('on webgpu', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openBackend('webgpu');
  });
  afterAll(() => engine.close());

  // 780 bytes are whole words, 777 leave a byte over.
  test.each([
    ['software', [1, 4, 65, 3]],
    ['hardware', [1, 7, 37, 3]],
  ] as const)('%s: every byte has the bits of the table, %j', async (family, shape) => {
    setKernelFamily(family);
    const bytes = Uint8Array.from({ length: shape[1] * shape[2] * 3 }, (_, i) => (i * 7) % 256);
    const pixels = normalisePixels(bytes, [...shape] as PixelShape);
    expect(pixels.shape).toEqual(shape);
    expect(bits(await pixels.data())).toEqual(bits(Array.from(bytes, (byte) => NORMALISED[byte] ?? Number.NaN)));
    pixels.dispose();
    engine.check();
  });

  test('leaks no tensor', async () => {
    expect(await leakedTensors(() => normalisePixels(new Uint8Array(12), [1, 2, 2, 3]))).toBe(0);
  });

  test('a wrong number of words is named', () => {
    expect(() => tf.tidy(() => normalisePacked(tf.zeros<tf.Rank.R1>([4], 'int32'), [1, 2, 2, 3]))).toThrow(/normalisePacked \[1, 2, 2, 3\]: .*\[3\]/);
  });
});
