/**
 * The runs of figures that this browser makes, in the database of figure-jobs.ts: evidence, and of a run that is not done what was measured and its newest
 * checkpoint. They are kept by the digest of their spec, so figures share them. Every write is one strict transaction (database.ts); what is read passes
 * figure-record.ts, and a record that does not is as if it were not there: it is made again.
 *
 * Keys: `evidence/<run>/<measures>`, `unfinished/<run>/<measures>`, `checkpoint/<run>`.
 */
import type { Checkpoint } from '../checkpoint.ts';
import { bytesOf, manifestOf, restoreCheckpoint, tensorsOf } from '../checkpoint-codec.ts';
import { openDatabase } from '../database.ts';
import { openManifest, seal } from '../run-record.ts';
import type { RunSpec } from '../run-spec.ts';
import { StoreError } from '../store-error.ts';
import { runDigest } from '../switch-run.ts';
import { measuresName, NOTHING_KEPT } from './evidence-keeper.ts';
import type { EvidenceKeeper, Unfinished } from './evidence-keeper.ts';
import { FIGURE_DATABASE, openJobStore, sayingFull } from './figure-jobs.ts';
import type { JobStore } from './figure-jobs.ts';
import { openEvidence, openUnfinished } from './figure-record.ts';
import type { Measures } from './figure.ts';

export type FigureStore = EvidenceKeeper & Pick<JobStore, 'keepResult' | 'result'>;

export interface FigureStoreOptions {
  /** Name of the database; tests use their own. */
  readonly name?: string;
  /** ISO 8601 time of now. */
  readonly now: () => string;
  /** Build of the program, for the manifests. */
  readonly build: string;
}

export function openFigureStore({ name = FIGURE_DATABASE, now, build }: FigureStoreOptions): FigureStore {
  const database = openDatabase(name);
  const get = (key: string): Promise<unknown> => database.read((transaction) => transaction.get(key));
  const put = (key: string, value: object): Promise<void> =>
    sayingFull(() => database.write(async (transaction) => transaction.put(key, { schema: 1, ...value })));
  const remove = (key: string): Promise<void> => database.write(async (transaction) => transaction.remove(key));

  /** The values of all keys that begin so. */
  function all(prefix: string): Promise<unknown[]> {
    return database.read(async (transaction) => {
      const keys = (await transaction.keys()).filter((key) => key.startsWith(prefix));
      return Promise.all(keys.map((key) => transaction.get(key)));
    });
  }

  const { keepResult, result } = openJobStore(name);
  return {
    ...{ keepResult, result },
    async evidence(spec) {
      return (await all(`evidence/${runDigest(spec)}/`)).map((record) => openEvidence(record, spec)).filter((evidence) => evidence !== null);
    },
    async unfinished(spec, measures) {
      return openUnfinished(await get(`unfinished/${keyOf(spec, measures)}`)) ?? NOTHING_KEPT;
    },
    keepUnfinished: (spec, measures, unfinished) => put(`unfinished/${keyOf(spec, measures)}`, { unfinished }),
    async checkpoint(spec) {
      const record = await get(`checkpoint/${runDigest(spec)}`);
      if (!isRecord(record)) return null;
      const manifest = await openManifest(record['manifest']);
      if ('problem' in manifest) return null;
      const restored = await restoreCheckpoint(manifest.value, tensorMap(record['tensors']));
      // Its own spec is part of the manifest; that of another run is not ours to go on from.
      return 'value' in restored && runDigest(restored.value.spec) === runDigest(spec) ? restored.value : null;
    },
    async keepCheckpoint(checkpoint: Checkpoint, measures: Measures, unfinished: Unfinished) {
      const { spec, progress } = checkpoint;
      const runId = runDigest(spec);
      const manifest = await seal(await manifestOf(checkpoint, { runId, generation: progress.step, owner: 'figures', build, savedAt: now() }));
      const tensors = Object.fromEntries(Object.entries(tensorsOf(checkpoint)).map(([key, { data }]) => [key, data]));
      try {
        await database.write(async (transaction) => {
          transaction.put(`checkpoint/${runId}`, { schema: 1, manifest, tensors });
          transaction.put(`unfinished/${keyOf(spec, measures)}`, { schema: 1, unfinished });
        });
      } catch (error) {
        if (error instanceof StoreError && error.kind === 'full') return null;
        throw error;
      }
      return bytesOf(checkpoint);
    },
    dropCheckpoint: (spec) => remove(`checkpoint/${runDigest(spec)}`),
    keepEvidence: (evidence) => {
      const key = keyOf(evidence.spec, evidence.measures);
      return sayingFull(() =>
        database.write(async (transaction) => {
          transaction.put(`evidence/${key}`, { schema: 1, evidence });
          transaction.remove(`unfinished/${key}`);
          transaction.remove(`checkpoint/${runDigest(evidence.spec)}`);
        }),
      );
    },
  };
}

function keyOf(spec: RunSpec, measures: Measures): string {
  return `${runDigest(spec)}/${measuresName(measures)}`;
}

function tensorMap(tensors: unknown): ReadonlyMap<string, Float32Array> {
  return new Map(
    Object.entries(isRecord(tensors) ? tensors : {}).filter((entry): entry is [string, Float32Array] => entry[1] instanceof Float32Array),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
