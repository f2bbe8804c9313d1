import { describe, expect, test } from 'vitest';
import { planOf, rowsForUnique, smallestRows } from '../../../src/study/strategies/plan.ts';
import type { PhasePlan, StrategyRequest } from '../../../src/study/strategies/plan.ts';

const plan = (strategy: string, request: Partial<StrategyRequest> = {}) =>
  planOf(strategy, { task: 'table-readout', rows: 120_000, seed: 0, ...request });

/** `SIMPLE text 40000/20000` is 40,000 rows of an epoch made of 20,000 examples. */
const shown = ({ components }: PhasePlan) => components.map(({ level, kind, rows, unique }) => `${level.toUpperCase()} ${kind} ${rows}/${unique}`);
const main = (strategy: string, request: Partial<StrategyRequest> = {}) => {
  const phase = plan(strategy, request).phases.at(-1);
  if (phase === undefined) throw new Error('no phase');
  return phase;
};

describe('the table of spec/s2h section 5', () => {
  test.each([
    // strategy, option of the authors' script, N, composition of an epoch (rows/unique), rows of an epoch, epochs
    ['text', 2, 160_000, ['SIMPLE text 80000/80000'], 80_000, 2],
    ['text', 2, 60_000, ['SIMPLE text 30000/30000'], 30_000, 2],
    ['image', 4, 120_000, ['SIMPLE image 40000/40000'], 40_000, 3],
    ['image', 4, 60_000, ['SIMPLE image 20000/20000'], 20_000, 3],
    ['text+image', 5, 120_000, ['SIMPLE text 40000/40000', 'SIMPLE image 40000/40000'], 80_000, 1.5],
    ['text+image', 5, 60_000, ['SIMPLE text 20000/20000', 'SIMPLE image 20000/20000'], 40_000, 1.5],
    ['image-via-text', 1, 120_000, ['SIMPLE image-via-text 40000/40000'], 40_000, 3],
    ['mix', 6, 120_000, ['SIMPLE text 40000/40000', 'SIMPLE image 40000/40000', 'SIMPLE image-via-text 40000/40000'], 120_000, 1],
    ['mix', 6, 60_000, ['SIMPLE text 20000/20000', 'SIMPLE image 20000/20000', 'SIMPLE image-via-text 20000/20000'], 60_000, 1],
    ['image-via-text+', 9, 120_000, ['SIMPLE image-via-text 60000/20000', 'HARD text 60000/60000'], 120_000, 1],
    ['image-via-text+', 9, 60_000, ['SIMPLE image-via-text 30000/10000', 'HARD text 30000/30000'], 60_000, 1],
    [
      'mix+',
      7,
      120_000,
      ['SIMPLE text 20000/20000', 'SIMPLE image 20000/20000', 'SIMPLE image-via-text 20000/20000', 'HARD text 60000/60000'],
      120_000,
      1,
    ],
    [
      'mix+',
      7,
      60_000,
      ['SIMPLE text 10000/10000', 'SIMPLE image 10000/10000', 'SIMPLE image-via-text 10000/10000', 'HARD text 30000/30000'],
      60_000,
      1,
    ],
    ['align', 8, 10_000, ['SIMPLE text 5000/5000', 'SIMPLE image-via-text 5000/5000'], 10_000, 1],
    ['tw', null, 10_000, ['SIMPLE text 5000/5000', 'HARD text 5000/5000'], 10_000, 1],
  ] as const)('%s (option %s) with N = %d', (strategy, codeOption, rows, composition, rowsPerEpoch, epochs) => {
    const made = plan(strategy, { rows });
    expect(made.phases).toHaveLength(1);
    expect(shown(main(strategy, { rows }))).toEqual(composition);
    expect(main(strategy, { rows })).toMatchObject({ rowsPerEpoch, epochs, rows, streamRows: rows, codeOption, isCounted: true });
    expect([made.countedRows, made.totalRows]).toEqual([rows, rows]);
  });

  test('rounded to thousands as the authors do, 160,000 rows in 3 epochs are 53,000 rows of an epoch', () => {
    const rounded = (strategy: string, rows = 160_000) => main(strategy, { rows, rounding: 'thousands' });
    expect(rounded('text')).toMatchObject({ rowsPerEpoch: 80_000, rows: 160_000 });
    expect(rounded('image')).toMatchObject({ rowsPerEpoch: 53_000, rows: 159_000 });
    expect(rounded('image-via-text')).toMatchObject({ rowsPerEpoch: 53_000, rows: 159_000 });
    expect(rounded('text+image')).toMatchObject({ rowsPerEpoch: 106_000, rows: 159_000 });
    expect(shown(rounded('text+image'))).toEqual(['SIMPLE text 53000/53000', 'SIMPLE image 53000/53000']);
    expect(shown(rounded('mix'))).toEqual(['SIMPLE text 53333/53333', 'SIMPLE image 53333/53333', 'SIMPLE image-via-text 53333/53333']);
    expect(rounded('mix').rows).toBe(159_999);
    expect(shown(rounded('mix+'))).toEqual([
      'SIMPLE text 26666/26666',
      'SIMPLE image 26666/26666',
      'SIMPLE image-via-text 26666/26666',
      'HARD text 80000/80000',
    ]);
    expect(shown(rounded('image-via-text+'))).toEqual(['SIMPLE image-via-text 79998/26666', 'HARD text 80000/80000']);
    expect(rounded('text', 15_000)).toMatchObject({ rowsPerEpoch: 7_000, rows: 14_000 });
    expect(plan('image', { rows: 160_000, rounding: 'thousands' }).countedRows).toBe(159_000);
  });

  test('exact, N rows are seen whatever N is, and what is left over begins one more epoch', () => {
    expect(main('image', { rows: 160_000 })).toMatchObject({ rowsPerEpoch: 53_333, rows: 160_000 });
    expect(main('mix+', { rows: 160_000 })).toMatchObject({ rowsPerEpoch: 159_996, rows: 160_000 });
    for (const id of ['mix+', 'image-via-text+', 'text+image', 'tw-align-mix+']) {
      for (let rows = 100; rows < 130; rows++) expect(plan(id, { rows }).countedRows).toBe(rows);
    }
  });

  test('Image has 2 epochs as option 3 of the authors', () => {
    expect(main('image', { epochCount: 2 })).toMatchObject({ rowsPerEpoch: 60_000, epochs: 2, rows: 120_000, codeOption: 3 });
    expect(main('image', { epochCount: 2, rows: 15_000, rounding: 'thousands' })).toMatchObject({ rowsPerEpoch: 7_000, rows: 14_000 });
  });

  test('Algorithm 1 has u = N and one epoch for Text and Image, and changes nothing else', () => {
    for (const strategy of ['text', 'image']) {
      expect(main(strategy, { epochs: 'algorithm-1' })).toMatchObject({ rowsPerEpoch: 120_000, epochs: 1, rows: 120_000 });
    }
    for (const strategy of ['text+image', 'image-via-text', 'mix', 'mix+', 'image-via-text+', 'align']) {
      expect(plan(strategy, { epochs: 'algorithm-1' }).phases).toEqual(plan(strategy).phases);
    }
  });
});

