/** What a figure is estimated to cost, from timings that are made up: worked out by hand here. Choices as text. */
import { describe, expect, test } from 'vitest';
import { choiceOf, choiceText, parseChoice } from '../../../src/study/figures/figure-choice.ts';
import { answerCounts, leftMs, runCost, runsToTime, shareDone, stepFlops, stepMsAt } from '../../../src/study/figures/figure-cost.ts';
import { commandOf, plannedRuns } from '../../../src/study/figures/figure-plan.ts';
import { answerTiming, fastestMean } from '../../../src/study/figures/figure-timing.ts';
import { NOTHING_MEASURED } from '../../../src/study/figures/figure.ts';
import { totalSteps } from '../../../src/study/run-spec-schema.ts';
import { FIGURE_FIXTURES } from '../../support/figure-fixtures.ts';

const { runs } = plannedRuns({ id: 'fig-3', scale: 'nano', seeds: [1] });
const specs = runs.map(({ spec }) => spec);
const specOf = (supervision: string, examples: number) => specs.find((spec) => spec.supervision === supervision && spec.examples === examples)!;

describe('the time of a step', () => {
  test('lies on the line through two timings, and never falls with more operations', () => {
    const timings = [
      { flops: 100, stepMs: 10 },
      { flops: 300, stepMs: 20 },
    ];
    expect([100, 200, 300, 400].map((flops) => stepMsAt(flops, timings))).toEqual([10, 15, 20, 25]);
    expect(stepMsAt(200, timings.slice(0, 1))).toBe(20);
    expect(stepMsAt(300, [timings[1]!, { flops: 400, stepMs: 10 }])).toBe(20);
  });

  test('is taken on the runs with the fewest and the most operations per step', () => {
    expect(runsToTime(specs).map(({ supervision }) => supervision)).toEqual(['text', 'mix']);
    expect(runsToTime(specs.filter(({ supervision }) => supervision === 'mix'))).toHaveLength(1);
    expect(runsToTime([])).toEqual([]);
  });

  test('is the mean of the faster group, so that what is recorded once counts once', () => {
    expect(fastestMean([9, 1, 2, 4], 2)).toBe(3);
    expect(fastestMean([5, 1], 4)).toBe(3);
    expect(fastestMean([7], 4)).toBe(7);
  });
});

test('answers of two lengths tell the prompt from the tokens', () => {
  const answers = [
    { tokens: 8, ms: 100 },
    { tokens: 40, ms: 260 },
  ];
  expect(answerTiming(answers)).toEqual({ promptMs: 60, tokenMs: 5 });
  expect(answerTiming([answers[0]!, { tokens: 8, ms: 80 }])).toEqual({ promptMs: 0, tokenMs: 10 });
});

test('a run costs its start, its steps, its measurements and its answers', () => {
  const spec = specOf('mix', 1500);
  const timings = [{ flops: stepFlops(spec), stepMs: 20, startMs: 500 }];
  const { batches, tokens } = answerCounts(spec, NOTHING_MEASURED);
  expect(batches).toBe(2 * 6); // 100 examples in batches of 50; three levels as text and as picture
  expect(tokens).toBeGreaterThan(batches * 20);
  const plain = runCost(spec, NOTHING_MEASURED, timings, { promptMs: 100, tokenMs: 2 });
  expect(plain.trainMs).toBe(500 + totalSteps(spec) * 20);
  expect(plain.evaluateMs).toBe(batches * 100 + tokens * 2);
  expect(plain.ms).toBe(plain.trainMs + plain.evaluateMs);
  // Losses: 6 passes per example, 0.6 of a step's row each; gradients: 4 passes of 4 rows (measurement-cost.ts).
  const measures = { ...NOTHING_MEASURED, points: 5, examples: 16, hasLosses: true, hasGradients: true };
  const measured = runCost(spec, measures, timings, { promptMs: 0, tokenMs: 0 });
  expect(measured.trainMs - plain.trainMs).toBeCloseTo(5 * (6 * 16 * 0.6 + 4 * 16 * 4) * (20 / spec.batchSize));
  expect(answerCounts(spec, { isConvertAsked: true }).batches).toBe(2 * 9);
});

test('what is done and what is left go by the estimate first, by the pace later', () => {
  const estimate = {
    ms: 1000,
    runs: [
      { digest: 'a', trainMs: 300, evaluateMs: 100, ms: 400 },
      { digest: 'b', trainMs: 500, evaluateMs: 100, ms: 600 },
    ],
  };
  const share = shareDone(estimate, (digest) => digest === 'a', { digest: 'b', stepShare: 0.5, answerShare: 0 });
  expect(share).toBeCloseTo(0.65);
  expect(leftMs(1000, 0.02, { from: 0, elapsedMs: 999 })).toBeCloseTo(980);
  expect(leftMs(1000, 0.65, { from: 0.4, elapsedMs: 500 })).toBeCloseTo(700); // twice as slow as estimated
  expect(shareDone({ ms: 0, runs: [] }, () => false, null)).toBe(1);
});

describe('a choice', () => {
  test('is one text, in links and in keys, and is read back', () => {
    const choice = { id: 'fig-5-tr', scale: 'nano', seeds: [1, 2, 3] } as const;
    expect(choiceText(choice)).toBe('fig-5-tr-nano-s1-2-3');
    expect(parseChoice('fig-5-tr-nano-s1-2-3')).toEqual({ id: 'fig-5-tr', choice });
    expect(parseChoice('fig-5-tr-micro-s2-1-2').choice).toEqual({ id: 'fig-5-tr', scale: 'micro', seeds: [1, 2] });
    expect(commandOf(choice, 'webgpu')).toBe('npm run headless -- --figure fig-5-tr --scale nano --seeds 1,2,3 --backend webgpu');
  });

  test.each([
    ['an id alone', 'fig-3', 'fig-3'],
    ['another scale', 'fig-3-huge-s1', 'fig-3-huge-s1'],
    ['no seed', 'fig-3-nano-s', 'fig-3-nano-s'],
    ['too many seeds', `fig-3-nano-s${Array.from({ length: 11 }, (_, i) => i).join('-')}`, 'fig-3'],
    ['what is none', '../x', '../x'],
  ])('%s names a figure at most', (_, text, id) => expect(parseChoice(text)).toEqual({ id, choice: null }));

  test('of a result is its scale and the seeds of its runs', () => {
    expect(choiceOf(FIGURE_FIXTURES.lines)).toEqual({ id: 'fig-3', scale: 'nano', seeds: [1, 2] });
    expect(choiceOf({ ...FIGURE_FIXTURES.lines, runs: [] })).toBeNull();
  });
});
