/** Which step belongs to which phase, what its rows are, and its learning rate. */
import { describe, expect, test } from 'vitest';
import { batchAt } from '../../src/study/batcher.ts';
import { rowsAt } from '../../src/study/mixture.ts';
import { isFreshStart, ownerAt, phaseAt, phaseSettingsOf, phasesOf, rowsOfStep, rowsSeen, scheduleAt } from '../../src/study/phases.ts';
import { runSizes } from '../../src/study/run-sizes.ts';
import { parseRunSpec, totalSteps } from '../../src/study/run-spec-schema.ts';
import { SUPERVISIONS } from '../../src/study/run-spec.ts';
import { planOf } from '../../src/study/strategies/plan.ts';
import { rowAt } from '../../src/study/strategies/rows.ts';
import { learningRateOf } from '../../src/study/train-step.ts';
import { baseRun, study } from './specs.ts';

/** Steps of 4, 1 rows of (TW); 4, 2 of Align-; 4, 4, 3 of Mix+. */
const WHOLE = study({ supervision: 'tw-align-mix+', warmUpRows: 5, alignRows: 6, examples: 11, batchSize: 4 });
const steps = (spec = WHOLE) => Array.from({ length: totalSteps(spec) }, (_, step) => step);

describe('a run of three phases', () => {
  test('no step mixes phases, and N counts the last one', () => {
    expect(totalSteps(WHOLE)).toBe(7);
    expect(steps().map((step) => rowsOfStep(WHOLE, step))).toEqual([4, 1, 4, 2, 4, 4, 3]);
    expect([rowsOfStep(WHOLE, 7), rowsOfStep(WHOLE, 100)]).toEqual([0, 0]);
    expect([...steps(), 7, 8].map((step) => rowsSeen(WHOLE, step))).toEqual([0, 4, 5, 9, 11, 15, 19, 22, 22]);
    expect(
      steps()
        .map((step) => phaseAt(WHOLE, step))
        .map(({ index, step, firstRow }) => [index, step, firstRow]),
    ).toEqual([
      ...[[0, 0, 0], [0, 1, 4]], // prettier-ignore
      ...[[1, 0, 0], [1, 1, 4]], // prettier-ignore
      ...[[2, 0, 0], [2, 1, 4], [2, 2, 8]], // prettier-ignore
    ]);
    expect(phasesOf(WHOLE).map(({ name, isCounted }) => [name, isCounted])).toEqual([
      ['warm-up', false],
      ['align', false],
      ['main', true],
    ]);
    expect(() => phaseAt(WHOLE, 7)).toThrow(/behind the end/);
    expect(() => batchAt(WHOLE, 7)).toThrow(/behind the end/);
  });

  test('every phase begins with a fresh optimiser, the first one has it anyway', () => {
    expect(steps().filter((step) => isFreshStart(WHOLE, step))).toEqual([2, 4]);
  });

  test('every phase has a warm-up and a cosine of its own', () => {
    const spec = { ...WHOLE, learningRate: 1, warmupFraction: 0.5 };
    const cosine = (share: number) => (1 + Math.cos(Math.PI * share)) / 2;
    // W = ceil(0.5 * steps) = 1, 1, 2: the peak, then its first step of the cosine.
    const expected = [1, cosine(0), 1, cosine(0), 1 / 2, 1, cosine(0)];
    steps().forEach((step) => expect(learningRateOf(spec, step)).toBeCloseTo(expected[step] ?? -1, 12));
    const long = study({ supervision: 'align-mix', alignRows: 8, examples: 4, batchSize: 1, learningRate: 1, warmupFraction: 0 });
    expect(learningRateOf(long, 7)).toBeCloseTo(cosine(7 / 8), 12);
    expect(learningRateOf(long, 8)).toBe(1);
    expect(learningRateOf(long, 11)).toBeCloseTo(cosine(3 / 4), 12);
  });

  test('the batches are text alone in the warm-up, and their loss averages over their own rows', () => {
    for (const step of steps()) {
      const { micro, examples } = batchAt(WHOLE, step);
      expect(examples).toBe(rowsOfStep(WHOLE, step));
      if (step < 2) expect(micro.every(({ image }) => image === null)).toBe(true);
      const weight = micro.reduce((sum, { lossWeights }) => sum + lossWeights.reduce((total, value) => total + value, 0), 0);
      expect(weight).toBeCloseTo(1, 5);
    }
  });

  test('the largest passes are those of all phases', () => {
    const sizes = runSizes(study({ supervision: 'tw-align-text', warmUpRows: 4, alignRows: 4, examples: 4 }));
    expect(sizes.training.some(({ patches }) => patches > 0)).toBe(true);
  });
});

