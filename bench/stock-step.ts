/**
 * The same `micro` training step as anyone would write it with stock tfjs operations: forward pass and loss in public tfjs ops, gradients by
 * tfjs's own autodiff, `tf.train.adam`. The peer that our step is measured against; its loss at step 0 must equal ours (bench/measure.ts checks).
 *
 * Written for plainness, not speed, and only from what the model is (ARCHITECTURE.md): no operation of src/model/ops is used. On wasm, where tfjs
 * has no gradient of gather and of convolutions, the shortest working substitute stands in, and says so.
 * Not the same: tf.train.adam has no weight decay and computes its bias corrections in float32.
 *
 * Letters: B batch, P image patches, T text tokens, S = P + T, D channels, H heads, V vocabulary.
 */
import type { Batch, ImageBatch, MicroBatch } from '../src/model/batch.ts';
import type { VlmConfig } from '../src/model/config.ts';
import * as tf from '../src/model/tf.ts';
import type { Engine } from './engine.ts';

type Get = (name: string) => tf.Tensor;

/** Takes copies of `params` as its variables. */
export function makeStockStep(params: Readonly<Record<string, tf.Tensor>>, config: VlmConfig, batch: Batch, learningRate: number): Engine {
  const variables = new Map(Object.entries(params).map(([name, value]) => [name, tf.variable(value.clone(), true)]));
  const get: Get = (name) => {
    const variable = variables.get(name);
    if (variable === undefined) throw new Error(`stock-step: expected a parameter ${name}, got none: the model's names have changed`);
    return variable;
  };
  const optimizer = tf.train.adam(learningRate, 0.9, 0.999, 1e-8);
  const list = [...variables].filter(([name]) => !name.startsWith('reading.')).map(([, variable]) => variable);
  let pending: tf.Scalar | null = null;
  return {
    start() {
      pending?.dispose();
      pending = optimizer.minimize(() => tf.addN(batch.micro.map((micro) => microLoss(get, config, micro))) as tf.Scalar, true, list);
      return Promise.resolve();
    },
    async loss() {
      const [value] = (await pending?.data()) ?? [];
      return value ?? Number.NaN;
    },
    dispose() {
      optimizer.dispose();
      pending?.dispose();
      for (const variable of variables.values()) variable.dispose();
    },
  };
}

/** Sum over counted positions of weight x cross-entropy. */
function microLoss(get: Get, config: VlmConfig, micro: MicroBatch): tf.Scalar {
  const { batchSize: B, textLength: T } = micro;
  const D = config.decoder.dim;
  const table = get('decoder.embedding') as tf.Tensor2D;
  let h = tf.reshape(tf.add(rows(table, micro.tokens), gridPositions(get, micro.lines, micro.columns)), [B, T, D]); // [B, T, D]
  let P = 0;
  if (micro.image !== null) {
    const seen = imageTokens(get, config, micro.image, B); // [B, P, D]
    P = seen.shape[1] ?? 0;
    h = tf.concat([seen, h], 1); // [B, P+T, D]
  }
  h = decoder(get, config, h as tf.Tensor3D, P);
  const text = tf.reshape(tf.slice(h, [0, P, 0], [B, T, D]), [B * T, D]);
  const logits = tf.matMul(text as tf.Tensor2D, table, false, true); // [B*T, V]
  const picked = tf.sum(tf.mul(tf.logSoftmax(logits), tf.oneHot(tf.tensor1d(micro.targets, 'int32'), config.vocabularySize)), 1); // [B*T]
  return tf.neg(tf.sum(tf.mul(picked, tf.tensor1d(micro.lossWeights))));
}

/** Rows of a table by index: gather, except on wasm, where gather cannot train (no UnsortedSegmentSum). */
function rows(table: tf.Tensor2D, indices: Int32Array): tf.Tensor2D {
  const index = tf.tensor1d(indices, 'int32');
  if (tf.getBackend() !== 'wasm') return tf.gather(table, index);
  return tf.matMul(tf.cast(tf.oneHot(index, table.shape[0]), 'float32') as tf.Tensor2D, table);
}

