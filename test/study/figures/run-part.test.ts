import { expect, test } from 'vitest';
import { figureOf } from '../../../src/study/figures/catalogue.ts';
import type { Figure } from '../../../src/study/figures/figure.ts';
import { recordedPart } from '../../../src/study/figures/run-part.ts';
import { FIGURE_FIXTURES } from '../../support/figure-fixtures.ts';

const figure = figureOf('fig-3', 'nano');
const recorded = FIGURE_FIXTURES.lines;
const runs = [1, 2].flatMap((seed) => figure.runs(seed));

test('the parts of a recorded figure are the whole of it', () => {
  const parts = runs.map((run) => recordedPart(figure, recorded, run, runs));
  expect(parts.flatMap((part) => part?.readings ?? [])).toEqual(recorded.readings);
  expect(parts.map((part) => part?.run)).toEqual(recorded.runs);
});

test('is none of a run that differs in anything, or is not there', () => {
  const [run] = runs;
  if (run === undefined) throw new Error('no run');
  expect(recordedPart(figure, recorded, run, runs)).not.toBeNull();
  expect(recordedPart(figure, recorded, { ...run, spec: { ...run.spec, learningRate: 1e-4 } }, runs)).toBeNull();
  expect(recordedPart(figure, recorded, { ...run, series: 'Another' }, runs)).toBeNull();
  for (const third of figure.runs(3)) expect(recordedPart(figure, recorded, third, runs)).toBeNull();
});

test('steps that do not belong in the figure are left out', () => {
  const gradients = figureOf('fig-9', 'nano');
  const align = gradients.runs(1).find(({ spec }) => spec.supervision === 'align-mix+');
  if (align === undefined) throw new Error('no run');
  const readings = [3, 63, 64, 251].map((at) => ({
    panel: 'alignment',
    series: align.series,
    seed: 1,
    x: 1 / at,
    at,
    value: 5,
    low: null,
    high: null,
  }));
  const made = { backend: 'wasm', adapter: '', hours: 0, commit: '', command: '' };
  const part = recordedPart(gradients, { ...recorded, readings, runs: [{ series: align.series, spec: align.spec, step: 251, made }] }, align, [
    align,
  ]);
  expect(part?.readings.map(({ at }) => at)).toEqual([64, 251]); // Align- has 1,000 rows, 63 steps
});

test('is none where numbers cannot be told apart, or their panel is gone', () => {
  const [run] = runs;
  if (run === undefined) throw new Error('no run');
  const byRows: Figure = { ...figure, series: ['colour', 'size'] };
  expect(recordedPart(byRows, recorded, run, runs)).toBeNull();
  expect(recordedPart({ ...figure, panels: figure.panels.slice(1) }, recorded, run, runs)).toBeNull();
});

test('a run that is alone in its series has the numbers of all its steps, and its pictures', () => {
  const [first] = figure.runs(1);
  if (first === undefined) throw new Error('no run');
  const readings = [1, 2].map((x) => ({ panel: 'simple-text', series: first.series, seed: 1, x, value: 5, low: null, high: null }));
  const map = { title: 'words', series: first.series, seed: 1, step: 2, columns: 1, kept: [1], own: [0] };
  const curves = { ...recorded, readings, maps: [map, { ...map, seed: 2 }] };
  expect(recordedPart(figure, curves, first, [first])).toMatchObject({ readings, maps: [map] });
});
