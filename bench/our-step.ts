/** One training step of the VLM as the session runs it (`src/study/train-step.ts`): what the bench measures. */
import { makeAdamW } from '../src/model/adamw.ts';
import type { Batch } from '../src/model/batch.ts';
import type { VlmConfig } from '../src/model/config.ts';
import type { Params } from '../src/model/params.ts';
import { makePasses } from '../src/model/passes.ts';
import * as tf from '../src/model/tf.ts';
import { readStep, trainStep, type PendingStep } from '../src/study/train-step.ts';
import type { Engine } from './engine.ts';

/** Each measures for a quarter of a second at most, and nothing once all tiles are measured. */
const TUNINGS = 40;

/** Takes copies of `initial`. Real copies: on WebGPU AdamW writes in place, and a clone would share its data. */
export function makeOurStep(initial: Readonly<Params>, config: VlmConfig, batch: Batch, learningRate: number, isEager: boolean): Engine {
  const params: Params = Object.fromEntries(Object.entries(initial).map(([name, value]) => [name, tf.mul(value, 1)]));
  const optimizer = makeAdamW(params, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, clipNorm: null });
  const passes = makePasses({ config, params, optimizer }, { isEager });
  let pending: PendingStep | null = null;
  return {
    async start() {
      pending = await trainStep(passes, batch, { languageWeight: 1, readingWeight: 0, readingTarget: 'head' }, learningRate);
    },
    async loss() {
      return pending === null ? Number.NaN : (await readStep(pending)).loss;
    },
    async tune() {
      for (let i = 0; i < TUNINGS; i++) await passes.tune(() => performance.now());
    },
    dispose() {
      passes.dispose();
      optimizer.dispose();
      tf.dispose(params);
    },
  };
}
