/**
 * Trains smarterVLM on features (spec/smarter-vlm 2). A step is a pure function of (state, step): order of the samples and dropout come from streams named by the step, so a
 * training that was saved and gone on with ends in the same bits.
 */
import { fault, InputError } from '../../lib/errors.ts';
import { macrotask } from '../../lib/macrotask.ts';
import { makeRng } from '../../lib/rng.ts';
import { makeAdamW } from '../../model/adamw.ts';
import type { AdamWState } from '../../model/adamw.ts';
import { paramOf } from '../../model/params.ts';
import type { Params } from '../../model/params.ts';
import { asCodedConfig, baselineConfig, checkConfig, describedConfig } from '../../model/smarter/config.ts';
import type { SmarterConfig } from '../../model/smarter/config.ts';
import { initSmarter } from '../../model/smarter/params.ts';
import { evaluateSmarter, readAnswers, smarterGradients } from '../../model/smarter/step.ts';
import type { SmarterAnswer } from '../../model/smarter/step.ts';
import * as tf from '../../model/tf.ts';
import type { StoredTensor } from '../checkpoint.ts';
import { tensorsOfStored } from '../stored-tensors.ts';
import type { PuzzleHead } from '../smart/puzzle-item.ts';
import type { BackboneShape } from './backbone.ts';
import { batchOf, channelScale } from './features.ts';
import type { BatchChoice, FeaturedItems, Features } from './features.ts';
import type { SmarterSpec } from './smarter-spec.ts';

export interface SmarterState {
  readonly step: number;
  readonly weights: Readonly<Record<string, StoredTensor>>;
  readonly optimizer: AdamWState;
}

export interface SmarterTraining {
  readonly config: SmarterConfig;
  /** How batches are made of features. */
  readonly choice: BatchChoice;
  readonly params: Params;
  readonly totalSteps: number;
  step(): number;
  /** One step; loss in nats and norm of the gradients before clipping. Throws an Error when a number is not finite. */
  train(): Promise<{ readonly loss: number; readonly gradientNorm: number }>;
  /** Answers to items of any part, in their order; null when the signal stopped it. */
  answers(part: FeaturedItems, signal: AbortSignal): Promise<readonly SmarterAnswer[] | null>;
  state(): Promise<SmarterState>;
  dispose(): void;
}

/** The paper's order of work: 128 at a time, whatever the batch of the training. */
const EVALUATED_AT_ONCE = 128;
const BETA1 = 0.9;
const EPSILON = 1e-8;
const FEWEST_TEXT = 1;

export function openSmarterTraining(
  spec: SmarterSpec,
  heads: readonly PuzzleHead[],
  train: FeaturedItems,
  from: SmarterState | null,
): SmarterTraining {
  const config = configOf(spec, heads, train.features.shape);
  const { training } = spec;
  const choice = batchChoice(spec, config, train.features);
  const totalSteps = stepsOf(spec, train.items.length);
  const params = from === null ? initSmarter(config, makeRng('smarter', training.seed)) : tensorsOfStored(from.weights);
  const optimizer = makeAdamW(params, {
    ...{ beta1: BETA1, beta2: training.beta2, epsilon: EPSILON, weightDecay: training.weightDecay, clipNorm: training.clipNorm },
    decays: () => true, // biases and norms too, as coded
  });
  if (from !== null) optimizer.load(from.optimizer);
  let step = from?.step ?? 0;

  return {
    ...{ config, choice, params, totalSteps },
    step: () => step,
    async train() {
      const rows = rowsOfStep(spec, train.items.length, step);
      const batch = batchOf(train.features, train.items, rows, heads, choice);
      const dropoutRng = makeRng('smarter dropout', training.seed, step);
      const result = smarterGradients(params, config, batch, { skillWeights: spec.skillWeights, dropoutRng });
      optimizer.add(result.gradients);
      const [loss = Number.NaN] = await result.loss.data();
      tf.dispose([result.loss, result.rowLosses, result.rowClasses, result.rowChances]);
      tf.dispose(result.gradients);
      const applied = await optimizer.apply(smarterRateAt(spec, step, totalSteps));
      const gradientNorm = await applied.gradientNorm;
      if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm))
        throw new Error(`step ${step + 1}: expected finite numbers, got loss ${loss} and gradient norm ${gradientNorm}: lower the learning rate`);
      step += 1;
      return { loss, gradientNorm };
    },
    async answers(part, signal) {
      const answers: SmarterAnswer[] = [];
      for (let at = 0; at < part.items.length; at += EVALUATED_AT_ONCE) {
        await macrotask();
        if (signal.aborted) return null;
        const rows = Array.from({ length: Math.min(EVALUATED_AT_ONCE, part.items.length - at) }, (_, i) => at + i);
        const batch = batchOf(part.features, part.items, rows, heads, choice);
        const result = evaluateSmarter(params, config, batch);
        answers.push(...(await readAnswers(result, batch)));
        tf.dispose([result.loss, result.rowLosses, result.rowClasses, result.rowChances]);
      }
      return answers;
    },
    async state() {
      const weights = await optimizer.weights();
      const stored = Object.entries(weights).map(([name, data]) => [name, { shape: [...paramOf(params, name).shape], data }] as const);
      return { step, weights: Object.fromEntries(stored), optimizer: await optimizer.state() };
    },
    dispose() {
      tf.dispose(params);
      optimizer.dispose();
    },
  };
}

