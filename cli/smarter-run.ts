/** One training of smarterVLM in Node: features and checkpoint in a folder, results as data. */
import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { fault, InputError } from '../src/lib/errors.ts';
import type { Engine } from '../src/model/backend.ts';
import type { ItemSet } from '../src/study/smart/puzzle-item.ts';
import { openSmartFolder } from '../src/study/smart/smart-folder.ts';
import { SPLIT_NAMES } from '../src/study/smart/splits.ts';
import { itemsOf, smartItemsOf } from '../src/study/smarter/smarter-items.ts';
import { nodeFolder } from './puzzles/node-folder.ts';
import { featuredData } from '../src/study/smarter/featured-data.ts';
import { loadEmbeddedBackbone } from '../src/study/smarter/embedded-backbone.ts';
import type { SmarterScores } from '../src/study/smarter/scores.ts';
import { startSmarterSession } from '../src/study/smarter/smarter-session.ts';
import type { SmarterCheckpoint, SmarterProgress } from '../src/study/smarter/smarter-session.ts';
import { smarterDigest } from '../src/study/smarter/smarter-spec.ts';
import type { SmarterSpec } from '../src/study/smarter/smarter-spec.ts';
import { openFeatureFolder } from './feature-folder.ts';

export interface SmarterShell {
  /** Features go into `features/` in it, checkpoints into `runs/`. */
  readonly folder: string;
  /** The SMART-101 release, for specs of that source. */
  readonly smartDir: string | null;
  readonly engine: Engine;
  readonly signal: AbortSignal;
  readonly print: (line: object) => void;
  readonly clock: () => number;
}

export interface SmarterSummary extends Omit<SmarterProgress, 'losses' | 'epochs'> {
  readonly spec: SmarterSpec;
  readonly backbone: string;
  readonly parameters: number;
  readonly losses: readonly number[];
  readonly epochs: readonly { readonly epoch: number; readonly step: number; readonly val: SmarterScores }[];
  readonly made: { readonly backend: string; readonly adapter: string; readonly trainedMinutes: number };
}

function noFolder(): never {
  throw new InputError(fault('--smart-dir', 'the folder of SMART-101, which this spec is of', 'none'));
}

/** Prints what was read, and what was not and why. */
async function smartSet(spec: SmarterSpec, dir: string, { signal, print }: Pick<SmarterShell, 'signal' | 'print'>): Promise<ItemSet> {
  const { set, report } = await smartItemsOf(spec, await openSmartFolder(await nodeFolder(dir)), signal);
  print({ event: 'smart-101', folder: dir, ...report });
  return set;
}

const LOG_EVERY = 20;
const FEATURES_EVERY = 640;

/** The summary of a finished training, as kept or made now; null when interrupted. */
export async function trainSmarter(
  spec: SmarterSpec,
  { folder, smartDir, engine, signal, print, clock }: SmarterShell,
): Promise<SmarterSummary | null> {
  if (spec.backbone !== 'embedded') throw new InputError(fault('smarter', 'the embedded encoders', spec.backbone, 'those of the hub need the page'));
  const backbone = await loadEmbeddedBackbone(async (name) => new Uint8Array(await readFile(join('public/encoders', name))));
  const set = spec.data.source === 'own' ? itemsOf(spec) : await smartSet(spec, smartDir ?? noFolder(), { signal, print });
  const cache = await openFeatureFolder(join(folder, 'features'));
  const data = await featuredData(backbone, set, {
    ...{ cache, signal },
    onProgress: (split, done, total) => void (done % FEATURES_EVERY === 0 && print({ event: 'features', split, done, total })),
  });
  await cache.close();
  backbone.dispose();
  if (cache.problem() !== null) print({ event: 'note', message: cache.problem() });
  if (data === null) return null;
  const unread = SPLIT_NAMES.flatMap((split) => data[split].problems);
  if (unread.length > 0) print({ event: 'left out', items: unread.length, problems: unread });
  const file = join(folder, `run-${(await smarterDigest(spec, backbone.id)).slice(0, 16)}.bin`);
  const restored = existsSync(file) ? (deserialize(await readFile(file)) as SmarterCheckpoint) : null; // our own file
  const session = startSmarterSession({
    ...{ spec, data, restored, clock },
    onProgress({ step, totalSteps, losses, epochs, trainedMs }, state, message) {
      if (state === 'failed') print({ event: 'failed', message });
      else if (step % LOG_EVERY === 0 && step > 0)
        print({ event: 'step', step, totalSteps, loss: losses.at(-1), minutes: trainedMs / 60_000, epochs: epochs.length });
    },
    async onCheckpoint(checkpoint) {
      await writeFile(`${file}.part`, serialize(checkpoint));
      await rename(`${file}.part`, file);
    },
    yieldToOthers: () => new Promise((resolve) => setImmediate(resolve)),
  });
  const stop = (): void => session.stop();
  signal.addEventListener('abort', stop);
  const state = await session.done;
  signal.removeEventListener('abort', stop);
  const parameters = Object.values(session.training.params).reduce((sum, { size }) => sum + size, 0);
  const progress = session.progress();
  session.training.dispose();
  if (state === 'stopped') return null;
  if (state === 'failed') throw new Error('the training failed');
  const { backend, adapter } = engine.info;
  return {
    spec,
    backbone: backbone.id,
    parameters,
    ...progress,
    made: { backend, adapter, trainedMinutes: Number((progress.trainedMs / 60_000).toFixed(2)) },
  };
}