test.each([
  // Without a batch that divides them, phases end in shorter steps.
  [1, 13],
  [4, 25],
  [6, 24],
])('with a batch of %d every supervision shows the rows of its strategy, in order', (batchSize, examples) => {
  for (const supervision of SUPERVISIONS) {
    const spec = parseRunSpec(study({ supervision, examples, batchSize, alignRows: 10, warmUpRows: 9, switchAt: 0.3, seed: 5 }));
    const { alignRows, warmUpRows, switchAt } = spec;
    const settings = Object.fromEntries(Object.entries({ alignRows, warmUpRows, switchAt }).filter(([, value]) => value !== undefined));
    const plan = planOf(supervision, { task: spec.task.id, rows: examples, seed: 5, ...settings });
    const expected = plan.phases.map(({ rows }, phase) => Array.from({ length: rows }, (_, position) => rowAt(plan, phase, position)));
    const rows = steps(spec).flatMap((step) => rowsAt(spec, step));
    expect(rows.map(({ kind, key, cotShare }) => ({ ...key, kind, cotShare }))).toEqual(expected.flat());
    expect(phasesOf(spec)).toMatchObject(
      plan.phases.map(({ name, rows: seen, isCounted, isContinuation }) => ({ name, rows: seen, isCounted, isContinuation })),
    );
    const names = phasesOf(spec).flatMap(({ name, isCounted }) => (isCounted && name !== 'before-switch' ? [] : [name]));
    const settingNames = { 'warm-up': 'warmUpRows', align: 'alignRows', 'before-switch': 'switchAt', main: '' };
    expect(phaseSettingsOf(supervision)).toEqual(names.map((name) => settingNames[name]));
  }
});

describe('the switch of Mix→Mix+', () => {
  const spec = parseRunSpec(study({ supervision: 'mix-to-mix+', switchAt: 0.25, examples: 24, batchSize: 3, seed: 3 }));
  const of = (supervision: 'mix' | 'mix+') => study({ supervision, examples: 24, batchSize: 3, seed: 3 });

  test('shows the rows of a Mix run, then those of a Mix+ run', () => {
    expect(totalSteps(spec)).toBe(8);
    for (const step of steps(spec)) expect(batchAt(spec, step)).toEqual(batchAt(of(step < 2 ? 'mix' : 'mix+'), step));
  });

  test('has one schedule and one optimiser', () => {
    expect(steps(spec).some((step) => isFreshStart(spec, step))).toBe(false);
    for (const step of steps(spec)) {
      expect(scheduleAt(spec, step)).toEqual({ step, steps: 8 });
      expect(learningRateOf(spec, step)).toBe(learningRateOf(of('mix'), step));
    }
  });
});

test('runs of one phase are what they were: one schedule over all steps', () => {
  for (const spec of [study({ examples: 9, batchSize: 4 }), baseRun(), study({ supervision: 'tw', examples: 9, batchSize: 4 })]) {
    expect(phasesOf(spec)).toHaveLength(1);
    expect(totalSteps(spec)).toBe(Math.ceil(spec.examples / spec.batchSize));
    for (const step of steps(spec)) {
      expect(rowsOfStep(spec, step)).toBe(Math.min(spec.batchSize, spec.examples - step * spec.batchSize));
      expect(scheduleAt(spec, step)).toEqual({ step, steps: totalSteps(spec) });
      expect(isFreshStart(spec, step)).toBe(false);
      expect(ownerAt(spec, step)).toBe(spec);
    }
  }
});
