import { describe, expect, test } from 'vitest';
import { STRATEGIES } from '../../../src/study/strategies/catalogue.ts';
import { describePlan } from '../../../src/study/strategies/describe.ts';
import { paperExperiments } from '../../../src/study/strategies/experiments.ts';
import { STRATEGY_IDS, titleOf } from '../../../src/study/strategies/ids.ts';
import { DEFAULT_OPTIONS, STRATEGY_FIELDS, STRATEGY_TASKS } from '../../../src/study/strategies/options.ts';
import { planOf, strategyOf } from '../../../src/study/strategies/plan.ts';

describe('the catalogue', () => {
  test('has every strategy of the paper, under its name there', () => {
    const titles = new Map(STRATEGIES.map(({ id, title }) => [id as string, title]));
    expect(Object.fromEntries(titles)).toMatchObject({
      text: 'Text',
      image: 'Image',
      'text+image': 'Text+Image',
      'image-via-text': 'Image-via-Text',
      mix: 'Mix',
      'mix+': 'Mix+',
      'image-via-text+': 'Image-via-Text+',
      align: 'Align-',
      'align-mix+': 'Align-Mix+',
      'mix-to-mix+': 'Mix→Mix+',
      tw: '(TW)',
      'tw-mix': '(TW) Mix',
      'tw-mix+': '(TW) Mix+',
      'tw-align-mix+': '(TW) Align-Mix+',
      'tw-align-image-via-text+': '(TW) Align-Image-via-Text+',
    });
  });

  test('has each strategy once, with words and a source, and one counted part', () => {
    expect(new Set(STRATEGY_IDS).size).toBe(STRATEGIES.length);
    expect(STRATEGIES).toHaveLength(15 * 4 + 3);
    expect(STRATEGIES.map(({ id }) => titleOf(id))).toEqual(STRATEGIES.map(({ title }) => title));
    for (const { id, title, summary, source, phases } of STRATEGIES) {
      expect([title, summary, source].every((text) => text.length > 2)).toBe(true);
      expect(phases.some(({ isCounted }) => isCounted)).toBe(true);
      expect(strategyOf(id).title).toBe(title);
    }
  });

  test('plans on every task, at the size of the paper and at the size of a notebook', () => {
    for (const id of STRATEGY_IDS) {
      for (const task of STRATEGY_TASKS) {
        for (const rows of [1200, 120_000]) {
          for (const order of ['shuffled', 'interleaved'] as const) {
            const plan = planOf(id, { task, rows, seed: 1, order });
            expect(plan.countedRows).toBe(rows);
            for (const { components, rowsPerEpoch } of plan.phases) {
              expect(components.reduce((total, component) => total + component.rows, 0)).toBe(rowsPerEpoch);
              expect(components.every((component) => component.unique >= 1 && component.unique <= component.rows)).toBe(true);
            }
          }
        }
      }
    }
  });

  test('HARD pictures are only where a strategy says so', () => {
    for (const id of STRATEGY_IDS.filter((each) => !each.endsWith('simple-and-hard-image'))) {
      for (const { components } of planOf(id, { task: 'table-readout', rows: 1200, seed: 1 }).phases) {
        for (const { level, kind } of components) if (level === 'hard') expect(kind).toBe('text');
      }
    }
  });
});

test('every option has a field with its default in range', () => {
  expect(STRATEGY_FIELDS.map(({ key }) => key).toSorted()).toEqual(Object.keys(DEFAULT_OPTIONS).toSorted());
  for (const field of STRATEGY_FIELDS) {
    const value = DEFAULT_OPTIONS[field.key];
    if (field.type === 'choice') expect(field.options).toContain(value);
    else if (value !== null) expect(Number(value) >= field.min && Number(value) <= field.max).toBe(true);
  }
});

