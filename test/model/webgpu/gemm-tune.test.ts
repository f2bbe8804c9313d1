import { expect, test } from 'vitest';
import { fastestOf } from '../../../src/model/webgpu/gemm-tune.ts';

/** Times by name and run: the last one holds from there on. */
const clockOf = (times: Readonly<Record<string, readonly number[]>>) => {
  const runs: Record<string, number> = {};
  const counts: Record<string, number> = {};
  const msOf = (name: string, count: number): Promise<number> => {
    const run = (runs[name] = (runs[name] ?? -1) + 1);
    counts[name] = count;
    const list = times[name] ?? [];
    return Promise.resolve(list[Math.min(run, list.length - 1)] ?? 0);
  };
  return { msOf, counts };
};

test('the fastest is chosen by its best run, warming up and disturbed runs left aside', async () => {
  const { msOf } = clockOf({ steady: [3, 2], disturbed: [900, 1.5, 50, 1.4, 50], quickOnlyAtFirst: [0, 0, 4] });
  expect(await fastestOf(['steady', 'disturbed', 'quickOnlyAtFirst'], msOf)).toBe('disturbed');
});

test('of equals the first is chosen, so a clock without resolution still gives one answer', async () => {
  expect(await fastestOf(['a', 'b'], clockOf({}).msOf)).toBe('a');
});

test('short products are measured in numbers, long ones alone', async () => {
  const { msOf, counts } = clockOf({ short: [0], middle: [5], long: [400] });
  await fastestOf(['short', 'middle', 'long'], msOf);
  expect(counts).toEqual({ short: 50, middle: 2, long: 1 });
});