describe('phases', () => {
  test('(TW) Align-Mix+ is a text warm-up, an alignment and Mix+; N counts the last', () => {
    const made = plan('tw-align-mix+', { rows: 240_000 });
    expect(made.title).toBe('(TW) Align-Mix+');
    expect(made.phases.map(({ name, rows, isCounted, trained }) => [name, rows, isCounted, trained])).toEqual([
      ['warm-up', 10_000, false, 'language model'],
      ['align', 10_000, false, 'all weights'],
      ['main', 240_000, true, 'all weights'],
    ]);
    expect(made.phases.slice(0, 2).map(shown)).toEqual([
      ['SIMPLE text 5000/5000', 'HARD text 5000/5000'],
      ['SIMPLE text 5000/5000', 'SIMPLE image-via-text 5000/5000'],
    ]);
    expect([made.countedRows, made.totalRows]).toEqual([240_000, 260_000]);
  });

  test('the warm-up of Consecutive Table Readout has SIMPLE text only', () => {
    const [warmUp] = plan('tw-mix', { task: 'consecutive-table-readout' }).phases;
    expect(warmUp && shown(warmUp)).toEqual(['SIMPLE text 10000/10000']);
  });

  test('amounts and the mixture of the early phases can be chosen', () => {
    const [warmUp, align] = plan('tw-align-mix+', { warmUpRows: 30_000, alignRows: 6_000, alignMixture: 'mix' }).phases;
    expect(warmUp && shown(warmUp)).toEqual(['SIMPLE text 15000/15000', 'HARD text 15000/15000']);
    expect(align && shown(align)).toEqual(['SIMPLE text 2000/2000', 'SIMPLE image 2000/2000', 'SIMPLE image-via-text 2000/2000']);
    const alignOf = (alignMixture: 'text+image' | 'image-via-text') => plan('align-mix+', { alignMixture }).phases.map(shown)[0];
    expect(alignOf('text+image')).toEqual(['SIMPLE text 5000/5000', 'SIMPLE image 5000/5000']);
    expect(alignOf('image-via-text')).toEqual(['SIMPLE image-via-text 10000/10000']);
  });

  test('Mix→Mix+ is one run of N rows cut in two, with one schedule', () => {
    const made = plan('mix-to-mix+', { rows: 60_000, switchAt: 0.25 });
    expect(made.phases.map(({ firstRow, rows, isContinuation }) => [firstRow, rows, isContinuation])).toEqual([
      [0, 15_000, false],
      [15_000, 45_000, true],
    ]);
    expect(made.countedRows).toBe(60_000);
    const rounded = plan('mix-to-mix+', { rows: 160_000, rounding: 'thousands' });
    expect(rounded.phases.map(({ firstRow, rows }) => firstRow + rows)).toEqual([80_000, 159_998]);
  });
});

