import { describe, expect, test } from 'vitest';
import { permutation } from '../../../src/study/strategies/order.ts';
import { planOf } from '../../../src/study/strategies/plan.ts';
import type { StrategyPlan, StrategyRequest } from '../../../src/study/strategies/plan.ts';
import { rowAt } from '../../../src/study/strategies/rows.ts';
import type { StrategyRow } from '../../../src/study/strategies/rows.ts';

const plan = (strategy: string, request: Partial<StrategyRequest> = {}) =>
  planOf(strategy, { task: 'table-readout', rows: 600, seed: 5, ...request });
const rowsOfPhase = (made: StrategyPlan, phase: number) =>
  Array.from({ length: made.phases[phase]?.rows ?? 0 }, (_, position) => rowAt(made, phase, position));
const main = (made: StrategyPlan) => rowsOfPhase(made, made.phases.length - 1);
const nameOf = ({ level, kind, index }: StrategyRow) => `${level} ${kind} ${index}`;

/** How often each (level, kind, index) stands in the rows. */
function multiset(rows: readonly StrategyRow[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(nameOf(row), (counts.get(nameOf(row)) ?? 0) + 1);
  return counts;
}

/** `times` of each of the examples 0..unique-1. */
function each(level: string, kind: string, unique: number, times: number): [string, number][] {
  return Array.from({ length: unique }, (_, index) => [`${level} ${kind} ${index}`, times]);
}

describe('the rows of a whole plan are exactly these', () => {
  test.each([
    ['text', {}, each('simple', 'text', 300, 2)],
    ['text', { epochs: 'algorithm-1' }, each('simple', 'text', 600, 1)],
    ['image', {}, each('simple', 'image', 200, 3)],
    ['image', { epochCount: 2 }, each('simple', 'image', 300, 2)],
    ['image-via-text', {}, each('simple', 'image-via-text', 200, 3)],
    ['mix', {}, ['text', 'image', 'image-via-text'].flatMap((kind) => each('simple', kind, 200, 1))],
    ['mix+', {}, [...['text', 'image', 'image-via-text'].flatMap((kind) => each('simple', kind, 100, 1)), ...each('hard', 'text', 300, 1)]],
    [
      'mix+',
      { order: 'interleaved', hardKind: 'image' },
      [...['text', 'image', 'image-via-text'].flatMap((kind) => each('simple', kind, 100, 1)), ...each('hard', 'image', 300, 1)],
    ],
    ['image-via-text+', {}, [...each('simple', 'image-via-text', 100, 3), ...each('hard', 'text', 300, 1)]],
    [
      'mix+',
      { hardRepeats: 10 },
      [...['text', 'image', 'image-via-text'].flatMap((kind) => each('simple', kind, 100, 1)), ...each('hard', 'text', 30, 10)],
    ],
    [
      'text+image+',
      {},
      [
        ...['text', 'image'].flatMap((kind) => [...each('simple', kind, 50, 2), ...each('simple', kind, 100, 1).slice(50)]),
        ...each('hard', 'text', 300, 1),
      ],
    ],
  ] as const)('%s %o', (strategy, request, rows) => {
    const found = multiset(main(plan(strategy, request)));
    expect(Object.fromEntries([...found].toSorted())).toEqual(Object.fromEntries([...rows].toSorted()));
  });

  test('Text+Image sees every row once and half of them twice', () => {
    const counts = [...multiset(main(plan('text+image'))).values()];
    expect(counts).toHaveLength(400);
    expect(counts.filter((count) => count === 2)).toHaveLength(200);
  });

  test('the warm-up and the alignment before it', () => {
    const made = plan('tw-align-mix+', { warmUpRows: 40, alignRows: 20 });
    expect(new Map([...multiset(rowsOfPhase(made, 0))].toSorted())).toEqual(
      new Map([...each('simple', 'text', 20, 1), ...each('hard', 'text', 20, 1)].toSorted()),
    );
    expect(new Map([...multiset(rowsOfPhase(made, 1))].toSorted())).toEqual(
      new Map([...each('simple', 'text', 10, 1), ...each('simple', 'image-via-text', 10, 1)].toSorted()),
    );
  });

  test('joint training has a third of each task', () => {
    const rows = main(plan('mix+', { task: 'joint', rows: 180 }));
    for (const task of ['table-readout', 'grid-navigation', 'visual-analogy']) {
      const ofTask = multiset(rows.filter((row) => row.task === task));
      expect(new Map([...ofTask].toSorted())).toEqual(
        new Map([...['text', 'image', 'image-via-text'].flatMap((kind) => each('simple', kind, 10, 1)), ...each('hard', 'text', 30, 1)].toSorted()),
      );
    }
  });

  test('rounded to thousands', () => {
    const counts = multiset(main(plan('image-via-text+', { rows: 2000, rounding: 'thousands' })));
    expect(Object.fromEntries(counts)).toEqual(Object.fromEntries([...each('simple', 'image-via-text', 333, 3), ...each('hard', 'text', 1000, 1)]));
  });
});

describe('order', () => {
  test('each epoch is a permutation of the same rows, and no two are alike', () => {
    for (const order of ['shuffled', 'interleaved'] as const) {
      const rows = main(plan('text+image', { order, epochCount: 3 })).map(nameOf);
      const epochs = [rows.slice(0, 200), rows.slice(200, 400), rows.slice(400)];
      for (const epoch of epochs) expect(epoch.toSorted()).toEqual(epochs[0]?.toSorted());
      expect(new Set(epochs.map((epoch) => epoch.join())).size).toBe(3);
    }
  });

  test('shuffled, all kinds and levels lie together', () => {
    const start = main(plan('mix+')).slice(0, 60);
    expect(new Set(start.map(({ level, kind }) => `${level} ${kind}`)).size).toBe(4);
  });

  test.each([
    ['mix+', ['simple text', 'simple image', 'simple image-via-text', 'hard text', 'hard text', 'hard text']],
    ['mix', ['simple text', 'simple image', 'simple image-via-text']],
    ['text+image', ['simple text', 'simple image']],
    ['image-via-text+', ['simple image-via-text', 'hard text']],
  ] as const)('interleaved, the kinds of %s take turns in fixed proportion, each shuffled apart', (strategy, turns) => {
    const rows = main(plan(strategy, { order: 'interleaved' }));
    rows.forEach(({ level, kind }, position) => expect(`${level} ${kind}`).toBe(turns[position % turns.length]));
    const first = rows.filter(({ level, kind }) => `${level} ${kind}` === turns[0]).map(({ index }) => index);
    expect(first).not.toEqual(first.toSorted((a, b) => a - b));
  });

  test('interleaved, rows that fill no whole turn stand at the end', () => {
    // 2,000 rows rounded: 333 of each SIMPLE record and 1,000 HARD, so 333 turns and one row more.
    const rows = main(plan('mix+', { order: 'interleaved', rows: 2000, rounding: 'thousands' }));
    expect(rows).toHaveLength(1999);
    expect(rows.at(-1)).toMatchObject({ level: 'hard', kind: 'text' });
    expect(new Set(rows.map(nameOf)).size).toBe(1999);
    expect(rows.slice(-7, -4).map(({ kind }) => kind)).toEqual(['text', 'image', 'image-via-text']);
  });

  test('interleaved, a longer list goes on alone when the others are at their end', () => {
    // Rounded: 999 rows of SIMPLE pictures, 142 HARD examples 7 times each, so 994 turns and 5 rows more.
    const made = plan('image-via-text+', { order: 'interleaved', rows: 2000, rounding: 'thousands', hardRepeats: 7 });
    const rows = main(made);
    expect(Object.fromEntries(multiset(rows))).toEqual(
      Object.fromEntries([...each('simple', 'image-via-text', 333, 3), ...each('hard', 'text', 142, 7)]),
    );
    expect(rows.slice(-7).map(({ level }) => level)).toEqual(['simple', 'hard', 'simple', 'simple', 'simple', 'simple', 'simple']);
  });

  test('rows left over begin one more epoch', () => {
    const rows = main(plan('mix', { rows: 602 })).map(nameOf);
    expect(new Set(rows.slice(0, 600)).size).toBe(600);
    expect(rows.slice(0, 600)).toEqual(expect.arrayContaining(rows.slice(600)));
  });
});

describe('each row alone', () => {
  test('is the same whenever it is asked for, in any order', () => {
    for (const order of ['shuffled', 'interleaved'] as const) {
      const made = plan('tw-align-mix+', { order, rows: 300, warmUpRows: 50, alignRows: 50, cot: 'internalised' });
      const sequential = made.phases.flatMap((_, phase) => rowsOfPhase(made, phase));
      expect(sequential).toHaveLength(made.totalRows);
      const again = plan('tw-align-mix+', { order, rows: 300, warmUpRows: 50, alignRows: 50, cot: 'internalised' });
      for (let i = 0; i < 400; i++) {
        const row = (i * 271) % 400; // every row once, far from its neighbours
        const place = row < 50 ? [0, row] : row < 100 ? [1, row - 50] : [2, row - 100];
        expect(rowAt(again, place[0] ?? 0, place[1] ?? 0)).toEqual(sequential[row]);
      }
    }
  });

  test('depends on the seed, and names train examples of that seed', () => {
    const rows = main(plan('mix+', { seed: 5 }));
    expect(rows.every(({ split, seed, task }) => split === 'train' && seed === 5 && task === 'table-readout')).toBe(true);
    expect(main(plan('mix+', { seed: 6 })).map(nameOf)).not.toEqual(rows.map(nameOf));
  });

  test('keeps the part of its CoT that its place in the phase says', () => {
    const made = plan('mix+', { cot: 'internalised' });
    const shares = main(made).map(({ cotShare }) => cotShare);
    expect(shares.slice(0, 180).every((share) => share === 1)).toBe(true);
    expect(shares.slice(420).every((share) => share === 0)).toBe(true);
    expect(shares).toEqual(shares.toSorted((a, b) => b - a));
    // The order is the shuffled one: only the share changes along it.
    expect(main(made).map(nameOf)).toEqual(main(plan('mix+')).map(nameOf));
    // Once along all epochs, not anew in each.
    const overEpochs = main(plan('image', { cot: 'internalised' })).map(({ cotShare }) => cotShare);
    expect([overEpochs[179], overEpochs[199], overEpochs[420]]).toEqual([1, 0.93, 0]);
    expect(overEpochs).toEqual(overEpochs.toSorted((a, b) => b - a));
    expect(new Set(main(plan('mix+', { cot: 'none' })).map(({ cotShare }) => cotShare))).toEqual(new Set([0]));
  });

  test('of Mix→Mix+ is the row of the Mix run, then that of the Mix+ run', () => {
    const made = plan('mix-to-mix+', { switchAt: 0.4 });
    const rows = [...rowsOfPhase(made, 0), ...rowsOfPhase(made, 1)];
    expect(rows).toEqual([...main(plan('mix')).slice(0, 240), ...main(plan('mix+')).slice(240)]);
  });

  test('does not exist behind the end', () => {
    const made = plan('mix');
    expect(() => rowAt(made, 0, 600)).toThrow(/^internal: no row at position 600 of phase 0/);
    expect(() => rowAt(made, 1, 0)).toThrow(/^internal/);
  });
});

test('phases have orders of their own', () => {
  const made = plan('align-text+image-via-text', { alignRows: 400, epochCount: 1, rows: 400 });
  expect(made.phases.map(({ rowsPerEpoch }) => rowsPerEpoch)).toEqual([400, 400]);
  expect(rowsOfPhase(made, 0).map(nameOf)).not.toEqual(rowsOfPhase(made, 1).map(nameOf));
});

test('orders are permutations that depend on their name, and are the same when asked for again', () => {
  const order = [...permutation(['a', 0], 50)];
  expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
  for (let epoch = 1; epoch < 40; epoch++) expect([...permutation(['a', epoch], 50)]).not.toEqual(order); // more than are kept
  expect([...permutation(['a', 0], 50)]).toEqual(order);
  expect([...permutation(['a', 0], 40)]).not.toEqual(order.slice(0, 40));
});
