import { describe, expect, test } from 'vitest';
import { makeRng } from '../../../src/lib/rng.ts';
import { rasterise } from '../../../src/tasks/render/raster.ts';
import { tableReadoutInfo } from '../../../src/tasks/table-readout/config.ts';
import type { Family } from '../../../src/tasks/table-readout/mixture.ts';
import { tableReadoutTask } from '../../../src/tasks/table-readout/task.ts';
import { makeTableReadout } from '../../../src/tasks/table-readout/truth.ts';
import type { TableReadoutTruth, Walk } from '../../../src/tasks/table-readout/truth.ts';
import { SPLITS } from '../../../src/tasks/task.ts';
import type { Level, Split } from '../../../src/tasks/task.ts';
import { readCompact } from '../../support/picture-reader.ts';
import { formsOf } from '../../support/table-readout-forms.ts';
import type { CheckedExample } from '../../support/table-readout-validator.ts';
import { checkForms, checkPicture, isSine, isSpiral, shapeOf, touchesItself } from '../../support/table-readout-validator.ts';

type Settings = typeof tableReadoutInfo.defaults;
const SAMPLES = 2160; // whole cycles of 4, 9, 12, 20 and 6
/** Of every 120 examples the pictures of the first 12, a whole cycle of families, are read back: enough for each family and size, and quick. */
const hasPictureRead = (index: number): boolean => index % 120 < 12;

interface Seen {
  readonly truth: TableReadoutTruth;
  readonly example: CheckedExample;
  readonly characters: { readonly textPrompt: number; readonly imagePrompt: number; readonly response: number; readonly ivtResponse: number };
}

function truthAt(level: Level, split: Split, index: number, settings: Partial<Settings> = {}): TableReadoutTruth {
  return makeTableReadout({ ...tableReadoutInfo.defaults, ...settings }, { level, split, index }, makeRng('table readout', level, split, index));
}

/** Each example validated from its written forms, a tenth from their pixels too. */
function seeAll(level: Level, split: Split, settings: Partial<Settings> = {}): Seen[] {
  return Array.from({ length: SAMPLES }, (_, index) => {
    const truth = truthAt(level, split, index, settings);
    const forms = formsOf(tableReadoutTask, truth);
    const example = checkForms(forms);
    if (hasPictureRead(index)) {
      const scene = tableReadoutTask.compact.scene(truth);
      checkPicture(forms, readCompact(rasterise(scene), scene.widthPx, scene.heightPx));
    }
    const characters = {
      textPrompt: forms.paperPrompt.length,
      imagePrompt: forms.paperImagePrompt.length,
      response: forms.paperResponse.length - forms.paperResponse.indexOf('We enumerate'),
      ivtResponse: forms.paperResponse.length,
    };
    return { truth, example, characters };
  });
}

const meanOf = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
const lengths = (seen: readonly Seen[]): number[] => seen.map(({ example }) => example.path.length);
const range = (numbers: readonly number[]): [number, number] => [Math.min(...numbers), Math.max(...numbers)];
const only = (seen: readonly Seen[], family: Family, fits: (walk: Walk) => boolean = () => true): Seen[] =>
  seen.filter(({ truth }) => truth.family === family && (truth.walk === null || fits(truth.walk)));

const ALL = Object.fromEntries(SPLITS.flatMap((split) => (['simple', 'hard'] as const).map((level) => [`${level} ${split}`, seeAll(level, split)])));
const seenOf = (key: string): Seen[] => ALL[key] ?? [];

