/** Outcomes of items as a short text. */
import { expect, test } from 'vitest';
import { packOutcomes, unpackOutcomes } from '../../src/lib/outcomes.ts';

test.each([0, 1, 7, 8, 9, 4800])('%d outcomes come back', (count) => {
  const outcomes = Array.from({ length: count }, (_, i) => i % 3 === 0 || i % 7 === 2);
  const text = packOutcomes(outcomes);
  expect(text.length).toBe(Math.ceil((Math.ceil(count / 8) * 8) / 6));
  expect(unpackOutcomes(text, count)).toEqual(outcomes);
});

test('the first item is the highest bit', () => {
  expect(packOutcomes([true, false, false, false, false, false])).toBe('gA');
});

test('outcomes of another number of items are refused', () => {
  expect(() => unpackOutcomes(packOutcomes([true, false]), 9)).toThrow('expected outcomes of 9 items, got 1 bytes');
});
