/** The watch over locks of other tabs, on a clock of its own. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { makeLockWatch } from '../../workers/lock-watch.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('tells each run once when its lock is free, and stops asking when none is waited for', async () => {
  const held = new Set(['a', 'b']);
  const freed: string[] = [];
  let asked = 0;
  const locked = async (): Promise<ReadonlySet<string>> => {
    asked += 1;
    return held;
  };
  const watch = makeLockWatch({ locked, onFree: async (runId) => void freed.push(runId), everyMs: 100 });
  watch.follow([]);
  await vi.advanceTimersByTimeAsync(500);
  expect(asked).toBe(0);
  watch.follow(['a', 'b']);
  watch.follow(['a']); // the list was read again
  await vi.advanceTimersByTimeAsync(250);
  expect(freed).toEqual([]);
  expect(asked).toBe(2);
  held.delete('b');
  await vi.advanceTimersByTimeAsync(100);
  expect(freed).toEqual(['b']);
  held.delete('a');
  await vi.advanceTimersByTimeAsync(1000);
  expect(freed).toEqual(['b', 'a']);
  expect(asked).toBe(4);
});

test('a question that fails is asked again, and its run is told all the same', async () => {
  const freed: string[] = [];
  let asked = 0;
  const locked = async (): Promise<ReadonlySet<string>> => {
    asked += 1;
    if (asked === 1) throw new Error('no locks now');
    return new Set();
  };
  let tellings = 0;
  const onFree = async (runId: string): Promise<void> => {
    tellings += 1;
    if (tellings === 1) throw new Error('the database is busy');
    freed.push(runId);
  };
  makeLockWatch({ locked, onFree, everyMs: 100 }).follow(['a']);
  await vi.advanceTimersByTimeAsync(1000);
  expect(freed).toEqual(['a']);
  expect([asked, tellings]).toEqual([3, 2]);
});
