/**
 * Frozen features kept in this browser, so that the same picture or question is never encoded twice by the same backbone: one record per item, named by the backbone and a hash
 * of the content, as the halves that features.ts holds. With or without it the features are the same to the bit.
 *
 * Letters: I image channels, N image vectors, D text channels.
 */
import { hash64Hex } from '../../lib/hash.ts';
import { openDatabase } from '../database.ts';
import type { Database } from '../database.ts';

/** As little of it as making features needs. */
export interface FeatureKeeper {
  /** In the order of the keys; null for what is not there. */
  get(keys: readonly string[]): Promise<readonly (Uint16Array | null)[]>;
  put(entries: readonly (readonly [key: string, halves: Uint16Array])[]): Promise<void>;
  /** Why it is not used any more, for people; null while it is. */
  problem(): string | null;
}

export interface FeatureCache extends FeatureKeeper {
  /** Bytes of all features that are kept. */
  bytes(): Promise<number>;
  clear(): Promise<void>;
}

export const FEATURE_DATABASE = 'parallax-features';
/** Where the sum of the bytes stands: written in the transaction that adds to it, so that several tabs agree. */
const BYTES = 'bytes';

/** Opens on first use. Never rejects: after the first failure (a full disk, a database that does not open) it keeps nothing more and says so. */
export function openFeatureCache(database: Database = openDatabase(FEATURE_DATABASE)): FeatureCache {
  let problem: string | null = null;
  let isReadable = true;

  async function orElse<T>(otherwise: T, work: () => Promise<T>, isRead = true): Promise<T> {
    if (isRead ? !isReadable : problem !== null) return otherwise;
    try {
      return await work();
    } catch (error) {
      if (isRead) isReadable = false; // a full disk can still be read
      problem = `Features are not kept in this browser: ${error instanceof Error ? error.message : String(error)}`;
      return otherwise;
    }
  }

  return {
    get: (keys) =>
      orElse(
        keys.map(() => null),
        () =>
          database.read(async (transaction) => {
            const found = await Promise.all(keys.map((key) => transaction.get(key)));
            return found.map((halves) => (halves instanceof Uint16Array ? halves : null));
          }),
      ),
    put: (entries) =>
      orElse(
        undefined,
        () =>
          database.write(async (transaction) => {
            const known = await Promise.all(entries.map(([key]) => transaction.get(key)));
            const added = new Map(entries.filter((_, i) => known[i] === undefined));
            const before = await transaction.get(BYTES);
            for (const [key, halves] of added) transaction.put(key, halves);
            const sum = [...added.values()].reduce((bytes, { byteLength }) => bytes + byteLength, typeof before === 'number' ? before : 0);
            transaction.put(BYTES, sum);
          }),
        false,
      ),
    bytes: () =>
      orElse(0, async () => {
        const bytes = await database.read((transaction) => transaction.get(BYTES));
        return typeof bytes === 'number' ? bytes : 0;
      }),
    async clear() {
      [problem, isReadable] = [null, true];
      const clear = database.write(async (transaction) => {
        for (const key of await transaction.keys()) transaction.remove(key);
      });
      await orElse(undefined, () => clear, false);
    },
    problem: () => problem,
  };
}

/** @param content - of the picture (study/smart/puzzle-item.ts). */
export function pictureKey(backboneId: string, content: string): string {
  return `${backboneId} picture ${content}`;
}

export function questionKey(backboneId: string, question: string): string {
  return `${backboneId} question ${hash64Hex(question)}`;
}

/**
 * One array of halves per key: from the cache, or made and then kept. Null for what could not be made.
 *
 * @param make - gets the places whose keys are not there, and gives their halves in that order.
 */
export async function throughCache(
  cache: FeatureKeeper | null,
  keys: readonly string[],
  make: (missing: readonly number[]) => Promise<readonly (Uint16Array | null)[]>,
): Promise<readonly (Uint16Array | null)[]> {
  const found = new Map((await cache?.get(keys))?.flatMap((halves, i) => (halves === null ? [] : [[i, halves] as const])));
  const missing = [...keys.keys()].filter((i) => !found.has(i));
  if (missing.length > 0) {
    const made = (await make(missing)).flatMap((halves, i) => (halves === null ? [] : [{ place: missing[i] ?? 0, halves }]));
    for (const { place, halves } of made) found.set(place, halves);
    await cache?.put(made.map(({ place, halves }) => [keys[place] ?? '', halves] as const));
  }
  return keys.map((_, i) => found.get(i) ?? null);
}
