import { expect, test } from 'vitest';
import { unequalText } from '../../../src/ui/elements/map-view.ts';

test('two maps on one scale are said to be unequal beyond 30 times', () => {
  expect(unequalText(['a', 'b'], [1, 30])).toBe('');
  expect(unequalText(['a', 'b'], [1, 31])).toBe(
    'The scores of b are 31 times those of a: on one scale its map looks empty, and the difference shows b alone.',
  );
  expect(unequalText(['a', 'b'], [2, 0])).toBe('All scores of b are 0: on one scale its map looks empty, and the difference shows a alone.');
  expect(unequalText(['a'], [2])).toBe('');
  expect(unequalText(['a', 'b'], [0, 0])).toBe('');
});
