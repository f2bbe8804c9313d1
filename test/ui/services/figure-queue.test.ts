/** The queue of figures on the page: order, pause and resume, the visitor's own runs first, what a reload finds, what removing leaves. Against a worker that is made up. */
import { signal } from '@preact/signals-core';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, test } from 'vitest';
import type { FigureChoice } from '../../../src/study/figures/figure-choice.ts';
import { plannedRuns } from '../../../src/study/figures/figure-plan.ts';
import { openDatabase } from '../../../src/study/database.ts';
import { FIGURE_DATABASE, openJobStore } from '../../../src/study/figures/figure-jobs.ts';
import { FigureQueue } from '../../../src/ui/services/figure-queue.ts';
import { runDigest } from '../../../src/study/switch-run.ts';
import { ESTIMATE, fakeFigureWorker } from '../../support/fake-figure-worker.ts';
import { FIGURE_FIXTURES } from '../../support/figure-fixtures.ts';

const A: FigureChoice = { id: 'fig-16', scale: 'micro', seeds: [1] };
const B: FigureChoice = { id: 'fig-4', scale: 'micro', seeds: [1] };
const [KEY_A, KEY_B] = ['fig-16-micro-s1', 'fig-4-micro-s1'];

const busyRun = signal<string | null>(null);

async function page(worker = fakeFigureWorker()) {
  const queue = new FigureQueue({ open: () => worker, store: openJobStore(), prefer: () => 'wasm', busyRun: () => busyRun.value });
  await queue.load();
  return { queue, worker };
}

async function until(read: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !read(); i++) await new Promise((resolve) => setTimeout(resolve, 1));
  expect(read()).toBe(true);
}

const states = (queue: FigureQueue) => queue.jobs.value.map(({ choice, state }) => `${choice.id} ${state}`);

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  busyRun.value = null;
});

test('figures are made one after the other, in an order that can be changed', async () => {
  const { queue, worker } = await page();
  await queue.add(A, ESTIMATE);
  await queue.add(B, ESTIMATE);
  const C: FigureChoice = { ...A, seeds: [2] };
  await queue.add(C, ESTIMATE);
  await until(() => queue.running.value === KEY_A);
  await queue.up('fig-16-micro-s2');
  expect(states(queue)).toEqual(['fig-16 running', 'fig-16 waiting', 'fig-4 waiting']);
  worker.finish();
  await until(() => queue.running.value === 'fig-16-micro-s2');
  worker.finish();
  await until(() => queue.running.value === KEY_B);
  worker.finish();
  await until(() => states(queue).every((state) => state.endsWith('done')));
  expect(worker.made()).toEqual(['fig-16', 'fig-16', 'fig-4']);
});

test('a paused figure stands until it is resumed, and the next one goes on', async () => {
  const { queue, worker } = await page();
  await queue.add(A, ESTIMATE);
  await until(() => queue.running.value === KEY_A);
  await queue.pause(KEY_A);
  await until(() => queue.running.value === null);
  expect(states(queue)).toEqual(['fig-16 paused']);
  expect(queue.problem.value).toBe('');
  await queue.resume(KEY_A);
  await until(() => queue.running.value === KEY_A);
  worker.fail('full');
  await until(() => queue.find(KEY_A)?.state === 'failed');
  expect(queue.find(KEY_A)?.message).toBe('full');
});

test('the visitor’s own runs come first: the figure stops and goes on by itself', async () => {
  const { queue, worker } = await page();
  await queue.add(A, ESTIMATE);
  await until(() => queue.running.value === KEY_A);
  busyRun.value = 'mine';
  await until(() => queue.running.value === null);
  expect(states(queue)).toEqual(['fig-16 waiting']);
  await queue.estimate(B);
  expect(queue.asked.value).toMatchObject({ kind: 'failed', message: expect.stringContaining('The run mine trains') });
  busyRun.value = null;
  await until(() => queue.running.value === KEY_A);
  expect(worker.made()).toEqual(['fig-16', 'fig-16']);
});

test('after a reload nothing runs by itself, and results are there', async () => {
  const { queue, worker } = await page();
  await queue.estimate(A);
  expect(queue.asked.value).toMatchObject({ kind: 'estimated', estimate: ESTIMATE });
  await queue.add(A, ESTIMATE);
  await queue.add(B, ESTIMATE);
  await until(() => queue.find(KEY_A)?.state === 'running');
  const text = JSON.stringify(FIGURE_FIXTURES.rows);
  worker.say({ type: 'result', text });
  expect(queue.results.value.get(KEY_A)?.text).toBe(text);
  await openJobStore().keepResult(A, text);
  const after = await page();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(states(after.queue)).toEqual(['fig-16 paused', 'fig-4 paused']);
  expect(after.queue.find(KEY_A)?.message).toMatch(/interrupted.*Resume/);
  expect(after.queue.results.value.get(KEY_A)?.result.title).toBe(FIGURE_FIXTURES.rows.title);
  expect(after.worker.calls).toEqual([]);
});

test('cancelling drops what is not finished, removing what no other figure needs', async () => {
  const [shared, own] = plannedRuns(A).runs.map(({ spec }) => runDigest(spec));
  const database = openDatabase(FIGURE_DATABASE);
  await database.write(async (transaction) => {
    for (const digest of [shared, own]) for (const what of ['evidence', 'unfinished']) transaction.put(`${what}/${digest}/end`, {});
    transaction.put(`checkpoint/${own}`, {});
  });
  const keys = (): Promise<string[]> => database.read((transaction) => transaction.keys());
  const { queue, worker } = await page();
  await queue.add(A, ESTIMATE);
  await queue.add(B, ESTIMATE);
  await until(() => queue.find(KEY_A)?.state === 'running');
  worker.say({ type: 'result', text: JSON.stringify(FIGURE_FIXTURES.rows) });
  await queue.cancel(KEY_A);
  expect(queue.find(KEY_A)?.state).toBe('cancelled');
  expect(await keys()).not.toContain(`checkpoint/${own}`);
  await until(() => queue.running.value === KEY_B);
  await queue.cancel(KEY_B); // without a result nothing of it stays in the list
  expect(states(queue)).toEqual(['fig-16 cancelled']);
  await queue.add(B, ESTIMATE);
  await queue.remove(KEY_A);
  const left = await keys();
  expect(left.filter((key) => key.includes(own ?? '?'))).toEqual([]);
  expect(left).toContain(`evidence/${shared}/end`);
  expect(left).toContain(`job/${KEY_B}`);
  expect(left).not.toContain(`job/${KEY_A}`);
  await queue.removeAll(); // B is being made
  expect(queue.jobs.value).toEqual([]);
  expect((await keys()).filter((key) => key.startsWith('job/'))).toEqual([]);
});