describe('ablations', () => {
  test('reverse transfer has HARD pictures where Mix+ has HARD text', () => {
    expect(shown(main('mix+', { hardKind: 'image' })).at(-1)).toBe('HARD image 60000/60000');
    expect(main('mix+', { hardKind: 'image' }).codeOption).toBeNull();
  });

  test('Qwen on Consecutive Table Readout has MEDIUM text where Mix+ has HARD text', () => {
    const made = main('mix+', { task: 'consecutive-table-readout', hardLevel: 'medium', order: 'interleaved', rows: 30_000 });
    expect(shown(made).at(-1)).toBe('MEDIUM text 15000/15000');
  });

  test.each([
    [1, 60_000],
    [2, 30_000],
    [3, 20_000],
    [10, 6_000],
    [7, 8_571],
  ])('HARD text repeated %d times has 60,000 rows of %d examples', (hardRepeats, unique) => {
    expect(shown(main('mix+', { hardRepeats })).at(-1)).toBe(`HARD text 60000/${unique}`);
    expect(main('mix+', { hardRepeats }).rows).toBe(120_000);
  });

  test('joint training has equal thirds of three tasks in every phase', () => {
    const made = plan('align-mix+', { task: 'joint', rows: 180_000, alignRows: 6_000 });
    for (const { components, rows } of made.phases) {
      for (const task of ['table-readout', 'grid-navigation', 'visual-analogy']) {
        const ofTask = components.filter((component) => component.task === task);
        expect(ofTask.reduce((total, component) => total + component.rows, 0)).toBe(rows / 3);
      }
    }
    expect(made.phases.at(-1)?.components.map(({ rows }) => rows)).toEqual(
      [10_000, 10_000, 10_000, 30_000].flatMap((_, i, all) => (i < 3 ? all : [])),
    );
    const rounded = plan('mix+', { task: 'joint', rows: 240_000, rounding: 'thousands' });
    expect(rounded.phases[0]?.components.slice(0, 4).map(({ rows }) => rows)).toEqual([13_333, 13_333, 13_333, 40_000]);
  });

  test('other SIMPLE parts beside HARD text have the examples and rows of Mix+: N/6 and N/2', () => {
    for (const part of ['text+', 'image+', 'image-via-text+']) expect(shown(main(part))[0]).toMatch(/^SIMPLE \S+ 60000\/20000$/);
    for (const part of ['text+image+', 'text+image-via-text+', 'image+image-via-text+']) {
      expect(
        shown(main(part))
          .slice(0, 2)
          .every((line) => line.endsWith(' 30000/20000')),
      ).toBe(true);
    }
    for (const part of ['text+', 'image+', 'text+image+', 'image-via-text+', 'text+image-via-text+', 'image+image-via-text+', 'mix+']) {
      expect(shown(main(part)).at(-1)).toBe('HARD text 60000/60000');
    }
  });

  test('equal u: N for a number of examples gives that number of examples', () => {
    const request = { task: 'consecutive-table-readout' } as const;
    expect([1, 2, 3].map((epochCount) => rowsForUnique('text', 40_000, { ...request, epochCount }))).toEqual([40_000, 80_000, 120_000]);
    expect(
      ['text', 'image', 'text+image', 'image-via-text', 'mix', 'mix+', 'image-via-text+'].map((id) => rowsForUnique(id, 20_000, request)),
    ).toEqual([40_000, 60_000, 60_000, 60_000, 60_000, 120_000, 120_000]);
    for (const id of ['text', 'text+image+', 'mix+', 'image-via-text+']) {
      for (const unique of [40, 1000]) expect(main(id, { rows: rowsForUnique(id, unique, request) }).components[0]?.unique).toBe(unique);
    }
  });

  test('the internalised warm-up has thirds; the instruction data are left out, and said to be', () => {
    const [warmUp] = plan('tw-mix+', { warmUpCot: 'internalised', external: 'leave-out' }).phases;
    expect(warmUp && shown(warmUp)).toEqual(['SIMPLE text 3333/3333', 'HARD text 3333/3333']);
    expect(warmUp).toMatchObject({ rows: 6666, leftOutRows: 3334, isSequential: true, cot: 'internalised' });
    expect(plan('tw-mix+').phases[0]?.leftOutRows).toBe(0);
  });

  test('CoT options act on their own phase', () => {
    const made = plan('tw-align-mix+', { cot: 'none', alignCot: 'internalised' });
    expect(made.phases.map(({ cot, isSequential }) => [cot, isSequential])).toEqual([
      ['full', false],
      ['internalised', true],
      ['none', false],
    ]);
  });
});

