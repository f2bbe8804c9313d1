import { beforeAll, describe, expect, test } from 'vitest';
import { openBackend } from '../../../src/model/backend.ts';
import { NORMALISED, normalisePixels, packPixels } from '../../../src/model/ops/normalise-pixels.ts';
import { leakedTensors } from '../../support/leak.ts';

test('paper white is 0, black is -2, and a byte is a 127.5th', () => {
  expect([NORMALISED[255], NORMALISED[0]]).toEqual([0, -2]);
  NORMALISED.forEach((value, byte) => expect(value).toBe(Math.fround((byte - 255) / 127.5)));
});

test('packs four bytes to a word, the first in the lowest bits, and fills the last word with zeros', () => {
  expect(Array.from(packPixels(Uint8Array.of(1, 2, 3, 255, 128)))).toEqual([0xff030201 | 0, 128]);
});

test('packing reads a view of a larger buffer from where it begins', () => {
  expect(Array.from(packPixels(new Uint8Array([9, 9, 1, 2, 3, 4, 9]).subarray(2, 6)))).toEqual([0x04030201]);
});

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await openBackend(backend);
  });

  test('every byte becomes its number', async () => {
    const bytes = Uint8Array.from({ length: 258 }, (_, i) => i % 256);
    const pixels = normalisePixels(bytes, [1, 2, 43, 3]);
    expect(pixels.shape).toEqual([1, 2, 43, 3]);
    expect(Array.from(await pixels.data())).toEqual(Array.from(bytes, (byte) => NORMALISED[byte]));
  });

  test('leaks no tensor', async () => {
    expect(await leakedTensors(() => normalisePixels(new Uint8Array(12), [1, 2, 2, 3]))).toBe(0);
  });

  test('a wrong number of bytes is named', () => {
    expect(() => normalisePixels(new Uint8Array(11), [1, 2, 2, 3])).toThrow(/normalisePixels: expected 12 bytes for \[1, 2, 2, 3\], got 11/);
  });
});
