import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBackend, type Engine } from '../../../src/model/backend.ts';
import { geluMlp } from '../../../src/model/ops/gelu-mlp.ts';
import { linear } from '../../../src/model/ops/linear.ts';
import * as tf from '../../../src/model/tf.ts';
import { webgpuBackend } from '../../../src/model/webgpu/kernel.ts';
import { GELU_MLP_CASES, LINEAR_CASES } from '../../support/linear-cases.ts';
import { hasAdapter, webgpuSuite } from '../../support/webgpu-suite.ts';

webgpuSuite([...LINEAR_CASES, ...GELU_MLP_CASES]);

describe.skipIf(!hasAdapter)('dispatches', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openBackend('webgpu');
  });
  afterAll(() => engine.close());

  /** Dispatches that `run` records. The compute pass is closed now and then, so the count is kept here. */
  const dispatchesOf = (run: () => tf.TensorContainer): number => {
    const { prototype } = GPUComputePassEncoder;
    const original = prototype.dispatchWorkgroups;
    let count = 0;
    prototype.dispatchWorkgroups = function (this: GPUComputePassEncoder, ...args: Parameters<typeof original>) {
      count++;
      return original.apply(this, args);
    };
    try {
      tf.dispose(run());
    } finally {
      prototype.dispatchWorkgroups = original;
    }
    webgpuBackend().flush();
    return count;
  };

  test('a linear layer takes one dispatch forward and two backward, a perceptron two and four', () => {
    const x = tf.ones<tf.Rank.R2>([8, 4]);
    const weights = {
      up: tf.ones<tf.Rank.R2>([4, 8]),
      upBias: tf.ones<tf.Rank.R1>([8]),
      down: tf.ones<tf.Rank.R2>([8, 4]),
      downBias: tf.ones<tf.Rank.R1>([4]),
    };
    const { up, upBias, down, downBias } = weights;
    const dy = tf.ones([8, 8]);
    expect(dispatchesOf(() => linear(x, up, upBias))).toBe(1);
    const ofLinear = tf.grads((...args) => linear(...(args as [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D])));
    expect(dispatchesOf(() => ofLinear([x, up, upBias], dy))).toBe(1 + 2);
    const dy4 = tf.ones([8, 4]);
    expect(dispatchesOf(() => geluMlp(x, weights, x))).toBe(2);
    const ofMlp = tf.grads((...args) => {
      const [input, a, b, c, d, residual] = args as [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D, tf.Tensor2D, tf.Tensor1D, tf.Tensor2D];
      return geluMlp(input, { up: a, upBias: b, down: c, downBias: d }, residual);
    });
    const residual = tf.ones<tf.Rank.R2>([8, 4]);
    expect(dispatchesOf(() => ofMlp([x, up, upBias, down, downBias, residual], dy4))).toBe(2 + 4);
    engine.check();
    tf.dispose([x, weights, dy, dy4, residual]);
  });
});
