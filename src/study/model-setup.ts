/**
 * Makes the model and the optimiser of a run: fresh, from a base, or from a checkpoint. The reading head exists in base runs only; a study starts
 * without it. Whoever calls owns the result and frees it with `disposeModel`.
 */
import { fault, InputError } from '../lib/errors.ts';
import { makeRng } from '../lib/rng.ts';
import { makeAdamW } from '../model/adamw.ts';
import type { AdamW } from '../model/adamw-rule.ts';
import { presetConfig } from '../model/config.ts';
import type { VlmConfig } from '../model/config.ts';
import { initParams, parameterShapes, paramOf } from '../model/params.ts';
import type { Params } from '../model/params.ts';
import { makePasses } from '../model/passes.ts';
import type { Passes } from '../model/passes.ts';
import * as tf from '../model/tf.ts';
import { vocabularySizeOf } from '../tasks/tokenizer.ts';
import type { Checkpoint, StoredTensor } from './checkpoint.ts';
import { tasksOfRun } from './joint.ts';
import type { RunSpec } from './run-spec.ts';

export interface Model {
  readonly config: VlmConfig;
  readonly params: Params;
  readonly passes: Passes;
}

export interface TrainedModel extends Model {
  readonly optimizer: AdamW;
}

/** Parameters of the reading objective: made in the base phase, dropped afterwards. */
export const READING_PREFIX = 'reading.';

const TOKEN_VECTORS = 'decoder.embedding';

export function configOf(spec: RunSpec): VlmConfig {
  // A joint run needs the token ids of all its tasks: tasks further on know the tokens of those before.
  return presetConfig(spec.preset, Math.max(...tasksOfRun(spec).map(({ id }) => vocabularySizeOf(id))));
}

/** True for base runs whose reading objective has a head of its own. */
export function hasReadingHead(spec: RunSpec): boolean {
  return spec.curriculum?.readingTarget === 'head';
}

/**
 * Model and optimiser at the start of a run.
 *
 * @param base - Weights to start from, without a reading head; null = the seed's own. A base run on a base gets a fresh reading head.
 */
export function makeModel(spec: RunSpec, base: Readonly<Record<string, StoredTensor>> | null): TrainedModel {
  const config = configOf(spec);
  const params = initParams(config, makeRng('weights', spec.seed), { includeReading: hasReadingHead(spec) });
  if (base !== null) {
    const hasTokens = takeTokenVectors(params, base);
    const names = Object.keys(params).filter((name) => !name.startsWith(READING_PREFIX) && !(hasTokens && name === TOKEN_VECTORS));
    replaceWeights(params, names, base, 'base');
  }
  const optimizer = optimizerOf(spec, params);
  return { config, params, optimizer, passes: makePasses({ config, params, optimizer }) };
}

/**
 * Token ids are the same for all tasks (tasks/tokenizer.ts), so a base of another task gives the vectors of the tokens that both know; the others stay the
 * seed's own. False when there is nothing to fit: as many tokens, or vectors of another width, which are then refused by their shape.
 */
function takeTokenVectors(params: Params, base: Readonly<Record<string, StoredTensor>>): boolean {
  const own = paramOf(params, TOKEN_VECTORS);
  const stored = base[TOKEN_VECTORS];
  const [tokens = 0, dim = 0] = own.shape;
  const [storedTokens = 0, storedDim] = stored?.shape ?? [];
  if (stored === undefined || storedDim !== dim || storedTokens === tokens) return false;
  const known = Math.min(tokens, storedTokens);
  params[TOKEN_VECTORS] = tf.tidy(() => {
    const taken = tf.tensor(stored.data.slice(0, known * dim), [known, dim], 'float32');
    return known === tokens ? taken : tf.concat([taken, tf.slice(own, [known, 0], [tokens - known, dim])]);
  });
  own.dispose();
  return true;
}

/** Model and optimiser of a checkpoint, bit for bit. */
export function restoreModel(checkpoint: Checkpoint): TrainedModel {
  const { spec, weights } = checkpoint;
  const config = configOf(spec);
  const params = placeholders(config, hasReadingHead(spec));
  replaceWeights(params, Object.keys(params), weights, 'checkpoint');
  const optimizer = optimizerOf(spec, params);
  optimizer.load(checkpoint.optimizer);
  return { config, params, optimizer, passes: makePasses({ config, params, optimizer }) };
}

/** A model for evaluation alone, from stored weights with or without a reading head. */
export function modelFromWeights(config: VlmConfig, weights: Readonly<Record<string, StoredTensor>>): Model {
  const params = placeholders(config, false);
  replaceWeights(params, Object.keys(params), weights, 'weights');
  return { config, params, passes: makePasses({ config, params, optimizer: null }) };
}

/** Makes the optimiser forget: moments and step counts as at the start of a run. The weights stay. */
export function resetOptimizer({ params, optimizer }: TrainedModel): void {
  const names = Object.keys(params);
  const zeros = new Float32Array(Math.max(...names.map((name) => paramOf(params, name).size)));
  const moments = Object.fromEntries(names.map((name) => [name, zeros.subarray(0, paramOf(params, name).size)]));
  optimizer.load({ step: 0, steps: Object.fromEntries(names.map((name) => [name, 0])), m: moments, v: moments });
}

/** Copies of all weights on the CPU. */
export async function storedWeights({ params, optimizer }: TrainedModel): Promise<Record<string, StoredTensor>> {
  const weights = await optimizer.weights();
  return Object.fromEntries(Object.entries(weights).map(([name, data]) => [name, { shape: [...paramOf(params, name).shape], data }]));
}

/** Frees the passes' memory, the weights, and what the optimiser holds of them, in this order. */
export function disposeModel(model: Model & { readonly optimizer?: AdamW }): void {
  model.passes.dispose();
  tf.dispose(model.params);
  model.optimizer?.dispose();
  for (const name of Object.keys(model.params)) delete model.params[name];
}

function optimizerOf(spec: RunSpec, params: Params): AdamW {
  const { beta1, beta2, epsilon, weightDecay, clipNorm, weightStorage } = spec;
  return makeAdamW(params, { beta1, beta2, epsilon, weightDecay, clipNorm, halfWeights: weightStorage === 'f16' });
}

/** Parameters of the right names and shapes, to be replaced. */
function placeholders(config: VlmConfig, hasReadingHead: boolean): Params {
  const params: Params = {};
  for (const [name, shape] of Object.entries(parameterShapes(config, { includeReading: hasReadingHead }))) params[name] = tf.zeros([...shape]);
  return params;
}

function replaceWeights(params: Params, names: readonly string[], weights: Readonly<Record<string, StoredTensor>>, where: string): void {
  for (const name of names) {
    const old = params[name];
    const stored = weights[name];
    if (old === undefined) throw new Error(`internal: no parameter ${name}`);
    if (stored === undefined) throw new InputError(fault(where, `weights of ${name}`, 'none', 'choose a file of the same preset'));
    if (stored.shape.join() !== old.shape.join()) {
      throw new InputError(
        fault(where, `${name} of shape [${old.shape.join(', ')}]`, `[${stored.shape.join(', ')}]`, 'choose a file of the same preset'),
      );
    }
    params[name] = tf.tensor(stored.data.slice(), [...stored.shape], 'float32');
    old.dispose();
  }
}
