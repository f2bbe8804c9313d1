/**
 * The parameters of the model: names, shapes, counts and the initial values. A flat record, so that optimiser, checkpoint and tests need no
 * knowledge of the model.
 *
 * Weights of linear layers are stored `[in, out]`. `reading.*` is the head of the reading objective: used while the base learns to see, dropped
 * afterwards (`includeReading: false`), not part of a study run.
 */
import { fault } from '../lib/errors.ts';
import type { Rng } from '../lib/rng.ts';
import type { VlmConfig } from './config.ts';
import * as tf from './tf.ts';

/** All parameters, or their gradients, by name. */
export type Params = Record<string, tf.Tensor>;

export interface ParamsOptions {
  /** True with the reading head. Default true. */
  readonly includeReading?: boolean;
}

/** How a tensor starts: uniform with this standard deviation, or one constant. */
export type Start = { readonly std: number } | { readonly fill: number };

export interface Declaration {
  readonly shape: readonly number[];
  readonly start: Start;
}

/** Ours: in a PyTorch pilot of the base phase look-ups came three times sooner with embeddings of 0.1 and gain 1 than with GPT-2's 0.02 and gain 0.5. */
const DECODER_GAIN = 1;
const EMBEDDING_STD = 0.1;
/** GPT-2's; the patches themselves are of order 1. */
const VIT_POSITION_STD = 0.02;
/** Ours: ConvNeXt starts its layer scale at 1e-6 for 18 and more blocks (arXiv 2201.03545, appendix A); one to four blocks need no such care. */
const LAYER_SCALE = 0.1;

const ZERO: Start = { fill: 0 };
const ONE: Start = { fill: 1 };

/** Declares parameters one after the other. */
export class Declarations {
  readonly all = new Map<string, Declaration>();

  add(name: string, shape: readonly number[], start: Start): void {
    this.all.set(name, { shape, start });
  }

  /** `gain` scales the standard deviation 1/sqrt(in). */
  linear(name: string, inputs: number, outputs: number, gain = 1, hasBias = true): void {
    this.add(`${name}.weight`, [inputs, outputs], { std: gain / Math.sqrt(inputs) });
    if (hasBias) this.add(`${name}.bias`, [outputs], ZERO);
  }

  norm(name: string, channels: number, hasBias = true): void {
    this.add(`${name}.weight`, [channels], ONE);
    if (hasBias) this.add(`${name}.bias`, [channels], ZERO);
  }
}

function declareVit(to: Declarations, { vit, image }: VlmConfig): void {
  const { dim, layers, mlpRatio } = vit;
  // Branches that end in the residual stream start smaller, so that its variance does not grow with depth (GPT-2).
  const residual = 1 / Math.sqrt(2 * layers);
  to.linear('vit.patch', image.patchPx ** 2 * 3, dim);
  to.add('vit.position.row', [image.maxGridRows, dim], { std: VIT_POSITION_STD });
  to.add('vit.position.column', [image.maxGridColumns, dim], { std: VIT_POSITION_STD });
  for (let i = 0; i < layers; i++) {
    const at = `vit.layers.${i}`;
    to.norm(`${at}.norm1`, dim);
    for (const part of ['query', 'key', 'value']) to.linear(`${at}.attention.${part}`, dim, dim);
    to.linear(`${at}.attention.output`, dim, dim, residual);
    to.norm(`${at}.norm2`, dim);
    to.linear(`${at}.mlp.up`, dim, mlpRatio * dim);
    to.linear(`${at}.mlp.down`, mlpRatio * dim, dim, residual);
  }
  to.norm('vit.norm', dim);
}

function declareConvnext(to: Declarations, { convnext }: VlmConfig): void {
  const { stemPx, dims, depths, kernel, mlpRatio } = convnext;
  dims.forEach((dim, stage) => {
    const before = dims[stage - 1];
    if (before === undefined) {
      to.linear('convnext.stem', stemPx ** 2 * 3, dim);
      to.norm('convnext.stem.norm', dim);
    } else {
      to.norm(`convnext.stages.${stage}.downsample.norm`, before);
      to.linear(`convnext.stages.${stage}.downsample`, 4 * before, dim);
    }
    for (let block = 0; block < (depths[stage] ?? 0); block++) {
      const at = `convnext.stages.${stage}.blocks.${block}`;
      to.add(`${at}.depthwise.weight`, [kernel, kernel, dim], { std: 1 / kernel });
      to.add(`${at}.depthwise.bias`, [dim], ZERO);
      to.norm(`${at}.norm`, dim);
      to.linear(`${at}.up`, dim, mlpRatio * dim);
      to.linear(`${at}.down`, mlpRatio * dim, dim);
      to.add(`${at}.scale`, [dim], { fill: LAYER_SCALE });
    }
  });
  to.norm('convnext.norm', dims[dims.length - 1] ?? 0);
}

