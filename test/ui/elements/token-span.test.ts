/** Runs of tokens of an answer. */
import { expect, test } from 'vitest';
import { groupAt, isIn, linesOf, nameOfSpan, positionsOf, snapped, spanOfBoth } from '../../../src/ui/elements/token-span.ts';

const STARTS = [3, 5, 9];

test('a token is in the group that begins at or before it; the last group ends with the tokens', () => {
  expect([2, 3, 4, 5, 8, 9, 11, 12].map((index) => groupAt(STARTS, 12, index))).toEqual([
    null,
    { from: 3, to: 5 },
    { from: 3, to: 5 },
    { from: 5, to: 9 },
    { from: 5, to: 9 },
    { from: 9, to: 12 },
    { from: 9, to: 12 },
    null,
  ]);
});

test('a span grows to whole groups', () => {
  expect(snapped(STARTS, 12, { from: 4, to: 6 })).toEqual({ from: 3, to: 9 });
  expect(snapped(STARTS, 12, { from: 5, to: 9 })).toEqual({ from: 5, to: 9 });
  expect(snapped([3], 12, { from: 4, to: 6 })).toEqual({ from: 3, to: 12 });
});

test('two spans give one, in either order', () => {
  const both = spanOfBoth({ from: 7, to: 9 }, { from: 2, to: 4 });
  expect(both).toEqual({ from: 2, to: 9 });
  expect(positionsOf(both)).toEqual([2, 3, 4, 5, 6, 7, 8]);
  expect([1, 2, 8, 9].map((index) => isIn(both, index))).toEqual([false, true, true, false]);
  expect(isIn(null, 0)).toBe(false);
});

test('a span is named by its words, a long one by its ends', () => {
  const tokens = ['a', 'b', '\n', 'c', 'd', 'e', 'f', 'g', 'h'].map((text) => ({ text }));
  expect(nameOfSpan(tokens, { from: 0, to: 3 })).toBe('“a b ⏎”');
  expect(nameOfSpan(tokens, { from: 2, to: 3 })).toBe('the end of the line');
  expect(nameOfSpan(tokens, { from: 0, to: 9 })).toBe('“a b ⏎ … f g h” (9 words)');
});

test('lines break after a newline and between prompt and answer', () => {
  const token = (text: string, isPrompt: boolean) => ({ text, isPrompt });
  const tokens = [token('q', true), token('a', false), token('\n', false), token('b', false)];
  expect(linesOf(tokens)).toEqual([[0], [1, 2], [3]]);
});
