import { expect, test } from 'vitest';
import type { GradientProbe } from '../../../src/study/analysis/gradient-probe.ts';
import { measureMs, passesOf } from '../../../src/study/analysis/measurement-cost.ts';
import type { LevelLosses } from '../../../src/study/analysis/loss-probe.ts';
import { gradientFigure, gradientTable, lossFigure, lossTable, measurementsCsv } from '../../../src/study/figures/live-figures.ts';
import type { LiveRun } from '../../../src/study/figures/live-figures.ts';
import { figureSvg, sheetSvg } from '../../../src/study/figures/plot.ts';
import { panelSummary, plotPoints } from '../../../src/study/figures/words.ts';
import { DEFAULT_SPEC } from '../../../src/study/run-spec-schema.ts';
import { defined, gradientProbe, lossProbe } from '../../support/measurements.ts';

const run = (name: string, steps: readonly number[], seed = 1): LiveRun => ({
  ...{ name, spec: { ...DEFAULT_SPEC, seed }, step: 9, adapter: 'webgpu: acme', ms: 90_000 },
  measured: { losses: steps.map((step) => lossProbe(step)), gradients: steps.map((step) => gradientProbe(step)) },
});
const loss = (step: number, level: string, key: Exclude<keyof LevelLosses, 'level'>) =>
  lossProbe(step).levels.find((each) => each.level === level)?.[key].mean;

test('losses stand at their steps, hard and simple apart, with their intervals', () => {
  const figure = lossFigure([run('a', [1, 5])], true);
  expect(figure.panels.map(({ id }) => id)).toEqual(['image', 'conversion', 'imageAndText']);
  const points = plotPoints(figure, 'conversion', 'ours');
  expect(points.map(({ series, x, mean }) => [series, x, mean])).toEqual([
    ['a, hard', 1, loss(1, 'hard', 'conversion')],
    ['a, hard', 5, loss(5, 'hard', 'conversion')],
    ['a, simple', 1, loss(1, 'simple', 'conversion')],
    ['a, simple', 5, loss(5, 'simple', 'conversion')],
  ]);
  expect(points[0]?.low).toBe(lossProbe(1).levels[1]?.conversion.low);
  expect(plotPoints(lossFigure([run('a', [1, 5])], false), 'image', 'ours').map(({ series }) => series)).toEqual(['a', 'a']);
});

test('runs are never a mean of each other: other seeds and equal names stay apart', () => {
  const figure = gradientFigure([run('a', [1, 5], 1), run('a', [5], 2), run('b', [5], 3)]);
  expect(plotPoints(figure, 'cosine', 'ours').map(({ series }) => series)).toEqual(['a', 'a', 'a (2)', 'b']);
  const summary = panelSummary(figure, 'cosine', 'ours');
  expect(summary).toContain('ours, runs of this browser: one seed');
  expect(summary).not.toContain('mean of');
});

test('gradients stand at their norm on simple pictures, all three scores', () => {
  const { exact } = gradientProbe(5);
  const figure = gradientFigure([run('a', [5])]);
  const values = figure.panels.map(({ id }) => plotPoints(figure, id, 'ours')[0]).map((point) => [point?.x, point?.mean, point?.low]);
  expect(values).toEqual(
    [exact.alignment, exact.cosine, defined(exact.adamAlignment)].map(({ value, low }) => [exact.meanNormSimple.value, value, low]),
  );
});

test('an Adam score that is not defined is named, and in no chart, interval or number of a file', () => {
  const [probe, other] = [gradientProbe(1), gradientProbe(5)];
  const undefinedAt1: GradientProbe = {
    ...probe,
    exact: { ...probe.exact, adamAlignment: null },
    estimated: { ...probe.estimated, adamAlignment: null },
    relativeError: { ...probe.relativeError, adamAlignment: null },
  };
  const runs: LiveRun[] = [{ ...run('a', []), measured: { losses: [], gradients: [undefinedAt1, other] } }];
  const figure = gradientFigure(runs);
  expect(plotPoints(figure, 'adam', 'ours').map(({ mean }) => mean)).toEqual([defined(other.exact.adamAlignment).value]);
  expect(plotPoints(figure, 'alignment', 'ours')).toHaveLength(2);
  expect(figure.panels.map(({ title }) => title)[2]).toBe('Adam update alignment (Eq. 8), not defined at 1 of 2');
  expect(gradientTable(runs).rows[0]?.cells[3]).toBe('not defined here: the update has no clear direction');
  const rows = measurementsCsv('gradients', runs, () => 'link')
    .trim()
    .split('\n');
  const [columns = ''] = rows;
  expect(columns).toMatch(/,examples,link,note$/);
  const adam = rows.filter((row) => row.includes(',1,exact,adamAlignment,') || row.includes(',1,relative error,adamAlignment,'));
  expect(adam).toEqual([
    expect.stringMatching(/,1,exact,adamAlignment,,,,8,link,not defined here: the update has no clear direction$/),
    expect.stringMatching(/,1,relative error,adamAlignment,,,,8,link,not defined here: the update has no clear direction$/),
  ]);
});

