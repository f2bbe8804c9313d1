/** What figures take from a run: from evidence made by hand. */
import { describe, expect, test } from 'vitest';
import { packOutcomes } from '../../../src/lib/outcomes.ts';
import { wilson } from '../../../src/lib/statistics.ts';
import type { AttributionProbe } from '../../../src/study/analysis/attribution-probe.ts';
import { figureOf, figuresAt } from '../../../src/study/figures/catalogue.ts';
import { figureResult } from '../../../src/study/figures/figure-result.ts';
import { parseFigureResult } from '../../../src/study/figures/figure-schema.ts';
import type { Evidence, FailureCell, FigureRun } from '../../../src/study/figures/figure.ts';
import { accuracyAt, cellAt, failureAt, lengthAt, meanAccuracyAt, shareReading } from '../../../src/study/figures/readings.ts';
import { readPart } from '../../../src/study/figures/run-part.ts';
import { SCALES } from '../../../src/study/figures/scale.ts';
import { smallTask } from '../../../src/study/small-tasks.ts';
import { JOINT_TASKS } from '../../../src/study/strategies/options.ts';
import type { TaskId } from '../../../src/tasks/task.ts';

const RUN = { series: 'Mix', spec: { seed: 2, examples: 600, task: smallTask('table-readout') } } as FigureRun;
const PLACE = { series: 'Mix', seed: 2, x: 600 };

function failures(modality: FailureCell['modality'], metrics: Readonly<Record<string, number | null>>, unit = 'share'): FailureCell {
  const common = { label: '', help: '', unit, isOverExamples: true, numerator: 1, denominator: 2 };
  const found = Object.entries(metrics).map(([key, value]) => ({ ...common, key, value, interval: value === null ? null : { low: 0.1, high: 0.8 } }));
  return { level: 'hard', modality, prompt: 'direct', metrics: found };
}
const evidenceOf = (parts: Partial<Evidence>): Evidence => ({ spec: RUN.spec, evaluation: null, losses: [], gradients: [], ...parts }) as Evidence;

describe('a figure’s ids', () => {
  test.each(SCALES)('at %s are those of the catalogue, each once', (scale) => {
    expect(figuresAt(scale).map(({ id }) => id)).toEqual([
      ...['fig-3', 'fig-3-walks', 'fig-4', 'fig-5-tr', 'fig-5-gn', 'fig-5-va', 'fig-6', 'fig-6-va', 'fig-7', 'fig-9', 'fig-8', 'fig-21', 'fig-14'],
      ...[
        'fig-15-tr',
        'fig-15-gn',
        'fig-15-va',
        'fig-26',
        'fig-28',
        'fig-29',
        'fig-30',
        'fig-31',
        'table-5',
        'table-6',
        'table-12-tr',
        'table-12-va',
        'table-14',
      ],
      ...['fig-13', 'table-8', 'table-8-va', 'fig-16', 'fig-16-tr', 'fig-16-va', 'table-7'],
      ...[
        'fig-22',
        'fig-22-va',
        'fig-23',
        'fig-24',
        'fig-24-va',
        'fig-25',
        'fig-27',
        'fig-27-va',
        'table-11',
        'table-11-va',
        'table-13',
        'table-13-va',
      ],
    ]);
  });

  test('fit the gate of recorded figures', () => {
    for (const { id } of figuresAt('micro')) expect(id).toMatch(/^[a-z0-9-]{1,40}$/);
  });
});

