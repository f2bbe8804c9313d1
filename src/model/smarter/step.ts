/**
 * Loss, gradients and answers of a batch, on any backend, eagerly.
 *
 * The loss is the code's: for each puzzle present the cross-entropy averaged over its samples (and over the ten steps of a sequence), then the mean over
 * puzzles (spec 1.8). Weights per skill are the paper's future work; its form, a weighted mean over puzzles, is ours.
 *
 * Letters: B samples, R rows of logits (batch.ts), W widest alphabet present.
 */
import type { Rng } from '../../lib/rng.ts';
import { crossEntropy } from '../ops/cross-entropy.ts';
import { paramOf, type Params } from '../params.ts';
import * as tf from '../tf.ts';
import { batchTensors, checkBatch, layOut, rowWeights, stepsOf, type BatchLayout, type SmarterBatch } from './batch.ts';
import { SEQUENCE_STEPS, type SmarterConfig } from './config.ts';
import type { Dropout } from './dropout.ts';
import { networkLogits } from './network.ts';
import { deadParameters } from './qf-layer.ts';

export interface SmarterOptions {
  /** Weight of each skill, above 0; null, the default, weighs all puzzles alike. */
  readonly skillWeights?: Readonly<Record<string, number>> | null;
  /** Stream of this step's dropout, for example `rng.fork(step)`; null, the default, drops nothing. */
  readonly dropoutRng?: Pick<Rng, 'fork'> | null;
}

/** Tensors the caller owns; `readAnswers` makes numbers per sample of them. */
export interface SmarterResult {
  readonly loss: tf.Scalar;
  /** Cross-entropy of each row, `[R]`, nats. */
  readonly rowLosses: tf.Tensor1D;
  /** Class of the largest logit, int32 `[R]`. */
  readonly rowClasses: tf.Tensor1D;
  /** Probability of that class, `[R]`. */
  readonly rowChances: tf.Tensor1D;
  readonly layout: BatchLayout;
}

/** The loss on the tape; rows are kept for the caller. */
function lossOf(params: Params, config: SmarterConfig, batch: SmarterBatch, layout: BatchLayout, options: SmarterOptions): SmarterResult {
  const dropout: Dropout | null = options.dropoutRng && config.dropout > 0 ? { p: config.dropout, rng: options.dropoutRng } : null;
  const tensors = batchTensors(batch, config, layout);
  const logits = networkLogits(params, config, layout, tensors, dropout); // [R, W]
  const weights = tf.tensor1d(rowWeights(layout, options.skillWeights ?? null));
  let rowLosses: tf.Tensor1D | null = null;
  const loss = crossEntropy(logits, tensors.targets, weights, (rows) => {
    rowLosses = tf.keep(tf.clone(rows));
  });
  if (rowLosses === null) throw new Error('internal: lossOf: no row losses');
  const rowChances = tf.keep(tf.max<tf.Tensor1D>(tf.softmax(logits), 1));
  return { loss, rowLosses, rowClasses: tf.keep(tf.argMax<tf.Tensor1D>(logits, 1)), rowChances, layout };
}

/**
 * Loss of a batch and the gradients of the parameters it reaches: puzzles that are not in it have none. Throws a ShapeError or an InputError for a batch that
 * does not fit the configuration.
 *
 * @returns tensors the caller owns; `gradients` is what `AdamW.add` takes.
 */
export function smarterGradients(
  params: Params,
  config: SmarterConfig,
  batch: SmarterBatch,
  options: SmarterOptions = {},
): SmarterResult & { readonly gradients: Params } {
  checkBatch(batch, config);
  const layout = layOut(batch, config);
  let result: SmarterResult | null = null;
  const forward = (): tf.Scalar => {
    result = lossOf(params, config, batch, layout, options);
    return result.loss;
  };
  const names = Object.keys(params);
  const { value, grads } = tf.engine().gradients(
    forward,
    names.map((name) => paramOf(params, name)),
    undefined,
    true,
  );
  if (result === null) throw new Error('internal: smarterGradients: no result');
  const gradients: Params = {};
  names.forEach((name, i) => {
    const gradient: tf.Tensor | null | undefined = grads[i];
    if (gradient) gradients[name] = gradient;
  });
  for (const name of deadParameters(config)) gradients[name] = tf.zerosLike(paramOf(params, name));
  return { ...(result as SmarterResult), loss: value as tf.Scalar, gradients };
}

/** Loss and answers of a batch, without gradients and dropout. Tensors the caller owns. Throws as `smarterGradients`. */
export function evaluateSmarter(
  params: Params,
  config: SmarterConfig,
  batch: SmarterBatch,
  options: Pick<SmarterOptions, 'skillWeights'> = {},
): SmarterResult {
  checkBatch(batch, config);
  const layout = layOut(batch, config);
  let result: SmarterResult | null = null;
  const loss = tf.tidy(() => {
    result = lossOf(params, config, batch, layout, options);
    return result.loss;
  });
  if (result === null) throw new Error('internal: evaluateSmarter: no result');
  return { ...(result as SmarterResult), loss };
}

/** What the model said to one sample. */
export interface SmarterAnswer {
  /** One class, or one per step of a sequence. */
  readonly classes: readonly number[];
  /** All of them right: the paper's S_acc counts these. */
  readonly isSolved: boolean;
  /** Mean cross-entropy over the steps, nats. */
  readonly loss: number;
  /** Probability that the model gives what it says, all steps together. */
  readonly chance: number;
}

/** The answers of a result, in the order of the batch it came from. Reads back; the tensors stay the caller's. */
export async function readAnswers(result: SmarterResult, batch: SmarterBatch): Promise<readonly SmarterAnswer[]> {
  const [losses, classes, chances] = await Promise.all([
    result.rowLosses.data<'float32'>(),
    result.rowClasses.data<'int32'>(),
    result.rowChances.data<'float32'>(),
  ]);
  const answers: SmarterAnswer[] = [];
  const { order, groups } = result.layout;
  let row = 0;
  for (const { puzzle, from, count } of groups) {
    const steps = stepsOf(puzzle);
    for (const b of order.slice(from, from + count)) {
      const said = [...classes.subarray(row, row + steps)];
      const isSolved = said.every((value, step) => value === batch.targets[b * SEQUENCE_STEPS + step]);
      const loss = losses.subarray(row, row + steps).reduce((sum, one) => sum + one, 0) / steps;
      answers[b] = { classes: said, isSolved, loss, chance: chances.subarray(row, row + steps).reduce((product, one) => product * one, 1) };
      row += steps;
    }
  }
  return answers;
}