/** Line and column embeddings; index 0 adds nothing. `[N, D]`. */
function gridPositions(get: Get, lines: Int32Array, columns: Int32Array): tf.Tensor2D {
  const one = (name: string, indices: Int32Array) => {
    const isSet = tf.tensor2d(
      Float32Array.from(indices, (i) => (i === 0 ? 0 : 1)),
      [indices.length, 1],
    );
    return tf.mul(rows(get(name) as tf.Tensor2D, indices), isSet);
  };
  return tf.add(one('decoder.position.line', lines), one('decoder.position.column', columns));
}

/** Both encoders, concatenation, adapter, grid positions. `[B, P, D]`. */
function imageTokens(get: Get, config: VlmConfig, image: ImageBatch, B: number): tf.Tensor3D {
  const { gridRows, gridColumns, patchPx } = image;
  const P = gridRows * gridColumns;
  const bytes = tf.tensor4d(Float32Array.from(image.pixels), [B, gridRows * patchPx, gridColumns * patchPx, 3]);
  const x = tf.mul(tf.sub(tf.div(bytes, 255), 1), 2) as tf.Tensor4D; // paper white is 0
  const both = tf.concat([vit(get, config, x, image, B), convnext(get, config, x, image, B)], 1); // [B*P, Dv+Dc]
  const seen = dense(get, 'adapter.down', gelu(dense(get, 'adapter.up', both)));
  const lines = Int32Array.from({ length: B * P }, (_, i) => Math.floor((i % P) / gridColumns) + 1);
  const columns = Int32Array.from({ length: B * P }, (_, i) => ((i % P) % gridColumns) + 1);
  return tf.reshape(tf.add(seen, gridPositions(get, lines, columns)), [B, P, config.decoder.dim]);
}

function vit(get: Get, config: VlmConfig, x: tf.Tensor4D, { gridRows, gridColumns, patchPx }: ImageBatch, B: number): tf.Tensor2D {
  const { dim, heads, layers } = config.vit;
  const P = gridRows * gridColumns;
  const row = rows(
    get('vit.position.row') as tf.Tensor2D,
    Int32Array.from({ length: P }, (_, i) => Math.floor(i / gridColumns)),
  );
  const column = rows(
    get('vit.position.column') as tf.Tensor2D,
    Int32Array.from({ length: P }, (_, i) => i % gridColumns),
  );
  const cut = tf.reshape(patchDense(get, 'vit.patch', x, patchPx), [B, P, dim]);
  let h = tf.reshape<tf.Rank.R2>(tf.add(cut, tf.add(row, column)), [B * P, dim]);
  for (let i = 0; i < layers; i++) {
    const layer = `vit.layers.${i}`;
    const n = layerNorm(get, `${layer}.norm1`, h);
    const [q, k, v] = ['query', 'key', 'value'].map((part) => split(dense(get, `${layer}.attention.${part}`, n), B, P, heads));
    if (q === undefined || k === undefined || v === undefined) throw new Error('internal: stock-step: three projections');
    h = tf.add(h, dense(get, `${layer}.attention.output`, merge(attend(q, k, v, null))));
    h = tf.add(h, dense(get, `${layer}.mlp.down`, gelu(dense(get, `${layer}.mlp.up`, layerNorm(get, `${layer}.norm2`, h)))));
  }
  return layerNorm(get, 'vit.norm', h);
}

