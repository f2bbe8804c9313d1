/**
 * Trainings of smarterVLM and features of puzzles in this browser's IndexedDB, one database. Every write is one strict transaction; a full storage is said and nothing is lost by it.
 * Keys: `run/<id>` a head, `weights/<id>` its checkpoint, `features/<key>`, `size/<key>` how large these are.
 */
import { openDatabase } from '../database.ts';
import { StoreError } from '../store-error.ts';
import type { FeatureKeeper } from './featured-data.ts';
import { featureBytes } from './features.ts';
import { parseSmarterSpec } from './smarter-spec.ts';
import type { SmarterCheckpoint, SmarterProgress } from './smarter-session.ts';
import type { SmarterSpec } from './smarter-spec.ts';
import type { BackboneShape } from './backbone.ts';
import type { FeaturedItems } from './smarter-training.ts';

export interface KeptSmarter {
  readonly id: string;
  readonly name: string;
  readonly spec: SmarterSpec;
  readonly backbone: string;
  readonly progress: SmarterProgress;
  /** ISO 8601. */
  readonly savedAt: string;
  readonly bytes: number;
}

export interface SmarterStore {
  list(): Promise<readonly KeptSmarter[]>;
  load(id: string): Promise<SmarterCheckpoint | null>;
  keep(run: Omit<KeptSmarter, 'bytes' | 'progress' | 'spec'>, checkpoint: SmarterCheckpoint): Promise<void>;
  remove(id: string): Promise<void>;
  /** Reads and writes features; one that does not fit is said to `onFull` and used from memory. */
  features(onFull: (message: string) => void): FeatureKeeper;
  featureBytes(): Promise<number>;
  clearFeatures(): Promise<void>;
}

const SCHEMA = 1;
const RUN = 'run/';
const WEIGHTS = 'weights/';
const FEATURES = 'features/';
const SIZE = 'size/';

export function openSmarterStore(name = 'parallax-smarter'): SmarterStore {
  const database = openDatabase(name);
  const keys = (prefix: string): Promise<string[]> =>
    database.read(async (transaction) => (await transaction.keys()).filter((key) => key.startsWith(prefix)));
  const get = (key: string): Promise<unknown> => database.read((transaction) => transaction.get(key));

  async function sizeOf(key: string): Promise<number> {
    const size = await get(SIZE + key);
    return isRecord(size) && typeof size['bytes'] === 'number' ? size['bytes'] : measured(key);
  }

  /** Of features that were kept before sizes were: read once. Where the size finds no room, again next time. */
  async function measured(key: string): Promise<number> {
    const record = await get(FEATURES + key);
    const bytes = isRecord(record) ? featureBytes((record['part'] as FeaturedItems).features) : 0; // written by `write`
    await unlessFull(() => database.write(async (transaction) => transaction.put(SIZE + key, { schema: SCHEMA, bytes })));
    return bytes;
  }

  return {
    async list() {
      const records = await Promise.all((await keys(RUN)).map(get));
      return records.filter(isKept).toSorted((a, b) => b.savedAt.localeCompare(a.savedAt));
    },
    async load(id) {
      const record = await get(WEIGHTS + id);
      if (!isRecord(record) || record['schema'] !== SCHEMA) return null;
      const checkpoint = record['checkpoint'] as SmarterCheckpoint; // written by `keep`
      return { ...checkpoint, spec: parseSmarterSpec(checkpoint.spec) };
    },
    async keep({ id, name: runName, backbone, savedAt }, checkpoint) {
      const { spec, progress, state, bestWeights } = checkpoint;
      const numbers = Object.values(state.weights).reduce((sum, { data }) => sum + data.length, 0);
      const bytes = 4 * numbers * (bestWeights === null ? 3 : 4);
      const head: KeptSmarter = { id, name: runName, spec, backbone, progress, savedAt, bytes };
      await database.write(async (transaction) => {
        transaction.put(RUN + id, { schema: SCHEMA, ...head });
        transaction.put(WEIGHTS + id, { schema: SCHEMA, checkpoint });
      });
    },
    remove: (id) =>
      database.write(async (transaction) => {
        transaction.remove(RUN + id);
        transaction.remove(WEIGHTS + id);
      }),
    features: (onFull) => ({
      async read(key) {
        const record = await get(FEATURES + key);
        return isRecord(record) && record['schema'] === SCHEMA ? withTokenDim(record['part'] as FeaturedItems) : null; // written by `write`
      },
      async write(key, part) {
        const bytes = featureBytes(part.features);
        const full = await unlessFull(() =>
          database.write(async (transaction) => {
            transaction.put(FEATURES + key, { schema: SCHEMA, part });
            transaction.put(SIZE + key, { schema: SCHEMA, bytes });
          }),
        );
        if (full !== null) onFull(`The features (${Math.round(bytes / 1e6)} MB) are not kept: ${full.message}. They are made again next time.`);
      },
    }),
    async featureBytes() {
      let sum = 0;
      for (const key of await keys(FEATURES)) sum += await sizeOf(key.slice(FEATURES.length)); // one after the other: those that are read are large
      return sum;
    },
    async clearFeatures() {
      const all = [...(await keys(FEATURES)), ...(await keys(SIZE))];
      await database.write(async (transaction) => all.forEach((key) => transaction.remove(key)));
    },
  };
}

/** The error of a store that could not be written; null when it could. */
async function unlessFull(write: () => Promise<void>): Promise<StoreError | null> {
  try {
    await write();
    return null;
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isKept(value: unknown): value is KeptSmarter {
  return isRecord(value) && value['schema'] === SCHEMA && typeof value['id'] === 'string';
}

/** Features of before pooled vectors could be wider than the others: the widths were the same. */
function withTokenDim({ features, items }: FeaturedItems): FeaturedItems {
  const shape: Omit<BackboneShape, 'tokenDim'> & Partial<BackboneShape> = features.shape;
  return { items, features: { ...features, shape: { ...shape, tokenDim: shape.tokenDim ?? shape.imageDim } } };
}
