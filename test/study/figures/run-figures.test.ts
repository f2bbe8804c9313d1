/** Charts of the Train and Result cells as figures and tables. */
import { expect, test } from 'vitest';
import { sheetSvg } from '../../../src/study/figures/plot.ts';
import type { MadeRun } from '../../../src/study/figures/live-figures.ts';
import { accuracyCsv, accuracyFigure, curveCsv, curveFigure } from '../../../src/study/figures/run-figures.ts';
import type { RunCurve } from '../../../src/study/figures/run-figures.ts';
import { panelSummary, plotPoints } from '../../../src/study/figures/words.ts';
import { DEFAULT_SPEC } from '../../../src/study/run-spec-schema.ts';
import { evaluationOf } from '../../support/fake-trainer.ts';
import { elementsOf, readXml, textIn } from '../../support/xml.ts';

const made = (name: string, seed = 1): MadeRun => ({ name, spec: { ...DEFAULT_SPEC, seed }, step: 9, adapter: 'webgpu: acme', ms: 90_000 });
const curve = (run: MadeRun, quantity: string, values: readonly number[]): RunCurve => ({
  run,
  quantity,
  steps: values.map((_, i) => i + 1),
  values,
});
const LINEAR = { areKinds: false, isLogarithmic: false };
const PRINT = { theme: 'print', widthPx: 960 } as const;
const linkOf = ({ seed }: { seed: number }): string => `https://example.org/#${seed}`;
const { cells } = evaluationOf(8, 10, 8);
const ABOUT = { title: 'Accuracy by level, Readout', question: 'Share of examples.' };

test('every run is a curve of its own, also of one name; the kinds of one run are told by their names', () => {
  const figure = curveFigure([curve(made('a'), 'loss', [3, 2]), curve(made('a', 2), 'loss', [5])], LINEAR);
  expect(plotPoints(figure, 'loss', 'ours').map(({ series, x, mean }) => [series, x, mean])).toEqual([
    ['a', 1, 3],
    ['a', 2, 2],
    ['a (2)', 1, 5],
  ]);
  const kinds = curveFigure([curve(made('a'), 'value', [3]), curve(made('a'), 'sum', [4])], { ...LINEAR, areKinds: true });
  expect(plotPoints(kinds, 'loss', 'ours').map(({ series }) => series)).toEqual(['value', 'sum']);
  expect(kinds.title).toBe('Loss per kind of token, a');
  expect(kinds.runs).toHaveLength(1);
});

test('on a logarithmic axis ten times the loss is as far everywhere, and what is not above 0 is left out', () => {
  const figure = curveFigure([curve(made('a'), 'loss', [100, 10, 1, 0])], { ...LINEAR, isLogarithmic: true });
  const svg = readXml(sheetSvg(figure, PRINT).svg);
  const ys = [...elementsOf(svg)].filter(({ name }) => name === 'circle').map(({ attributes }) => Number(attributes['cy']));
  expect(ys).toHaveLength(3);
  expect(ys[1]! - ys[0]!).toBeCloseTo(ys[2]! - ys[1]!, 1);
  expect(ys[1]! - ys[0]!).toBeGreaterThan(20);
  expect(textIn(svg)).toContain('loss, nats (log scale)');
});

test('a long curve is a line without dots, a short one has them', () => {
  const dotsOf = (points: number): number => {
    const figure = curveFigure(
      [
        curve(
          made('a'),
          'loss',
          Array.from({ length: points }, (_, i) => 3 / (i + 1)),
        ),
      ],
      LINEAR,
    );
    const all = [...elementsOf(readXml(sheetSvg(figure, PRINT).svg))];
    expect(all.some(({ attributes }) => attributes['stroke-width'] === '2')).toBe(true);
    return all.filter(({ name }) => name === 'circle').length;
  };
  expect(dotsOf(20)).toBe(20);
  expect(dotsOf(400)).toBe(0);
});

test('the sheet says what it shows, what made it and how to make it again, and claims no figure of the paper', () => {
  const words = textIn(
    readXml(sheetSvg(curveFigure([curve(made('a'), 'loss', [3, 2])], LINEAR), { ...PRINT, links: ['https://example.org/#1'] }).svg),
  );
  expect(words).toContain('Again: https://example.org/#1');
  expect(words).toContain('webgpu in 2 min');
  expect(words).toContain('Loss of each training step');
  expect(words).not.toContain('Re-enacts');
});

test('accuracies stand at their levels by name, with Wilson intervals, text and pictures apart', () => {
  const figure = accuracyFigure(ABOUT, [{ ...made('a'), cells }]);
  const [simple] = cells;
  const [first] = plotPoints(figure, 'text', 'ours');
  expect(first).toMatchObject({ series: 'a', x: 0, mean: 10 * simple!.accuracy.correct, low: 100 * simple!.accuracy.low });
  const words = textIn(readXml(sheetSvg(figure, PRINT).svg));
  for (const part of ['simple', 'medium', 'hard', 'problem given as a picture', ABOUT.title]) expect(words).toContain(part);
  expect(panelSummary(figure, 'image', 'ours')).toContain('by level');
});

test('a single level is named below, and answers begun by “Convert” are in no chart', () => {
  const one = cells.filter(({ level }) => level === 'hard');
  const figure = accuracyFigure(ABOUT, [{ ...made('a'), cells: [...one, { ...one[0]!, prompt: 'convert' }] }]);
  expect(figure.readings).toHaveLength(2);
  expect(textIn(readXml(sheetSvg(figure, PRINT).svg))).toContain('accuracy, % (level: hard)');
});

test('tables have all points and shares, the settings of the run, and its link', () => {
  const [head, ...rows] = curveCsv([curve(made('a, b', 7), 'loss', [3, 2])], linkOf)
    .trimEnd()
    .split('\n');
  expect(head).toBe('run,task,supervision,seed,step,quantity,value,link');
  expect(rows).toEqual(
    [1, 2].map((step) => `"a, b",${DEFAULT_SPEC.task.id},${DEFAULT_SPEC.supervision},7,${step},loss,${4 - step},https://example.org/#7`),
  );
  const [, first, ...others] = accuracyCsv([{ ...made('a'), step: 8, cells }], linkOf)
    .trimEnd()
    .split('\n');
  const { correct, low, high } = cells[0]!.accuracy;
  const numbers = [10 * correct, 100 * low, 100 * high, correct, 10].join(',');
  expect(first).toBe(`a,${DEFAULT_SPEC.task.id},${DEFAULT_SPEC.supervision},1,8,simple,text,direct,accuracy,${numbers},https://example.org/#1`);
  expect(others).toHaveLength(cells.length * 3 - 1);
  const another = cells.slice(0, 1).map((cell) => ({ task: 'grid-navigation' as const, ...cell })); // of a joint run
  expect(accuracyCsv([{ ...made('a'), step: 8, cells: another }], linkOf)).toContain(`\na,grid-navigation,${DEFAULT_SPEC.supervision},1,8,simple,`);
});
