/** Rows, curves, filters, links and attention of the smarterVLM cell: numbers worked out by hand. */
import { describe, expect, test } from 'vitest';
import { paperRow } from '../../../src/study/smarter/figures/paper-tables.ts';
import { smarterTables } from '../../../src/study/smarter/figures/tables.ts';
import type { EpochScores } from '../../../src/study/smarter/smarter-session.ts';
import { DEFAULT_SMARTER, parseSmarterSpec, VARIANTS } from '../../../src/study/smarter/smarter-spec.ts';
import type { Variant } from '../../../src/study/smarter/smarter-spec.ts';
import { isUniform, placesAsPixels, spreadText, wordView } from '../../../src/ui/elements/smarter-attention-view.ts';
import { checkedDraft, fieldValue, SMARTER_FIELDS, SMARTER_PRESETS, withFieldValue } from '../../../src/ui/elements/smarter-fields.ts';
import {
  accuracyCurves,
  filtered,
  floorCells,
  paperCells,
  puzzleTable,
  ranges,
  scoresCsv,
  skillCurves,
  skillTable,
  solvedText,
} from '../../../src/ui/elements/smarter-rows.ts';
import { smarterAnchor, specOfAnchor } from '../../../src/ui/services/smarter-link.ts';
import { ANSWERS, scoresAt } from '../../support/fake-smarter-worker.ts';

describe('tables of a result', () => {
  test('the overall row and the skills, in percent, with both floors', () => {
    const { rows, columns } = skillTable(scoresAt(0.5), 'test');
    expect(rows.map(({ head }) => head)).toEqual(['all puzzles', 'counting', 'path']);
    expect(rows[0]?.cells).toEqual(['50.0', '40.0 – 60.0', '60.0', '12.5', '10.0', '25.0', '20.0', '40']);
    expect(rows.every(({ cells }) => cells.length === columns.length - 1)).toBe(true);
  });

  test('puzzle by puzzle, by the names that are given', () => {
    expect(puzzleTable(scoresAt(0.5), (puzzle) => `no. ${puzzle}`).rows.map(({ head, help }) => [head, help])).toEqual([
      ['no. 14', 'counting'],
      ['no. 19', 'path'],
    ]);
  });

  test('CSV: one line for all, each skill and each puzzle', () => {
    const lines = scoresCsv(scoresAt(0.5)).trimEnd().split('\n');
    expect(lines).toHaveLength(6);
    expect(lines[1]).toBe('overall,all,40,0.5,0.4,0.6,0.6,0.125,0.1,0.25,0.2');
    expect(lines[5]?.startsWith('puzzle,19,20,')).toBe(true);
  });
});

test('curves: one point per epoch, floors as lines', () => {
  const epochs: readonly EpochScores[] = [1, 2].map((epoch) => ({ epoch, step: 10 * epoch, val: scoresAt(0.25 * epoch) }));
  const [solved, floor] = accuracyCurves(epochs);
  expect(solved).toMatchObject({ steps: [10, 20], values: [25, 50] });
  expect(floor?.values).toEqual([12.5, 12.5]);
  expect(skillCurves(epochs)).toEqual([
    { skill: 'counting', values: [0.25, 0.5], floor: 0.125 },
    { skill: 'path', values: [0.25, 0.5], floor: 0.125 },
  ]);
  expect(skillCurves([])).toEqual([]);
});

test('answers are filtered; wrong ones come by the probability of what was said, not by the loss of the right answer', () => {
  const items = (outcome: 'all' | 'wrong' | 'right', skill = '', puzzle = 0) => filtered(ANSWERS, { outcome, skill, puzzle }).map(({ item }) => item);
  expect(items('all')).toEqual([0, 1, 2, 3]);
  expect(items('right')).toEqual([0]);
  expect(items('wrong')).toEqual([3, 1, 2]);
  expect(items('wrong', 'counting')).toEqual([1]);
  expect(items('all', '', 19)).toEqual([2, 3]);
  expect(items('wrong', '', 19)).toEqual([3, 2]);
});