describe.each(Object.keys(ALL))('%s', (key) => {
  const seen = seenOf(key);

  test('has tables of every size of the authors’, and no other', () => {
    const rows = new Set(seen.map(({ example }) => example.rows));
    const columns = new Set(seen.map(({ example }) => example.columns));
    expect([...rows].sort((a, b) => a - b)).toEqual([7, 8, 9, 10, 11, 12]);
    expect([...columns].sort((a, b) => a - b)).toEqual([7, 8, 9, 10]);
    expect(new Set(seen.map(({ example }) => `${example.rows} x ${example.columns}`)).size).toBe(24);
    expect(new Set(seen.flatMap(({ example }) => example.rowNames)).size).toBe(100);
    expect(new Set(seen.flatMap(({ example }) => example.columnNames)).size).toBe(12);
  });

  test('counts the segments of its paths', () => {
    for (const { truth, example } of seen) expect(truth.segments).toBe(shapeOf(example.path).steps.length);
  });

  test('has spirals that turn to one hand, sines that turn in pairs, and walks that never touch themselves', () => {
    for (const { truth, example } of seen) {
      const shape = shapeOf(example.path);
      if (truth.family === 'spiral') expect(isSpiral(shape)).toBe(true);
      if (truth.family === 'sinusoidal') expect(isSine(shape)).toBe(true);
      if (truth.family !== 'random') expect(touchesItself(example.path)).toBe(false);
    }
  });

  test('turns to the hand of its orientation', () => {
    for (const { truth, example } of only(seen, 'spiral')) {
      const clockwise = truth.walk?.orientation === 'clockwise' ? 1 : -1;
      const expected = truth.walk?.isReversed === true ? -clockwise : clockwise;
      expect(shapeOf(example.path).turns).toEqual(shapeOf(example.path).turns.map(() => expected));
    }
  });

  test('starts as far from its corner as the gap and the trim say', () => {
    for (const { truth, example } of seen) {
      if (truth.walk === null) continue;
      const { corner, gap, trims, isReversed } = truth.walk;
      const start = (isReversed ? example.path.at(-1) : example.path[0]) ?? { row: -1, column: -1 };
      const inwards = truth.family === 'composition' ? 0 : gap;
      const row = corner.startsWith('top') ? start.row : example.rows - 1 - start.row;
      const column = corner.endsWith('left') ? start.column : example.columns - 1 - start.column;
      expect([row, column].sort((a, b) => a - b)).toEqual([inwards, inwards + trims[0]]);
    }
  });

  test('reaches every corner, orientation, trim and both directions about equally often', () => {
    const walks = seen.flatMap(({ truth }) => (truth.walk === null ? [] : [{ ...truth.walk, most: truth.family === 'composition' ? 1 : 2 }]));
    const evenly = (values: readonly (string | number | boolean)[], kinds: number): void => {
      const counts = new Map<string | number | boolean, number>();
      for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
      expect(counts.size).toBe(kinds);
      const expected = values.length / kinds;
      for (const count of counts.values()) expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(expected));
    };
    evenly(
      walks.map(({ corner, orientation }) => `${corner} ${orientation}`),
      8,
    );
    evenly(
      walks.map(({ isReversed }) => isReversed),
      2,
    );
    for (const most of new Set(walks.map((walk) => walk.most))) {
      evenly(
        walks.filter((walk) => walk.most === most).map(({ trims }) => trims.join()),
        (most + 1) ** 2,
      );
    }
  });
});

test('has random turns of 1 to 4 segments in equal parts, with ends at least 4 apart', () => {
  const random = [...only(seenOf('simple train'), 'random'), ...only(seenOf('simple eval'), 'random')];
  const counts = [0, 0, 0, 0, 0];
  const least = [Infinity, Infinity];
  for (const { example } of random) {
    const { steps } = shapeOf(example.path);
    counts[steps.length] = (counts[steps.length] ?? 0) + 1;
    const [start, end] = [example.path[0], example.path.at(-1)];
    const [down, right] = [Math.abs((start?.row ?? 0) - (end?.row ?? 0)), Math.abs((start?.column ?? 0) - (end?.column ?? 0))];
    if (steps.length === 1) expect(Math.max(down, right)).toBeGreaterThanOrEqual(4);
    else expect(Math.min(down, right)).toBeGreaterThanOrEqual(4);
    least[steps.length === 1 ? 0 : 1] = Math.min(
      least[steps.length === 1 ? 0 : 1] ?? 0,
      steps.length === 1 ? Math.max(down, right) : Math.min(down, right),
    );
  }
  expect(least).toEqual([4, 4]);
  const expected = random.length / 4;
  for (const segments of [1, 2, 3, 4]) expect(Math.abs((counts[segments] ?? 0) - expected)).toBeLessThan(5 * Math.sqrt(expected));
});

