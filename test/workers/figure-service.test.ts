/** Figures made by the worker's service: whole, in parts over a reload, shared, cancelled, with a full disk and a lost device; and what they cost. */
import { IDBFactory, IDBObjectStore } from 'fake-indexeddb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as tf from '../../src/model/tf.ts';
import type { FigureChoice } from '../../src/study/figures/figure-choice.ts';
import { plannedRuns } from '../../src/study/figures/figure-plan.ts';
import type { Evidence } from '../../src/study/figures/figure.ts';
import { runDigest } from '../../src/study/switch-run.ts';
import { figureHost, NO_ESTIMATE } from './figure-host.ts';
import type { FigureHost } from './figure-host.ts';

const choiceOf = (id: string): FigureChoice => ({ id, scale: 'micro', seeds: [1] });
/** Two runs, three and six steps. */
const SMALL = choiceOf('fig-16-tr');
/** Two runs; the first is also the second of OTHER's three. */
const FIGURE = choiceOf('fig-16');
const OTHER = choiceOf('fig-4');
const ask = (choice: FigureChoice, estimate = NO_ESTIMATE) => ({ choice, prefer: null, estimate });

async function evidenceOf({ store }: FigureHost, choice: FigureChoice): Promise<unknown[]> {
  const all = await Promise.all(plannedRuns(choice).runs.map(({ spec }) => store.evidence(spec)));
  return all.flat().map(({ made: _, ...evidence }: Evidence) => evidence); // times differ
}

const digestsOf = (choice: FigureChoice): string[] => plannedRuns(choice).runs.map(({ spec }) => runDigest(spec));

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});
afterEach(() => {
  vi.restoreAllMocks();
});

test('a figure in parts over a reload has the evidence of one made at once, and trains no step twice', async () => {
  const whole = figureHost();
  expect(await whole.handlers.make(ask(SMALL))).toEqual({ isDone: true });
  const [result] = whole.results().slice(-1);
  expect(result?.runs.map(({ series }) => series)).toEqual(['Align-Mix+', '(TW) Align-Mix+']);
  expect(result?.plannedRuns).toBeUndefined();
  const expected = await evidenceOf(whole, SMALL);
  expect(expected).toHaveLength(2);

  globalThis.indexedDB = new IDBFactory();
  const before = figureHost((count) => {
    if (count === whole.trained.length - 3) void before.handlers.stop({});
  });
  expect(await before.handlers.make(ask(SMALL))).toEqual({ isDone: false });
  const steps = before.trained.length;
  const after = figureHost();
  expect(await after.handlers.make(ask(SMALL))).toEqual({ isDone: true });
  expect(await evidenceOf(after, SMALL)).toEqual(expected);
  expect(after.results().at(-1)?.readings).toEqual(result?.readings);
  expect([...before.trained.slice(0, steps), ...after.trained]).toEqual(whole.trained);
  // Nothing is left of runs that are done but their evidence.
  for (const { spec } of plannedRuns(SMALL).runs) expect(await after.store.checkpoint(spec)).toBeNull();
}, 120_000);

test('another figure takes the runs it shares, and an estimate leaves them out', async () => {
  const tensors = tf.memory().numTensors;
  const { handlers, results, trained } = figureHost();
  const first = await handlers.estimate({ choice: FIGURE, prefer: null });
  expect(first).toMatchObject({ backend: 'wasm', knownRuns: 0, memoryBytes: null });
  expect(first?.runs.map(({ digest }) => digest)).toEqual(digestsOf(FIGURE));
  expect(first?.storedBytes).toBeGreaterThan(100_000);
  expect(first?.ms).toBeCloseTo(first?.runs.reduce((sum, { trainMs, evaluateMs }) => sum + trainMs + evaluateMs, 0) ?? 0);
  await handlers.make(ask(FIGURE, first ?? NO_ESTIMATE));
  expect(tf.memory().numTensors).toBe(tensors);
  const { cost, runs, readings } = results().at(-1) ?? {};
  expect(cost?.estimatedMs).toBe(first?.ms);
  expect(cost?.actualMs).toBeCloseTo(3_600_000 * (runs ?? []).reduce((sum, { made }) => sum + made.hours, 0));
  const other = await handlers.estimate({ choice: OTHER, prefer: null });
  expect(other).toMatchObject({ knownRuns: 1, runs: [{ digest: digestsOf(OTHER)[0] }, { digest: digestsOf(OTHER)[2] }] });
  trained.length = 0;
  expect(await handlers.make(ask(FIGURE))).toEqual({ isDone: true });
  expect(trained).toEqual([]);
  expect(results().at(-1)?.readings).toEqual(readings);
}, 120_000);

test('progress goes up to the whole, and a lost device is opened again once', async () => {
  let losesAt = -1;
  const { handlers, events, notes, results, trained } = figureHost((count, engine) => {
    if (count === losesAt) engine.lose();
  });
  const estimate = await handlers.estimate({ choice: SMALL, prefer: null });
  losesAt = trained.length + 5; // in the second run
  events.length = 0;
  expect(await handlers.make(ask(SMALL, estimate ?? NO_ESTIMATE))).toEqual({ isDone: true });
  expect(notes()).toHaveLength(1);
  const shares = events.flatMap((event) => (event.type === 'progress' ? [event.progress.share] : []));
  expect(shares.at(-1)).toBeCloseTo(1);
  // Once it goes back, to the checkpoint.
  expect(shares.filter((share, i) => share < (shares[i - 1] ?? 0))).toHaveLength(1);
  expect(results().at(-1)?.runs).toHaveLength(2);
}, 120_000);

test('a device that is lost twice ends the figure with what to do', async () => {
  const { handlers, notes } = figureHost((_, engine) => engine.lose());
  await expect(handlers.make(ask(SMALL))).rejects.toThrow(/two losses .*injected.*then resume/s);
  expect(notes()).toEqual([expect.stringContaining('The device was lost.')]);
}, 60_000);

test('a full disk is told: training goes on without checkpoints, a figure that cannot be kept ends with a cure', async () => {
  const put = IDBObjectStore.prototype.put;
  const fill = (prefix: string) =>
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value, key) {
      if (String(key).startsWith(prefix)) throw new DOMException('full', 'QuotaExceededError');
      return put.call(this, value, key);
    });
  fill('checkpoint/');
  const one = figureHost((count) => {
    if (count === 2) void one.handlers.stop({});
  });
  expect(await one.handlers.make(ask(SMALL))).toEqual({ isDone: false });
  expect(one.notes()).toEqual([expect.stringContaining('storage is full')]);
  vi.restoreAllMocks();
  globalThis.indexedDB = new IDBFactory();
  fill('evidence/');
  await expect(figureHost().handlers.make(ask(SMALL))).rejects.toThrow(/storage is full.*Remove runs/s);
}, 120_000);

test('an estimate and a figure that are stopped say so', async () => {
  const host = figureHost((count) => {
    if (count === 1) void host.handlers.stop({});
  });
  expect(await host.handlers.estimate({ choice: SMALL, prefer: null })).toBeNull();
  const made = host.handlers.make(ask(SMALL));
  expect(await host.handlers.stop({})).toEqual({ isStill: true });
  expect(await made).toEqual({ isDone: false });
  expect(host.results()).toEqual([]);
}, 60_000);

test('a figure without runs at the scale is refused', async () => {
  await expect(figureHost().handlers.estimate({ choice: choiceOf('fig-0'), prefer: null })).rejects.toThrow(/figure: expected fig-3/);
});