describe('requests that cannot be met are refused with one message', () => {
  test.each([
    ['mixx', {}, /^strategy: expected text, image, .*tw-align-mix\+.*, got mixx$/],
    ['mix+', { rows: 0 }, /^rows: expected a whole number in 1\.\.4000000, got 0$/],
    ['mix+', { rows: 1.5 }, /^rows: expected a whole number/],
    ['mix+', { rows: Number.NaN }, /^rows: expected a whole number .*, got NaN$/],
    ['mix+', { rows: 5 }, /^rows: expected at least 6 for the Mix\+ phase, got 5: every part needs a row in each epoch$/],
    ['mix+', { rows: 17, task: 'joint' }, /^rows: expected at least 18/],
    ['mix+', { rows: 600, hardRepeats: 301 }, /^rows: expected at least 606/],
    ['align-mix+', { alignRows: 1 }, /^alignRows: expected at least 2 for the Align- phase/],
    ['tw-mix', { warmUpRows: 1 }, /^warmUpRows: expected at least 2/],
    ['mix', { seed: -1 }, /^seed: expected a whole number from 0 on, got -1$/],
    ['mix', { task: 'chess' as 'joint' }, /^task: expected consecutive-table-readout, .*joint, got chess$/],
    ['mix+', { hardLevel: 'medium' }, /^hardLevel: expected hard for table-readout, got medium: only Consecutive Table Readout has MEDIUM/],
    ['mix', { task: 'consecutive-table-readout', hardLevel: 'medium' }, /^hardLevel: expected its default with Mix, got medium: it has no HARD part/],
    ['mix', { hardKind: 'image' }, /^hardKind: expected its default with Mix, got image: it has no HARD part; choose a strategy with \+$/],
    ['align', { hardRepeats: 2 }, /^hardRepeats: .*no HARD part/],
    ['tw', { cot: 'none' }, /^cot: .*no main phase/],
    ['mix+', { alignMixture: 'mix' }, /^alignMixture: .*no alignment phase/],
    ['align', { alignRows: 20 }, /^alignRows: .*set rows/],
    ['mix+', { warmUpRows: 20_000 }, /^warmUpRows: .*no warm-up/],
    ['mix+', { switchAt: 0.3 }, /^switchAt: .*only Mix→Mix\+/],
    ['mix+', { epochCount: 1.25 }, /^epochCount: expected a multiple of 0\.5 in 0\.5\.\.20, got 1\.25$/],
    ['mix+', { hardRepeats: 0 }, /^hardRepeats: expected a whole number in 1\.\.1000, got 0$/],
    ['mix+', { cot: 'some' as 'none' }, /^cot: expected full or none or internalised or internalised-authors, got some$/],
    ['mix+', { colour: 'red' } as object, /^strategy option: expected epochs, .*, got colour$/],
    ['mix+', { rounding: 'thousands', rows: 1500 }, /^rows: expected whole thousands, got 1500: .*choose rounding exact$/],
    ['image', { rounding: 'thousands', rows: 2000 }, /^rows: expected enough for the Image phase, got 2000: rounded to thousands/],
    ['tw-mix+', { warmUpCot: 'internalised' }, /^warmUpCot: expected instruction data .*: they cannot be generated; set external to 'leave-out'/],
    ['mix+', { cot: 'internalised', rows: 251 }, /^rows: expected at least 252 in a phase that internalises the CoT, got 251/],
  ] as const)('%s with %o', (strategy, request, message) => {
    expect(() => plan(strategy, request)).toThrow(expect.objectContaining({ name: 'InputError', message: expect.stringMatching(message) }));
  });

  test('the smallest N is accepted, one less is not', () => {
    for (const id of ['text', 'image', 'text+image', 'mix', 'mix+', 'image-via-text+', 'text+image+', 'tw-align-mix+', 'mix-to-mix+']) {
      const rows = smallestRows(id, { task: 'table-readout' });
      expect(plan(id, { rows }).countedRows).toBe(rows);
      expect(() => plan(id, { rows: rows - 1 })).toThrow(/^rows: /);
    }
    expect(plan('mix+', { cot: 'internalised', rows: 252 }).countedRows).toBe(252);
  });
});