test('rows of the paper: not measured, one seed, and the paper’s own numbers', () => {
  const own = smarterTables('small')[0]?.rows.find(({ id }) => id === 'qf');
  if (own === undefined) throw new Error('no row');
  const row = { ...own, paper: paperRow('smarter-table1', own.paper) };
  const empty = paperCells({ ...row, runs: [] });
  expect(empty).toMatchObject({ ours: null, paperOverall: '21.59', paperLabel: 'SmarterVLM lr0.0003' });
  expect(empty.skills[0]).toEqual(['34.7', '–']);
  const made = { backend: 'wasm', adapter: '', trainedMinutes: 1 };
  const run = { seed: 0, spec: row.spec(0), parameters: 5, bestEpoch: 1, scores: scoresAt(0.5), epochs: [], losses: [], made };
  const measured = paperCells({ ...row, runs: [run] });
  expect(measured.ours).toEqual({ overall: '50.0 (40.0 – 60.0)', option: '60.0', majority: '12.5', uniform: '10.0', seeds: '1' });
  expect(measured.skills[0]).toEqual(['34.7', '50.0 (40.0 – 60.0)']);
  expect(measured.skills[1]?.[1]).toBe('–');
  const floor = floorCells([
    { ...row, runs: [] },
    { ...row, runs: [run] },
  ]);
  expect(floor?.ours).toMatchObject({ overall: '12.5', option: '25.0' });
  expect(floor?.skills.map(([, ours]) => ours)).toEqual(['12.5', '–', '–', '12.5', '–', '–', '–', '–']);
  expect(floorCells([{ ...row, runs: [] }])).toBeNull();
  expect(solvedText(run.scores.overall)).toBe('50.0 % (majority 12.5 %)');
});

describe('attention of a word', () => {
  // Two heads, two words, 17 places; head 0 of word 1 looks at word 0 and at place 5, head 1 at word 1 and at the whole.
  const [heads, tokens, places] = [2, 2, 17];
  const self = Float32Array.of(0.5, 0.5, 1, 0, 0.5, 0.5, 0, 1);
  const cross = new Float32Array(heads * tokens * places);
  cross[1 * places + 1 + 5] = 1;
  cross[(tokens + 1) * places] = 1;
  const attention = { self, cross, heads, tokens, places, isCoded: false };

  test('of one head and of the mean', () => {
    expect(wordView(attention, 1, 0).words).toEqual([1, 0]);
    expect(wordView(attention, 1, 0).places[5]).toBe(1);
    expect(wordView(attention, 1, 1)).toMatchObject({ words: [0, 1], whole: 1 });
    const mean = wordView(attention, 1, null);
    expect(mean).toMatchObject({ words: [0.5, 0.5], whole: 0.5 });
    expect(mean.places[5]).toBe(0.5);
    expect([isUniform(mean.words), isUniform([0.2, 0.8])]).toEqual([true, false]);
  });

  test('as coded: copies of one vector, no places of the picture, and the numbers say that they are alike', () => {
    const alike = new Float32Array(2 * 110 * 110).fill(1 / 110);
    const view = wordView({ self: alike, cross: alike, heads: 2, tokens: 110, places: 110, isCoded: true }, 40, null);
    expect([view.words.length, view.copies.length, view.places]).toEqual([110, 110, []]);
    expect(view.whole).toBeCloseTo(1, 5);
    expect(spreadText(view.copies)).toBe('110 weights, from 0.9091 % to 0.9091 %; 1/110 is 0.9091 %');
    expect(wordView(attention, 1, 0).copies).toEqual([]);
  });

  test('places are squares of the picture, row by row', () => {
    const weights = Array.from({ length: 16 }, (_, i) => (i === 5 ? 1 : 0));
    const pixels = placesAsPixels(weights, 8);
    expect([...pixels.keys()].filter((i) => pixels[i] === 1)).toEqual([2 * 8 + 2, 2 * 8 + 3, 3 * 8 + 2, 3 * 8 + 3]);
  });
});

