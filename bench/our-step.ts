/** One training step as the session runs it (`src/study/train-step.ts`): what the bench measures. */
import { makeAdamW } from '../src/model/adamw.ts';
import type { Batch } from '../src/model/batch.ts';
import type { VlmConfig } from '../src/model/config.ts';
import type { Params } from '../src/model/params.ts';
import * as tf from '../src/model/tf.ts';
import { readStep, trainStep } from '../src/study/train-step.ts';

export interface OurStep {
  /** One step on the batch; returns the loss before it. */
  step(batch: Batch): Promise<number>;
  dispose(): void;
}

/** Takes copies of `initial`. Real copies: on WebGPU AdamW writes in place, and a clone would share its data. */
export function makeOurStep(initial: Readonly<Params>, config: VlmConfig, learningRate: number): OurStep {
  const params: Params = Object.fromEntries(Object.entries(initial).map(([name, value]) => [name, tf.mul(value, 1)]));
  const optimizer = makeAdamW(params, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, clipNorm: null });
  return {
    async step(batch) {
      const pending = await trainStep(
        { config, params, optimizer },
        batch,
        { languageWeight: 1, readingWeight: 0, readingTarget: 'head' },
        learningRate,
      );
      return (await readStep(pending)).loss;
    },
    dispose() {
      optimizer.dispose();
      tf.dispose(params);
    },
  };
}
