import { expect, test } from 'vitest';
import { CORNERS, cornerCell, ORIENTATIONS, segmentsOf, startDirection } from '../../../../src/tasks/table-readout/paths/course.ts';

test('starts along the side that the authors’ tables name', () => {
  const directions = CORNERS.map((corner) => ORIENTATIONS.map((orientation) => startDirection(corner, orientation)));
  expect(directions).toEqual([
    ['right', 'down'],
    ['down', 'left'],
    ['left', 'up'],
    ['up', 'right'],
  ]);
});

test('finds the corners of a table, and the cells inside them', () => {
  const at = (inwards: number): string[] => CORNERS.map((corner) => Object.values(cornerCell({ rows: 7, columns: 9 }, corner, inwards)).join());
  expect(at(0)).toEqual(['0,0', '0,8', '6,8', '6,0']);
  expect(at(1)).toEqual(['1,1', '1,7', '5,7', '5,1']);
});

test('counts straight segments, also those of two cells', () => {
  const path = (text: string): { row: number; column: number }[] =>
    text.split(' ').map((pair) => ({ row: Number(pair.charAt(0)), column: Number(pair.charAt(1)) }));
  expect(segmentsOf(path('00'))).toBe(1);
  expect(segmentsOf(path('00 01 02'))).toBe(1);
  expect(segmentsOf(path('00 01 11'))).toBe(2);
  expect(segmentsOf(path('00 01 11 12 22 32'))).toBe(4);
});
