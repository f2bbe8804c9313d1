/** Reads the table by rows and columns of its texts, finds the header without text, and fills the table by differences. */
import { textsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

export const solve: Solver = ({ scene }) => {
  const texts = textsOf(scene);
  const lines = (axis: 'x' | 'y'): number[] => [...new Set(texts.map((text) => text[axis]))].toSorted((a, b) => a - b);
  const at = (column: number, row: number): string => texts.find(({ x, y }) => x === lines('x')[column] && y === lines('y')[row])?.text ?? '';
  if (at(0, 0) !== '+') throw new Error('no table');
  const missing = texts.find(({ text }) => text === '?');
  const [column, row] = [lines('x').indexOf(missing?.x ?? -1), lines('y').indexOf(missing?.y ?? -1)];
  const headers = [at(column, 0), at(0, row)].filter((text) => text !== '');
  if (headers.length !== 1) throw new Error('not one black header beside the question mark');
  // In an addition table, the two rows differ by the same amount in each column.
  const [otherColumn, otherRow] = [3 - column, 3 - row];
  return Number(at(column, otherRow)) + Number(at(otherColumn, row)) - Number(at(otherColumn, otherRow));
};