describe('the experiments of the paper', () => {
  const experiments = paperExperiments();

  test('can all be planned', () => {
    expect(new Set(experiments.map(({ id }) => id)).size).toBe(experiments.length);
    for (const { runs } of experiments) {
      expect(runs.length).toBeGreaterThan(1);
      for (const { strategy, task, rows, options } of runs) {
        const plan = planOf(strategy, { task, rows, seed: 0, ...options });
        expect(plan.countedRows).toBe(options.external === 'leave-out' && strategy === 'tw' ? Math.floor((rows * 2) / 3) : rows);
      }
    }
  });

  test.each([
    ['simple-to-hard', 18],
    ['hard-text-helps', 5 * (4 + 5 + 4)],
    ['reverse-transfer', 8],
    ['pattern-heldout', 12],
    ['align-mixture', 8],
    ['warm-up-amount', 6],
    ['simple-part', 21],
    ['no-cot', 8],
    ['qwen', 7 + 8 * 3 * 2],
  ] as const)('%s has %d runs', (id, count) => {
    expect(experiments.find((experiment) => experiment.id === id)?.runs).toHaveLength(count);
  });

  test('the epochs of Figure 13 are at 40,000 examples', () => {
    for (const { strategy, task, rows, options } of experiments.find(({ id }) => id === 'epochs')?.runs ?? []) {
      expect(planOf(strategy, { task, rows, seed: 0, ...options }).phases[0]?.components[0]?.unique).toBe(40_000);
    }
  });
});

test('a dry run says what will be trained on', () => {
  const text = describePlan(planOf('tw-align-image-via-text+', { task: 'visual-analogy', rows: 120_000, seed: 3, cot: 'internalised' }));
  expect(text).toBe(
    `(TW) Align-Image-via-Text+ (tw-align-image-via-text+) on visual-analogy: N = 120,000, seed 3
Source: S2H sections 4, C.1.2; Align-: sections 4, C.1.3; (TW): sections C.1.3, G.5

Phase 1: (TW), 10,000 rows in 79 steps of 128, not counted in N
  trained: language model; fresh optimiser and schedule
  epochs: 1 of 10,000 rows
  order: all rows shuffled together, anew in each epoch
  CoT: full
    task            level   record  rows of an epoch  unique  repeats  share
    visual-analogy  SIMPLE  text               5,000   5,000        1    50%
    visual-analogy  HARD    text               5,000   5,000        1    50%

Phase 2: Align-, 10,000 rows in 79 steps of 128, not counted in N; option 8 of the authors’ combine_data.py
  trained: all weights; fresh optimiser and schedule
  epochs: 1 of 10,000 rows
  order: all rows shuffled together, anew in each epoch
  CoT: full
    task            level   record          rows of an epoch  unique  repeats  share
    visual-analogy  SIMPLE  text                       5,000   5,000        1    50%
    visual-analogy  SIMPLE  image-via-text             5,000   5,000        1    50%

Phase 3: Image-via-Text+, 120,000 rows in 938 steps of 128; option 9 of the authors’ combine_data.py
  trained: all weights; fresh optimiser and schedule
  epochs: 1 of 120,000 rows
  order: all rows shuffled together, anew in each epoch; a trainer must keep it
  CoT: full in the first 30% of the rows, then 101 slices of 100%, 99%, …, 0% of its characters, none in the last 30%
    task            level   record          rows of an epoch  unique  repeats  share
    visual-analogy  SIMPLE  image-via-text            60,000  20,000        3    50%
    visual-analogy  HARD    text                      60,000  60,000        1    50%

Rows: 120,000 counted in N, 140,000 in all. Counts are exact.`,
  );
  const left = describePlan(planOf('tw', { task: 'visual-analogy', rows: 10_000, seed: 0, warmUpCot: 'internalised', external: 'leave-out' }), 64);
  expect(left).toContain('6,666 rows in 105 steps of 64');
  expect(left).toContain('left out: 3,334 rows of the authors’ instruction data');
  const second = describePlan(planOf('mix-to-mix+', { task: 'table-readout', rows: 60_000, seed: 0 }));
  expect(second).toContain('of which rows 30,001 to 60,000 are seen');
  expect(second).toContain('optimiser state and schedule go on');
});
