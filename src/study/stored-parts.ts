/**
 * What this browser keeps besides the notebook's runs, read and cleared without the workers that made it: trainings of smarterVLM, their features, downloaded encoders, figures, times of kernels.
 * A worker that holds some of it opened goes on with what it has in memory: whoever clears all of it should open the page anew.
 */
import { openDatabase } from './database.ts';
import { FEATURE_DATABASE } from './smarter/feature-cache.ts';
import { openHubStore } from './smarter/hub-store.ts';
import { RUN, SMARTER_DATABASE, WEIGHTS } from './smarter/smarter-keys.ts';

/** Of figure-jobs.ts and trainer-main.ts, which are not loaded for their names. */
const [FIGURES, KERNELS] = ['parallax-figures', 'parallax-kernels'];

export interface KeptTraining {
  readonly id: string;
  readonly name: string;
  readonly bytes: number;
}

export interface StoredParts {
  readonly trainings: readonly KeptTraining[];
  /** Of figures that were made here, with their runs. */
  readonly figureBytes: number;
  readonly featureBytes: number;
  readonly downloadBytes: number;
}

export async function readStored(): Promise<StoredParts> {
  const features = openDatabase(FEATURE_DATABASE);
  const bytes = await features.read((transaction) => transaction.get('bytes'));
  const downloadBytes = 'caches' in globalThis ? await openHubStore().size() : 0; // none over plain http
  return { trainings: await keptTrainings(), figureBytes: await sizeOf(FIGURES), featureBytes: typeof bytes === 'number' ? bytes : 0, downloadBytes };
}

export async function keptTrainings(database = openDatabase(SMARTER_DATABASE)): Promise<readonly KeptTraining[]> {
  const records = await database.read(async (transaction) => {
    const keys = (await transaction.keys()).filter((key) => key.startsWith(RUN));
    return Promise.all(keys.map(async (key) => [key.slice(RUN.length), await transaction.get(key)] as const));
  });
  return records.map(([id, record]) => {
    const { name, bytes } = (record ?? {}) as { readonly name?: unknown; readonly bytes?: unknown };
    return { id, name: typeof name === 'string' ? name : id, bytes: typeof bytes === 'number' ? bytes : 0 };
  });
}

export async function removeTraining(id: string): Promise<void> {
  await openDatabase(SMARTER_DATABASE).write(async (transaction) => [RUN, WEIGHTS].forEach((prefix) => transaction.remove(prefix + id)));
}

export async function clearFigures(): Promise<void> {
  await empty(FIGURES);
}

export async function clearFeatures(): Promise<void> {
  await empty(FEATURE_DATABASE);
}

export async function clearDownloads(): Promise<void> {
  await openHubStore().clear();
}

/** All of it, figures that were made here too. */
export async function clearStored(): Promise<void> {
  for (const name of [SMARTER_DATABASE, FEATURE_DATABASE, FIGURES, KERNELS]) await empty(name);
  if ('caches' in globalThis) await clearDownloads();
}

async function empty(name: string): Promise<void> {
  await openDatabase(name).write(async (transaction) => {
    for (const key of await transaction.keys()) transaction.remove(key);
  });
}

/** About what the records of a database take: it does not say so itself. */
async function sizeOf(name: string): Promise<number> {
  return openDatabase(name).read(async (transaction) => {
    let sum = 0;
    for (const key of await transaction.keys()) sum += bytesIn(await transaction.get(key));
    return sum;
  });
}

function bytesIn(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (ArrayBuffer.isView(value)) return value.byteLength;
  return typeof value === 'object' && value !== null ? Object.values(value).reduce<number>((sum, each) => sum + bytesIn(each), 0) : 8;
}
