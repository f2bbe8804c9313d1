import { expect, test } from 'vitest';
import { InputError } from '../../../src/lib/errors.ts';
import { pathCellRange, readoutInfo } from '../../../src/tasks/consecutive-table-readout/config.ts';
import { isInTaskField } from '../../../src/tasks/task-spec.ts';
import { LEVELS } from '../../../src/tasks/task.ts';

test('describes each number of its config, with defaults inside their ranges', () => {
  expect(readoutInfo.fields.map(({ key }) => key)).toEqual(Object.keys(readoutInfo.defaults));
  for (const field of readoutInfo.fields) {
    const setting = Object.entries(readoutInfo.defaults).find(([key]) => key === field.key)?.[1];
    expect(isInTaskField(field, setting)).toBe(true);
    expect(field.label.length * field.help.length).toBeGreaterThan(0);
  }
  readoutInfo.checkConfig(readoutInfo.defaults);
});

test('keeps the lengths of the levels apart in every table that it takes', () => {
  for (let rows = 1; rows <= 12; rows++) {
    for (let columns = 1; columns <= 12; columns++) {
      const [simple, medium, hard] = LEVELS.map((level) => pathCellRange(level, rows, columns));
      const isApart = (simple?.[1] ?? 0) < (medium?.[0] ?? 0) && (medium?.[1] ?? 0) < (hard?.[0] ?? 0);
      const check = (): void => readoutInfo.checkConfig({ rows, columns, rowNames: 100 });
      if (isApart) expect(check).not.toThrow();
      else expect(check).toThrow(InputError);
      expect(isApart).toBe(![1, 2, 3, 4, 8].includes(rows * columns));
      expect(hard?.[1]).toBeLessThanOrEqual(rows * columns);
    }
  }
});

test.each<[string, Record<string, unknown>, string]>([
  ['no rows', { rows: 0 }, 'rows: expected a whole number in 1..12, got 0'],
  ['too many rows', { rows: 13 }, 'rows: expected a whole number in 1..12, got 13'],
  ['NaN columns', { columns: Number.NaN }, 'columns: expected a whole number in 1..12, got NaN'],
  ['negative columns', { columns: -1 }, 'columns: expected a whole number in 1..12, got -1'],
  ['a fraction of a row', { rows: 4.5 }, 'rows: expected a whole number in 1..12, got 4.5'],
  ['a text for a number', { rows: '5' }, 'rows: expected a whole number in 1..12, got 5'],
  ['a missing number', { rowNames: undefined }, 'rowNames: expected a whole number in 1..100, got undefined'],
  ['too few names', { rowNames: 4 }, 'rowNames: expected at least 5, one name for each row, got 4: take more names or fewer rows'],
  ['too small a table', { rows: 2, columns: 4 }, 'where simple has up to 2 and medium from 2: use at least 9 cells'],
])('refuses %s with one clear message', (_, change, message) => {
  const config = { ...readoutInfo.defaults, ...change } as typeof readoutInfo.defaults; // what a link or a form may send
  const act = (): void => readoutInfo.checkConfig(config);
  expect(act).toThrow(InputError);
  expect(act).toThrow(message);
});
