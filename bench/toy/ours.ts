/**
 * The toy in our operations (src/model/ops), eagerly on any backend, or captured and replayed on WebGPU (src/model/webgpu/capture.ts).
 *
 * Letters: N rows (batch times positions), D width, V vocabulary.
 */
import { makeAdamW, type AdamW } from '../../src/model/adamw.ts';
import { packedAttention } from '../../src/model/ops/attention.ts';
import { crossEntropy } from '../../src/model/ops/cross-entropy.ts';
import { geluMlp } from '../../src/model/ops/gelu-mlp.ts';
import { linear } from '../../src/model/ops/linear.ts';
import { embedSum } from '../../src/model/ops/embed-sum.ts';
import { rmsNorm } from '../../src/model/ops/rms-norm.ts';
import { matrixOf, vectorOf, type Params } from '../../src/model/params.ts';
import * as tf from '../../src/model/tf.ts';
import { capture, CaptureMemory, type Capture } from '../../src/model/webgpu/capture.ts';
import { Submission } from '../../src/model/webgpu/submission.ts';
import type { Engine } from '../engine.ts';
import { TOY, TOY_TOKENS, type ToyBatch, type ToyWeight } from './shape.ts';

interface ToyTensors {
  /** int32 `[N]`. */
  readonly tokens: tf.Tensor1D;
  readonly targets: tf.Tensor1D;
  /** Position of each row, int32 `[N]`, and its share of the mean, `[N]`: the same in every step. */
  readonly places: tf.Tensor1D;
  readonly weights: tf.Tensor1D;
  /** The toy has no biases, and geluMlp wants some: zeros, that are not trained. */
  readonly upBias: tf.Tensor1D;
  readonly downBias: tf.Tensor1D;
}

/** Eager, on the backend that is active now. The engine owns its tensors. */
export function makeOurToy(weights: Readonly<Record<string, ToyWeight>>, batch: ToyBatch): Engine {
  const params = paramsOf(weights);
  const optimizer = optimizerOf(params);
  const fixed: ToyTensors = { tokens: tf.tensor1d(batch.tokens, 'int32'), targets: tf.tensor1d(batch.targets, 'int32'), ...constants() };
  let pending: tf.Scalar | null = null;
  return {
    async start() {
      pending?.dispose();
      const { loss, gradients } = lossAndGradients(params, fixed);
      pending = loss;
      optimizer.add(gradients);
      tf.dispose(gradients);
      await optimizer.apply(TOY.learningRate);
    },
    async loss() {
      const [value] = (await pending?.data()) ?? [];
      return value ?? Number.NaN;
    },
    dispose() {
      tf.dispose({ ...params, ...fixed });
      optimizer.dispose();
      pending?.dispose();
    },
  };
}

/** Recorded once, then replayed with AdamW in one submit. WebGPU only. */
export function makeCapturedToy(weights: Readonly<Record<string, ToyWeight>>, batch: ToyBatch): Engine {
  const params = paramsOf(weights);
  const optimizer = optimizerOf(params);
  const { gpu } = optimizer;
  if (gpu === null) throw new Error('internal: captured steps need the webgpu backend');
  const inputs = { tokens: batch.tokens, targets: batch.targets };
  const fixed = constants();
  const shape = { shape: [TOY_TOKENS], dtype: 'int32' } as const;
  const memory = new CaptureMemory();
  let recorded: Capture | null = null;
  let bytes: Promise<ArrayBuffer> = Promise.resolve(new ArrayBuffer(4));
  return {
    async start() {
      if (recorded === null) {
        recorded = capture('toy step', memory, { tokens: shape, targets: shape }, inputs, ({ tokens, targets }) => {
          const { loss, gradients } = lossAndGradients(params, { tokens: tokens as tf.Tensor1D, targets: targets as tf.Tensor1D, ...fixed });
          optimizer.add(gradients);
          return { loss };
        });
        if (recorded.refusal !== null) throw new Error(`the toy step cannot be replayed: it ${recorded.refusal}`);
        await optimizer.apply(TOY.learningRate);
        const first = new Submission();
        bytes = first.read(lossOf(recorded));
        first.submit();
        return;
      }
      const submission = new Submission();
      gpu.touch(Object.keys(params));
      gpu.writeScalars(TOY.learningRate);
      submission.run(recorded, inputs);
      gpu.encodeUpdate(submission.pass());
      bytes = submission.read(lossOf(recorded));
      submission.submit();
    },
    async loss() {
      return new Float32Array(await bytes)[0] ?? Number.NaN;
    },
    dispose() {
      recorded?.dispose();
      memory.dispose();
      tf.dispose({ ...params, ...fixed });
      optimizer.dispose();
    },
  };
}

const lossOf = ({ outputs }: Capture) => {
  if (outputs['loss'] === undefined) throw new Error('internal: the toy step gave no loss');
  return outputs['loss'];
};

/** The caller owns the tensors. */
function constants(): Omit<ToyTensors, 'tokens' | 'targets'> {
  const places = Int32Array.from({ length: TOY_TOKENS }, (_, i) => i % TOY.positions);
  return {
    places: tf.tensor1d(places, 'int32'),
    weights: tf.tensor1d(new Float32Array(TOY_TOKENS).fill(1 / TOY_TOKENS)),
    upBias: tf.zeros([TOY.hidden]),
    downBias: tf.zeros([TOY.width]),
  };
}

function paramsOf(weights: Readonly<Record<string, ToyWeight>>): Params {
  return Object.fromEntries(Object.entries(weights).map(([name, { shape, values }]) => [name, tf.tensor(values.slice(), [...shape])]));
}

function optimizerOf(params: Params): AdamW {
  const { beta1, beta2, epsilon } = TOY;
  return makeAdamW(params, { beta1, beta2, epsilon, weightDecay: 0, clipNorm: null });
}

/** The caller owns the tensors. */
function lossAndGradients(params: Params, tensors: ToyTensors): { loss: tf.Scalar; gradients: Params } {
  const names = Object.keys(params);
  const { value, grads } = tf.engine().gradients(
    () => toyLoss(params, tensors),
    names.map((name) => params[name] as tf.Tensor),
    undefined,
    true,
  );
  return { loss: value as tf.Scalar, gradients: Object.fromEntries(names.map((name, i) => [name, grads[i] as tf.Tensor])) };
}

function toyLoss(params: Params, { tokens, targets, places, weights, upBias, downBias }: ToyTensors): tf.Scalar {
  const { batch, heads } = TOY;
  const table = matrixOf(params, 'token');
  let h = embedSum([
    { table, indices: tokens },
    { table: matrixOf(params, 'position'), indices: places },
  ]); // [N, D]
  for (let i = 0; i < TOY.layers; i++) {
    const matrix = (name: string) => matrixOf(params, `${i}.${name}`);
    const packed = linear(rmsNorm(h, vectorOf(params, `${i}.norm1`)), matrix('qkv'), null); // [N, 3D]
    const mixed = packedAttention(packed, { batch, heads, kvHeads: heads, mask: { prefix: 0 }, rope: null });
    h = linear(mixed, matrix('out'), null, { residual: h });
    h = geluMlp(rmsNorm(h, vectorOf(params, `${i}.norm2`)), { up: matrix('up'), upBias, down: matrix('down'), downBias }, h);
  }
  const logits = linear(rmsNorm(h, vectorOf(params, 'norm')), table, null, { isTransposed: true }); // [N, V]
  return crossEntropy(logits, targets, weights);
}