test('has sines that stop at the edge or 1 before it, both about half of the time', () => {
  const stops = [0, 0, 0];
  for (const { truth, example } of only(seenOf('hard train'), 'sinusoidal')) {
    const { path, rows, columns } = example;
    for (const [i, { row, column }] of path.entries()) {
      const [before, after] = [path[i - 1], path[i + 1]];
      if (before === undefined || after === undefined) continue;
      const isHorizontal = (truth.walk?.corner === 'top-left' || truth.walk?.corner === 'bottom-right') === (truth.walk?.orientation === 'clockwise');
      const turnsHere = (before.row === row) !== (after.row === row);
      if (!turnsHere) continue;
      const free = isHorizontal ? Math.min(column, columns - 1 - column) : Math.min(row, rows - 1 - row);
      stops[free] = (stops[free] ?? 0) + 1;
    }
  }
  const [atEdge = 0, before = 0, further = 0] = stops;
  expect(further).toBe(0);
  expect(stops).toHaveLength(3);
  expect(atEdge / (atEdge + before)).toBeCloseTo(0.5, 1);
});

describe('lengths (spec/s2h 2.3 and 2.4, measured on the authors’ generator)', () => {
  test('SIMPLE train has a mean of 16.8, HARD train 38.9, HARD evaluation 46', () => {
    expect(Math.abs(meanOf(lengths(seenOf('simple train'))) - 16.8)).toBeLessThan(0.5);
    expect(Math.abs(meanOf(lengths(seenOf('hard train'))) - 38.9)).toBeLessThan(0.8);
    expect(Math.abs(meanOf(lengths(seenOf('hard eval'))) - 46)).toBeLessThan(0.8);
  });

  test('each family has its measured mean and range', () => {
    const simple = seenOf('simple train');
    const hard = seenOf('hard train');
    const mean = (seen: readonly Seen[]): number => meanOf(lengths(seen));
    expect(Math.abs(mean(only(simple, 'random')) - 10.1)).toBeLessThan(0.5);
    expect(range(lengths(only(simple, 'random')))[0]).toBe(5);
    const n = (pieces: number, gap: number) => (walk: Walk) => walk.pieces === pieces && walk.gap === gap;
    const means: [Seen[], low: number, high: number][] = [
      ...[3, 4].flatMap((pieces) => [0, 1].map((gap): [Seen[], number, number] => [only(simple, 'sinusoidal', n(pieces, gap)), 15.3, 17.6])),
      ...[0, 1].map((gap): [Seen[], number, number] => [only(simple, 'spiral', n(3, gap)), 18, 24]),
      ...[0, 1].map((gap): [Seen[], number, number] => [only(simple, 'spiral', n(4, gap)), 22, 30]),
      ...[8, 10].flatMap((pieces) => [0, 1].map((gap): [Seen[], number, number] => [only(hard, 'sinusoidal', n(pieces, gap)), 31.6, 39.4])),
      ...[6, 8].flatMap((pieces) => [0, 1].map((gap): [Seen[], number, number] => [only(hard, 'spiral', n(pieces, gap)), 27.4, 45.5])),
    ];
    for (const [seen, low, high] of means) {
      expect(seen.length).toBeGreaterThanOrEqual(180);
      const centre = mean(seen);
      const deviation = Math.sqrt(meanOf(lengths(seen).map((length) => (length - centre) ** 2)));
      const tolerance = (3 * deviation) / Math.sqrt(seen.length);
      expect(mean(seen)).toBeGreaterThan(low - tolerance);
      expect(mean(seen)).toBeLessThan(high + tolerance);
    }
    const compositions = lengths(only(seenOf('hard eval'), 'composition'));
    const [shortest, longest] = range(compositions);
    expect(shortest).toBeGreaterThanOrEqual(22);
    expect(shortest).toBeLessThanOrEqual(24);
    expect(longest).toBeGreaterThanOrEqual(66);
    expect(longest).toBeLessThanOrEqual(70);
  });

  test('SIMPLE spirals with n = 4 have five segments in about a third, no other SIMPLE path more than four', () => {
    const simple = [...seenOf('simple train'), ...seenOf('simple eval')];
    const four = only(simple, 'spiral', ({ pieces }) => pieces === 4);
    const five = four.filter(({ truth }) => truth.segments === 5).length / four.length;
    expect(Math.abs(five - 0.35)).toBeLessThan(0.06);
    for (const { truth } of simple) expect(truth.segments).toBeLessThanOrEqual(truth.family === 'spiral' && truth.walk?.pieces === 4 ? 5 : 4);
  });

  test('compositions have 5 to 17 segments or one more', () => {
    const [fewest, most] = range(seenOf('hard eval').map(({ truth }) => truth.segments));
    expect(fewest).toBeGreaterThanOrEqual(5);
    expect(fewest).toBeLessThanOrEqual(6);
    expect(most).toBeGreaterThanOrEqual(16);
    expect(most).toBeLessThanOrEqual(18);
  });

  test('paper-means comes near the paper’s 12 and 35 cells', () => {
    const mean = (level: Level): number =>
      meanOf(Array.from({ length: SAMPLES }, (_, index) => truthAt(level, 'train', index, { mixture: 'paper-means' }).path.length));
    expect(Math.abs(mean('simple') - 11.5)).toBeLessThan(0.4);
    expect(Math.abs(mean('hard') - 35.4)).toBeLessThan(0.8);
  });

  test('the turns have the characters of the authors’', () => {
    const close = (seen: readonly Seen[], of: keyof Seen['characters'], expected: number, tolerance: number): void => {
      expect(Math.abs(meanOf(seen.map(({ characters }) => characters[of])) / expected - 1)).toBeLessThan(tolerance);
    };
    // Spec/s2h 2.9, from samples of 18 to 80 turns: a mean of 40 responses has an error of 5 %, and so has one of the conversions with them.
    close(seenOf('simple train'), 'textPrompt', 1113, 0.03);
    close(seenOf('simple train'), 'imagePrompt', 437, 0.01);
    close(seenOf('simple train'), 'response', 754, 0.1);
    close(seenOf('simple train'), 'ivtResponse', 1685, 0.06);
    close(seenOf('hard train'), 'textPrompt', 1149, 0.04);
    close(seenOf('hard train'), 'imagePrompt', 437, 0.01);
    close(seenOf('hard train'), 'response', 1502, 0.1);
    close(seenOf('hard train'), 'ivtResponse', 2469, 0.08);
    expect(Math.max(...seenOf('hard eval').map(({ characters }) => characters.ivtResponse))).toBeLessThan(3900);
  });
});

test('small tables and the paper’s own pass the validator too', () => {
  for (const [min, max] of [
    [6, 6],
    [6, 8],
    [8, 12],
    [12, 12],
  ] as const) {
    for (const level of ['simple', 'hard'] as const) {
      for (let index = 0; index < 240; index++) {
        const settings = { minRows: min, maxRows: max, minColumns: min, maxColumns: max, rowNames: 12, hardEvaluation: 'mixture' } as const;
        const { rows, columns } = checkForms(formsOf(tableReadoutTask, truthAt(level, 'train', index, settings)));
        expect(rows >= min && rows <= max && columns >= min && columns <= max).toBe(true);
      }
    }
  }
});

test('gives the same truth for the same key, and other ones for other splits', () => {
  expect(truthAt('hard', 'train', 5)).toEqual(truthAt('hard', 'train', 5));
  expect(truthAt('hard', 'train', 5)).not.toEqual(truthAt('hard', 'train', 17));
  const prompts = new Set(Object.values(ALL).flatMap((seen) => seen.map(({ truth }) => JSON.stringify(truth.values))));
  expect(prompts.size).toBe(4 * SAMPLES);
});
