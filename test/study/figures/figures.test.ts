/** Figures as code: what they name exists, runs are shared, and their arithmetic is right. */
import { describe, expect, test } from 'vitest';
import { figureOf, figuresAt } from '../../../src/study/figures/catalogue.ts';
import { covers, mergedMeasures, measuredSteps, NOTHING_MEASURED } from '../../../src/study/figures/figure.ts';
import type { Evidence, Figure, Reading } from '../../../src/study/figures/figure.ts';
import { judge, outcomeText } from '../../../src/study/figures/claims.ts';
import { seriesPoints } from '../../../src/study/figures/figure-result.ts';
import { accuracyAt } from '../../../src/study/figures/readings.ts';
import { measuresAt, SCALES } from '../../../src/study/figures/scale.ts';
import { planOfRun } from '../../../src/study/mixture.ts';
import { DEFAULT_SPEC, parseRunSpec, totalSteps } from '../../../src/study/run-spec-schema.ts';
import type { RunSpec } from '../../../src/study/run-spec.ts';
import { runDigest } from '../../../src/study/switch-run.ts';
import type { SeriesPoint } from '../../../src/study/figures/figure-result.ts';
import type { EvaluationCell } from '../../../src/study/events.ts';
import { taskOf } from '../../../src/tasks/registry.ts';
import { readFileSync } from 'node:fs';

const figures = SCALES.flatMap((scale) => figuresAt(scale).map((figure) => ({ scale, figure, id: figure.id })));

/** What readings may name: the runs, and what the figure itself declares. */
const seriesOf = (figure: Figure): Set<string> => new Set([...figure.runs(1).map((run) => run.series), ...(figure.series ?? [])]);

function cell(
  level: EvaluationCell['level'],
  modality: EvaluationCell['modality'],
  correct: number,
  prompt: EvaluationCell['prompt'] = 'direct',
): EvaluationCell {
  const accuracy = { correct, total: 10, low: 0.1, high: 0.9 };
  return {
    level,
    modality,
    prompt,
    accuracy,
    exactMatch: accuracy,
    cotExactMatch: null,
    conversion: null,
    robustness: null,
    meanGeneratedTokens: 30,
    truncated: 0,
  };
}

describe.each(figures)('$id at $scale', ({ figure, scale }) => {
  test('every run is a valid spec of the seed asked for, and its base is shipped', () => {
    const bases = (JSON.parse(readFileSync('public/base/index.json', 'utf8')) as { bases: { digest: string }[] }).bases.map(({ digest }) => digest);
    for (const { spec } of figure.runs(7)) {
      expect(parseRunSpec(JSON.parse(JSON.stringify(spec)))).toEqual(spec);
      expect(spec.seed).toBe(7);
      expect([null, ...bases]).toContain(spec.base);
    }
    for (const { spec } of figure.runs(7)) expect(planOfRun(spec).totalRows).toBeGreaterThanOrEqual(spec.examples);
    const digests = figure.runs(7).map(({ spec }) => runDigest(spec));
    expect(new Set(digests).size).toBe(digests.length);
  });

  test('the paper’s numbers stand in panels and series that it has', () => {
    const panels = figure.panels.map(({ id }) => id);
    const series = seriesOf(figure);
    for (const reading of figure.paper) {
      expect(panels).toContain(reading.panel);
      expect([...series]).toContain(reading.series);
      expect(reading.value).toBeGreaterThanOrEqual(0);
      expect(reading.value).toBeLessThanOrEqual(100);
    }
  });

  test('each run gives a reading for at least one panel, and only for panels that exist', () => {
    const panels = figure.panels.map(({ id }) => id);
    for (const run of figure.runs(1)) {
      const own = (['simple', 'medium', 'hard'] as const).flatMap((level) => [
        cell(level, 'text', 4),
        cell(level, 'image', 3),
        cell(level, 'image', 5, 'convert'),
      ]);
      const cells = [...own, ...(run.spec.joint ?? []).flatMap(({ id }) => own.map((each) => ({ task: id, ...each })))];
      const value = { value: 1, low: 0, high: 2 };
      const mean = { mean: 1, standardError: 0.1, low: 0, high: 2, examples: 4 };
      const scores = {
        meanNormSimple: value,
        meanNormHard: value,
        normOfMeanSimple: value,
        normOfMeanHard: value,
        alignment: value,
        cosine: value,
        adamAlignment: value,
      };
      const metrics = taskOf(run.spec.task.id).failureMetrics.map((metric) => ({ ...metric, value: 0.5, interval: { low: 0.4, high: 0.6 } }));
      const share = { kept: mean, mass: mean, area: mean, ink: mean };
      const shares = { own: share, names: share, earlier: share, path: share };
      const step = totalSteps(run.spec);
      const evidence = {
        ...{ spec: run.spec, measures: measuresAt(scale), step, evaluation: { step, cells } },
        failures: (['text', 'image'] as const).map((modality) => ({ level: 'hard', modality, prompt: 'direct', metrics })),
        attributions: [{ step, trained: shares, untrained: shares }],
        losses: [{ step, levels: [{ level: 'hard', text: mean, image: mean, conversion: mean, imageAndText: mean }] }],
        gradients: [{ step, exact: scores, estimated: scores }],
      } as unknown as Evidence; // what figures read of it
      const readings = figure.read(run, evidence);
      expect(readings.length).toBeGreaterThan(0);
      for (const reading of readings) {
        expect(panels).toContain(reading.panel);
        expect([run.series, ...(figure.series ?? [])]).toContain(reading.series);
        expect(reading.seed).toBe(1);
      }
    }
  });
});

