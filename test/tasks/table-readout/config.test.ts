import { expect, test } from 'vitest';
import { InputError } from '../../../src/lib/errors.ts';
import { makeRng } from '../../../src/lib/rng.ts';
import { MIN_TABLE, MIN_TABLE_WITH_GAP, tableReadoutInfo } from '../../../src/tasks/table-readout/config.ts';
import { walkComposition } from '../../../src/tasks/table-readout/paths/composition.ts';
import { CORNERS, ORIENTATIONS } from '../../../src/tasks/table-readout/paths/course.ts';
import { walkSinusoidal } from '../../../src/tasks/table-readout/paths/sinusoidal.ts';
import { walkSpiral } from '../../../src/tasks/table-readout/paths/spiral.ts';
import { makeTableReadout } from '../../../src/tasks/table-readout/truth.ts';
import { shapeOf } from '../../support/table-readout-validator.ts';

const { defaults, checkConfig } = tableReadoutInfo;

test.each([
  ['the authors’ tables', {}],
  ['the paper’s tables', { minRows: 8, maxRows: 12, minColumns: 8, maxColumns: 12 }],
  ['the smallest tables', { minRows: 6, maxRows: 6, minColumns: 6, maxColumns: 6, rowNames: 6 }],
])('accepts %s', (_, settings) => {
  expect(() => checkConfig({ ...defaults, ...settings })).not.toThrow();
});

test.each([
  [{ minRows: 5 }, /fewest rows: expected at least 6, got 5: on smaller tables HARD paths/],
  [{ minColumns: 5 }, /fewest columns: expected at least 6, got 5/],
  [{ minRows: 9, maxRows: 8 }, /rows: .* got 9 to 8/],
  [{ minColumns: 10, maxColumns: 9 }, /columns: .* got 10 to 9/],
  [{ maxRows: 13 }, /rows: expected a whole number in 1\.\.12/],
  [{ maxColumns: 13 }, /columns: expected a whole number in 1\.\.12/],
  [{ rowNames: 11 }, /rowNames: expected at least 12/],
  [{ minRows: 7.5 }, /fewest rows/],
])('refuses %o with one clear message', (settings, message) => {
  expect(() => checkConfig({ ...defaults, ...settings })).toThrow(InputError);
  expect(() => checkConfig({ ...defaults, ...settings })).toThrow(message);
});

/** Fewest straight segments of the HARD walks on a table, over all corners, orientations, gaps and every run of their draws. */
function fewestHardSegments(rows: number, columns: number): number {
  const gaps = Math.min(rows, columns) >= MIN_TABLE_WITH_GAP ? [0, 1] : [0];
  let fewest = Infinity;
  for (const corner of CORNERS) {
    for (const orientation of ORIENTATIONS) {
      for (const gap of gaps) {
        const course = { rows, columns, corner, orientation, gap, pieces: 8 };
        const spiral = walkSpiral({ ...course, pieces: 6 });
        const sine = walkSinusoidal(course, () => 0); // where a sweep stops does not change the number of segments
        const walks = [spiral, sine];
        for (let bits = 0; bits < 256; bits++) {
          let left = bits;
          walks.push(
            walkComposition(course, () => {
              const isSpiral = left % 2 === 1;
              left = Math.floor(left / 2);
              return isSpiral;
            }),
          );
        }
        for (const walk of walks) fewest = Math.min(fewest, shapeOf(walk).steps.length);
      }
    }
  }
  return fewest;
}

test('allows exactly the tables on which every HARD walk has more than four segments', () => {
  for (let rows = MIN_TABLE; rows <= 12; rows++) {
    for (let columns = MIN_TABLE; columns <= 12; columns++) expect(fewestHardSegments(rows, columns)).toBeGreaterThan(4);
  }
  expect(fewestHardSegments(MIN_TABLE - 1, MIN_TABLE - 1)).toBe(4);
});

test('drops the gap on tables that are too small for a margin', () => {
  const small = { ...defaults, minRows: 6, maxRows: 7, minColumns: 7, maxColumns: 7 };
  const seen = new Set<string>();
  for (let index = 0; index < 400; index++) {
    const { rows, walk } = makeTableReadout(small, { level: 'simple', split: 'train', index }, makeRng('gap', index));
    if (walk !== null) seen.add(`${rows} rows, gap ${walk.gap}`);
  }
  expect([...seen].sort()).toEqual(['6 rows, gap 0', '7 rows, gap 0', '7 rows, gap 1']);
});

test('describes its levels and keeps every default inside its field', () => {
  expect(tableReadoutInfo.describeLevels({ ...defaults, hardEvaluation: 'spiral' }).hard).toContain('evaluated on spirals');
  for (const field of tableReadoutInfo.fields) {
    const value: number | string | undefined = { ...defaults }[field.key as keyof typeof defaults];
    if (field.type === 'integer') expect(Number(value) >= field.min && Number(value) <= field.max).toBe(true);
    else expect(field.options).toContain(value);
  }
  expect(tableReadoutInfo.fields.map(({ key }) => key)).toEqual(Object.keys(defaults));
});
