import { expect, test } from 'vitest';
import { INTERACTIVE_TIMES, makeCheckpointTiming } from '../../src/study/checkpoint-timing.ts';

/** Steps after which a checkpoint was due, of 400 steps of `stepMs` each. */
function due(stepMs: number, times: typeof INTERACTIVE_TIMES | null): number[] {
  let now = 0;
  const timing = makeCheckpointTiming({ everySteps: 100, times, clock: () => now, step: 0 });
  const steps: number[] = [];
  for (let step = 1; step <= 400; step++) {
    now += stepMs;
    if (!timing.isDue(step, false)) continue;
    timing.tried(step);
    steps.push(step);
  }
  return steps;
}

test('by steps alone the clock changes nothing', () => {
  for (const stepMs of [1, 1000, 100_000]) expect(due(stepMs, null)).toEqual([100, 200, 300, 400]);
});

test('slow steps are saved every 30 s, fast ones no sooner than every 2 s', () => {
  expect(due(100, INTERACTIVE_TIMES)).toEqual([100, 200, 300, 400]);
  expect(due(600, INTERACTIVE_TIMES)).toEqual([50, 100, 150, 200, 250, 300, 350, 400]);
  expect(due(100_000, INTERACTIVE_TIMES)).toHaveLength(400);
  expect(due(8, INTERACTIVE_TIMES)).toEqual([250]);
  expect(due(1, INTERACTIVE_TIMES)).toEqual([]);
});

test('before something long the steps done are saved, and time spent paused does not count', () => {
  let now = 0;
  const timing = makeCheckpointTiming({ everySteps: 100, times: INTERACTIVE_TIMES, clock: () => now, step: 40 });
  now = 1999;
  expect(timing.isDue(41, true)).toBe(false);
  now = 2000;
  expect([timing.isDue(41, true), timing.isDue(41, false)]).toEqual([true, false]);
  now = 1e6;
  timing.began();
  expect(timing.isDue(42, false)).toBe(false);
  now += 2000;
  expect([timing.isDue(139, false), timing.isDue(140, false)]).toEqual([false, true]);
});