function convnext(get: Get, config: VlmConfig, x: tf.Tensor4D, image: ImageBatch, B: number): tf.Tensor2D {
  const { stemPx, dims, depths } = config.convnext;
  let height = (image.gridRows * image.patchPx) / stemPx;
  let width = (image.gridColumns * image.patchPx) / stemPx;
  let h = layerNorm(get, 'convnext.stem.norm', patchDense(get, 'convnext.stem', x, stemPx)); // [B*h*w, C]
  dims.forEach((C, j) => {
    if (j > 0) {
      const before = tf.reshape<tf.Rank.R4>(layerNorm(get, `convnext.stages.${j}.downsample.norm`, h), [B, height, width, dims[j - 1] ?? 0]);
      h = patchDense(get, `convnext.stages.${j}.downsample`, before, 2);
      height /= 2;
      width /= 2;
    }
    for (let k = 0; k < (depths[j] ?? 0); k++) {
      const block = `convnext.stages.${j}.blocks.${k}`;
      const grid = tf.reshape<tf.Rank.R4>(h, [B, height, width, C]);
      const mixed = tf.reshape<tf.Rank.R2>(tf.add(depthwise(grid, get(`${block}.depthwise.weight`) as tf.Tensor3D), get(`${block}.depthwise.bias`)), [
        -1,
        C,
      ]);
      const y = dense(get, `${block}.down`, gelu(dense(get, `${block}.up`, layerNorm(get, `${block}.norm`, mixed))));
      h = tf.add(h, tf.mul(y, get(`${block}.scale`)));
    }
  });
  const C = dims.at(-1) ?? 0;
  const grid = tf.reshape<tf.Rank.R4>(layerNorm(get, 'convnext.norm', h), [B, height, width, C]);
  const factor = height / image.gridRows;
  if (factor !== 1 && factor !== 2) throw new Error(`stock-step: expected a convnext grid 1 or 2 times the patch grid, got ${factor} times`);
  // Bilinear with half-pixel centres at exactly half the size is the mean of 2 x 2; tfjs's resize has no gradient for half-pixel centres.
  const fitted = factor === 1 ? grid : tf.avgPool(grid, 2, 2, 'valid');
  return tf.reshape(fitted, [-1, C]);
}

function decoder(get: Get, config: VlmConfig, input: tf.Tensor3D, P: number): tf.Tensor3D {
  const { layers, dim, heads, kvHeads, ropeBase } = config.decoder;
  const [B, S] = input.shape;
  const mask = causalMask(S, P);
  const angles = ropeAngles(S, dim / heads, ropeBase);
  let h = tf.reshape<tf.Rank.R2>(input, [B * S, dim]);
  for (let i = 0; i < layers; i++) {
    const layer = `decoder.layers.${i}`;
    const n = rmsNorm(get, `${layer}.norm1`, h);
    const project = (part: string, count: number) => split(tf.matMul(n, get(`${layer}.attention.${part}`) as tf.Tensor2D), B, S, count);
    const q = rope(project('query', heads), angles);
    const k = spread(rope(project('key', kvHeads), angles), heads / kvHeads);
    const v = spread(project('value', kvHeads), heads / kvHeads);
    h = tf.add(h, tf.matMul(merge(attend(q, k, v, mask)), get(`${layer}.attention.output`) as tf.Tensor2D));
    const m = rmsNorm(get, `${layer}.norm2`, h);
    const gate = tf.matMul(m, get(`${layer}.mlp.gate`) as tf.Tensor2D);
    const up = tf.matMul(m, get(`${layer}.mlp.up`) as tf.Tensor2D);
    h = tf.add(h, tf.matMul(tf.mul(tf.mul(gate, tf.sigmoid(gate)), up), get(`${layer}.mlp.down`) as tf.Tensor2D));
  }
  return tf.reshape(rmsNorm(get, 'decoder.norm', h), [B, S, dim]);
}

function dense(get: Get, name: string, x: tf.Tensor2D): tf.Tensor2D {
  return tf.add(tf.matMul(x, get(`${name}.weight`) as tf.Tensor2D), get(`${name}.bias`));
}

/** Cuts `[B, h*p, w*p, C]` into patches and applies a dense layer to each: `[B*h*w, out]`. Not conv2d, whose filter gradient wasm lacks. */
function patchDense(get: Get, name: string, x: tf.Tensor4D, p: number): tf.Tensor2D {
  const [B, height, width, C] = x.shape;
  const cut = tf.transpose(tf.reshape(x, [B, height / p, p, width / p, p, C]), [0, 1, 3, 2, 4, 5]);
  return dense(get, name, tf.reshape<tf.Rank.R2>(cut, [-1, p * p * C]));
}

/** Depthwise convolution, 'same'; on wasm, which has no gradient of it, as a sum of shifted products. */
function depthwise(x: tf.Tensor4D, weight: tf.Tensor3D): tf.Tensor4D {
  const [K, , C] = weight.shape;
  if (tf.getBackend() !== 'wasm') return tf.depthwiseConv2d(x, tf.reshape<tf.Rank.R4>(weight, [K, K, C, 1]), 1, 'same');
  const [B, height, width] = x.shape;
  const edge: [number, number] = [(K - 1) / 2, (K - 1) / 2];
  const padded = tf.pad(x, [[0, 0], edge, edge, [0, 0]]);
  const taps: tf.Tensor4D[] = [];
  for (let r = 0; r < K; r++) {
    for (let c = 0; c < K; c++) taps.push(tf.mul(tf.slice(padded, [0, r, c, 0], [B, height, width, C]), tf.slice(weight, [r, c, 0], [1, 1, C])));
  }
  return tf.addN(taps);
}