function declareDecoder(to: Declarations, { decoder, vocabularySize }: VlmConfig): void {
  const { dim, layers, heads, kvHeads, hidden, maxLines, maxColumns } = decoder;
  const headDim = dim / heads;
  const residual = DECODER_GAIN / Math.sqrt(2 * layers);
  to.add('decoder.embedding', [vocabularySize, dim], { std: EMBEDDING_STD });
  to.add('decoder.position.line', [maxLines, dim], { std: EMBEDDING_STD });
  to.add('decoder.position.column', [maxColumns, dim], { std: EMBEDDING_STD });
  const bare = (name: string, inputs: number, outputs: number, gain: number): void =>
    to.add(name, [inputs, outputs], { std: gain / Math.sqrt(inputs) });
  for (let i = 0; i < layers; i++) {
    const at = `decoder.layers.${i}`;
    to.norm(`${at}.norm1`, dim, false);
    bare(`${at}.attention.query`, dim, heads * headDim, DECODER_GAIN);
    bare(`${at}.attention.key`, dim, kvHeads * headDim, DECODER_GAIN);
    bare(`${at}.attention.value`, dim, kvHeads * headDim, DECODER_GAIN);
    bare(`${at}.attention.output`, heads * headDim, dim, residual);
    to.norm(`${at}.norm2`, dim, false);
    bare(`${at}.mlp.gate`, dim, hidden, DECODER_GAIN);
    bare(`${at}.mlp.up`, dim, hidden, DECODER_GAIN);
    bare(`${at}.mlp.down`, hidden, dim, residual);
  }
  to.norm('decoder.norm', dim, false);
}

function declare(config: VlmConfig, options: ParamsOptions): ReadonlyMap<string, Declaration> {
  const { vit, convnext, adapter, decoder, vocabularySize } = config;
  if (decoder.dim % decoder.heads !== 0 || vit.dim % vit.heads !== 0) {
    throw new Error(fault('parameterShapes', 'dim to be a multiple of heads', { decoder: decoder.dim, vit: vit.dim }));
  }
  const to = new Declarations();
  declareVit(to, config);
  declareConvnext(to, config);
  to.linear('adapter.up', vit.dim + (convnext.dims[convnext.dims.length - 1] ?? 0), adapter.hidden);
  to.linear('adapter.down', adapter.hidden, decoder.dim);
  if (options.includeReading !== false) to.linear('reading', decoder.dim, vocabularySize);
  declareDecoder(to, config);
  return to.all;
}

/** Shape of every parameter, in a fixed order. */
export function parameterShapes(config: VlmConfig, options: ParamsOptions = {}): Record<string, readonly number[]> {
  return Object.fromEntries([...declare(config, options)].map(([name, { shape }]) => [name, shape]));
}

/** How many numbers the model learns. */
export function parameterCount(config: VlmConfig, options: ParamsOptions = {}): number {
  let count = 0;
  for (const { shape } of declare(config, options).values()) count += shape.reduce((size, axis) => size * axis, 1);
  return count;
}

/**
 * Initial values: uniform with the declared standard deviation. Each tensor draws from `rng.fork(name)`, so a parameter starts the same whatever
 * else the model has. The caller owns the tensors (`tf.dispose(params)`).
 */
export function initParams(config: VlmConfig, rng: Pick<Rng, 'fork'>, options: ParamsOptions = {}): Params {
  return initDeclared(declare(config, options), rng);
}

/** The same for any declarations. */
export function initDeclared(declarations: ReadonlyMap<string, Declaration>, rng: Pick<Rng, 'fork'>): Params {
  const params: Params = {};
  for (const [name, { shape, start }] of declarations) {
    const values = new Float32Array(shape.reduce((size, axis) => size * axis, 1));
    if ('fill' in start) values.fill(start.fill);
    else {
      const stream = rng.fork(name);
      const reach = start.std * Math.sqrt(3);
      for (let i = 0; i < values.length; i++) values[i] = (2 * stream.unit() - 1) * reach;
    }
    params[name] = tf.tensor(values, [...shape], 'float32');
  }
  return params;
}

/** The parameter `name`; throws when the record lacks it. */
export function paramOf(params: Params, name: string): tf.Tensor {
  const found = params[name];
  if (found === undefined) throw new Error(fault('paramOf', `a parameter "${name}"`, `${Object.keys(params).length} others`));
  return found;
}

/** A weight matrix. */
export function matrixOf(params: Params, name: string): tf.Tensor2D {
  return paramOf(params, name) as tf.Tensor2D;
}

/** A bias, a norm weight or a scale. */
export function vectorOf(params: Params, name: string): tf.Tensor1D {
  return paramOf(params, name) as tf.Tensor1D;
}

/**
 * Adds the gradients of two micro-batches, which may have reached different parameters, into a new record. Disposes both arguments; the caller owns
 * the result.
 */
export function addGradients(a: Params, b: Params): Params {
  const sum: Params = { ...a };
  for (const [name, gradient] of Object.entries(b)) {
    const other = sum[name];
    sum[name] = other === undefined ? gradient : tf.add(other, gradient);
    if (other !== undefined) tf.dispose([other, gradient]);
  }
  return sum;
}
