/** What a training will cost on this device: some pictures and some steps are timed, and multiplied. Ours; nothing of it is kept. */
import type { ItemSet } from '../smart/puzzle-item.ts';
import type { Backbone } from './backbone.ts';
import { extractFeatures, featureBytes } from './features.ts';
import type { SmarterSpec } from './smarter-spec.ts';
import { openSmarterTraining } from './smarter-training.ts';

export interface SmarterCost {
  readonly items: number;
  readonly steps: number;
  /** Of all features, as if none were kept yet. */
  readonly featureSeconds: number;
  readonly trainingSeconds: number;
  readonly featureBytes: number;
}

const MEASURED_PICTURES = 16;
const MEASURED_STEPS = 3;

/** Rejects with the signal's reason when it is stopped. `clock` in milliseconds. */
export async function measureCost(
  spec: SmarterSpec,
  set: ItemSet,
  backbone: Backbone,
  { clock, signal }: { readonly clock: () => number; readonly signal: AbortSignal },
): Promise<SmarterCost> {
  const items = set.sizes.train + set.sizes.val + set.sizes.test;
  const count = Math.min(MEASURED_PICTURES, set.sizes.train);
  const at = (item: number) => set.at('train', item);
  const time = async <T>(work: () => Promise<T>): Promise<{ value: T; seconds: number }> => {
    const startMs = clock();
    const value = await work();
    return { value, seconds: (clock() - startMs) / 1000 };
  };
  const extract = () => extractFeatures(backbone, count, at, { signal, onProgress: () => undefined });
  await extract(); // the first has kernels to build
  const { value: made, seconds } = await time(extract);
  signal.throwIfAborted();
  if (made === null) throw new Error('internal: no features without a stop');
  const rows = Array.from({ length: spec.training.batchSize }, (_, i) => i % count);
  const small: SmarterSpec = {
    ...spec,
    training: { ...spec.training, batchSize: Math.min(count, spec.training.batchSize), epochs: MEASURED_STEPS + 1 },
  };
  const training = openSmarterTraining(small, set.heads, made, null);
  try {
    await training.train();
    const { seconds: stepSeconds } = await time(async () => {
      for (let i = 0; i < MEASURED_STEPS; i++) await training.train();
    });
    const steps = spec.training.epochs * Math.ceil(set.sizes.train / spec.training.batchSize);
    const scale = rows.length / small.training.batchSize;
    return {
      ...{ items, steps },
      featureSeconds: (seconds / count) * items,
      trainingSeconds: (stepSeconds / MEASURED_STEPS) * scale * steps,
      featureBytes: Math.round((featureBytes(made.features) / count) * items),
    };
  } finally {
    training.dispose();
  }
}
