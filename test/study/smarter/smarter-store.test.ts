import 'fake-indexeddb/auto';
import { expect, test, vi } from 'vitest';
import { openDatabase } from '../../../src/study/database.ts';
import type { FeaturedItems } from '../../../src/study/smarter/smarter-training.ts';
import { openSmarterStore } from '../../../src/study/smarter/smarter-store.ts';

const silent = (): void => undefined;

/** Features of `numbers` halves in all. */
function features(numbers: number): FeaturedItems {
  const none = new Uint16Array();
  const shape = { id: 'plain', title: '', imageDim: 1, tokenDim: 1, textDim: 1, textLength: 1 };
  const empty = { textOf: new Int32Array(), textFrom: new Int32Array(), tokens: none, states: none, meanStates: none };
  return { features: { shape, pooled: new Uint16Array(numbers), ...empty }, items: [] };
}

/** Keys that are read while `work` runs. */
async function readsOf(work: () => Promise<unknown>): Promise<unknown[]> {
  const spy = vi.spyOn(IDBObjectStore.prototype, 'get');
  await work();
  const read = spy.mock.calls.map(([key]) => key);
  spy.mockRestore();
  return read;
}

test('how much features take is known without reading them', async () => {
  const store = openSmarterStore('smarter-sizes');
  const keeper = store.features(silent);
  await keeper.write('train', features(1000));
  await keeper.write('test', features(50));
  expect(await store.featureBytes()).toBe(2100);
  expect(await readsOf(() => store.featureBytes())).toEqual(['size/test', 'size/train']);
  expect((await keeper.read('train'))?.features.pooled).toHaveLength(1000);
  await store.clearFeatures();
  expect([await store.featureBytes(), await keeper.read('train')]).toEqual([0, null]);
  expect(await openDatabase('smarter-sizes').read((transaction) => transaction.keys())).toEqual([]);
});

test('features of before image vectors had a width of their own have that of the pooled vector', async () => {
  const { features: old, items } = features(3);
  const { tokenDim: _, ...shape } = old.shape;
  await openDatabase('smarter-narrow').write(async (transaction) =>
    transaction.put('features/old', { schema: 1, part: { features: { ...old, shape: { ...shape, imageDim: 8 } }, items } }),
  );
  expect((await openSmarterStore('smarter-narrow').features(silent).read('old'))?.features.shape).toMatchObject({ imageDim: 8, tokenDim: 8 });
});

test('features that were kept before sizes were are read once', async () => {
  await openDatabase('smarter-old').write(async (transaction) => transaction.put('features/old', { schema: 1, part: features(7) }));
  const store = openSmarterStore('smarter-old');
  expect(await readsOf(() => store.featureBytes())).toContain('features/old');
  expect(await readsOf(() => store.featureBytes())).toEqual(['size/old']);
  expect(await store.featureBytes()).toBe(14);
});

test('features that find no room are said, and leave no size behind', async () => {
  const store = openSmarterStore('smarter-full');
  const said: string[] = [];
  const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('no room', 'QuotaExceededError');
  });
  await store.features((message) => said.push(message)).write('train', features(3e6));
  put.mockRestore();
  expect(said).toEqual(["The features (6 MB) are not kept: the browser's storage is full. They are made again next time."]);
  expect(await store.featureBytes()).toBe(0);
});