function gelu(x: tf.Tensor2D): tf.Tensor2D {
  const inner = tf.mul(Math.sqrt(2 / Math.PI), tf.add(x, tf.mul(0.044715, tf.pow(x, 3))));
  return tf.mul(tf.mul(0.5, x), tf.add(1, tf.tanh(inner)));
}

function layerNorm(get: Get, name: string, x: tf.Tensor2D): tf.Tensor2D {
  const { mean, variance } = tf.moments(x, 1, true);
  const unit = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-6)));
  return tf.add(tf.mul(unit, get(`${name}.weight`)), get(`${name}.bias`));
}

function rmsNorm(get: Get, name: string, x: tf.Tensor2D): tf.Tensor2D {
  return tf.mul(tf.mul(x, tf.rsqrt(tf.add(tf.mean(tf.square(x), 1, true), 1e-5))), get(`${name}.weight`));
}

/** `[B*S, H*d]` -> `[B, H, S, d]`. */
function split(x: tf.Tensor2D, B: number, S: number, H: number): tf.Tensor4D {
  return tf.transpose(tf.reshape<tf.Rank.R4>(x, [B, S, H, x.shape[1] / H]), [0, 2, 1, 3]);
}

/** `[B, H, S, d]` -> `[B*S, H*d]`. */
function merge(x: tf.Tensor4D): tf.Tensor2D {
  const [B, H, S, d] = x.shape;
  return tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [B * S, H * d]);
}

/** Each key/value head repeated for the query heads that share it. */
function spread(x: tf.Tensor4D, times: number): tf.Tensor4D {
  if (times === 1) return x;
  const [B, H, S, d] = x.shape;
  // As a concatenation: tfjs's tile has no gradient for five axes.
  const apart = tf.reshape<tf.Rank.R5>(x, [B, H, 1, S, d]);
  return tf.reshape(tf.concat(Array<tf.Tensor5D>(times).fill(apart), 2), [B, H * times, S, d]);
}

function attend(q: tf.Tensor4D, k: tf.Tensor4D, v: tf.Tensor4D, mask: tf.Tensor | null): tf.Tensor4D {
  const scores = tf.div(tf.matMul(q, k, false, true), Math.sqrt(q.shape[3])); // [B, H, S, S]
  return tf.matMul(tf.softmax(mask === null ? scores : tf.add(scores, mask)), v) as tf.Tensor4D;
}

/** 0 where a position may look, -1e9 where not: causal, and the P image tokens see one another. `[S, S]`. */
function causalMask(S: number, P: number): tf.Tensor2D {
  const mask = new Float32Array(S * S);
  for (let i = 0; i < S; i++) for (let j = i + 1; j < S; j++) if (i >= P || j >= P) mask[i * S + j] = -1e9;
  return tf.tensor2d(mask, [S, S]);
}

interface Angles {
  readonly cos: tf.Tensor2D;
  readonly sin: tf.Tensor2D;
}

function ropeAngles(S: number, d: number, base: number): Angles {
  const half = d / 2;
  const angle = Float32Array.from({ length: S * d }, (_, i) => Math.floor(i / d) / base ** (((i % d) % half) / half));
  return { cos: tf.tensor2d(angle.map(Math.cos), [S, d]), sin: tf.tensor2d(angle.map(Math.sin), [S, d]) };
}

/** Rotation of (first half, second half) pairs, as in Hugging Face's Llama. */
function rope(x: tf.Tensor4D, { cos, sin }: Angles): tf.Tensor4D {
  const [first, second] = tf.split(x, 2, 3);
  if (first === undefined || second === undefined) throw new Error('internal: stock-step: two halves');
  return tf.add(tf.mul(x, cos), tf.mul(tf.concat([tf.neg(second), first], 3), sin));
}
