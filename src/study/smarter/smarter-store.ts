/**
 * Trainings of smarterVLM in this browser's IndexedDB, one database. Every write is one strict transaction; a full storage is said and nothing is lost by it.
 * Keys: `run/<id>` a head, `weights/<id>` its checkpoint. Features stand in a database of their own (feature-cache.ts); earlier versions kept them here, as whole parts.
 */
import { openDatabase } from '../database.ts';
import { RUN, SMARTER_DATABASE, WEIGHTS } from './smarter-keys.ts';
import { parseSmarterSpec } from './smarter-spec.ts';
import type { SmarterCheckpoint, SmarterProgress } from './smarter-session.ts';
import type { SmarterSpec } from './smarter-spec.ts';

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
}

const SCHEMA = 1;
/** Of earlier versions, read by none. */
const LEFT_OVER = ['features/', 'size/'];

export function openSmarterStore(name = SMARTER_DATABASE): SmarterStore {
  const database = openDatabase(name);
  const keys = (prefix: string): Promise<string[]> =>
    database.read(async (transaction) => (await transaction.keys()).filter((key) => key.startsWith(prefix)));
  const get = (key: string): Promise<unknown> => database.read((transaction) => transaction.get(key));

  async function dropLeftOver(): Promise<void> {
    const old = (await Promise.all(LEFT_OVER.map(keys))).flat();
    if (old.length > 0) await database.write(async (transaction) => old.forEach((key) => transaction.remove(key)));
  }

  return {
    async list() {
      await dropLeftOver();
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
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isKept(value: unknown): value is KeptSmarter {
  return isRecord(value) && value['schema'] === SCHEMA && typeof value['id'] === 'string';
}
