import { afterAll, expect, test } from 'vitest';
import { parseDatasetOptions } from '../../../cli/dataset/options.ts';
import { makePool } from '../../../cli/dataset/pool.ts';
import { planSet, rowOf } from '../../../src/study/data/write/set.ts';
import { temporaryFolder } from '../../support/dataset-shell.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

test('a thread that died while it had nothing to do is told with the next rows', async () => {
  const request = parseDatasetOptions('--out x --supervision text --profile compact'.split(' '))?.request;
  if (request === undefined) throw new Error('help');
  const jobs = [{ row: rowOf(planSet(request), 0, 0), makesPicture: false }];
  const pool = makePool(folder.path('none'), request, 2);
  expect((await pool.encode(jobs)).text.length).toBeGreaterThan(0);
  await pool.close();
  await expect(pool.encode(jobs)).rejects.toThrow(/^internal: a thread has ended/);
}, 10_000);