test('a norm of step 0 far beyond all others is named and stretches no axis', () => {
  const withNorm = (step: number, norm: number): GradientProbe => {
    const { exact, ...others } = gradientProbe(step);
    return { ...others, exact: { ...exact, meanNormSimple: { value: norm, low: norm, high: norm } } };
  };
  const of = (...gradients: GradientProbe[]) => gradientFigure([{ ...run('a', []), measured: { losses: [], gradients } }]);
  const xs = (figure: ReturnType<typeof of>) => plotPoints(figure, 'cosine', 'ours').map(({ x }) => x);
  const far = of(withNorm(0, 1.2e5), withNorm(3, 2), withNorm(9, 1));
  expect(xs(far)).toEqual([1, 2]);
  expect(far.panels[0]?.xLabel).toBe('mean norm, simple pictures; not step 0 (120,000)');
  expect(far.lookFor).toContain('Not drawn, since it would stretch the axis: step 0 of a, at a norm of 120,000; it is in the table and the CSV.');
  // A near one is drawn, and so is a far one of a later step, or all there is.
  expect(xs(of(withNorm(0, 15), withNorm(3, 2)))).toEqual([2, 15]);
  expect(xs(of(withNorm(1, 1e5), withNorm(3, 2)))).toEqual([2, 1e5]);
  expect(xs(of(withNorm(0, 1e5)))).toEqual([1e5]);
});

test.each([
  ['a few near steps', [3, 5, 9], false],
  ['steps of several sizes', [3, 30], true],
  ['a measurement before the first step', [0, 100], false],
])('%s: the axis of steps is logarithmic where that helps', (_, steps, isXLogarithmic) => {
  const figure = lossFigure([run('a', steps)], false);
  expect(figure.panels.every((panel) => panel.isXLogarithmic === isXLogarithmic)).toBe(true);
  expect(plotPoints(figure, 'image', 'ours')).toHaveLength(steps.length);
});

test('charts and the exported sheet are drawn and say whose they are', () => {
  for (const figure of [lossFigure([run('a', [1, 5])], true), gradientFigure([run('a', [5])])]) {
    for (const { id } of figure.panels)
      expect(figureSvg(figure, id, { theme: 'light', widthPx: 340, heightPx: 280 })).toContain('runs of this browser');
    const { svg } = sheetSvg(figure, { theme: 'print', widthPx: 960 });
    expect(svg).toContain('webgpu in 2 min');
    expect(svg).toContain(figure.question);
  }
});

test('tables have a row for each measurement, with steps', () => {
  const table = lossTable([run('a', [1, 5]), run('b', [])]);
  expect(table.rows.map(({ head }) => head)).toEqual(['a, step 1, simple', 'a, step 1, hard', 'a, step 5, simple', 'a, step 5, hard']);
  for (const { cells } of table.rows) expect(cells).toHaveLength(table.columns.length - 1);
  const gradients = gradientTable([run('a', [1, 5])]);
  expect(gradients.rows.map(({ head }) => head)).toEqual(['a, step 1', 'a, step 5']);
  for (const { cells } of gradients.rows) expect(cells).toHaveLength(gradients.columns.length - 1);
});

test('the projection stands beside the full space with its error, and luck is never more than all', () => {
  const probe = gradientProbe(5);
  const all: LiveRun = { ...run('a', []), measured: { losses: [], gradients: [{ ...probe, noiseShare: { simple: 1.2, hard: 0.25 } }] } };
  const cells = gradientTable([all]).rows[0]?.cells ?? [];
  expect(cells[4]).toContain(`(${(100 * probe.relativeError.alignment).toFixed(1)} %)`);
  expect(cells.at(-2)).toBe('all, 25 %');
});

test('files hold every number unrounded, and a hostile name is only a name', () => {
  const rows = measurementsCsv('losses', [run('a', [1])], () => 'https://a.page/#n3.x')
    .trim()
    .split('\n');
  expect(rows).toHaveLength(1 + 2 * 4);
  const { mean, low, high } = lossProbe(1).levels[1]?.image ?? {};
  expect(rows).toContain(`a,${DEFAULT_SPEC.task.id},${DEFAULT_SPEC.supervision},1,1,hard,image,${mean},${low},${high},8,https://a.page/#n3.x,`);
  const gradients = measurementsCsv('gradients', [run('=1+1,"x"', [2])], () => 'https://a.page/#n3.x')
    .trim()
    .split('\n');
  expect(gradients).toHaveLength(1 + 3 * 7); // full space, projection, its error
  expect(gradients.filter((row) => row.includes(',relative error,'))).toHaveLength(7);
  expect(gradients[1]).toMatch(/^"'=1\+1,""x""",/);
  expect(gradients[1]).toContain(',2,exact,');
});

test('a measurement costs so many passes, each a part of a training step', () => {
  expect([passesOf('losses', 20), passesOf('gradients', 20)]).toEqual([120, 80]);
  expect(measureMs('gradients', 20, { stepMs: 320, batchSize: 16 })).toBeCloseTo(80 * 4 * 20, 9);
  expect(measureMs('losses', 20, { stepMs: 320, batchSize: 16 })).toBeCloseTo(120 * 0.6 * 20, 9);
});
