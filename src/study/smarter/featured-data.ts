/** The parts of a set with their features, item by item from the cache or made now. */
import type { ItemSet } from '../smart/puzzle-item.ts';
import { SPLIT_NAMES } from '../smart/splits.ts';
import type { SplitName } from '../smart/splits.ts';
import type { Backbone } from './backbone.ts';
import type { FeatureKeeper } from './feature-cache.ts';
import { extractFeatures } from './features.ts';
import type { FeaturedItems } from './features.ts';
import type { SmarterData } from './smarter-session.ts';

export interface FeatureShell {
  /** Where it fails, it says so itself, and the features are made again. */
  readonly cache: FeatureKeeper;
  readonly signal: AbortSignal;
  readonly onProgress: (split: SplitName, done: number, total: number) => void;
}

/** Null when the signal stopped it; the features that are done are kept. */
export async function featuredData(backbone: Backbone, set: ItemSet, { cache, signal, onProgress }: FeatureShell): Promise<SmarterData | null> {
  const parts: Partial<Record<SplitName, FeaturedItems>> = {};
  for (const split of SPLIT_NAMES) {
    const total = set.sizes[split];
    const options = { signal, cache, onProgress: (done: number) => onProgress(split, done, total) };
    const part = await extractFeatures(backbone, total, (item) => set.at(split, item), options);
    if (part === null) return null;
    parts[split] = part;
  }
  const { train, val, test } = parts;
  if (train === undefined || val === undefined || test === undefined) throw new Error('internal: a part without features');
  return { heads: set.heads, train, val, test };
}
