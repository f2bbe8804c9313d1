/** Trainings of a browser beside the rows of a table. */
import { expect, test } from 'vitest';
import { rowHere, specsToTrain, sweepMs } from '../../../src/study/smarter/figures/rows-here.ts';
import type { Kept } from '../../../src/study/smarter/figures/rows-here.ts';
import { smarterTables } from '../../../src/study/smarter/figures/tables.ts';
import { scoresAt } from '../../support/fake-smarter-worker.ts';

const [table] = smarterTables('micro');
if (table === undefined) throw new Error('no tables');
const [first, second] = table.rows;
if (first === undefined || second === undefined) throw new Error('no rows');

const kept = (spec: Kept['spec'], solved: number | null, val = 0.1): Kept => ({
  spec,
  progress: {
    ...{ bestEpoch: 1, trainedMs: 1000, test: solved === null ? null : scoresAt(solved) },
    epochs: [0, 1].map((epoch) => ({ epoch, step: epoch + 1, val: scoresAt(epoch === 1 ? val : 0) })),
  },
});

test('a row has the mean of its finished trainings, on the items that the table is of', () => {
  const own = [kept(first.spec(0), 0.4, 0.2), kept(first.spec(42), 0.6, 0.3), kept(first.spec(7), null), kept(second.spec(0), 0.9)];
  expect(rowHere(first, 'test', own, [0, 42, 7])).toMatchObject({ mean: expect.closeTo(50) as number, seeds: 2 });
  expect(rowHere(first, 'val', own, [0])).toMatchObject({ mean: expect.closeTo(20) as number, seeds: 1 });
  expect(rowHere(first, 'test', own.slice(2), [0, 42, 7])).toBeNull();
  expect(rowHere(first, 'test', [kept({ ...first.spec(0), blind: 'texts' }, 0.4)], [0])).toBeNull(); // another training
});

test('what is finished is not trained again, and costs as much as those that are', () => {
  const all = specsToTrain(table, [], [0]);
  expect(all.length).toBeGreaterThan(1);
  expect(all[0]).toEqual(first.spec(0));
  const one = [kept(first.spec(0), 0.4)];
  expect(specsToTrain(table, one, [0])).toEqual(all.slice(1));
  expect(specsToTrain(table, [kept(first.spec(0), null)], [0])).toEqual(all);
  expect(specsToTrain(table, [], [0, 42])[all.length]?.training.seed).toBe(42);
  expect(sweepMs(table, one, [0], 5)).toBe(5000);
  expect(sweepMs(table, [], [0], 5)).toBeNull();
});
