import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { openDatabase } from '../../../src/study/database.ts';
import { openSmarterStore } from '../../../src/study/smarter/smarter-store.ts';

test('parts of features that earlier versions kept here are dropped, and nothing else', async () => {
  const database = openDatabase('smarter-old');
  await database.write(async (transaction) => {
    for (const key of ['features/old', 'size/old', 'weights/one']) transaction.put(key, { schema: 1 });
  });
  expect(await openSmarterStore('smarter-old').list()).toEqual([]);
  expect(await database.read((transaction) => transaction.keys())).toEqual(['weights/one']);
});
