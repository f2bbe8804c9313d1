/** One training step as the session runs it: loss and gradients of every micro-batch, their sum, AdamW. What the bench measures. */
import { type AdamW, makeAdamW } from '../src/model/adamw.ts';
import type { Batch } from '../src/model/batch.ts';
import type { VlmConfig } from '../src/model/config.ts';
import { type Params, addGradients, completeGradients } from '../src/model/params.ts';
import * as tf from '../src/model/tf.ts';
import { lossAndGradients } from '../src/model/vlm.ts';

export interface OurStep {
  /** One step on the batch; returns the loss before it. */
  step(batch: Batch): Promise<number>;
  dispose(): void;
}

/** Takes copies of `params`. */
export function makeOurStep(initial: Readonly<Params>, config: VlmConfig, learningRate: number): OurStep {
  const params: Params = Object.fromEntries(Object.entries(initial).map(([name, value]) => [name, tf.clone(value)]));
  // On WebGPU the update is in place, so a clone that shares its data with `initial` would change it too.
  for (const [name, value] of Object.entries(params)) {
    params[name] = tf.mul(value, 1);
    value.dispose();
  }
  const optimizer: AdamW = makeAdamW(params, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, clipNorm: null });
  return {
    async step(batch) {
      const parts = batch.micro.map((micro) => lossAndGradients(params, config, micro, { languageWeight: 1, readingWeight: 0 }));
      const gradients = completeGradients(parts.map((part) => part.gradients).reduce(addGradients), params);
      await optimizer.apply(gradients, learningRate);
      const loss = tf.addN(parts.map((part) => part.loss));
      const [value] = await loss.data();
      tf.dispose(gradients);
      tf.dispose([loss, ...parts.flatMap((part) => [part.loss, part.tokenLoss])]);
      return value ?? NaN;
    },
    dispose() {
      optimizer.dispose();
      tf.dispose(params);
    },
  };
}
