import { expect, test } from 'vitest';
import { InputError } from '../../../src/lib/errors.ts';
import { gridInfo } from '../../../src/tasks/grid-navigation/config.ts';
import type { GridConfig } from '../../../src/tasks/grid-navigation/config.ts';
import { sizeAt, stepWindow } from '../../../src/tasks/grid-navigation/levels.ts';

const DEFAULTS = gridInfo.defaults;

test('describes each setting, with the authors’ settings inside their ranges', () => {
  expect(gridInfo.fields.map(({ key }) => key)).toEqual(Object.keys(DEFAULTS));
  for (const field of gridInfo.fields) expect(field.label.length * field.help.length).toBeGreaterThan(0);
  gridInfo.checkConfig(DEFAULTS);
  expect(gridInfo.describeLevels(DEFAULTS)).toEqual({
    simple: '1 or 2 objects, one kind of obstacle, 10 to 25 search steps',
    hard: '2 to 5 objects, 3 to 5 kinds of obstacles, 26 to 60 search steps',
  });
  expect(gridInfo.largestGrid(DEFAULTS)).toEqual({ rows: 13, columns: 13 });
});

test('scales steps with the size on request, and keeps the levels apart', () => {
  const scaled = { ...DEFAULTS, stepScale: 'by-size' };
  expect([stepWindow(scaled, 'simple', 10, 10), stepWindow(scaled, 'hard', 10, 10)]).toEqual([[10, 25], [26, 60]]); // prettier-ignore
  expect([stepWindow(scaled, 'simple', 4, 6), stepWindow(scaled, 'hard', 4, 6)]).toEqual([[5, 13], [14, 30]]); // prettier-ignore
  expect([stepWindow(DEFAULTS, 'simple', 4, 6), stepWindow(DEFAULTS, 'hard', 4, 6)]).toEqual([[10, 25], [26, 60]]); // prettier-ignore
  for (let rows = 3; rows <= 12; rows++)
    for (let columns = 3; columns <= 12; columns++)
      expect(stepWindow(scaled, 'hard', rows, columns)[0]).toBeGreaterThan(stepWindow(scaled, 'simple', rows, columns)[1]);
});

test('every run of indices as long as the kinds of grids holds each kind once', () => {
  for (const [minSide, maxSide] of [
    [8, 12],
    [4, 6],
    [5, 5],
    [3, 12],
  ] as const) {
    // prettier-ignore
    for (const level of ['simple', 'hard'] as const) {
      const kinds = (maxSide - minSide + 1) ** 2 * (level === 'simple' ? 2 : 4);
      const first = 1_000_003;
      const seen = Array.from({ length: kinds }, (_, i) => sizeAt({ ...DEFAULTS, minSide, maxSide }, level, first + i));
      expect(new Set(seen.map(({ rows, columns, objectCount }) => `${rows} ${columns} ${objectCount}`)).size).toBe(kinds);
    }
  }
});

test('takes the paper’s other window, and small grids with steps in proportion', () => {
  gridInfo.checkConfig({ ...DEFAULTS, hardMinSteps: 25 });
  for (const [minSide, maxSide] of [[4, 4], [4, 6], [4, 12], [12, 12]] as const) gridInfo.checkConfig({ ...DEFAULTS, minSide, maxSide, stepScale: 'by-size' }); // prettier-ignore
});

test.each<[string, Record<string, unknown>, string]>([
  ['too small a side', { minSide: 3 }, 'minSide: expected a whole number in 4..12, got 3'],
  ['too large a side', { maxSide: 13 }, 'maxSide: expected a whole number in 4..12, got 13'],
  ['a fraction', { minSide: 8.5 }, 'minSide: expected a whole number in 4..12, got 8.5'],
  ['a text for a number', { hardMaxSteps: '60' }, 'hardMaxSteps: expected a whole number in 1..200, got 60'],
  ['a missing number', { maxSide: undefined }, 'maxSide: expected a whole number in 4..12, got undefined'],
  ['an unknown choice', { stepScale: 'huge' }, 'stepScale: expected fixed or by-size, got huge'],
  ['sides the wrong way round', { minSide: 12, maxSide: 8 }, 'minSide and maxSide: expected minSide <= maxSide, got 12 and 8'],
  ['overlapping levels', { hardMinSteps: 20 }, 'expected simpleMaxSteps <= hardMinSteps, got 25 and 20'],
  ['an empty window', { simpleMinSteps: 26 }, 'expected simpleMinSteps <= simpleMaxSteps, got 26 and 25'],
  [
    'steps that small grids do not have',
    { minSide: 4, maxSide: 6 },
    'grid-navigation hard: expected 26 to 60 search steps in at least 1 of 100 grids of 4 x 4 with 2 objects, ' +
      'got 0 of 500 grids: set “Steps and size” to by-size, or widen the steps',
  ],
  [
    'steps that large grids rarely have',
    { minSide: 12, simpleMinSteps: 1, simpleMaxSteps: 1 },
    'grid-navigation simple: expected 1 to 1 search steps',
  ],
])('refuses %s with one clear message', (_, change, message) => {
  const config = { ...DEFAULTS, ...change } as GridConfig; // what a link or a form may send
  const act = (): void => gridInfo.checkConfig(config);
  expect(act).toThrow(InputError);
  expect(act).toThrow(message);
  expect(act).toThrow(InputError); // also the second time
});
