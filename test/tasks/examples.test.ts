import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/lib/errors.ts';
import { makeRng } from '../../src/lib/rng.ts';
import { makeReadout } from '../../src/tasks/consecutive-table-readout/truth.ts';
import type { Example } from '../../src/tasks/example.ts';
import { exampleAt, tableExample } from '../../src/tasks/examples.ts';
import type { TaskSpec } from '../../src/tasks/task-spec.ts';
import type { ExampleKey, Level, Split } from '../../src/tasks/task.ts';
import { LEVELS, PROFILES, RECORD_KINDS, SPLITS } from '../../src/tasks/task.ts';
import { tableTruth } from '../support/table-truth.ts';
import { parseCompactPrompt, parsePaperPrompt } from '../support/readout-parsers.ts';
import pinned from '../golden/ctr-examples.json' with { type: 'json' };

const CONFIG = { rows: 5, columns: 10, rowNames: 12 };
const specOf = (config: object): TaskSpec => ({ id: 'consecutive-table-readout', ...CONFIG, ...config });

function at(level: Level, split: Split, seed: number, index: number, config = CONFIG): Example {
  return exampleAt({ task: 'consecutive-table-readout', level, split, seed, index }, specOf(config));
}

/** Everything that an example says, as one string. */
function bytes(example: Example): string {
  const forms = PROFILES.flatMap((profile) => RECORD_KINDS.flatMap((kind) => [example.prompt(kind, profile), example.response(kind, profile)]));
  return JSON.stringify([example.truth, forms, example.contentId, RECORD_KINDS.map((kind) => example.compact(kind)), example.patchTokens()]);
}

test('gives the same bytes for the same key, alone or in a sequence, in any order', () => {
  const forwards = Array.from({ length: 40 }, (_, index) => bytes(at('medium', 'train', 7, index)));
  const backwards = Array.from({ length: 40 }, (_, i) => bytes(at('medium', 'train', 7, 39 - i))).reverse();
  expect(backwards).toEqual(forwards);
  expect(bytes(at('medium', 'train', 7, 23))).toBe(forwards[23]);
});

test('keeps the examples of released versions', () => {
  const got = pinned.map(({ level, split, seed, index }) => at(level as Level, split as Split, seed, index).contentId); // the file holds such names
  expect(got).toEqual(pinned.map(({ contentId }) => contentId));
});

test('makes no example twice, over levels, splits, seeds and indices', () => {
  const seen = new Map<string, string>();
  for (const level of LEVELS) {
    for (const split of SPLITS) {
      for (const seed of [0, 1]) {
        for (let index = 0; index < 700; index++) {
          const { contentId } = at(level, split, seed, index);
          expect(seen.get(contentId)).toBeUndefined();
          seen.set(contentId, `${level} ${split} ${seed} ${index}`);
        }
      }
    }
  }
  expect(seen.size).toBe(8400);
});

test('draws train and eval, seeds, levels and neighbours from streams of their own', () => {
  const table = (example: Example): string =>
    JSON.stringify([tableTruth(example).values, tableTruth(example).rowNames, tableTruth(example).columnNames]);
  const tables = [
    at('simple', 'train', 0, 0),
    at('simple', 'eval', 0, 0),
    at('medium', 'train', 0, 0),
    at('simple', 'train', 1, 0),
    at('simple', 'train', 0, 1),
    at('simple', 'train', 10, 1),
    at('simple', 'train', 1, 1),
    at('simple', 'train', 1, 10),
  ];
  expect(new Set(tables.map(table)).size).toBe(tables.length);
});

test('writes all forms from one truth', () => {
  for (const level of LEVELS) {
    for (let index = 0; index < 150; index++) {
      const example = at(level, 'eval', 3, index, { rows: 4, columns: 7, rowNames: 100 });
      expect(parsePaperPrompt(example.prompt('text', 'paper'))).toEqual(example.truth);
      expect(parseCompactPrompt(example.prompt('text', 'compact'))).toEqual(example.truth);
      for (const profile of PROFILES) {
        for (const kind of RECORD_KINDS) expect(example.score(example.response(kind, profile), profile).correct).toBe(true);
      }
    }
  }
});

describe('the compact records', () => {
  const example = at('simple', 'train', 0, 0);

  test('have x(t) in the prompt, nowhere, or in the response', () => {
    const [text, image, viaText] = RECORD_KINDS.map((kind) => example.compact(kind));
    expect([text?.hasImage, image?.hasImage, viaText?.hasImage]).toEqual([false, true, true]);
    expect(text?.prompt[0]).toEqual({ text: 'table', kind: 'table', line: 1, column: 1 });
    expect(image?.prompt).toEqual(viaText?.prompt);
    expect(image?.response).toEqual(text?.response);
    expect(image?.prompt[0]?.text).toBe('path');
    expect(viaText?.response.slice(0, 2).map(({ text: word, kind }) => [word, kind])).toEqual([
      ['convert', 'format'],
      ['table', 'table'],
    ]);
  });

  test('tell no place in a response', () => {
    for (const kind of RECORD_KINDS) expect(example.compact(kind).response.every(({ line, column }) => line === 0 && column === 0)).toBe(true);
  });

  test('have a picture whose patches are the grid', () => {
    expect(example.grid()).toEqual({ rows: 6, columns: 11 });
    expect(example.patchTokens()).toHaveLength(66);
    const scene = example.scene('compact');
    expect([scene.heightPx, scene.widthPx]).toEqual([6 * example.patchPx, 11 * example.patchPx]);
    expect(example.scene('paper')).toMatchObject({ widthPx: 1500, heightPx: 800 });
  });
});

test('takes a truth that belongs to no level', () => {
  const truth = makeReadout({ rows: 1, columns: 2, rowNames: 12, cells: 1, isMarked: false }, makeRng('look-up'));
  const example = tableExample(truth);
  expect(example.key).toBeNull();
  expect(example.prompt('text', 'compact')).not.toContain('*');
  expect(example.score(example.response('text', 'compact'), 'compact').correct).toBe(true);
});

test.each<[string, Record<string, unknown>, Record<string, unknown>, string]>([
  [
    'an unknown task',
    { task: 'chess' },
    {},
    'task: expected consecutive-table-readout, table-readout, grid-navigation, visual-analogy, pattern-heldout-visual-analogy, got chess',
  ],
  ['an unknown level', { level: 'easy' }, {}, 'level: expected simple, medium, hard, got easy'],
  ['an unknown split', { split: 'test' }, {}, 'split: expected train, eval, got test'],
  ['a negative seed', { seed: -1 }, {}, 'seed: expected a whole number from 0 on, got -1'],
  ['a NaN seed', { seed: Number.NaN }, {}, 'seed: expected a whole number from 0 on, got NaN'],
  ['half an index', { index: 0.5 }, {}, 'index: expected a whole number from 0 on, got 0.5'],
  ['an index past exact numbers', { index: 2 ** 53 }, {}, 'index: expected a whole number from 0 on'],
  ['an impossible table', {}, { rows: 0 }, 'rows: expected a whole number in 1..12, got 0'],
  ['a table too small for three levels', {}, { rows: 2, columns: 4 }, 'rows x columns: expected a table in which harder levels have longer paths'],
])('refuses %s with one clear message', (_, key, config, message) => {
  const good: ExampleKey = { task: 'consecutive-table-readout', level: 'simple', split: 'train', seed: 0, index: 0 };
  const act = (): unknown => exampleAt({ ...good, ...key } as ExampleKey, specOf(config)); // what a link or a form may send
  expect(act).toThrow(InputError);
  expect(act).toThrow(message);
});