test('an unknown figure is refused with the list', () => {
  expect(() => figureOf('fig-99', 'nano')).toThrow(/figure: expected fig-3, fig-3-walks, fig-4, .*, got "?fig-99/);
});

test('accuracies are percent of the cell that was asked for', () => {
  const spec = { seed: 2, examples: 600, task: { id: 'table-readout' } };
  const run = { series: 'Mix', spec } as Parameters<typeof accuracyAt>[0];
  const evidence = {
    spec,
    evaluation: { step: 1, cells: [cell('hard', 'text', 9), cell('hard', 'image', 3), cell('hard', 'image', 7, 'convert')] },
  } as unknown as Evidence;
  const at = { panel: 'p', level: 'hard', modality: 'image' } as const;
  expect(accuracyAt(run, evidence, at)).toEqual([{ panel: 'p', series: 'Mix', seed: 2, x: 600, value: 30, low: 10, high: 90 }]);
  expect(accuracyAt(run, evidence, { ...at, prompt: 'convert' })).toMatchObject([{ value: 70 }]);
  expect(accuracyAt(run, evidence, { ...at, level: 'medium' })).toEqual([]);
});

test('measured steps are evenly spaced on a logarithmic axis and end with the run', () => {
  const ofSteps = (steps: number): RunSpec => ({ ...DEFAULT_SPEC, supervision: 'mix', batchSize: 8, examples: 8 * steps });
  expect(measuredSteps(ofSteps(1000), 3)).toEqual([10, 100, 1000]);
  expect(measuredSteps(ofSteps(6), 6).at(-1)).toBe(6);
  expect(new Set(measuredSteps(ofSteps(6), 6)).size).toBe(measuredSteps(ofSteps(6), 6).length);
  expect(measuredSteps(ofSteps(500), 0)).toEqual([]);
  expect(measuredSteps(ofSteps(500), 1)).toEqual([500]);
  // After Align- and (TW), which are trainings of their own; a switch is none.
  const warm: RunSpec = { ...ofSteps(1000), supervision: 'tw-align-mix+', warmUpRows: 80, alignRows: 160 };
  expect(measuredSteps(warm, 3)).toEqual([40, 130, 1030]);
  expect(measuredSteps({ ...ofSteps(1000), supervision: 'mix-to-mix+', switchAt: 0.5 }, 3)).toEqual([10, 100, 1000]);
});

test('evidence covers a figure that asks for less, never one that asks for more', () => {
  const all = measuresAt('nano');
  expect(covers(all, NOTHING_MEASURED)).toBe(true);
  expect(covers(all, { ...all, hasLosses: false })).toBe(true);
  expect(covers({ ...all, hasGradients: false }, all)).toBe(false);
  expect(covers({ ...all, isConvertAsked: false }, all)).toBe(false);
  expect(covers(all, { ...NOTHING_MEASURED, hasFailures: true })).toBe(false);
  expect(covers({ ...all, hasFailures: true }, { ...NOTHING_MEASURED, hasFailures: true })).toBe(true);
  expect(covers(all, { ...all, hasAttributions: true })).toBe(false);
  expect(covers(all, { ...all, examples: all.examples + 1 })).toBe(false);
  expect(covers({ ...all, examples: all.examples + 1 }, all)).toBe(true);
  expect(covers(NOTHING_MEASURED, all)).toBe(false);
});

describe('points of a series', () => {
  const reading = (seed: number, x: number, value: number, series = 'Mix'): Reading => ({
    panel: 'p',
    series,
    seed,
    x,
    value,
    low: value - 1,
    high: value + 1,
  });

  test('of several seeds: the mean and Student’s interval', () => {
    const [point] = seriesPoints([reading(1, 10, 2), reading(2, 10, 4), reading(3, 10, 9)]);
    expect(point).toMatchObject({ x: 10, mean: 5, seeds: 3 });
    // s = sqrt((9 + 1 + 16) / 2) = 3.605551, standard error 2.081666, t(2) = 4.303
    expect(point?.high).toBeCloseTo(5 + 8.95741, 4);
    expect(point?.low).toBeCloseTo(5 - 8.95741, 4);
  });

  test('of one seed: its own interval; series and panels stay apart, in order of x', () => {
    const points = seriesPoints([reading(1, 20, 3), reading(1, 10, 2), reading(1, 10, 7, 'Text')]);
    expect(points.map(({ series, x, mean, low }) => [series, x, mean, low])).toEqual([
      ['Mix', 10, 2, 1],
      ['Mix', 20, 3, 2],
      ['Text', 10, 7, 6],
    ]);
  });

  test('where x is measured too, readings of the same step belong together', () => {
    const at = (seed: number, step: number, x: number, value: number): Reading => ({ ...reading(seed, x, value), at: step });
    const points = seriesPoints([at(1, 1, 8, 1), at(1, 9, 2, 3), at(2, 1, 10, 3), at(2, 9, 4, 5), at(2, 5, 7, 7)]);
    expect(points.map(({ x, mean, seeds }) => [x, mean, seeds])).toEqual([
      [3, 4, 2],
      [7, 7, 1],
      [9, 2, 2],
    ]);
  });

  test('seeds that agree by chance are no surer than their examples', () => {
    const zero = (seed: number): Reading => ({ panel: 'p', series: 'Mix', seed, x: 1, value: 0, low: 0, high: 3.7 });
    expect(seriesPoints([zero(1), zero(2), zero(3)])).toMatchObject([{ mean: 0, low: 0, seeds: 3 }]);
    expect(seriesPoints([zero(1), zero(2), zero(3)])[0]?.high).toBeCloseTo(3.7, 9);
  });
});

describe('claims', () => {
  const values = (numbers: readonly number[], half: number | null, x = 1): SeriesPoint['values'] =>
    numbers.map((value, i) => ({ seed: i + 1, x, value, low: half === null ? null : value - half, high: half === null ? null : value + half }));
  /** Three seeds around `mean`; of each the interval over examples is `half` on both sides. */
  const point = (series: string, x: number, mean: number, half: number | null = 1, spread = 0.5): SeriesPoint => ({
    ...{ panel: 'p', series, x, mean, seeds: 3, low: null, high: null },
    values: values([mean - spread, mean, mean + spread], half, x),
  });
  const claim = { text: 'A above B', above: { panel: 'p', series: 'A' }, below: { panel: 'p', series: 'B' } } as const;

  test.each([
    ['seeds and examples agree', [point('A', 1, 5), point('B', 1, 2)], 'holds'],
    ['the other way', [point('A', 1, 2), point('B', 1, 5)], 'opposite'],
    ['too few examples', [point('A', 1, 5, 3), point('B', 1, 2, 3)], 'not told apart'],
    ['seeds go up and down together', [point('A', 1, 5, 1, 40), point('B', 1, 2, 1, 40)], 'holds'],
    ['seeds do not agree', [point('A', 1, 5, 1, 4), point('B', 1, 2, 1, -4)], 'not told apart'],
    ['no interval over examples', [point('A', 1, 5, null, 1), point('B', 1, 2, null)], 'holds'],
    ['one side missing', [point('A', 1, 5)], 'not measured'],
    ['no common x', [point('A', 1, 5), point('B', 2, 2)], 'not measured'],
    ['the largest common x counts', [point('A', 1, 5), point('B', 1, 2), point('A', 2, 1), point('B', 2, 4), point('A', 3, 9)], 'opposite'],
  ] as const)('%s', (_, points, outcome) => {
    expect(judge(claim, points).outcome).toBe(outcome);
  });

  test('a claim that names its x is judged there or not at all', () => {
    const points = [point('A', 1, 5), point('B', 1, 2), point('A', 10, 2), point('B', 10, 5)];
    expect(judge({ ...claim, at: 10 }, points).outcome).toBe('opposite');
    expect(judge({ ...claim, at: 10 }, points.slice(0, 3)).outcome).toBe('not measured');
  });

  test('each seed counts at its own largest x', () => {
    const measured = (seed: number, x: number, value: number) => ({ seed, x, value, low: value - 0.1, high: value + 0.1 });
    const a = [measured(1, 9, 5), measured(2, 2, 0)];
    const later = [measured(1, 3, 0), measured(2, 8, 6)];
    const b = { ...point('B', 1, 1), values: [measured(1, 1, 1), measured(2, 1, 2)] };
    const points = [{ ...point('A', 5.5, 2.5), values: a }, { ...point('A', 5.6, 3), values: later }, b];
    expect(judge({ ...claim, isAtOwnLargest: true }, points)).toMatchObject({ outcome: 'holds', aboveMean: 5.5, belowMean: 1.5, x: 8.5 });
  });

  test('over the training: the mean over the steps that both sides of a seed have', () => {
    const at = (series: string, step: number, own: readonly (readonly [seed: number, value: number])[]): SeriesPoint => ({
      ...point(series, 10 * step, 0),
      at: step,
      values: own.map(([seed, value]) => ({ seed, x: 10 * step + seed, value, low: value - 0.1, high: value + 0.1 })),
    });
    const a = [at('A', 1, [[1, 9], [2, 9]]), at('A', 2, [[1, 4], [2, 6]]), at('A', 3, [[1, 6], [2, 8]])]; // prettier-ignore
    const b = [at('B', 2, [[1, 1], [2, 3]]), at('B', 3, [[1, 3], [2, 4]])]; // prettier-ignore
    expect(judge({ ...claim, isOverSteps: true }, [...a, ...b])).toMatchObject({ outcome: 'holds', aboveMean: 6, belowMean: 2.75, x: null });
    expect(judge({ ...claim, isOverSteps: true }, a).outcome).toBe('not measured');
  });

  test('the means are of the seeds that both have, as their difference is', () => {
    const [a, b] = [point('A', 1, 5), { ...point('B', 1, 2), values: values([1, 1], 1) }];
    const { aboveMean, belowMean, difference } = judge(claim, [{ ...a, values: values([4, 6, 20], 1) }, b]);
    expect([aboveMean, belowMean, difference?.mean]).toEqual([5, 1, 4]);
  });

  test('in words, a verdict of one seed says so', () => {
    expect(outcomeText({ outcome: 'holds', difference: { mean: 2, low: 1, high: 3, seeds: 3 } })).toBe('holds here too');
    expect(outcomeText({ outcome: 'holds', difference: { mean: 2, low: 1, high: 3, seeds: 1 } })).toBe(
      'holds here too, over the examples of one seed',
    );
    expect(outcomeText({ outcome: 'not told apart', difference: { mean: 0, low: -1, high: 1, seeds: 1 } })).toBe(
      'not told apart: the difference may be 0',
    );
    expect(outcomeText({ outcome: 'not told apart', difference: null })).toBe('not told apart: no interval is known');
  });

  test('the difference is over the seeds that both have', () => {
    const a = { ...point('A', 1, 5), values: values([9, 9, 6], 4) };
    const b = { ...point('B', 1, 2), values: values([0, 0], 3) };
    // 9 less 0, twice: no spread, so the examples: sqrt(4² + 3²)
    expect(judge(claim, [a, b]).difference).toEqual({ mean: 9, low: 4, high: 14, seeds: 2 });
  });

  test('each at its own largest x where x is measured too', () => {
    const points = [point('A', 1, 9), point('A', 7, 1), point('B', 1, 1), point('B', 8, 5)];
    expect(judge({ ...claim, isAtOwnLargest: true }, points)).toMatchObject({ outcome: 'opposite', aboveMean: 1, belowMean: 5, x: 7, belowX: 8 });
  });

  test.each(figures)('of $id at $scale name panels and series that it has', ({ figure }) => {
    const series = seriesOf(figure);
    for (const side of figure.claims.flatMap(({ above, below }) => [above, below])) {
      expect(figure.panels.map(({ id }) => id)).toContain(side.panel);
      expect([...series]).toContain(side.series);
    }
  });
});

test('merged measures cover both, and refuse what nothing could cover', () => {
  const gradients = { ...NOTHING_MEASURED, points: 5, examples: 16, hasGradients: true };
  const failures = { ...NOTHING_MEASURED, hasFailures: true, isConvertAsked: true };
  const both = mergedMeasures(gradients, failures);
  expect(covers(both, gradients) && covers(both, failures)).toBe(true);
  expect(mergedMeasures(failures, gradients)).toEqual(both);
  expect(() => mergedMeasures(gradients, { ...gradients, points: 3 })).toThrow('internal: measures at 5 and at 3 points');
});
