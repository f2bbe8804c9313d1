import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import { openDatabase } from '../../../src/study/database.ts';
import type { PuzzleItem } from '../../../src/study/smart/puzzle-item.ts';
import type { Backbone } from '../../../src/study/smarter/backbone.ts';
import { openFeatureCache, pictureKey, questionKey, throughCache } from '../../../src/study/smarter/feature-cache.ts';
import { extractFeatures } from '../../../src/study/smarter/features.ts';
import { StoreError } from '../../../src/study/store-error.ts';

const NOTHING: Omit<PuzzleItem, 'question' | 'image' | 'content'> = {
  source: 'own',
  puzzle: 1,
  index: 0,
  skill: 'counting',
  options: ['1', '2', '3', '4', '5'],
  right: 0,
  classes: [1],
  optionClasses: [[1], [2], [3], [4], [5]],
};

let databases = 0;
const fresh = () => openDatabase(`features-${databases++}`);

describe('kept features', () => {
  test('come back as they were, missing ones as null, and their bytes are counted once', async () => {
    const cache = openFeatureCache(fresh());
    await cache.put([
      ['a', Uint16Array.of(1, 2)],
      ['b', Uint16Array.of(3)],
    ]);
    await cache.put([['a', Uint16Array.of(1, 2)]]);
    expect(await cache.get(['b', 'x', 'a'])).toEqual([Uint16Array.of(3), null, Uint16Array.of(1, 2)]);
    expect(await cache.bytes()).toBe(6);
    await cache.clear();
    expect(await cache.bytes()).toBe(0);
    expect(await cache.get(['a'])).toEqual([null]);
    expect(cache.problem()).toBeNull();
  });

  test('are named by backbone and content', () => {
    const [one, other] = ['picture 1', 'picture 2'];
    const keys = [pictureKey('m', one), pictureKey('m', other), pictureKey('n', one), questionKey('m', 'q'), questionKey('m', 'r')];
    expect(new Set(keys).size).toBe(5);
    expect(pictureKey('m', 'picture 1')).toBe(keys[0]);
  });

  test('on a full disk are made each time, and it is said why', async () => {
    const database = fresh();
    const full = { ...database, write: () => Promise.reject(new StoreError('full', 'there is no room left for it')) };
    const cache = openFeatureCache(full);
    const made: number[][] = [];
    const make = (missing: readonly number[]) => {
      made.push([...missing]);
      return Promise.resolve(missing.map((i) => Uint16Array.of(i)));
    };
    expect(await throughCache(cache, ['a', 'b'], make)).toEqual([Uint16Array.of(0), Uint16Array.of(1)]);
    expect(await throughCache(cache, ['a', 'b'], make)).toEqual([Uint16Array.of(0), Uint16Array.of(1)]);
    expect(made).toEqual([
      [0, 1],
      [0, 1],
    ]);
    expect(cache.problem()).toBe('Features are not kept in this browser: there is no room left for it');
  });

  test('are made for the missing places only, in their order', async () => {
    const cache = openFeatureCache(fresh());
    await cache.put([['b', Uint16Array.of(7)]]);
    const found = await throughCache(cache, ['a', 'b', 'c'], (missing) => Promise.resolve(missing.map((i) => Uint16Array.of(10 + i))));
    expect(found.map((halves) => halves?.[0])).toEqual([10, 7, 12]);
    expect(await cache.get(['a', 'c'])).toEqual([Uint16Array.of(10), Uint16Array.of(12)]);
  });
});

test('features with the cache, filled or empty, are those without it to the bit, and the second time nothing is encoded', async () => {
  let encoded = 0;
  const backbone: Backbone = {
    ...{ id: 'fake', title: 'fake', imageDim: 3, tokenDim: 3, textDim: 2, textLength: 4 },
    images(pictures) {
      encoded += pictures.length;
      const values = (size: number) =>
        Float32Array.from({ length: size * pictures.length }, (_, i) => Math.sin(i + (pictures[Math.floor(i / size)]?.[0] ?? 0)));
      return Promise.resolve({ pooled: values(3), tokens: values(48) });
    },
    texts(questions) {
      encoded += questions.length;
      const states = Float32Array.from({ length: 8 * questions.length }, (_, i) => Math.cos(i) * (questions[Math.floor(i / 8)]?.length ?? 0));
      return Promise.resolve({ states, mask: Uint8Array.from(questions.flatMap(({ length }) => [1, 1, length > 3 ? 1 : 0, 0])) });
    },
    dispose: () => undefined,
  };
  const item = (i: number): PuzzleItem => ({
    ...NOTHING,
    question: i % 2 === 0 ? 'one' : 'three',
    image: () => Promise.resolve(new Uint8Array(6).fill(i)),
    content: () => Promise.resolve(String(i)),
  });
  const extract = (cache: ReturnType<typeof openFeatureCache> | null) =>
    extractFeatures(backbone, 40, item, { signal: new AbortController().signal, onProgress: () => undefined, cache });
  const plain = await extract(null);
  const cache = openFeatureCache(fresh());
  expect(await extract(cache)).toEqual(plain);
  expect(encoded).toBe(2 * 42);
  expect(await extract(cache)).toEqual(plain);
  expect(encoded).toBe(2 * 42);
  expect(await cache.bytes()).toBe(2 * (40 * (3 + 48) + (2 + 4) + (2 + 6)));
});
