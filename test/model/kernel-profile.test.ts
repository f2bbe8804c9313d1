import { expect, test } from 'vitest';
import { kernelTable, mean, median, profileOf } from '../../src/model/kernel-profile.ts';

test('a profile has the most expensive kernel first and shares that add up', () => {
  const ms = new Map([
    ['add', 1],
    ['gemm nn', 3],
  ]);
  const calls = new Map([
    ['add', 1],
    ['gemm nn', 12],
  ]);
  const profile = profileOf(calls, (name) => ms.get(name) ?? 0, 5, 'Five rounds.');
  expect(profile.times).toEqual([
    { name: 'gemm nn', calls: 12, ms: 3, share: 0.75 },
    { name: 'add', calls: 1, ms: 1, share: 0.25 },
  ]);
  expect(kernelTable(profile)).toBe(
    [
      'kernel   calls     ms    share',
      'gemm nn     12  3.000   75.0 %',
      'add          1  1.000   25.0 %',
      'all         13  4.000  100.0 %',
      'Five rounds.',
      '',
    ].join('\n'),
  );
});

test('kernels too short to be timed, and none at all, make no division by zero', () => {
  expect(profileOf(new Map([['add', 2]]), () => 0, 1, '').times).toEqual([{ name: 'add', calls: 2, ms: 0, share: 0 }]);
  expect(kernelTable(profileOf(new Map(), () => 0, 1, 'Nothing.'))).toContain('all         0  0.000  0.0 %');
});

test('mean and median', () => {
  expect([mean([1, 2, 6]), mean([])]).toEqual([3, 0]);
  expect([median([9, 1, 2]), median([4, 1, 2, 3]), median([])]).toEqual([2, 2.5, 0]);
});
