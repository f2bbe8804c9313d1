import { expect, test } from 'vitest';
import { scaleText, unequalText } from '../../../src/ui/elements/map-view.ts';

test('a scale says its top and what part of the largest it is', () => {
  expect(scaleText(0.5, 0.5)).toBe('0.50');
  expect(scaleText(0.2, 0.5)).toBe('0.20, 1/2.5');
  expect(scaleText(0.0004, 1.2)).toBe('0.00040, 1/3,000');
  expect(scaleText(0, 1)).toBe('all 0');
});

test('two maps on one scale are said to be unequal beyond 30 times', () => {
  expect(unequalText(['a', 'b'], [1, 30])).toBe('');
  expect(unequalText(['a', 'b'], [1, 31])).toBe(
    'The scores of b are 31 times those of a: on one scale its map looks empty, and the difference shows b alone.',
  );
  expect(unequalText(['a', 'b'], [2, 0])).toBe('All scores of b are 0: on one scale its map looks empty, and the difference shows a alone.');
  expect(unequalText(['a'], [2])).toBe('');
  expect(unequalText(['a', 'b'], [0, 0])).toBe('');
});
