import { describe, expect, test } from 'vitest';
import { fromHalf, toHalf } from '../../src/lib/half.ts';

describe('half precision', () => {
  test.each([
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [0.333251953125, 0x3555],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [(1023 / 1024) * 2 ** -14, 0x03ff],
    [Number.POSITIVE_INFINITY, 0x7c00],
  ])('%d is %i', (value, bits) => {
    expect(toHalf(value)).toBe(bits);
    expect(fromHalf(bits)).toBe(value);
  });

  test('every half comes back as itself', () => {
    for (let bits = 0; bits < 0x10000; bits++) {
      const value = fromHalf(bits);
      if (Number.isNaN(value)) expect(fromHalf(toHalf(value))).toBeNaN();
      else if (toHalf(value) !== bits) expect.fail(`${bits.toString(16)} came back as ${toHalf(value).toString(16)}`);
    }
  });

  test.each([
    ['a tie goes to the even one, down', 1 + 2 ** -11, 0x3c00],
    ['a tie goes to the even one, up', 1 + 3 * 2 ** -11, 0x3c02],
    ['just above a tie goes up', 1 + 2 ** -11 + 2 ** -20, 0x3c01],
    ['half of the smallest is a tie with nothing', 2 ** -25, 0x0000],
    ['more than half of the smallest', 1.5 * 2 ** -25, 0x0001],
    ['too large', 65520, 0x7c00],
    ['below the tie with too large', 65519, 0x7bff],
    ['rounding up into the next power of two', 2 - 2 ** -12, 0x4000],
  ])('rounds to the nearest: %s', (_, value, bits) => {
    expect(toHalf(value)).toBe(bits);
  });
});