function batchChoice({ blind, isStandardised }: SmarterSpec, config: SmarterConfig, features: Features): BatchChoice {
  const hasImageTokens = config.text === 'qf' && config.imageTokens === 'several';
  return { isMeanText: config.mode === 'as-coded', hasImageTokens, blind, scale: isStandardised ? channelScale(features) : null };
}

/** The model of a spec for features of a shape. Throws InputError where the switches do not fit together. */
export function configOf(
  { model }: SmarterSpec,
  heads: readonly PuzzleHead[],
  { imageDim, tokenDim, textDim, textLength }: BackboneShape,
): SmarterConfig {
  const {
    variant,
    imageHead,
    imageTokens,
    heads: attentionHeads,
    reprSize,
    hiddenSize,
    qfWidth,
    hasR1,
    hasR3,
    residual,
    activation,
    cell,
    readout,
    dropout,
    normEpsilon,
  } = model;
  const puzzles = heads.map(({ puzzle, skill, answer }) => {
    const kind = answer.kind === 'sequence' ? ('sequence' as const) : ('classes' as const);
    return { id: puzzle, kind, classes: answer.classes, skill };
  });
  const sizes = { puzzles, imageDim, imageTokenDim: tokenDim, textDim, textLength: Math.max(FEWEST_TEXT, textLength) };
  const switches = {
    imageHead,
    reprSize,
    hiddenSize,
    qfWidth,
    heads: attentionHeads,
    residual,
    activation,
    decoderActivation: activation,
    cell,
    readout,
    dropout,
    normEpsilon,
  };
  const parts = { r1: hasR1, r3: hasR3 };
  switch (variant) {
    case 'qf':
      return describedConfig({ ...sizes, ...switches, parts, imageTokens });
    case 'qf-as-coded':
      return asCodedConfig({ ...sizes, ...switches, parts, imageTokens: 'one' });
    case 'no-qf':
      return describedConfig({ ...sizes, ...switches, parts, text: 'mean', imageTokens: 'one' });
    case 'no-qf-as-coded':
      return asCodedConfig({ ...sizes, ...switches, parts, text: 'mlp', imageTokens: 'one' });
    case 'baseline':
      return checkConfig(baselineConfig({ ...sizes, imageHead, reprSize, hiddenSize }));
  }
}

/** Steps of a training: whole epochs, the last batch of each may be smaller. */
export function stepsOf({ training }: SmarterSpec, items: number): number {
  return training.epochs * Math.ceil(items / training.batchSize);
}

/** Items of a step: every epoch its own order. */
export function rowsOfStep({ training: { batchSize, seed } }: SmarterSpec, items: number, step: number): readonly number[] {
  if (items < 1) throw new InputError(fault('smarter training', 'items to train on', 'none', 'choose more instances per puzzle'));
  const perEpoch = Math.ceil(items / batchSize);
  const epoch = Math.floor(step / perEpoch);
  const at = (step % perEpoch) * batchSize;
  return makeRng('smarter order', seed, epoch)
    .shuffle(Array.from({ length: items }, (_, i) => i))
    .slice(at, at + batchSize);
}

/** Linear warm-up over some steps, then cosine to zero at the end, stepped per batch; the peak throughout without a schedule. */
export function smarterRateAt({ training }: SmarterSpec, step: number, totalSteps: number): number {
  const { learningRate: peak, warmupSteps, hasSchedule } = training;
  if (!hasSchedule) return peak;
  if (step < warmupSteps) return (peak * (step + 1)) / warmupSteps;
  return (peak * (1 + Math.cos((Math.PI * (step - warmupSteps)) / Math.max(1, totalSteps - warmupSteps)))) / 2;
}
