import { expect, test } from 'vitest';
import { ShapeError } from '../../src/lib/errors.ts';
import { checkShape } from '../../src/lib/shape.ts';

test('binds the letters and returns the known ones too', () => {
  expect(checkShape({ shape: [4, 3, 5] }, 'B T C', { C: 5, D: 7 }, 'linear')).toEqual({ B: 4, T: 3, C: 5, D: 7 });
  expect(checkShape({ shape: [] }, '', {}, 'loss')).toEqual({});
  expect(checkShape({ shape: [2, 8, 9, 3] }, 'B H W 3', {}, 'pixels')).toEqual({ B: 2, H: 8, W: 9 });
  expect(checkShape({ shape: [6, 6] }, 'N N', {}, 'square')).toEqual({ N: 6 });
});

test('does not change what it was given', () => {
  const known = { C: 5 };
  checkShape({ shape: [4, 5] }, 'B C', known, 'x');
  expect(known).toEqual({ C: 5 });
});

test.each<[string, number[], string, Record<string, number>, string]>([
  ['a known axis', [4, 3, 6], 'B T C', { C: 5 }, 'here: expected [B, T, C], got [4,3,6]: axis C must be 5'],
  ['a repeated axis', [4, 3], 'N N', {}, 'here: expected [N, N], got [4,3]: axis N must be 4'],
  ['a fixed axis', [4, 4], 'B 3', {}, 'here: expected [B, 3], got [4,4]: axis 3 must be 3'],
  ['too few axes', [4], 'B T', {}, 'here: expected [B, T], got [4]: the number of axes must be 2'],
  ['too many axes', [4, 1], 'B', {}, 'here: expected [B], got [4,1]: the number of axes must be 1'],
])('names %s that is wrong', (_, shape, letters, known, message) => {
  const act = (): unknown => checkShape({ shape }, letters, known, 'here');
  expect(act).toThrow(ShapeError);
  expect(act).toThrow(message);
});