describe('the form', () => {
  const fields = SMARTER_FIELDS.flatMap(({ fields: own }) => own);

  test('has every field of the spec but those with controls of their own', () => {
    const leaves = (value: object, path: string): string[] =>
      Object.entries(value).flatMap(([key, own]: [string, unknown]) =>
        typeof own === 'object' && own !== null && !Array.isArray(own) ? leaves(own, `${path}${key}.`) : [`${path}${key}`],
      );
    const own = ['schema', 'skillWeights', 'data.puzzles'];
    expect(fields.map(({ field }) => field.key).toSorted()).toEqual(
      leaves(DEFAULT_SMARTER, '')
        .filter((key) => !own.includes(key))
        .toSorted(),
    );
  });

  test('its ranges and choices are those that the spec accepts', () => {
    for (const each of fields) {
      const { field } = each;
      const tried =
        field.type === 'choice' ? field.options : field.type === 'digest' ? [] : [field.key === 'training.clipNorm' ? 0.01 : field.min, field.max];
      for (const value of tried) expect(checkedDraft(withFieldValue(DEFAULT_SMARTER, each, value)), `${field.key} ${value}`).toHaveProperty('spec');
      if (field.nullLabel !== undefined) expect(checkedDraft(withFieldValue(DEFAULT_SMARTER, each, null))).toHaveProperty('spec');
    }
  });

  test('a value is read and changed at its path; one that is wrong is named', () => {
    const residual = fields.find(({ field }) => field.key === 'model.residual.fusion');
    const epochs = fields.find(({ field }) => field.key === 'training.epochs');
    if (residual === undefined || epochs === undefined) throw new Error('no such field');
    const changed = withFieldValue(DEFAULT_SMARTER, residual, 'on');
    expect(fieldValue(changed, residual)).toBe('on');
    expect(changed).toEqual({ ...DEFAULT_SMARTER, model: { ...DEFAULT_SMARTER.model, residual: { qf: true, fusion: true, decoder: false } } });
    expect(checkedDraft(withFieldValue(DEFAULT_SMARTER, epochs, Number.NaN))).toMatchObject({ key: 'training.epochs' });
    const unseeing = (variant: Variant): unknown => ({
      ...DEFAULT_SMARTER,
      model: { ...DEFAULT_SMARTER.model, variant, hasR1: false, hasR3: false },
    });
    expect(VARIANTS.map((variant) => ('spec' in checkedDraft(unseeing(variant)) ? 'fits' : 'not'))).toEqual(['fits', 'fits', 'not', 'not', 'fits']);
    expect(checkedDraft(unseeing('no-qf'))).toMatchObject({
      key: 'model.hasR1',
      message: expect.stringMatching(/^expected .*neither: switch one on/),
    });
  });

  test('presets are the sweep’s best row and the same on 200 instances, and say so', () => {
    const [small, full] = SMARTER_PRESETS;
    expect(small?.spec).toMatchObject({ data: { instances: 200 }, training: { epochs: 3 } });
    expect(full?.spec).toEqual(
      smarterTables('small')[0]
        ?.rows.find(({ id }) => id === 'qf')
        ?.spec(0),
    );
    expect(full?.label).toBe(`full: 24 families × 1,000 instances, ${full?.spec.training.epochs} epochs`);
  });
});

describe('links', () => {
  test('a spec comes back, and the address has small letters and digits alone', () => {
    const spec = parseSmarterSpec({
      ...DEFAULT_SMARTER,
      blind: 'texts',
      skillWeights: { path: 2 },
      data: { ...DEFAULT_SMARTER.data, puzzles: [14, 19] },
    });
    for (const each of [DEFAULT_SMARTER, spec]) {
      expect(smarterAnchor(each)).toMatch(/^#[a-z-]*=[a-z0-9-]+$/);
      expect(specOfAnchor(smarterAnchor(each))).toEqual(each);
    }
  });

  test('others are none of ours, damaged ones are refused', () => {
    expect(specOfAnchor('#look')).toBeNull();
    for (const bad of ['#smarter=2-7b7d', '#smarter=1-7b7', '#smarter=1-7b', `#smarter=1-${'61'.repeat(5000)}`])
      expect(() => specOfAnchor(bad)).toThrow(/smarterVLM link/);
    const wrong = smarterAnchor({ ...DEFAULT_SMARTER, training: { ...DEFAULT_SMARTER.training, epochs: 0 } });
    expect(() => specOfAnchor(wrong)).toThrow(/training.epochs/);
  });
});

test.each<[readonly number[], string]>([
  [[], ''],
  [[7], '7'],
  [[1, 3, 4, 5, 9, 10], '1, 3 – 5, 9 – 10'],
])('numbers %j as ranges', (numbers, text) => expect(ranges(numbers)).toBe(text));
