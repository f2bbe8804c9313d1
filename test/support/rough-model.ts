/**
 * A fresh model with noise on all weights, for tests of gradients. A fresh model itself is a singular point: biases are 0, so that a uniform patch of the
 * picture meets the first layer norm of the ConvNeXt with a variance of 0, and the gradient of `convnext.stem.bias` is 1e5 times all the rest.
 */
import { makeRng } from '../../src/lib/rng.ts';
import * as tf from '../../src/model/tf.ts';
import { makeModel } from '../../src/study/model-setup.ts';
import type { TrainedModel } from '../../src/study/model-setup.ts';
import type { RunSpec } from '../../src/study/run-spec.ts';

/** Not on WebGPU, where the optimiser holds the weights. The caller frees it with `disposeModel`. */
export function makeRoughModel(spec: RunSpec): TrainedModel {
  const model = makeModel(spec, null);
  const rng = makeRng('test', 'rough model');
  for (const [name, old] of Object.entries(model.params)) {
    const noise = Float32Array.from({ length: old.size }, () => 0.2 * (rng.unit() - 0.5));
    model.params[name] = tf.tidy(() => tf.add(old, tf.tensor(noise, old.shape)));
    old.dispose();
  }
  return model;
}
