/** The parts of a set with their features, from where they are kept or made now. */
import { sha256Hex } from '../../lib/hash.ts';
import type { ItemSet } from '../smart/puzzle-item.ts';
import { SPLIT_NAMES } from '../smart/splits.ts';
import type { SplitName } from '../smart/splits.ts';
import type { Backbone, BackboneShape } from './backbone.ts';
import { extractFeatures } from './features.ts';
import type { SmarterData } from './smarter-session.ts';
import type { FeaturedItems } from './smarter-training.ts';

/** Where features are kept between trainings. `write` may fail to keep them; then they are made again. */
export interface FeatureKeeper {
  read(key: string): Promise<FeaturedItems | null>;
  write(key: string, part: FeaturedItems): Promise<void>;
}

export interface FeatureShell {
  readonly keeper: FeatureKeeper;
  readonly signal: AbortSignal;
  readonly onProgress: (split: SplitName, done: number, total: number) => void;
}

/** Items that tell one version of the families from another. */
const SAMPLED = 300;

/** Null when the signal stopped it; parts that are done are kept. */
export async function featuredData(backbone: Backbone, set: ItemSet, { keeper, signal, onProgress }: FeatureShell): Promise<SmarterData | null> {
  const parts: Partial<Record<SplitName, FeaturedItems>> = {};
  for (const split of SPLIT_NAMES) {
    const total = set.sizes[split];
    const key = await featureKey(backbone, set, split);
    const kept = await keeper.read(key);
    const part =
      kept ??
      (await extractFeatures(backbone, total, (item) => set.at(split, item), { signal, onProgress: (done) => onProgress(split, done, total) }));
    if (part === null) return null;
    if (kept === null) await keeper.write(key, part);
    parts[split] = part;
  }
  const { train, val, test } = parts;
  if (train === undefined || val === undefined || test === undefined) throw new Error('internal: a part without features');
  return { heads: set.heads, train, val, test };
}

/** Names the features of a part by content: of the backbone, and of a sample of the items with their pictures. */
export async function featureKey({ id }: BackboneShape, set: ItemSet, split: SplitName): Promise<string> {
  const count = set.sizes[split];
  const every = Math.max(1, Math.floor(count / SAMPLED));
  const texts: string[] = [id];
  for (let item = 0; item < count; item += every) {
    const { image, ...facts } = set.at(split, item);
    texts.push(JSON.stringify(facts), await sha256Hex(await image()));
  }
  return `${split}-${count}-${(await sha256Hex(new TextEncoder().encode(texts.join('\n')))).slice(0, 16)}`;
}
