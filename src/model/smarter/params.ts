/**
 * Parameters of smarterVLM: names, shapes, initial values. A flat record as that of the VLM (../params.ts), so that optimiser and checkpoint serve both.
 *
 * Weights of linear layers are stored `[in, out]`. Each puzzle has tensors of its own, not a slice of a stack: a puzzle that a batch does not contain
 * then has no gradient and is left alone by AdamW, decay and moments too, as PyTorch leaves modules without a gradient.
 *
 * Initial values are PyTorch's defaults, as the code has them (spec 1): linear layers uniform in ±1/sqrt(in), recurrent cells in ±1/sqrt(state), norms
 * 1 and 0, embeddings normal.
 */
import type { Rng } from '../../lib/rng.ts';
import type { Params } from '../params.ts';
import * as tf from '../tf.ts';
import { checkConfig, compositeWidth, qfDim, type PuzzleSpec, type SmarterConfig } from './config.ts';
import { standardNormal } from './normal.ts';

type Start = { readonly reach: number } | { readonly fill: number } | 'normal';

interface Declaration {
  readonly shape: readonly number[];
  readonly start: Start;
}

/** Rows of the code's relative-distance tables: distances -109..109 between 110 places. */
const DISTANCE_ROWS = 219;
/** Gates of a cell, side by side in its weights: GRU r, z, n; LSTM i, f, g, o (PyTorch's order). */
const GATES = { gru: 3, lstm: 4 } as const;

class Declarations {
  readonly all = new Map<string, Declaration>();

  add(name: string, shape: readonly number[], start: Start): void {
    this.all.set(name, { shape, start });
  }

  linear(name: string, inputs: number, outputs: number): void {
    const start = { reach: 1 / Math.sqrt(inputs) };
    this.add(`${name}.weight`, [inputs, outputs], start);
    this.add(`${name}.bias`, [outputs], start);
  }

  norm(name: string, channels: number): void {
    this.add(`${name}.weight`, [channels], { fill: 1 });
    this.add(`${name}.bias`, [channels], { fill: 0 });
  }

  cell(name: string, kind: 'gru' | 'lstm', inputs: number, state: number): void {
    const start = { reach: 1 / Math.sqrt(state) };
    for (const [part, rows] of [
      ['input', inputs],
      ['state', state],
    ] as const) {
      this.add(`${name}.${part}.weight`, [rows, GATES[kind] * state], start);
      this.add(`${name}.${part}.bias`, [GATES[kind] * state], start);
    }
  }
}

function declareImageHeads(to: Declarations, { imageHead, imageDim, reprSize, puzzles, experts, unused }: SmarterConfig): void {
  const head = (at: string): void => {
    to.linear(`${at}.up`, imageDim, reprSize);
    to.linear(`${at}.down`, reprSize, reprSize);
  };
  if (imageHead === 'per-puzzle') for (const { id } of puzzles) head(`image.${id}`);
  if (imageHead === 'shared') head('image.shared');
  if (imageHead === 'mixture') {
    for (let e = 0; e < experts; e++) head(`image.expert${e}`);
    to.linear('image.gate', imageDim, experts);
  }
  if (unused !== null) to.linear('image.dummy', reprSize, 1);
}

function declareQf(to: Declarations, config: SmarterConfig): void {
  const { textDim, imageTokens, imageTokenDim, reprSize, heads, qfWidth, unused } = config;
  const width = qfDim(config);
  for (const part of ['query', 'key', 'value']) to.linear(`qf.self.${part}`, textDim, width);
  to.linear('qf.cross.query', width, width);
  for (const part of ['key', 'value']) to.linear(`qf.cross.${part}`, reprSize, width);
  if (imageTokens === 'several') to.linear('qf.tokens', imageTokenDim, reprSize);
  to.linear('qf.up', width, qfWidth);
  to.linear('qf.down', qfWidth, width);
  to.norm('qf.norm', width);
  if (unused !== null) for (const part of ['self', 'cross']) to.add(`qf.${part}.distance`, [DISTANCE_ROWS, width / heads], 'normal');
}

function declareText(to: Declarations, config: SmarterConfig): void {
  const { text, textDim, reprSize, hiddenSize, unused } = config;
  if (text === 'qf') declareQf(to, config);
  if (text === 'mlp' || unused !== null) {
    to.linear('text.up', textDim, hiddenSize);
    to.linear('text.down', hiddenSize, reprSize);
  }
  if (text === 'gru') {
    for (const way of ['forward', 'backward']) to.cell(`text.${way}`, 'gru', textDim, hiddenSize);
    to.linear('text.output', 2 * hiddenSize, reprSize);
  }
}

function declareDecoder(to: Declarations, { id, kind, classes }: PuzzleSpec, { reprSize, residual, cell, readout }: SmarterConfig): void {
  const at = `decoder.${id}`;
  if (kind === 'sequence') {
    to.cell(`${at}.cell`, cell, reprSize, classes);
    if (readout === 'linear') to.linear(`${at}.readout`, classes, classes);
    return;
  }
  to.linear(`${at}.first`, reprSize, reprSize);
  to.linear(`${at}.second`, reprSize, reprSize);
  if (residual.decoder) to.norm(`${at}.norm`, reprSize);
  to.linear(`${at}.last`, reprSize, classes);
}

function declare(config: SmarterConfig): ReadonlyMap<string, Declaration> {
  checkConfig(config);
  const to = new Declarations();
  const { reprSize, hasNorms, unused, puzzles } = config;
  declareImageHeads(to, config);
  declareText(to, config);
  if (hasNorms) to.norm('composite.norm', compositeWidth(config));
  to.linear('fusion.up', compositeWidth(config), reprSize);
  to.linear('fusion.down', reprSize, reprSize);
  if (hasNorms) to.norm('fusion.norm', reprSize);
  for (const puzzle of puzzles) declareDecoder(to, puzzle, config);
  if (unused !== null) {
    to.linear('decoder.dummy', reprSize, 1);
    to.linear('option.encoder', reprSize, reprSize);
    to.add('option.embedding', [unused.optionWords, reprSize], 'normal');
  }
  return to.all;
}

/** Shape of every parameter, in a fixed order. Throws an InputError for a configuration that does not fit together. */
export function smarterShapes(config: SmarterConfig): Record<string, readonly number[]> {
  return Object.fromEntries([...declare(config)].map(([name, { shape }]) => [name, shape]));
}

/**
 * Initial values. Each tensor draws from `rng.fork(name)`, so a parameter starts the same whatever else the model has. The caller owns the tensors
 * (`tf.dispose(params)`).
 */
export function initSmarter(config: SmarterConfig, rng: Pick<Rng, 'fork'>): Params {
  const params: Params = {};
  for (const [name, { shape, start }] of declare(config)) {
    const size = shape.reduce((product, axis) => product * axis, 1);
    params[name] = tf.tensor(startValues(size, start, rng.fork(name)), [...shape], 'float32');
  }
  return params;
}

function startValues(size: number, start: Start, rng: Rng): Float32Array {
  if (start === 'normal') return Float32Array.from({ length: size }, () => standardNormal(rng));
  if ('fill' in start) return new Float32Array(size).fill(start.fill);
  return Float32Array.from({ length: size }, () => (2 * rng.unit() - 1) * start.reach);
}