describe('failure modes', () => {
  const evidence = evidenceOf({ failures: [failures('text', { recall: 0.25, none: null }), failures('image', { steps: 3 }, 'moves')] });

  test('are percent where they are shares, else as they are', () => {
    expect(failureAt(RUN, evidence, { panel: 'p', modality: 'text', metric: 'recall' })).toEqual([
      { panel: 'p', ...PLACE, value: 25, low: 10, high: 80 },
    ]);
    expect(failureAt(RUN, evidence, { panel: 'p', modality: 'image', metric: 'steps' })).toEqual([
      { panel: 'p', ...PLACE, value: 3, low: 0.1, high: 0.8 },
    ]);
  });

  test('that were not measured, or say nothing, are no readings; evidence of before there were any still counts', () => {
    expect(failureAt(RUN, evidence, { panel: 'p', modality: 'image', metric: 'recall' })).toEqual([]);
    expect(failureAt(RUN, evidence, { panel: 'p', modality: 'text', metric: 'none' })).toEqual([]);
    expect(failureAt(RUN, evidenceOf({}), { panel: 'p', modality: 'text', metric: 'recall' })).toEqual([]);
  });

  test('of Figure 30 and Table 14 stand where the paper has them: Mix+ once for text, once for pictures', () => {
    const fig30 = figureOf('fig-30', 'micro');
    const mix = fig30.runs(1).find(({ series }) => series === 'Mix+');
    if (mix === undefined) throw new Error('no Mix+');
    const made = evidenceOf({ failures: [failures('text', { recall: 0.5 }), failures('image', { recall: 0.75 })] });
    expect(fig30.read(mix, made).map(({ panel, series, value }) => [panel, series, value])).toEqual([
      ['recall', 'Mix+ (text)', 50],
      ['recall', 'Mix+ (image)', 75],
    ]);
    const table14 = figureOf('table-14', 'micro');
    const text = table14.runs(1).find(({ series }) => series === 'Text');
    if (text === undefined) throw new Error('no Text');
    const wrong = evidenceOf({ failures: [failures('text', { relation: 0.5 }), failures('image', { relation: 0.75 })] });
    expect(table14.read(text, wrong).map(({ panel, series, value }) => [panel, series, value])).toEqual([['Text (text)', 'common relation', 50]]);
    // Spec/s2h 8, Table 14: Mix+ on pictures, values of the options.
    expect(table14.paper).toContainEqual({ panel: 'Mix+ (image)', series: 'options: values', x: 120_000, value: 65 });
    expect(table14.paper).toHaveLength(4 * 19);
  });
});

test('shares of nothing are no readings; lengths have no interval', () => {
  expect(shareReading(RUN, 'p', { correct: 1, total: 4, low: 0.05, high: 0.7 })).toEqual([{ panel: 'p', ...PLACE, value: 25, low: 5, high: 70 }]);
  expect([shareReading(RUN, 'p', null), shareReading(RUN, 'p', { correct: 0, total: 0, low: 0, high: 1 })]).toEqual([[], []]);
  const cells = [{ level: 'hard', modality: 'image', prompt: 'convert', meanGeneratedTokens: 42 }];
  const evidence = evidenceOf({ evaluation: { step: 1, cells } as unknown as Evidence['evaluation'] });
  const at = { panel: 'p', level: 'hard', modality: 'image' } as const;
  expect(lengthAt(RUN, evidence, { ...at, prompt: 'convert' })).toEqual([{ panel: 'p', ...PLACE, value: 42, low: null, high: null }]);
  expect([lengthAt(RUN, evidence, at), cellAt(evidence, at)]).toEqual([[], undefined]);
});

