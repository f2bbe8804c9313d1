/** Outcomes of items as a short text. */
import { expect, test } from 'vitest';
import { packOutcomes, unpackOutcomes } from '../../src/lib/outcomes.ts';

test.each([0, 1, 7, 8, 9, 4800])('%d outcomes come back', (count) => {
  const outcomes = Array.from({ length: count }, (_, i) => i % 3 === 0 || i % 7 === 2);
  const text = packOutcomes(outcomes);
  expect(text.length).toBeLessThanOrEqual(String(count).length + 1 + Math.ceil(count / 6) + 1);
  expect(unpackOutcomes(text)).toEqual(outcomes);
});

test('the first item is the highest bit', () => {
  expect(packOutcomes([true, false, false, false, false, false])).toBe('6:gA');
});

test.each(['', '9:gA', 'gA', '-1:gA', '1e3:gA'])('%j is refused', (text) => {
  expect(() => unpackOutcomes(text)).toThrow('unpackOutcomes: expected outcomes of items');
});
