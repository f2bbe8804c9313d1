/**
 * The toy in stock tfjs, as its documentation teaches: public operations, tfjs's own autodiff, `tf.train.adam`. Nothing of src/model/ops.
 *
 * Letters: B batch, T positions, N = B*T rows, D width, H heads, V vocabulary.
 */
import * as tf from '../../src/model/tf.ts';
import type { Engine } from '../engine.ts';
import { TOY, type ToyBatch, type ToyWeight } from './shape.ts';

/** On the backend that is active now. The engine owns its tensors. */
export function makeStockToy(weights: Readonly<Record<string, ToyWeight>>, batch: ToyBatch): Engine {
  const variables = new Map(Object.entries(weights).map(([name, { shape, values }]) => [name, tf.variable(tf.tensor(values, [...shape]), true)]));
  const get = (name: string): tf.Tensor => {
    const variable = variables.get(name);
    if (variable === undefined) throw new Error(`internal: the toy has no weight ${name}`);
    return variable;
  };
  const fixed = {
    tokens: tf.tensor1d(batch.tokens, 'int32'),
    targets: tf.tensor1d(batch.targets, 'int32'),
    mask: causalMask(TOY.positions),
  };
  const optimizer = tf.train.adam(TOY.learningRate, TOY.beta1, TOY.beta2, TOY.epsilon);
  const list = [...variables.values()];
  let pending: tf.Scalar | null = null;
  return {
    start() {
      pending?.dispose();
      pending = optimizer.minimize(() => toyLoss(get, fixed), true, list);
      return Promise.resolve();
    },
    async loss() {
      const [value] = (await pending?.data()) ?? [];
      return value ?? Number.NaN;
    },
    dispose() {
      optimizer.dispose();
      tf.dispose([...list, ...Object.values(fixed)]);
      pending?.dispose();
    },
  };
}

interface Fixed {
  readonly tokens: tf.Tensor1D;
  readonly targets: tf.Tensor1D;
  readonly mask: tf.Tensor2D;
}

function toyLoss(get: (name: string) => tf.Tensor, { tokens, targets, mask }: Fixed): tf.Scalar {
  const { batch: B, positions: T, width: D, vocabulary: V } = TOY;
  const N = B * T;
  const table = get('token') as tf.Tensor2D;
  const embedded = tf.reshape(rows(table, tokens), [B, T, D]);
  let h = tf.reshape<tf.Rank.R2>(tf.add(embedded, get('position')), [N, D]);
  for (let i = 0; i < TOY.layers; i++) {
    const matrix = (name: string) => get(`${i}.${name}`) as tf.Tensor2D;
    const attended = attend(tf.matMul(rmsNorm(h, get(`${i}.norm1`)), matrix('qkv')), mask);
    h = tf.add(h, tf.matMul(attended, matrix('out')));
    const hidden = gelu(tf.matMul(rmsNorm(h, get(`${i}.norm2`)), matrix('up')));
    h = tf.add(h, tf.matMul(hidden, matrix('down')));
  }
  const logits = tf.matMul(rmsNorm(h, get('norm')), table, false, true); // [N, V]
  const hot = tf.oneHot(targets, V);
  return tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(logits), hot), 1)));
}

/** Rows of the table: gather, except on wasm, where gather cannot train (tfjs has no UnsortedSegmentSum there). `[N, D]`. */
function rows(table: tf.Tensor2D, index: tf.Tensor1D): tf.Tensor2D {
  if (tf.getBackend() !== 'wasm') return tf.gather(table, index);
  return tf.matMul(tf.cast(tf.oneHot(index, table.shape[0]), 'float32') as tf.Tensor2D, table);
}

/** Causal attention over packed queries, keys and values `[N, 3D]`; `[N, D]`. */
function attend(packed: tf.Tensor2D, mask: tf.Tensor2D): tf.Tensor2D {
  const { batch: B, positions: T, width: D, heads: H } = TOY;
  const [q, k, v] = tf.split(packed, 3, 1).map((part) => tf.transpose(tf.reshape<tf.Rank.R4>(part as tf.Tensor, [B, T, H, D / H]), [0, 2, 1, 3])) as [
    tf.Tensor4D,
    tf.Tensor4D,
    tf.Tensor4D,
  ];
  const scores = tf.add(tf.div(tf.matMul(q, k, false, true), Math.sqrt(D / H)), mask); // [B, H, T, T]
  const out = tf.matMul(tf.softmax(scores) as tf.Tensor4D, v); // [B, H, T, D/H]
  return tf.reshape(tf.transpose(out, [0, 2, 1, 3]), [B * T, D]);
}

function rmsNorm(x: tf.Tensor2D, weight: tf.Tensor): tf.Tensor2D {
  return tf.mul(tf.mul(x, tf.rsqrt(tf.add(tf.mean(tf.square(x), 1, true), TOY.normEpsilon))), weight);
}

function gelu(x: tf.Tensor2D): tf.Tensor2D {
  const inner = tf.mul(Math.sqrt(2 / Math.PI), tf.add(x, tf.mul(0.044715, tf.pow(x, 3))));
  return tf.mul(tf.mul(0.5, x), tf.add(1, tf.tanh(inner)));
}

/** 0 where a position may look, -1e9 where not. `[T, T]`. */
function causalMask(T: number): tf.Tensor2D {
  return tf.tensor2d(
    Float32Array.from({ length: T * T }, (_, i) => (i % T > Math.floor(i / T) ? -1e9 : 0)),
    [T, T],
  );
}