describe('the tasks of a joint run', () => {
  const HARD = { level: 'hard', modality: 'image' } as const;
  const cell = (task: TaskId | undefined, right: readonly boolean[]): object => {
    const [correct, total] = [right.filter(Boolean).length, right.length];
    return {
      ...(task === undefined ? {} : { task }),
      ...HARD,
      prompt: 'direct',
      accuracy: { correct, total, ...wilson(correct, total), outcomes: packOutcomes(right) },
    };
  };
  const of = (cells: readonly object[]): Evidence => evidenceOf({ evaluation: { step: 1, cells } as unknown as Evidence['evaluation'] });
  const [own, grid, analogy] = [
    [true, false, true, true],
    [false, false, false, true],
    [false, true, false, true],
  ] as const;
  const cells = [cell('grid-navigation', grid), cell(undefined, own), cell('visual-analogy', analogy)];
  const places = ['table-readout', 'grid-navigation', 'visual-analogy'].map((task) => ({ task: task as TaskId, ...HARD }));

  test('stand apart: what names none is of the run’s own', () => {
    const at = (task: TaskId | undefined): number | undefined =>
      accuracyAt(RUN, of(cells), { panel: 'p', ...(task === undefined ? {} : { task }), ...HARD })[0]?.value;
    expect([undefined, 'table-readout', 'grid-navigation', 'visual-analogy', 'pattern-heldout-visual-analogy'].map((task) => at(task as TaskId))).toEqual([75, 75, 25, 50, undefined]); // prettier-ignore
  });

  test('have a mean with Wilson’s interval of all examples, whose outcomes stand task after task', () => {
    const [reading] = meanAccuracyAt(RUN, of(cells), 'mean', places);
    expect(reading).toMatchObject({ panel: 'mean', ...PLACE, value: 50, outcomes: packOutcomes([...own, ...grid, ...analogy]) });
    // Wilson, 6 of 12: centre 0.5, half (z / (1 + z^2 / 12)) sqrt(0.25 / 12 + z^2 / 576) = 0.24622.
    expect([reading?.low, reading?.high]).toEqual([expect.closeTo(25.378, 2), expect.closeTo(74.622, 2)]);
  });

  test('have no mean where one was not asked, no outcomes where one has none, and none of different counts', () => {
    expect(meanAccuracyAt(RUN, of(cells.slice(0, 2)), 'mean', places)).toEqual([]);
    const older = { ...cell('visual-analogy', analogy), accuracy: { correct: 2, total: 4, low: 0.1, high: 0.9 } };
    expect(meanAccuracyAt(RUN, of([...cells.slice(0, 2), older]), 'mean', places)[0]).not.toHaveProperty('outcomes');
    const longer = of([...cells.slice(0, 2), cell('visual-analogy', [...analogy, true])]);
    expect(() => meanAccuracyAt(RUN, longer, 'mean', places)).toThrow('different numbers of examples');
  });

  test('are the panels of Figure 26: a joint run gives each and their mean, a run of one task its own, Image-via-Text+ the mean alone', () => {
    const figure = figureOf('fig-26', 'nano');
    const runs = figure.runs(3);
    const found = runs.map((run): { run: FigureRun; evidence: Evidence } => {
      const evaluated = cells.filter((each) => run.spec.joint !== undefined || !('task' in each));
      const made = { backend: 'wasm', adapter: '', hours: 0, commit: '', command: '' };
      return { run, evidence: { ...of(evaluated), spec: run.spec, step: 1, made } };
    });
    const told = found.map(({ run, evidence }) => {
      const readings = figure.read(run, evidence);
      return [run.series, ...readings.map(({ panel, series, value }) => `${panel} ${value}${series === run.series ? '' : ' of another'}`)];
    });
    const all = ['mean 50', 'table-readout 75', 'grid-navigation 25', 'visual-analogy 50'];
    const alone = ['Mix+, individually', 'Align-Mix+, individually'].flatMap((series) => JOINT_TASKS.map((task) => [series, `${task} 75`]));
    expect(told).toEqual([
      ['Image, jointly', 'mean 50'],
      ['Image-via-Text+, jointly', 'mean 50'],
      ['Mix+, jointly', ...all],
      ['Align-Mix+, jointly', ...all],
      ...alone,
    ]);
    // As a file: all claims are measured, the specs are whole.
    const parts = found.map(({ run, evidence }) => readPart(figure, run, evidence));
    const result = figureResult(figure, 'nano', parts, { command: '', plannedRuns: undefined });
    const read = parseFigureResult(JSON.stringify(result), 'fig-26');
    expect(read.runs.map(({ spec }) => spec)).toEqual(runs.map(({ spec }) => spec));
    expect(read.claims.map(({ above: { panel }, outcome }) => `${panel}: ${outcome}`)).toEqual([
      ...[
        'mean: not told apart',
        'mean: not told apart',
        'mean: not told apart',
        'mean: not told apart',
        'table-readout: not told apart',
        'table-readout: not told apart',
      ],
      ...['grid-navigation: opposite', 'grid-navigation: opposite'], // 25 against 75 %
    ]);
    // All of one size and from one base, so that they differ in their tasks alone.
    expect(new Set(runs.map(({ spec: { base, examples, batchSize, preset } }) => [base, examples, batchSize, preset].join())).size).toBe(1);
    expect(runs[0]?.spec).toMatchObject({
      examples: 6000,
      task: smallTask('table-readout'),
      joint: [smallTask('grid-navigation'), smallTask('visual-analogy')],
    });
    const sides = figure.claims.flatMap(({ above, below }) => [above, below]);
    for (const { panel, series } of sides) {
      const own = told.filter(([name]) => name === series).flat();
      expect(
        own.some((text) => text.startsWith(`${panel} `)),
        `${panel} ${series}`,
      ).toBe(true);
    }
    expect(figure.claims.some(({ above, below }) => [above, below].some(({ panel }) => panel === 'visual-analogy'))).toBe(false);
  });
});

