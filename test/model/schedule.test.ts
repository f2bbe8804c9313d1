import { expect, test } from 'vitest';
import { learningRateAt } from '../../src/model/schedule.ts';

test('has the pinned values of a run of 100 steps with 3 % warm-up', () => {
  const rate = (step: number) => learningRateAt(step, 100, 1e-3, 0.03);
  // Warm-up of 3 steps: peak * 1/3, 2/3, 3/3.
  expect(rate(0)).toBeCloseTo(1e-3 / 3, 12);
  expect(rate(1)).toBeCloseTo(2e-3 / 3, 12);
  expect(rate(2)).toBe(1e-3);
  // Cosine over the other 97: peak * (1 + cos(pi k / 97)) / 2, worked out by hand.
  expect(rate(3)).toBe(1e-3);
  expect(rate(51)).toBeCloseTo(5.0809653e-4, 10); // k = 48
  expect(rate(52)).toBeCloseTo(4.9190347e-4, 10); // k = 49
  expect(rate(99)).toBeCloseTo(2.6221e-7, 10); // k = 96
  expect(rate(100)).toBe(0);
});

test('rises to the peak, then falls to nearly zero', () => {
  const rates = Array.from({ length: 1000 }, (_, step) => learningRateAt(step, 1000, 2, 0.1));
  expect(Math.max(...rates)).toBe(2);
  for (let i = 1; i < 100; i++) expect(rates[i]).toBeGreaterThan(rates[i - 1] ?? 0);
  for (let i = 101; i < 1000; i++) expect(rates[i]).toBeLessThanOrEqual(rates[i - 1] ?? 0);
  expect(rates[999]).toBeLessThan(1e-5);
  expect(Math.min(...rates)).toBeGreaterThan(0);
});

test('works at the edges: one step, no warm-up, warm-up only', () => {
  expect(learningRateAt(0, 1, 0.5, 0)).toBe(0.5);
  expect(learningRateAt(0, 1, 0.5, 0.03)).toBe(0.5);
  expect(learningRateAt(0, 10, 0.5, 0)).toBe(0.5);
  expect(learningRateAt(9, 10, 0.5, 1)).toBe(0.5);
});

test.each([
  [[-1, 10, 1, 0], 'a step of 0 or more'],
  [[0.5, 10, 1, 0], 'a step of 0 or more'],
  [[0, 0, 1, 0], 'totalSteps of 1 or more'],
  [[0, 10, Number.NaN, 0], 'a learning rate of 0 or more'],
  [[0, 10, 1, 1.5], 'a warm-up fraction in 0..1'],
] as const)('refuses %j', ([step, total, peak, warmup], message) => {
  expect(() => learningRateAt(step, total, peak, warmup)).toThrow(message);
});
