/** What is kept of the visitor's place, and where a heading goes; reloads themselves are in test/e2e/reach.e2e.ts. */
import { expect, test } from 'vitest';
import { headingTop, readPlace } from '../../../src/ui/services/kept-place.ts';

test('a heading goes where it stood, however far above the window that is', () => {
  expect(headingTop(16, 230, 120)).toBe(16);
  expect(headingTop(-684, 2900, 120)).toBe(-684);
});

test('of a cell that is not as tall as it was the end stays in sight', () => {
  expect(headingTop(-684, 230, 120)).toBe(-110);
});

test.each([
  ['-684 figures', { id: 'figures', top: -684 }],
  ['16 data-in', { id: 'data-in', top: 16 }],
  [null, null],
  ['', null],
  ['16', null],
  ['16 Figures', null],
  ['1e3 figures', null],
  ['16 figures"]', null],
])('reads %j', (text, place) => {
  expect(readPlace(text)).toEqual(place);
});