describe('attribution', () => {
  const share = (mean: number) => ({ mean, standardError: 0.1, low: mean - 0.1, high: mean + 0.1, examples: 4 });
  const places = (kept: number) => ({ own: { kept: share(kept), mass: share(0.3), area: share(0.2) } });
  const map = { title: 'r1c1', columns: 2, kept: [0.25, 0.75], own: [1] };
  const probe: AttributionProbe = {
    ...{ step: 9, split: 'eval', seed: 0, level: 'hard', method: 'gradient-input', topPercent: 1 },
    ...{ trained: places(0.5), untrained: places(0.1), maps: [map] },
  };
  const figure = figureOf('fig-28', 'micro');

  test('is percent; fresh weights and the area stand once, with the first supervision', () => {
    const [mix, align] = figure.runs(1);
    if (mix === undefined || align === undefined) throw new Error('no runs');
    const evidence = evidenceOf({ attributions: [{ ...probe, step: 3, untrained: null, maps: [] }, probe] });
    const readings = figure.read(mix, evidence).filter(({ panel }) => panel === 'own');
    expect(readings.map(({ series, x, value }) => [series, x, value])).toEqual([
      ['Mix+', 3, 50],
      ['Mix+', 9, 50],
      ['random weights', 9, 10],
      ['part of the picture', 9, 20],
    ]);
    expect(readings[0]).toMatchObject({ low: 40, high: 60 });
    expect(new Set(figure.read(align, evidence).map(({ series }) => series))).toEqual(new Set(['Align-Mix+']));
    expect(figure.maps?.(align, evidence)).toEqual([{ ...map, series: 'Align-Mix+', seed: 1, step: 9 }]);
  });
});

describe('runs', () => {
  test('of Figure 14 have equally many different examples, and Mix and Image are those of Figure 3', () => {
    const figure = figureOf('fig-14', 'nano');
    expect(figure.runs(1).map(({ series, spec, x }) => [series, spec.examples, x])).toEqual([
      ...[['Text', 1000, 500] as const, ['Text', 4000, 2000] as const],
      ...[['Image', 1500, 500] as const, ['Image', 6000, 2000] as const],
      ...[['Mix', 1500, 500] as const, ['Mix', 6000, 2000] as const],
    ]);
    const known = figureOf('fig-3', 'nano').runs(1);
    for (const { series, spec } of figure.runs(1)) if (series !== 'Text') expect(known.map((run) => run.spec)).toContainEqual(spec);
    // Figure 3: Text has 72 % on HARD text at N = 80,000, of 40,000 examples; Mix 43 % on HARD pictures at 160,000.
    expect(figure.paper).toContainEqual({ panel: 'hard-text', series: 'Text', x: 40_000, value: 72 });
    expect(figure.paper).toContainEqual({ panel: 'hard-image', series: 'Mix', x: 53_333, value: 43 });
  });

  test('of Figure 15 see equally many rows in all', () => {
    for (const { series, spec, x } of figureOf('fig-15-tr', 'nano').runs(1)) {
      expect(spec.examples + (series === 'Mix+' ? 0 : (spec.alignRows ?? 0))).toBe(x);
    }
    expect(figureOf('fig-15-tr', 'nano').paper).toContainEqual({ panel: 'hard-image', series: 'Align-Mix+', x: 250_000, value: 87.6 });
  });

  test('of Tables 5 and 6 are the same, take kinds in turns, and train on MEDIUM where HARD is MEDIUM', () => {
    const [five, six] = ['table-5', 'table-6'].map((id) => figureOf(id, 'micro'));
    expect(five?.runs(1)).toEqual(six?.runs(1));
    const ofTask = (id: TaskId) => (five?.runs(1) ?? []).filter(({ spec }) => spec.task.id === id);
    expect(ofTask('consecutive-table-readout')).toHaveLength(7);
    expect(ofTask('visual-analogy')).toHaveLength(8);
    for (const { spec } of five?.runs(1) ?? []) {
      const isMedium = spec.task.id === 'consecutive-table-readout' && spec.supervision.endsWith('+');
      expect(spec.options).toEqual(isMedium ? { order: 'interleaved', hardLevel: 'medium' } : { order: 'interleaved' });
    }
    // Spec/s2h 8: 7B, Align-Mix+ on grids at 60,000; 3B has no Align-Mix+ on Consecutive Table Readout.
    expect(six?.paper).toContainEqual({ panel: 'gn', series: 'Align-Mix+', x: 60_000, value: 58 });
    expect(five?.paper.filter(({ panel, series }) => panel === 'ctr' && series === 'Align-Mix+')).toEqual([]);
  });

  test('of Figure 25 differ in the text form alone', () => {
    const runs = figureOf('fig-25', 'micro').runs(1);
    expect(runs.map(({ series, spec }) => [series, spec.task.id === 'visual-analogy' ? spec.task.textForm : null])).toEqual(
      ['Mix+', 'Align-Mix+', '(TW) Align-Mix+'].flatMap((name) => [
        [`${name}, lossy`, 'lossy'],
        [`${name}, lossless`, 'lossless'],
      ]),
    );
  });
});
